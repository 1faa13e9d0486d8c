#pragma once
// One attempt of one request. The body's pump pushes, libcurl pulls: write() hands a block over and drives the
// transfer until libcurl took it, so no thread and no buffer stands between the two.

#include <array>
#include <atomic>

#include "net/client/curl_handles.h"
#include "net/client/phases.h"
#include "net/http_client.h"

namespace sealgate::net::client {

class Transfer final : public Sink {
 public:
  /// `line`, `request` and `cancelled` must outlive the transfer.
  Transfer(Line& line, const HttpClientRequest& request, const std::atomic<bool>& cancelled, bool fresh_connection);
  ~Transfer() override;

  /// Sets everything; net.bad-url, net.bad-header, net.bad-tls-identity.
  Result<> prepare();
  /// The request from the body to the answer. After an error the connection is not kept.
  Result<HttpClientResponse> run();
  /// The kept connection died under us before the server answered anything: a new attempt is right.
  bool wants_new_connection() const { return rewind_wanted_ || stale_connection_; }
  /// Nothing of the answer is left on the connection.
  bool read_to_the_end() const { return !cut_; }

  // Sink: for the request's pump.
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  Result<> set_headers();
  Result<> append_header(const std::string& line);
  Result<> set_tls();
  void set_credentials();
  void set_connection();
  void set_body();
  void set_answer();
  bool wants_http2() const;
  Result<> drive();  ///< until the block is taken or the transfer is over
  Result<> check_time();
  Result<HttpClientResponse> conclude();
  Error describe(CURLcode code) const;
  Result<> pass_on_answer(ByteView bytes);
  Result<> check_answer_size() const;
  bool took_whole_body() const { return request_.body_size ? taken_ >= *request_.body_size : body_ended_; }

  static std::size_t read_body(char* into, std::size_t size, std::size_t count, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static CURLcode begin_tls(CURL* easy, void* context, void* self);
  static int begin_request(void* self, char* peer, char* own, int peer_port, int own_port);
  static int seek_body(void* self, curl_off_t offset, int origin);
  static std::size_t take_answer(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self);

  Line& line_;
  CURL* easy_;
  const HttpClientRequest& request_;
  const std::atomic<bool>& cancelled_;
  bool fresh_connection_;
  bool added_ = false;
  bool over_ = false;
  bool paused_ = false;
  std::string refused_address_;  ///< the last one that accept_address did not want
  bool body_ended_ = false;
  bool rewind_wanted_ = false;
  bool stale_connection_ = false;
  CURLcode result_ = CURLE_OK;
  std::uint64_t pumped_ = 0;
  std::uint64_t taken_ = 0;  ///< by libcurl, of what was pumped
  ByteView block_;           ///< of the running write()
  PhaseClock phases_;
  curl_off_t uploaded_ = 0;    ///< bytes of the body that went to the socket, when last looked at
  bool answer_begun_ = false;  ///< other than 1xx
  std::size_t header_bytes_ = 0;
  std::uint64_t answer_bytes_ = 0;  ///< of the body, expanded
  bool cut_ = false;                ///< the rest of the answer's body is not wanted
  HeaderList headers_;
  HttpClientResponse response_;
  Sink* target_ = nullptr;  ///< takes the answer's body; null until its first byte
  std::optional<Error> target_error_;
  std::array<char, CURL_ERROR_SIZE> message_{};
};

/// "https://host:port" of an absolute http or https URL without user name; net.bad-url.
Result<std::string> origin_of(const std::string& url);

}  // namespace sealgate::net::client

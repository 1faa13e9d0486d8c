#pragma once
// One connection: request after request, until one side has enough. Runs on a strand; drain() and cut() may be called
// from anywhere.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "net/http1/chunked.h"
#include "net/http_server.h"
#include "net/server/asio.h"
#include "net/server/connection_book.h"
#include "net/server/stream.h"
#include "net/server/workers.h"

namespace sealgate::net::server {

/// What all connections of a server share. Outlives them.
struct SessionEnvironment {
  const HttpServerOptions& options;
  HttpHandler& handler;
  Workers& workers;
};

/// Shared: the server's register holds one reference, the running coroutine another.
class Session final : public std::enable_shared_from_this<Session> {
 public:
  /// Without a place the server is full: the client gets 503 and the end.
  Session(SessionEnvironment environment, std::unique_ptr<ServerStream> stream,
          std::unique_ptr<ConnectionBook::Place> place);
  /// Before start().
  void set_remote(std::string address, std::uint16_t port);

  /// `ended` is called on the strand when nothing of the connection is left.
  void start(std::function<void()> ended);
  /// Ends the connection after the running request, or at once when there is none.
  void drain();
  /// Ends the connection now.
  void cut();

 private:
  enum class Fill { More, Complete, Refused, Lost };
  struct Body {
    bool chunked = false;
    std::uint64_t left = 0;  ///< with Content-Length
    std::uint64_t received = 0;
    http1::ChunkedDecoder decoder;
    std::chrono::steady_clock::time_point began;
  };
  struct Work;

  asio::awaitable<void> run();
  asio::awaitable<bool> serve_one();
  asio::awaitable<bool> wait_for_request();
  asio::awaitable<std::size_t> read_head();
  asio::awaitable<bool> serve(http1::RequestHead head);
  asio::awaitable<void> say_continue();
  asio::awaitable<Fill> fill_block(Body& body);
  asio::awaitable<bool> answer(HttpResponse response, bool keep_alive, bool head_only = false, bool chunked = true);
  asio::awaitable<bool> send_stream(StreamedBody& body, bool chunked);
  asio::awaitable<bool> wait_for_piece(StreamedBody& body);
  asio::awaitable<bool> send_rest(std::uint64_t size,
                                  const std::function<Result<Bytes>(std::uint64_t, std::size_t)>& read);
  asio::awaitable<void> wait_for(LaterResponse& later);
  asio::awaitable<bool> refuse(http1::Refusal refusal);
  asio::awaitable<bool> refuse_for_now(const char* why);
  asio::awaitable<void> linger();
  asio::awaitable<bool> read_more(std::size_t wanted);

  Fill refused_fill(http1::Refusal refusal);
  Fill decode_chunks(Body& body);
  HttpRequest make_request(http1::RequestHead head);
  void set_deadline(std::chrono::milliseconds from_now);
  void clear_deadline();
  void watch();
  bool enter(ConnectionBook::State state) { return !place_ || place_->enter(state); }
  ByteView unread() const { return ByteView(input_).subspan(consumed_); }
  void consume(std::size_t count);

  SessionEnvironment environment_;
  std::unique_ptr<ServerStream> stream_;
  std::unique_ptr<ConnectionBook::Place> place_;
  asio::steady_timer timer_;
  std::chrono::steady_clock::time_point deadline_;
  std::chrono::steady_clock::time_point armed_;
  bool timed_out_ = false;
  bool draining_ = false;
  bool cut_ = false;
  bool idle_ = true;
  bool peer_gone_ = false;
  bool answered_ = false;
  std::uint64_t requests_ = 0;
  Bytes input_;  ///< what came and is not used yet starts at consumed_
  std::size_t consumed_ = 0;
  Bytes block_;  ///< decoded body for the handler; empty between requests
  http1::Refusal refusal_{400, ""};
  std::string remote_address_;
  std::uint16_t remote_port_ = 0;
  std::optional<TlsClientCertificate> client_certificate_;
};

}  // namespace sealgate::net::server

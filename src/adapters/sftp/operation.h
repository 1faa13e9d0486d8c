#pragma once
// One operation on a connection: a listing, a transfer, or commands. As in net/client/transfer.h the content is
// pushed, libcurl pulls, and no thread and no buffer stands between the two.

#include <array>
#include <atomic>
#include <chrono>
#include <functional>

#include "adapters/sftp/host_key_check.h"
#include "adapters/sftp/server.h"
#include "base/sink.h"
#include "net/client/curl_handles.h"

namespace sealgate::adapters::sftp {

class Operation final : public Sink {
 public:
  /// All must outlive it. `key_path`: of the private key; empty: none.
  Operation(net::client::Line& line, const Server& server, const Login& login, const std::string& key_path,
            const std::atomic<bool>& cancelled, std::string path);
  ~Operation() override;

  CURL* easy() { return easy_; }
  CURLcode result() const { return result_; }
  /// The answer's bytes go there; an error ends the operation and is returned. Must outlive it.
  void set_target(std::function<Result<>(ByteView)> target) { target_ = std::move(target); }
  /// Without content to send.
  Result<> run();
  /// With `size` bytes that `pump` pushes into this.
  Result<> run(std::uint64_t size, const std::function<Result<>(Sink&)>& pump);

  // Sink: for the pump.
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  enum class Phase { Reach, Login, Work };

  Result<> prepare();
  Result<> begin();
  Result<> drive();  ///< until the block is taken or the operation is over
  Result<> check_time();
  Result<> conclude() const;
  Error describe(CURLcode code) const;
  void enter(Phase phase);

  static std::size_t read_content(char* into, std::size_t size, std::size_t count, void* self);
  static std::size_t take_answer(char* data, std::size_t size, std::size_t count, void* self);
  static int begin_work(void* self, char* peer, char* own, int peer_port, int own_port);

  net::client::Line& line_;
  CURL* easy_;
  const Server& server_;
  const Login& login_;
  const std::string& key_path_;
  const std::atomic<bool>& cancelled_;
  std::string path_;
  HostKeyCheck host_key_;
  std::function<Result<>(ByteView)> target_;
  std::optional<Error> target_error_;
  bool added_ = false;
  bool over_ = false;
  bool paused_ = false;
  CURLcode result_ = CURLE_OK;
  ByteView block_;  ///< of the running write()
  std::uint64_t size_ = 0;
  std::uint64_t pumped_ = 0;
  Phase phase_ = Phase::Reach;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();  ///< nothing moved
  curl_off_t moved_ = 0;  ///< bytes of the transfer when last looked at
  std::array<char, CURL_ERROR_SIZE> message_{};
};

}  // namespace sealgate::adapters::sftp

#pragma once
// A connection to an SFTP server, by libcurl: made at the first command, kept for the next ones. What libcurl cannot
// tell is asked for in other ways: it lists names alone, and says of a rename or a removal only that it failed.

#include <string>

#include "adapters/sftp/remote.h"
#include "io/file.h"
#include "net/client/curl_handles.h"

namespace sealgate::adapters::sftp {

class Operation;

class Session final : public Remote {
 public:
  static Result<std::unique_ptr<Session>> open(Server server, Login login, const std::atomic<bool>& cancelled);

  Result<> list(const std::string& folder, const std::function<void(std::string_view)>& take) override;
  Result<std::optional<RemoteFile>> status(const std::string& path) override;
  Result<> read(const std::string& path, Sink& sink) override;
  Result<> write(const std::string& path, std::uint64_t size, const std::function<Result<>(Sink&)>& pump) override;
  Result<bool> rename(const std::string& from, const std::string& to) override;
  Result<bool> remove(const std::string& path) override;

 private:
  Session(Server server, Login login, const std::atomic<bool>& cancelled)
      : server_(std::move(server)), login_(std::move(login)), cancelled_(cancelled) {}
  Operation begin(const std::string& path);
  Result<bool> command(const std::string& text);

  Server server_;
  Login login_;
  const std::atomic<bool>& cancelled_;
  io::FileDescriptor key_;  ///< the private key in memory: libcurl reads keys from files only
  std::string key_path_;    ///< of that
  std::unique_ptr<net::client::Line> line_;
};

}  // namespace sealgate::adapters::sftp

#pragma once
// Files on a server, as sender and receiver see them. Implemented by session.h, and by the tests.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/sftp/server.h"
#include "base/sink.h"

namespace sealgate::adapters::sftp {

struct RemoteFile {
  std::uint64_t size = 0;
  std::int64_t modified = 0;  ///< seconds since 1970, by the server's clock
  bool readable = true;       ///< false: it is there, but the server shows no more of it
  friend bool operator==(const RemoteFile&, const RemoteFile&) = default;
};

/// Of one thread. Paths that begin with "/" count from the root of the server, any other from the home of the user.
/// Every call blocks for its time-outs at the most. Errors: those of the connection, after which the next call
/// connects again, adapter.sftp.denied, full and failed for what the server refuses, and those that are named.
class Remote {
 public:
  Remote() = default;
  Remote(const Remote&) = delete;
  Remote& operator=(const Remote&) = delete;
  virtual ~Remote() = default;

  /// Gives every name in the folder to `take`, whatever the server says it is. adapter.sftp.not-found for a missing
  /// folder, adapter.sftp.list-too-large.
  virtual Result<> list(const std::string& folder, const std::function<void(std::string_view)>& take) = 0;
  /// nullopt: no such file.
  virtual Result<std::optional<RemoteFile>> status(const std::string& path) = 0;
  /// Pushes the content into `sink`, without finish(). An error of the sink ends it and is returned.
  virtual Result<> read(const std::string& path, Sink& sink) = 0;
  /// Creates or replaces the file with the `size` bytes that `pump` pushes.
  virtual Result<> write(const std::string& path, std::uint64_t size, const std::function<Result<>(Sink&)>& pump) = 0;
  /// False: the server refuses it, for whatever reason. Whether it replaces an existing file is the server's affair;
  /// OpenSSH does not.
  virtual Result<bool> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<bool> remove(const std::string& path) = 0;
};

/// A connection as this user; adapter.sftp.bad-user. Running and later calls fail with adapter.sftp.cancelled soon
/// after `cancelled`, which must outlive it, is set.
using Connect =
    std::function<Result<std::unique_ptr<Remote>>(const Login& login, const std::atomic<bool>& cancelled)>;
/// To a real server; connects at the first call.
Connect connect_to(Server server);

}  // namespace sealgate::adapters::sftp

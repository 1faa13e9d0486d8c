#pragma once
// The settings of SFTP on ports and locations.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace sealgate::artifacts {

using Duration = std::chrono::milliseconds;

/// A partner's server, what it must show, and as whom we come.
struct SftpServerSettings {
  std::string host = {};  ///< name or address
  int port = 22;
  std::string user = {};
  std::string password_source = {};         ///< as io/secret_source.h reads it
  std::string key_source = {};              ///< likewise, of a private key
  std::string key_passphrase_source = {};   ///< likewise
  std::vector<std::string> host_keys = {};  ///< "SHA256:…", any of them
  std::string known_hosts = {};             ///< absolute path of a file of OpenSSH's format
  bool check_host_key = true;               ///< false: by neither
  Duration connect_timeout{std::chrono::seconds(30)};
  Duration login_timeout{std::chrono::seconds(30)};
  Duration stall_timeout{std::chrono::minutes(1)};
  friend bool operator==(const SftpServerSettings&, const SftpServerSettings&) = default;
};

struct SftpReceiveSettings {
  SftpServerSettings server = {};
  std::string folder = {};  ///< from the root with "/", else from the user's home
  std::string mask = "*";   ///< one mask with * and ?
  Duration polling_interval{std::chrono::seconds(30)};
  Duration settle_time{std::chrono::seconds(5)};  ///< for which size and time must stand still
  int batch_size = 20;                            ///< files in one round, 1-256
  std::string move_to = {};                       ///< folder for what was taken; empty: it is removed
  friend bool operator==(const SftpReceiveSettings&, const SftpReceiveSettings&) = default;
};

enum class SftpCopyMode { CreateNew, Overwrite };

struct SftpSendSettings {
  SftpServerSettings server = {};
  /// Instead of user and password: where both are looked up at each attempt (credentials/look_up.h).
  std::string affiliate_application = {};
  std::string folder = {};
  std::string file_name = "%MessageID%.xml";  ///< with macros
  SftpCopyMode copy_mode = SftpCopyMode::CreateNew;
  friend bool operator==(const SftpSendSettings&, const SftpSendSettings&) = default;
};

std::string_view to_string(SftpCopyMode mode);  ///< create-new, overwrite

}  // namespace sealgate::artifacts

#pragma once
// Somebody's SFTP server: where it is, what it must show, and as whom we come.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace sealgate::adapters::sftp {

/// What proves that the server is the partner's. One of the two lists of keys, unless nothing is checked.
struct HostKeys {
  std::vector<std::string> fingerprints;  ///< "SHA256:" and base64, as `ssh-keygen -l` shows them; any of them
  std::string known_hosts;                ///< path of a file of OpenSSH's format
  bool check = true;
};

struct Server {
  std::string host;  ///< name or numeric address, IPv6 without brackets
  int port = 22;
  HostKeys host_keys;
  std::chrono::milliseconds connect_timeout{30'000};  ///< name resolution and TCP
  std::chrono::milliseconds login_timeout{30'000};    ///< SSH handshake and authentication
  std::chrono::milliseconds stall_timeout{60'000};    ///< for a command, and between two bytes of a transfer

  /// "sftp://host:port", with brackets around an IPv6 address.
  std::string url() const;
  /// "sftp://host:port/path", for messages.
  std::string url(std::string_view path) const;
};

/// Either or both of password and key. The password answers keyboard-interactive questions, too.
struct Login {
  std::string user;
  std::shared_ptr<const Secret> password;
  std::shared_ptr<const Secret> key;  ///< the whole file of a private key: PEM or OpenSSH's format
  std::shared_ptr<const Secret> key_passphrase;

  bool is_same(const Login& other) const;
};

}  // namespace sealgate::adapters::sftp

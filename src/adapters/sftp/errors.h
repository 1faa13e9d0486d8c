#pragma once
// Error codes of adapters/sftp/.

#include "base/error.h"

namespace sealgate::adapters::sftp {

inline constexpr ErrorCode kUnreachable{"adapter.sftp.unreachable", ErrorClass::Transport};
/// A phase (connecting, logging in, a command or a transfer without a byte) took longer than allowed.
inline constexpr ErrorCode kTimeout{"adapter.sftp.timeout", ErrorClass::Transport};
/// There is no SSH behind the port, both sides have no algorithm in common, or the server takes no more logins now.
inline constexpr ErrorCode kNoHandshake{"adapter.sftp.no-handshake", ErrorClass::Transport};
/// Nobody vouches for the key that the server shows.
inline constexpr ErrorCode kHostKeyUnknown{"adapter.sftp.host-key-unknown", ErrorClass::Trust};
/// known_hosts has another key for this server.
inline constexpr ErrorCode kHostKeyChanged{"adapter.sftp.host-key-changed", ErrorClass::Trust};
inline constexpr ErrorCode kLoginRefused{"adapter.sftp.login-refused", ErrorClass::Transport};
/// No user name, or one with characters that no user name has.
inline constexpr ErrorCode kBadUser{"adapter.sftp.bad-user", ErrorClass::Usage};
inline constexpr ErrorCode kConnectionLost{"adapter.sftp.connection-lost", ErrorClass::Transport};
inline constexpr ErrorCode kNotFound{"adapter.sftp.not-found", ErrorClass::NotFound};
inline constexpr ErrorCode kDenied{"adapter.sftp.denied", ErrorClass::Transport};
/// A file of another message has the name already.
inline constexpr ErrorCode kExists{"adapter.sftp.exists", ErrorClass::Conflict};
inline constexpr ErrorCode kFull{"adapter.sftp.full", ErrorClass::Transport};
/// The server has less of the file than was sent.
inline constexpr ErrorCode kIncomplete{"adapter.sftp.incomplete", ErrorClass::Transport};
inline constexpr ErrorCode kChanged{"adapter.sftp.changed", ErrorClass::Conflict};
/// The names in the folder are more than 64 MiB, or one of them more than 64 KiB.
inline constexpr ErrorCode kListTooLarge{"adapter.sftp.list-too-large", ErrorClass::Policy};
inline constexpr ErrorCode kCancelled{"adapter.sftp.cancelled", ErrorClass::Transport};
/// A program error met the content of this file; it stays, and the other files go on.
inline constexpr ErrorCode kInternal{"adapter.sftp.internal", ErrorClass::Malformed};
/// The server refuses a command without saying why, or libcurl fails.
inline constexpr ErrorCode kFailed{"adapter.sftp.failed", ErrorClass::Transport};

}  // namespace sealgate::adapters::sftp

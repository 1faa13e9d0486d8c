#pragma once
// Small files with secrets in them: keys, PINs. Only a file that its owner alone can reach is read.

#include <string>
#include <tl/expected.hpp>

#include "base/secret.h"

namespace sealgate::io {

enum class PrivateFileOwner {
  Caller,  ///< must belong to the user that runs this process
  System   ///< handed over by the service manager, which decides who may read it (systemd's credentials)
};

/// Why a file was not read; callers make their own error of it.
struct PrivateFileFailure {
  enum class Kind { Missing, Unreadable, NotPrivate, TooLarge };
  Kind kind;
  std::string what;  ///< half a sentence: "can be reached by others than its owner"
};

/// At most `limit` bytes. Symbolic links, folders, pipes and devices are NotPrivate, and so is a file that anybody
/// but its owner can reach; what the system hands over may be open to a group. Never blocks.
tl::expected<Secret, PrivateFileFailure> read_private_file(const std::string& path, std::size_t limit,
                                                           PrivateFileOwner owner = PrivateFileOwner::Caller);

}  // namespace sealgate::io

#pragma once
// How a complete file gets its name, and how we know our own files again after a crash.

#include <string>
#include <string_view>

#include "adapters/file/folder.h"

namespace sealgate::adapters::file {

/// Writes `value` into the extended attribute user.sealgate.<key>; false when the file system has none.
bool set_mark(int fd, std::string_view key, const std::string& value);

struct Mark {
  bool supported = true;  ///< the file system keeps marks
  std::string value;      ///< empty: no such mark
};
Mark read_mark(int fd, std::string_view key);

/// Gives the file `from` the name `to` unless that exists: true = done, false = it exists. Atomic.
Result<bool> rename_new(const Folder& folder, const std::string& from, const std::string& to);
/// Gives the file `from` the name `to`, replacing what is there. Atomic.
Result<> rename_over(const Folder& folder, const std::string& from, const std::string& to);

}  // namespace sealgate::adapters::file

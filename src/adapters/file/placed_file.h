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

/// Gives the file `from` of `source` the name `to` in `folder` unless that exists: true = done, false = it exists.
/// Atomic.
Result<bool> rename_new(const Folder& source, const std::string& from, const Folder& folder, const std::string& to);
/// Likewise, replacing what is there. Atomic.
Result<> rename_over(const Folder& source, const std::string& from, const Folder& folder, const std::string& to);

}  // namespace sealgate::adapters::file

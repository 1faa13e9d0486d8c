#pragma once
// Lists that somebody puts into a folder.

#include <string>
#include <vector>

#include "certificates/crl.h"

namespace sealgate::revocation {

inline constexpr std::size_t kMaxFolderFiles = 1'000;

struct FolderLists {
  std::vector<certificates::Crl> lists = {};
  std::vector<Error> passed_over = {};  ///< files that are no lists, or too large
};

/// Every plain file of the folder; those whose name begins with a dot are passed over in silence, others that hold no
/// list are told. revocation.bad-folder when it cannot be read or holds more than kMaxFolderFiles.
Result<FolderLists> read_folder(const std::string& path);

/// Another text when a file was added, changed or removed; empty when the folder cannot be read.
std::string fingerprint_of_folder(const std::string& path);

}  // namespace sealgate::revocation

#pragma once
// What a backup consists of: MANIFEST, a text that says of every other file its SHA-256, size and path below the
// backup's folder, and ends with its own SHA-256.

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace sealgate::store::backup {

inline constexpr std::string_view kManifestName = "MANIFEST";

struct Entry {
  std::string path = {};  ///< relative, with '/': "sealgate.db", "bodies/…", "keys/…"
  std::uint64_t size = 0;
  std::string sha256 = {};  ///< lower-case hexadecimal
};

struct Manifest {
  Time created = {};
  std::vector<Entry> entries = {};
};

Result<> write_manifest(const std::filesystem::path& folder, const Manifest& manifest);
/// store.bad-backup when it is not there, cut short, changed, or names files outside of the folder.
Result<Manifest> read_manifest(const std::filesystem::path& folder);

/// What a file in the folder is.
Result<Entry> measure(const std::filesystem::path& folder, const std::string& path);
/// Copies a file durably, mode 0600, and says what was copied. Nothing remains when it fails.
Result<Entry> copy_file(const std::filesystem::path& source, const std::filesystem::path& folder,
                        const std::string& path);

}  // namespace sealgate::store::backup

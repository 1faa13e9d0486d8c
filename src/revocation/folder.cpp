#include "revocation/folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "io/file.h"
#include "revocation/errors.h"
#include "revocation/list_intake.h"

namespace sealgate::revocation {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> files_of(const std::string& path) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unreadable;
    if (entry->path().filename().string().starts_with('.') || !entry->is_regular_file(unreadable)) continue;
    if (files.size() >= kMaxFolderFiles) {
      return fail(kBadFolder, "the folder holds more than " + std::to_string(kMaxFolderFiles) + " files", path,
                  "name a folder that holds revocation lists only");
    }
    files.push_back(entry->path());
  }
  if (error) {
    return fail(kBadFolder, "the folder cannot be read: " + error.message(), path,
                "create it, or give the user who runs this the right to read it");
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

Result<FolderLists> read_folder(const std::string& path) {
  SG_TRY_ASSIGN(const auto files, files_of(path));
  FolderLists found;
  for (const fs::path& file : files) {
    auto bytes = io::read_file(file.string(), kMaxListBytes);
    auto lists = bytes ? read_lists(*bytes) : tl::unexpected<Error>(bytes.error());
    if (!lists) {
      found.passed_over.push_back(std::move(lists).error().at(file.string()));
      continue;
    }
    for (auto& list : *lists) found.lists.push_back(std::move(list));
  }
  return found;
}

std::string fingerprint_of_folder(const std::string& path) {
  const auto files = files_of(path);
  if (!files) return {};
  std::string text = "files";
  for (const fs::path& file : *files) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) continue;
    text += "\n" + file.filename().string() + " " + std::to_string(status.st_ino) + " " +
            std::to_string(status.st_size) + " " + std::to_string(status.st_mtim.tv_sec) + "." +
            std::to_string(status.st_mtim.tv_nsec);
  }
  return text;
}

}  // namespace sealgate::revocation

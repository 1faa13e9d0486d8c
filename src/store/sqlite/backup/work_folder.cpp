#include "store/sqlite/backup/work_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "io/file.h"
#include "store/common/commit_point.h"
#include "store/common/errors.h"

namespace sealgate::store::backup {
namespace {

tl::unexpected<Error> cannot(std::string_view what, const std::filesystem::path& path) {
  const int number = errno;
  return fail(number == ENOSPC ? kDiskFull : kCannotOpen,
              "cannot " + std::string(what) + ": " + std::generic_category().message(number), path.string(),
              "check the space and the permissions there");
}

Result<> flush_folder(const std::filesystem::path& path) {
  const io::FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || ::fsync(folder.get()) != 0) return cannot("flush the folder", path);
  return {};
}

}  // namespace

Result<WorkFolder> WorkFolder::create(const std::filesystem::path& target) {
  std::error_code problem;
  std::filesystem::path absolute = std::filesystem::absolute(target, problem).lexically_normal();
  if (!absolute.has_filename()) absolute = absolute.parent_path();
  const auto status = std::filesystem::symlink_status(absolute, problem);
  if (std::filesystem::exists(status) &&
      !(std::filesystem::is_directory(status) && std::filesystem::is_empty(absolute, problem))) {
    return fail(kNotEmpty, "it is there already and not empty", absolute.string(),
                "name a folder that is not there, or an empty one");
  }
  std::filesystem::create_directories(absolute.parent_path(), problem);
  std::string path = (absolute.parent_path() / ("." + absolute.filename().string() + "-XXXXXX")).string();
  if (::mkdtemp(path.data()) == nullptr) return cannot("create a folder", path);
  return WorkFolder(std::move(absolute), std::move(path));
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Result<> WorkFolder::make(const std::string& name) const {
  if (::mkdir((path_ / name).c_str(), 0700) != 0) return cannot("create a folder", path_ / name);
  return {};
}

Result<> WorkFolder::commit() {
  SG_TRY(flush_folder(path_));
  commit_point("work-folder.filled");
  if (::rename(path_.c_str(), target_.c_str()) != 0) return cannot("give the folder its name", target_);
  path_.clear();
  commit_point("work-folder.named");
  return flush_folder(target_.parent_path());
}

}  // namespace sealgate::store::backup

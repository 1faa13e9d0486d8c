#include "adapters/file/placed_file.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "adapters/file/errors.h"

namespace sealgate::adapters::file {

namespace {

std::string attribute(std::string_view key) {
  return "user.sealgate." + std::string(key);
}

tl::unexpected<Error> cannot_rename(const Folder& folder, const std::string& to, int error) {
  if (error == EXDEV) {
    return fail(kOtherDisk, "the temporary folder is on another file system than the folder", folder.full_name(to),
                "choose a temporary_folder on the file system of the folder: only there a file moves as a whole");
  }
  return fail(kFailed, std::string("the file cannot get its name: ") + std::strerror(error), folder.full_name(to),
              "check access to the folder, and that no folder has this name");
}

}  // namespace

bool set_mark(int fd, std::string_view key, const std::string& value) {
  return ::fsetxattr(fd, attribute(key).c_str(), value.data(), value.size(), 0) == 0;
}

Mark read_mark(int fd, std::string_view key) {
  std::array<char, 512> value{};
  const ssize_t size = ::fgetxattr(fd, attribute(key).c_str(), value.data(), value.size());
  if (size >= 0) return {true, std::string(value.data(), static_cast<std::size_t>(size))};
  return {errno == ENODATA || errno == ERANGE, {}};
}

Result<bool> rename_new(const Folder& source, const std::string& from, const Folder& folder, const std::string& to) {
  if (::renameat2(source.fd(), from.c_str(), folder.fd(), to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno != EINVAL && errno != ENOSYS) return cannot_rename(folder, to, errno);
  // Older network file systems: a link does not replace either, but leaves two names for a moment.
  if (::linkat(source.fd(), from.c_str(), folder.fd(), to.c_str(), 0) != 0) {
    if (errno == EEXIST) return false;
    return cannot_rename(folder, to, errno);
  }
  ::unlinkat(source.fd(), from.c_str(), 0);
  return true;
}

Result<> rename_over(const Folder& source, const std::string& from, const Folder& folder, const std::string& to) {
  if (::renameat(source.fd(), from.c_str(), folder.fd(), to.c_str()) == 0) return {};
  return cannot_rename(folder, to, errno);
}

}  // namespace sealgate::adapters::file

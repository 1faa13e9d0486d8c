#include "io/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.h"
#include "io/file.h"

namespace sealgate::io {
namespace {

using Kind = PrivateFileFailure::Kind;

tl::unexpected<PrivateFileFailure> refuse(Kind kind, std::string what) {
  return tl::unexpected(PrivateFileFailure{kind, std::move(what)});
}

}  // namespace

tl::expected<Secret, PrivateFileFailure> read_private_file(const std::string& path, std::size_t limit,
                                                           PrivateFileOwner owner) {
  // O_NONBLOCK: a pipe of that name must not hold us up.
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.valid()) {
    if (errno == ELOOP) return refuse(Kind::NotPrivate, "is a symbolic link");
    if (errno == ENOENT) return refuse(Kind::Missing, "does not exist");
    return refuse(Kind::Unreadable, "cannot be read: " + std::generic_category().message(errno));
  }
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return refuse(Kind::NotPrivate, "is no plain file");
  const mode_t shut = owner == PrivateFileOwner::Caller ? S_IRWXG | S_IRWXO : S_IRWXO;
  if ((status.st_mode & shut) != 0) return refuse(Kind::NotPrivate, "can be reached by others than its owner");
  if (owner == PrivateFileOwner::Caller && status.st_uid != ::geteuid()) {
    return refuse(Kind::NotPrivate, "belongs to another user");
  }
  Secret bytes(limit + 1);
  std::size_t size = 0;
  while (size < bytes.size()) {
    const auto more = read_some(fd.get(), {bytes.data() + size, bytes.size() - size}, path);
    if (!more) return refuse(Kind::Unreadable, more.error().what);
    if (*more == 0) break;
    size += *more;
  }
  if (size > limit) return refuse(Kind::TooLarge, "has more than " + std::to_string(limit) + " bytes");
  bytes.resize(size);
  return bytes;
}

}  // namespace sealgate::io

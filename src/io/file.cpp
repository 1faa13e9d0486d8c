#include "io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/secret.h"
#include "io/errors.h"

namespace sealgate::io {
namespace {

constexpr std::size_t kBlock = std::size_t{256} * 1024;

std::string reason(int number) {
  return std::strerror(number);
}  // NOLINT(concurrency-mt-unsafe): glibc's is safe

tl::unexpected<Error> write_failure(int number, const std::string& path) {
  if (number == ENOSPC || number == EDQUOT) {
    return fail(kDiskFull, "no space left while writing", path, "free space on that file system and try again");
  }
  return fail(kWriteFailed, "cannot write: " + reason(number), path, "check the path and its permissions");
}

std::string parent_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.release();
  }
  return *this;
}

FileDescriptor::~FileDescriptor() {
  close();
}

void FileDescriptor::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<FileDescriptor> open_input(const std::string& path) {
  if (path == "-") {
    FileDescriptor copy(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!copy.valid()) return fail(kCannotOpen, "standard input is closed", "-", "pipe the input in, or name a file");
    return copy;
  }
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    return fail(kCannotOpen, "cannot open for reading: " + reason(errno), path, "check the path and its permissions");
  }
  struct stat status {};
  if (::fstat(fd.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return fail(kIsDirectory, "this is a directory, a file was expected", path, "name a file in it");
  }
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  return fd;
}

Result<std::size_t> read_some(int fd, std::span<Byte> into, const std::string& path) {
  for (;;) {
    const ssize_t got = ::read(fd, into.data(), into.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return fail(kReadFailed, "cannot read: " + reason(errno), path);
  }
}

Result<> pump(int fd, Sink& sink, const std::string& path) {
  Bytes block(kBlock);
  for (;;) {
    SG_TRY_ASSIGN(const std::size_t got, read_some(fd, block, path));
    if (got == 0) return sink.finish();
    SG_TRY(sink.write(ByteView(block.data(), got)));
  }
}

Result<Bytes> read_file(const std::string& path, std::size_t limit) {
  SG_TRY_ASSIGN(const FileDescriptor fd, open_input(path));
  Bytes content;
  Bytes block(kBlock);
  for (;;) {
    SG_TRY_ASSIGN(const std::size_t got, read_some(fd.get(), block, path));
    if (got == 0) return content;
    if (content.size() + got > limit) {
      return fail(kFileTooLarge, "file is larger than the " + std::to_string(limit) + " bytes allowed here", path);
    }
    append(content, ByteView(block.data(), got));
  }
}

Result<> write_all(int fd, ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0) {
      if (errno == EINTR) continue;
      return write_failure(errno, path);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return {};
}

Result<> write_file_atomically(const std::string& path, ByteView content, unsigned mode) {
  SG_TRY_ASSIGN(const auto file, OutputFile::create(path, mode));
  SG_TRY(file->write(content));
  SG_TRY(file->finish());
  return file->commit(true);
}

Result<std::unique_ptr<OutputFile>> OutputFile::create(const std::string& path, unsigned mode) {
  std::unique_ptr<OutputFile> file(new OutputFile());
  file->path_ = path;
  file->mode_ = mode;
  file->to_stdout_ = path == "-";
  std::error_code ignored;
  if (!file->to_stdout_ && std::filesystem::is_directory(path, ignored)) {
    return fail(kIsDirectory, "this is a directory, an output file was expected", path, "name a file in it");
  }
  const std::string directory = file->to_stdout_ ? default_spool_directory().string() : parent_of(path);
  file->fd_ = FileDescriptor(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file->fd_.valid() && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    std::string name = directory + "/.sealgate-XXXXXX";
    file->fd_ = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (file->fd_.valid()) {
      if (file->to_stdout_) {
        ::unlink(name.c_str());
      } else {
        file->temporary_ = name;
      }
    }
  }
  if (!file->fd_.valid()) {
    if (errno == ENOSPC || errno == EDQUOT) return write_failure(errno, path);
    return fail(kCannotOpen, "cannot create the output: " + reason(errno), path,
                "check that the folder exists and may be written");
  }
  return file;
}

OutputFile::~OutputFile() {
  if (!committed_ && !temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<> OutputFile::write(ByteView bytes) {
  return write_all(fd_.get(), bytes, path_);
}

Result<> OutputFile::finish() {
  return {};
}

Result<> OutputFile::link_into_place() {
  if (::fchmod(fd_.get(), mode_) != 0) return write_failure(errno, path_);
  if (temporary_.empty()) {
    // linkat() cannot replace, so give the content a hidden name first and rename that.
    const std::string source = "/proc/self/fd/" + std::to_string(fd_.get());
    for (unsigned attempt = 0;; ++attempt) {
      temporary_ = parent_of(path_) + "/.sealgate-" + std::to_string(::getpid()) + "-" + std::to_string(fd_.get()) +
                   "-" + std::to_string(attempt);
      if (::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) == 0) break;
      if (errno != EEXIST || attempt == 1000) {
        const int number = errno;
        temporary_.clear();
        return write_failure(number, path_);
      }
    }
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return write_failure(errno, path_);
  return {};
}

Result<> OutputFile::commit(bool durable) {
  if (to_stdout_) {
    if (::lseek(fd_.get(), 0, SEEK_SET) != 0) return fail(kReadFailed, "cannot rewind: " + reason(errno), path_);
    Bytes block(kBlock);
    for (;;) {
      SG_TRY_ASSIGN(const std::size_t got, read_some(fd_.get(), block, path_));
      if (got == 0) break;
      SG_TRY(write_all(STDOUT_FILENO, ByteView(block.data(), got), "standard output"));
    }
    committed_ = true;
    return {};
  }
  if (durable && ::fdatasync(fd_.get()) != 0) return write_failure(errno, path_);
  SG_TRY(link_into_place());
  committed_ = true;
  if (durable) {
    const FileDescriptor directory(::open(parent_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.valid() || ::fsync(directory.get()) != 0) return write_failure(errno, path_);
  }
  return {};
}

Spool::~Spool() {
  wipe(memory_.data(), memory_.size());
}

Result<> Spool::write(ByteView bytes) {
  if (!fd_.valid()) {
    if (memory_.size() + bytes.size() <= memory_limit_) {
      if (memory_.empty()) memory_.reserve(std::min(memory_limit_, bytes.size()));
      append(memory_, bytes);
      size_ += bytes.size();
      return {};
    }
    fd_ = FileDescriptor(::open(directory_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!fd_.valid() && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
      std::string name = directory_.string() + "/.sealgate-spool-XXXXXX";
      fd_ = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
      if (fd_.valid()) ::unlink(name.c_str());
    }
    if (!fd_.valid()) return write_failure(errno, directory_.string());
    SG_TRY(write_all(fd_.get(), memory_, directory_.string()));
    wipe(memory_.data(), memory_.size());
    Bytes().swap(memory_);
  }
  SG_TRY(write_all(fd_.get(), bytes, directory_.string()));
  size_ += bytes.size();
  return {};
}

Result<> Spool::copy_to(Sink& sink) const {
  if (!fd_.valid()) return sink.write(memory_);
  Bytes block(kBlock);
  std::uint64_t offset = 0;
  while (offset < size_) {
    const ssize_t got = ::pread(fd_.get(), block.data(), block.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return fail(kReadFailed, "cannot read back the spool: " + reason(errno), directory_.string());
    SG_TRY(sink.write(ByteView(block.data(), static_cast<std::size_t>(got))));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

Result<Bytes> Spool::read(std::uint64_t offset, std::size_t most) const {
  const std::uint64_t left = size_ - std::min(size_, offset);
  Bytes bytes(static_cast<std::size_t>(std::min<std::uint64_t>(left, most)));
  std::size_t done = 0;
  if (!fd_.valid()) {
    std::copy_n(memory_.begin() + static_cast<std::ptrdiff_t>(offset), bytes.size(), bytes.begin());
    return bytes;
  }
  while (done < bytes.size()) {
    const ssize_t got =
        ::pread(fd_.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return fail(kReadFailed, "cannot read back the spool: " + reason(errno), directory_.string());
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<> Spool::replay(Sink& sink) const {
  SG_TRY(copy_to(sink));
  return sink.finish();
}

std::filesystem::path default_spool_directory() {
  const char* configured = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): nothing of ours calls setenv
  return configured != nullptr && *configured != '\0' ? configured : "/var/tmp";
}

}  // namespace sealgate::io

#include "store/body_spool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "store/errors.h"

namespace sealgate::store {
namespace {

constexpr std::size_t kBlock = std::size_t{256} * 1024;

Error disk_error(int number, const std::string& path) {
  const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  return Error{
      full ? kDiskFull : kIoFailed, "cannot write: " + std::generic_category().message(number), path,
      full ? "free space on the disk of the data folder" : "check the disk and the permissions of the data folder"};
}

// The message's own code, so that callers see one kind of full disk whatever wrote to it.
Error as_store_error(const Error& error) {
  if (error.code.id == "io.disk-full") return Error{kDiskFull, error.what, error.where, error.remedy};
  return error;
}

class SpoolWriter final : public messaging::BodyWriter {
 public:
  SpoolWriter(std::filesystem::path directory, std::size_t inline_limit)
      : directory_(std::move(directory)), inline_limit_(inline_limit) {}

  ~SpoolWriter() override {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }

  Result<> write(ByteView bytes) override {
    if (bytes.empty()) return {};
    digest_.update(bytes);
    size_ += bytes.size();
    if (!file_.valid() && memory_.size() + bytes.size() <= inline_limit_) {
      append(memory_, bytes);
      return {};
    }
    if (!file_.valid()) {
      SG_TRY(open_file());
      SG_TRY(put(memory_));
      Bytes().swap(memory_);
    }
    return put(bytes);
  }

  Result<> finish() override {
    // Here, on the thread of the writer, so that the commit waits for names only.
    if (file_.valid() && ::fdatasync(file_.get()) != 0) return fail(disk_error(errno, directory_.string()));
    SG_TRY_ASSIGN(const crypto::DigestValue value, digest_.finish());
    sha256_.assign(value.view().begin(), value.view().end());
    return {};
  }

  messaging::BodyRef take() override {
    auto body = std::make_shared<StagedBody>(std::move(memory_), std::move(file_), std::move(temporary_), size_,
                                             std::move(sha256_));
    temporary_.clear();
    return body;
  }

 private:
  Result<> put(ByteView bytes) {
    auto written = io::write_all(file_.get(), bytes, directory_.string());
    if (!written) return fail(as_store_error(written.error()));
    return {};
  }

  Result<> open_file() {
    file_ = io::FileDescriptor(::open(directory_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!file_.valid() && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
      std::string name = (directory_ / ".writing-XXXXXX").string();
      file_ = io::FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
      if (file_.valid()) temporary_ = name;
    }
    if (!file_.valid()) return fail(disk_error(errno, directory_.string()));
    return {};
  }

  std::filesystem::path directory_;
  std::size_t inline_limit_;
  crypto::Digest digest_{crypto::DigestAlgorithm::Sha256};
  Bytes memory_;
  io::FileDescriptor file_;
  std::string temporary_;
  std::uint64_t size_ = 0;
  Bytes sha256_;
};

}  // namespace

StagedBody::StagedBody(Bytes memory, io::FileDescriptor file, std::string temporary, std::uint64_t size, Bytes sha256)
    : memory_(std::move(memory)),
      file_(std::move(file)),
      temporary_(std::move(temporary)),
      size_(size),
      sha256_(std::move(sha256)) {}

StagedBody::~StagedBody() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<> StagedBody::copy_to(Sink& sink) const {
  if (in_memory()) return sink.write(memory_);
  Bytes block(kBlock);
  std::uint64_t offset = 0;
  while (offset < size_) {
    const ssize_t got = ::pread(file_.get(), block.data(), block.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      return fail(kIoFailed,
                  "cannot read back a spooled body: " + std::generic_category().message(got < 0 ? errno : EIO));
    }
    SG_TRY(sink.write(ByteView(block.data(), static_cast<std::size_t>(got))));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

std::unique_ptr<messaging::BodyWriter> BodySpool::create() const {
  return std::make_unique<SpoolWriter>(directory_, inline_limit_);
}

Result<std::string> BodySpool::link(const StagedBody& body, std::string name) {
  const std::string source = "/proc/self/fd/" + std::to_string(body.descriptor());
  const std::string target = (directory_ / name).string();
  if (::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, target.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    return fail(disk_error(errno, target));
  }
  dirty_.store(true);
  return name;
}

Result<> BodySpool::sync() {
  if (!dirty_.exchange(false)) return {};
  const io::FileDescriptor directory(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.valid() && ::fsync(directory.get()) == 0) return {};
  const int number = errno;
  dirty_.store(true);
  return fail(disk_error(number, directory_.string()));
}

void BodySpool::unlink(const std::string& name) const {
  ::unlink((directory_ / name).c_str());
}

}  // namespace sealgate::store

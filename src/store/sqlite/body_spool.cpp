#include "store/sqlite/body_spool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <system_error>

#include "store/common/errors.h"

namespace sealgate::store {
namespace {

constexpr std::size_t kBlock = std::size_t{256} * 1024;
constexpr std::size_t kGrows = std::size_t{64} * 1024;

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

Result<> link_descriptor(int descriptor, const std::string& target) {
  const std::string source = "/proc/self/fd/" + std::to_string(descriptor);
  if (::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, target.c_str(), AT_SYMLINK_FOLLOW) == 0) return {};
  return fail(disk_error(errno, target));
}

constexpr const char* kLockName = "backup.lock";

io::FileDescriptor open_lock(const std::filesystem::path& data) {
  return io::FileDescriptor(::open((data / kLockName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
}

Result<> put(const io::FileDescriptor& file, ByteView bytes, const std::filesystem::path& directory) {
  auto written = io::write_all(file.get(), bytes, directory.string());
  if (!written) return fail(as_store_error(written.error()));
  return {};
}

/// Moves what is in memory to a new file of `directory`; whatever fails leaves it in memory.
Result<> move_to_file(StagedBody::Content& content, SpoolUse& use, const std::filesystem::path& directory) {
  std::string path;
  io::FileDescriptor file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file.valid() && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    std::string name = (directory / ".writing-XXXXXX").string();
    file = io::FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (file.valid()) path = name;
  }
  if (!file.valid()) return fail(disk_error(errno, directory.string()));
  if (auto written = put(file, content.memory, directory); !written) {
    if (!path.empty()) ::unlink(path.c_str());
    return written;
  }
  content.file = std::move(file);
  content.path = std::move(path);
  ++use.open;
  use.memory -= content.memory.size();
  Bytes().swap(content.memory);
  return {};
}

/// The hidden name stands for the descriptor from then on.
Result<> close_file(StagedBody::Content& content, SpoolUse& use, const std::filesystem::path& directory) {
  if (content.path.empty()) {
    std::string name = (directory / (".staged-" + to_hex(content.sha256).substr(0, 16) + "-")).string();
    static std::atomic<std::uint64_t> number{0};
    name += std::to_string(::getpid()) + "-" + std::to_string(++number);
    SG_TRY(link_descriptor(content.file.get(), name));
    content.path = std::move(name);
  }
  content.file.close();
  --use.open;
  return {};
}

class SpoolWriter final : public messaging::BodyWriter {
 public:
  SpoolWriter(std::filesystem::path directory, std::shared_ptr<SpoolUse> use)
      : directory_(std::move(directory)), use_(std::move(use)) {}

  ~SpoolWriter() override {
    use_->memory -= content_.memory.size();
    if (content_.file.valid()) --use_->open;
    if (!content_.path.empty()) ::unlink(content_.path.c_str());
  }

  Result<> write(ByteView bytes) override {
    if (bytes.empty()) return {};
    digest_.update(bytes);
    content_.size += bytes.size();
    if (!content_.file.valid() && content_.memory.size() + bytes.size() <= StagedBody::kMaximumStaged &&
        reserve(bytes.size())) {
      // Growing step by step would copy it again and again; pages that are not written take no memory.
      if (content_.size > kGrows) content_.memory.reserve(StagedBody::kMaximumStaged);
      append(content_.memory, bytes);
      return {};
    }
    if (!content_.file.valid()) SG_TRY(move_to_file(content_, *use_, directory_));
    return put(content_.file, bytes, directory_);
  }

  Result<> finish() override {
    SG_TRY_ASSIGN(const crypto::DigestValue value, digest_.finish());
    content_.sha256.assign(value.view().begin(), value.view().end());
    if (!content_.file.valid() || use_->open <= StagedBody::kMaximumOpen) return {};
    return close_file(content_, *use_, directory_);
  }

  messaging::BodyRef take() override {
    auto body = std::make_shared<StagedBody>(std::move(content_), use_);
    content_ = {};
    return body;
  }

 private:
  bool reserve(std::size_t bytes) {
    if ((use_->memory += bytes) <= StagedBody::kMaximumMemory) return true;
    use_->memory -= bytes;
    return false;
  }

  std::filesystem::path directory_;
  std::shared_ptr<SpoolUse> use_;
  crypto::Digest digest_{crypto::DigestAlgorithm::Sha256};
  StagedBody::Content content_;
};

}  // namespace

StagedBody::~StagedBody() {
  use_->memory -= content_.memory.size();
  if (content_.file.valid()) --use_->open;
  if (!content_.path.empty()) ::unlink(content_.path.c_str());
}

Result<> StagedBody::settle(const std::filesystem::path& directory, std::size_t inline_limit) const {
  const std::scoped_lock lock(settling_);
  if (settled_) return {};
  if (in_memory() && content_.memory.size() > inline_limit) SG_TRY(move_to_file(content_, *use_, directory));
  if (!in_memory()) {
    io::FileDescriptor opened;
    if (!content_.file.valid()) {
      SG_TRY_ASSIGN(opened, io::open_input(content_.path));
    }
    const int descriptor = opened.valid() ? opened.get() : content_.file.get();
    if (::fdatasync(descriptor) != 0) return fail(disk_error(errno, directory.string()));
    if (content_.file.valid() && use_->open > kMaximumOpen) SG_TRY(close_file(content_, *use_, directory));
  }
  settled_ = true;
  return {};
}

bool StagedBody::link_to(const std::string& target) const {
  if (!content_.path.empty()) return ::link(content_.path.c_str(), target.c_str()) == 0;
  return link_descriptor(content_.file.get(), target).has_value();
}

Result<> StagedBody::copy_to(Sink& sink) const {
  if (in_memory()) return sink.write(content_.memory);
  io::FileDescriptor opened;
  if (!content_.file.valid()) {
    SG_TRY_ASSIGN(opened, io::open_input(content_.path));
  }
  const int descriptor = opened.valid() ? opened.get() : content_.file.get();
  Bytes block(kBlock);
  std::uint64_t offset = 0;
  while (offset < content_.size) {
    const ssize_t got = ::pread(descriptor, block.data(), block.size(), static_cast<off_t>(offset));
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
  return std::make_unique<SpoolWriter>(directory_, use_);
}

Result<std::string> BodySpool::link(const StagedBody& body, std::string name) {
  const std::string target = (directory_ / name).string();
  if (!body.link_to(target)) return fail(disk_error(errno, target));
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

io::FileDescriptor BodySpool::try_alone() const {
  io::FileDescriptor file = open_lock(directory_.parent_path());
  if (file.valid() && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) file.close();
  return file;
}

void BodySpool::remove(std::vector<std::string> names) {
  const std::scoped_lock lock(removed_mutex_);
  removed_.insert(removed_.end(), std::make_move_iterator(names.begin()), std::make_move_iterator(names.end()));
  if (removed_.empty()) return;
  const io::FileDescriptor alone = try_alone();
  if (!alone.valid()) return;
  for (const std::string& name : removed_) unlink(name);
  removed_.clear();
}

Result<io::FileDescriptor> hold_bodies(const std::filesystem::path& data) {
  io::FileDescriptor file = open_lock(data);
  if (!file.valid() || ::flock(file.get(), LOCK_SH) != 0) {
    return fail(disk_error(errno, (data / kLockName).string()));
  }
  return file;
}

void BodySpool::unlink(const std::string& name) const {
  ::unlink((directory_ / name).c_str());
}

}  // namespace sealgate::store

#include "adapters/file/file_sender.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <optional>

#include "adapters/file/errors.h"
#include "adapters/file/placed_file.h"

namespace sealgate::adapters::file {

namespace {

constexpr std::string_view kDeliveryMark = "delivery";
constexpr std::string_view kAppendMark = "append";
constexpr std::chrono::seconds kLongestLockWait{30};

class DescriptorSink final : public Sink {
 public:
  DescriptorSink(int fd, std::string path, const std::atomic<bool>& cancelled)
      : fd_(fd), path_(std::move(path)), cancelled_(cancelled) {}
  Result<> write(ByteView bytes) override {
    if (cancelled_) return fail(kCancelled, "the delivery was cancelled", path_);
    return io::write_all(fd_, bytes, path_);
  }
  Result<> finish() override {
    finished_ = true;
    return {};
  }
  bool finished() const { return finished_; }

 private:
  int fd_;
  std::string path_;
  const std::atomic<bool>& cancelled_;
  bool finished_ = false;
};

tl::unexpected<Error> failed(const char* what, const std::string& path) {
  return fail(kFailed, std::string(what) + ": " + std::strerror(errno), path,
              "check access to the folder and its disk");
}

Result<> pump_into(OutboundMessage& message, int fd, const std::string& path, const std::atomic<bool>& cancelled) {
  DescriptorSink sink(fd, path, cancelled);
  SG_TRY(message.pump(sink));
  if (!sink.finished()) return fail(kFailed, "the message ended before its end", path);
  return {};
}

Result<> sync(int fd, const std::string& path) {
  if (::fsync(fd) != 0) return failed("the file cannot be made durable", path);
  return {};
}

/// Ours from an earlier attempt of the same delivery: complete, since files get their name last.
Result<bool> is_delivered(const Folder& folder, const ExpandedName& target, std::string_view delivery_id) {
  const io::FileDescriptor fd(
      ::openat(folder.fd(), target.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd.valid()) return false;
  const Mark mark = read_mark(fd.get(), kDeliveryMark);
  if (mark.value != delivery_id && (mark.supported || !target.unique)) return false;
  SG_TRY(sync(fd.get(), folder.full_name(target.name)));
  return true;
}

/// Removes the temporary file on every way out that did not rename it.
class TemporaryFile {
 public:
  TemporaryFile(const Folder& folder, std::string_view delivery_id)
      : folder_(folder), name_(temporary_name(delivery_id)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (fd_.valid()) ::unlinkat(folder_.fd(), name_.c_str(), 0);
  }
  Result<> create() {
    // A leftover is removed, not truncated: after a crash between link and unlink it is another name of the delivered
    // file.
    ::unlinkat(folder_.fd(), name_.c_str(), 0);
    fd_ = io::FileDescriptor(
        ::openat(folder_.fd(), name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd_.valid()) return failed("the file cannot be created", folder_.full_name(name_));
    return {};
  }
  int fd() const { return fd_.get(); }
  const std::string& name() const { return name_; }
  void renamed() { fd_.close(); }

 private:
  const Folder& folder_;
  std::string name_;
  io::FileDescriptor fd_;
};

tl::unexpected<Error> exists(const std::string& path) {
  return fail(kExists, "a file of this name exists already", path,
              "take the file away, put %MessageID% into the file name, or choose another copy mode");
}

/// Like flock, but gives up when told to or after half a minute.
Result<> lock(int fd, const std::string& path, const std::atomic<bool>& cancelled) {
  const auto deadline = std::chrono::steady_clock::now() + kLongestLockWait;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return failed("the file cannot be locked", path);
    if (cancelled) return fail(kCancelled, "the delivery was cancelled", path);
    if (std::chrono::steady_clock::now() > deadline) {
      return fail(kBusy, "another process keeps the file locked", path, "find out who writes to this file");
    }
    const timespec pause{0, 10'000'000};
    ::nanosleep(&pause, nullptr);
  }
  return {};
}

/// State of an appending delivery, kept with the file: "<writing|done> <offset> <delivery id>".
struct AppendMark {
  bool writing = false;
  off_t offset = 0;
  std::string delivery_id;

  static AppendMark parse(const std::string& text) {
    AppendMark mark;
    const std::size_t first = text.find(' ');
    const std::size_t second = first == std::string::npos ? first : text.find(' ', first + 1);
    if (second == std::string::npos || second == first + 1) return mark;
    for (const char c : text.substr(first + 1, second - first - 1)) {
      if (c < '0' || c > '9' || mark.offset > (off_t{1} << 56)) return {};
      mark.offset = mark.offset * 10 + (c - '0');
    }
    mark.writing = text.substr(0, first) == "writing";
    mark.delivery_id = text.substr(second + 1);
    return mark;
  }
  std::string to_text() const {
    return (writing ? "writing " : "done ") + std::to_string(offset) + " " + delivery_id;
  }
};

}  // namespace

FileSender::FileSender(FileSendOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

void FileSender::cancel() {
  cancelled_ = true;
}

Result<ExpandedName> FileSender::name_of(const OutboundMessage& message, Time time) const {
  return expand_file_name(options_.file_name, message, options_.destination, time);
}

SendOutcome FileSender::send(OutboundMessage& message) {
  // Not the time of this attempt: a repeated one must find the file that an earlier one made before it was cut off.
  auto target = name_of(message, message.created().value_or(clock_.now()));
  if (!target) return SendOutcome::permanent(target.error());
  const auto folder = Folder::open(options_.folder, options_.create_folder);
  if (!folder) return SendOutcome::retry(folder.error());
  auto done = options_.copy_mode == CopyMode::Append ? append(message, *folder, target->name)
                                                     : place(message, *folder, *target);
  if (!done && done.error().code == kExists) {
    // Another message of the same second has that name for good; this one would never get through with it.
    auto later = name_of(message, clock_.now());
    if (later && later->name != target->name) {
      target = std::move(later);
      done = place(message, *folder, *target);
    }
  }
  ContextEntries details{{"FILE.SentFileName", folder->full_name(target->name)}};
  if (!done && done.error().code == kOtherDisk) return SendOutcome::permanent(done.error(), std::move(details));
  if (!done) return SendOutcome::retry(done.error(), std::move(details));
  return SendOutcome::delivered(std::move(details));
}

Result<> FileSender::place(OutboundMessage& message, const Folder& folder, const ExpandedName& target) {
  const std::string path = folder.full_name(target.name);
  if (options_.copy_mode == CopyMode::CreateNew && folder.status(target.name)) {
    SG_TRY_ASSIGN(const bool delivered, is_delivered(folder, target, message.delivery_id()));
    if (delivered) return folder.sync();
    return exists(path);
  }
  std::optional<Folder> elsewhere;
  if (!options_.temporary_folder.empty()) {
    SG_TRY_ASSIGN(elsewhere, Folder::open(options_.temporary_folder));
  }
  const Folder& source = elsewhere ? *elsewhere : folder;
  TemporaryFile temporary(source, message.delivery_id());
  SG_TRY(temporary.create());
  SG_TRY(pump_into(message, temporary.fd(), path, cancelled_));
  if (::fchmod(temporary.fd(), options_.mode) != 0) return failed("the file's mode cannot be set", path);
  set_mark(temporary.fd(), kDeliveryMark, std::string(message.delivery_id()));
  SG_TRY(sync(temporary.fd(), path));
  if (options_.copy_mode == CopyMode::CreateNew) {
    SG_TRY_ASSIGN(const bool placed, rename_new(source, temporary.name(), folder, target.name));
    if (!placed) return exists(path);
  } else {
    SG_TRY(rename_over(source, temporary.name(), folder, target.name));
  }
  temporary.renamed();
  return folder.sync();
}

Result<> FileSender::append(OutboundMessage& message, const Folder& folder, const std::string& name) {
  const std::string path = folder.full_name(name);
  const io::FileDescriptor fd(::openat(
      folder.fd(), name.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, options_.mode));
  if (!fd.valid()) return failed("the file cannot be opened", path);
  SG_TRY(lock(fd.get(), path, cancelled_));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail(kNoRegularFile, "the target is no regular file", path, "choose another file name");
  }
  AppendMark mark = AppendMark::parse(read_mark(fd.get(), kAppendMark).value);
  if (mark.writing && mark.offset < status.st_size) {
    if (::ftruncate(fd.get(), mark.offset) != 0) return failed("a half appended message cannot be cut off", path);
    status.st_size = mark.offset;
  }
  if (!mark.writing && mark.delivery_id == message.delivery_id()) {
    SG_TRY(sync(fd.get(), path));
    return folder.sync();
  }
  mark = {true, status.st_size, std::string(message.delivery_id())};
  const bool marked = set_mark(fd.get(), kAppendMark, mark.to_text());
  if (marked) SG_TRY(sync(fd.get(), path));
  Result<> written = pump_into(message, fd.get(), path, cancelled_);
  if (written) written = sync(fd.get(), path);
  if (!written) {
    // Nothing of a failed attempt stays; should this fail too, the mark lets the next one do it.
    if (::ftruncate(fd.get(), status.st_size) == 0 && marked) set_mark(fd.get(), kAppendMark, "");
    return written;
  }
  mark.writing = false;
  if (marked) {
    set_mark(fd.get(), kAppendMark, mark.to_text());
    SG_TRY(sync(fd.get(), path));
  }
  return folder.sync();
}

}  // namespace sealgate::adapters::file

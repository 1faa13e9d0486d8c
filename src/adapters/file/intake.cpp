#include "adapters/file/intake.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <new>
#include <set>
#include <utility>

#include "adapters/file/errors.h"
#include "adapters/file/removal.h"
#include "base/log.h"
#include "io/errors.h"

namespace sealgate::adapters::file {

namespace {

constexpr std::size_t kReadSize = std::size_t{256} * 1024;
/// For an empty file when the system cannot tell whether somebody is about to write it.
constexpr std::chrono::minutes kEmptyGrace{1};
constexpr std::size_t kMaxName = 255;

Time modified_at(const FileStamp& stamp) {
  return Time(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(stamp.modified_ns)));
}

std::string mask_list(const std::vector<std::string>& masks) {
  std::string text;
  for (const std::string& mask : masks) text.append(text.empty() ? "" : ",").append(mask);
  return text;
}

std::int64_t created_ns(int fd) {
  struct statx status {};
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &status) != 0 || (status.stx_mask & STATX_BTIME) == 0) return 0;
  return static_cast<std::int64_t>(status.stx_btime.tv_sec) * 1'000'000'000 + status.stx_btime.tv_nsec;
}

/// The fault of the file itself (too large, unreadable), not of the store that is to take it.
bool is_about_the_file(const Error& error) {
  switch (error.code.error_class) {
    case ErrorClass::Transport:
    case ErrorClass::NotFound:
    case ErrorClass::Conflict:
      return false;
    case ErrorClass::Environment:
      return error.code == io::kReadFailed;
    default:
      return true;
  }
}

}  // namespace

std::string identity_key(const FolderEntry& entry, int fd) {
  return "file:" + std::to_string(entry.stamp.device) + ":" + std::to_string(entry.stamp.inode) + ":" +
         std::to_string(created_ns(fd)) + ":" + std::to_string(entry.stamp.modified_ns) + ":" +
         std::to_string(entry.stamp.size) + ":" + entry.name;
}

void Intake::restore(const Folder& folder) {
  if (!restored_) restored_ = restore_hidden(folder, clock_.now());
}

void Intake::keep_only(const std::vector<FolderEntry>& entries) {
  if (committed_.empty() && deferred_.empty()) return;
  std::set<std::string_view> names;
  for (const FolderEntry& entry : entries) names.insert(entry.name);
  std::erase_if(committed_, [&](const auto& known) { return !names.contains(known.first); });
  std::erase_if(deferred_, [&](const auto& known) { return !names.contains(known.first); });
}

bool Intake::is_deferred(const FolderEntry& entry) const {
  const auto known = deferred_.find(entry.name);
  if (known == deferred_.end() || known->second.stamp != entry.stamp) return false;
  const Time now = clock_.now();
  // A clock that was set back does not make the wait longer.
  return now < known->second.until && now + known->second.wait >= known->second.until;
}

Taken Intake::defer(const FolderEntry& entry) {
  Deferred& known = deferred_[entry.name];
  const bool again = known.wait.count() > 0 && known.stamp == entry.stamp;
  known.wait = again ? std::min(known.wait * 2, options_.longest_backoff) : options_.first_backoff;
  known.stamp = entry.stamp;
  known.until = clock_.now() + known.wait;
  return Taken::Refused;
}

bool Intake::remove(const Folder& folder, const FolderEntry& entry) {
  // Only the file that was read: somebody may have put another one in its place, which is a message of its own and
  // need not even vanish for an instant when that is seen in time.
  const auto now = folder.status(entry.name);
  if (!now || stamp_of(*now) != entry.stamp) return true;
  switch (remove_unchanged(folder, entry)) {
    case Removal::Removed:
      return true;
    case Removal::Another:
      restored_ = false;  // it may have had to stay hidden
      return true;
    case Removal::Failed:
      break;
  }
  log(LogLevel::Warning, "a file cannot be removed; it is not read again, but give the service access to its folder",
      {{"file", folder.full_name(entry.name)}, {"reason", std::strerror(errno)}});
  return false;
}

Taken Intake::take(const Folder& folder, const FolderEntry& entry) {
  if (is_deferred(entry)) return Taken::Refused;
  const auto known = committed_.find(entry.name);
  if (known != committed_.end()) {
    const bool same = known->second.stamp == entry.stamp;
    if (same && !remove(folder, entry)) return defer(entry);
    if (same) removed_.push_back(std::move(known->second.key));
    committed_.erase(known);
    if (same) return Taken::Submitted;
  }
  const io::FileDescriptor fd(
      ::openat(folder.fd(), entry.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.valid()) {
    if (errno == ENOENT || errno == ELOOP) return Taken::Skipped;
    log(LogLevel::Warning, "a file cannot be opened",
        {{"location", options_.location}, {"file", folder.full_name(entry.name)}, {"reason", std::strerror(errno)}});
    return defer(entry);
  }
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return Taken::Skipped;
  if (stamp_of(status) != entry.stamp) return Taken::NotComplete;
  if (options_.skip_read_only && (status.st_mode & 0222U) == 0) return Taken::Skipped;
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return Taken::NotComplete;
  const std::optional<bool> being_written = is_open_for_writing(fd.get());
  if (being_written.value_or(false)) return Taken::NotComplete;
  if (entry.stamp.size == 0) return take_empty(folder, entry, being_written);

  const auto submission = begin(folder, entry, fd.get());
  const auto outcome =
      submission ? submit(folder, entry, fd.get(), **submission) : Result<SubmitOutcome>(fail(submission.error()));
  if (outcome) return settle(folder, entry, identity_key(entry, fd.get()), *outcome);
  if (outcome.error().code == kChanged) return Taken::NotComplete;
  log(LogLevel::Warning, "a file was not taken; it stays and is tried again",
      {{"location", options_.location},
       {"file", folder.full_name(entry.name)},
       {"reason", outcome.error().to_string()}});
  return submission && is_about_the_file(outcome.error()) ? defer(entry) : Taken::Failed;
}

Taken Intake::take_empty(const Folder& folder, const FolderEntry& entry, std::optional<bool> being_written) {
  if (!being_written && clock_.now() - modified_at(entry.stamp) < kEmptyGrace) return Taken::NotComplete;
  log(LogLevel::Warning, "an empty file was removed",
      {{"location", options_.location}, {"file", folder.full_name(entry.name)}});
  return remove(folder, entry) ? Taken::Empty : defer(entry);
}

Result<> Intake::copy(const Folder& folder, const FolderEntry& entry, int fd, Sink& sink) {
  const std::string path = folder.full_name(entry.name);
  Bytes buffer(static_cast<std::size_t>(std::min<std::uint64_t>(kReadSize, entry.stamp.size + 1)));
  std::uint64_t left = entry.stamp.size;
  while (true) {
    if (cut_) return fail(kCancelled, "reading was given up because the service stops", path);
    SG_TRY_ASSIGN(const std::size_t got, io::read_some(fd, buffer, path));
    if (got == 0) break;
    if (got > left) return fail(kChanged, "the file grew while it was read", path);
    left -= got;
    SG_TRY(sink.write(ByteView(buffer).first(got)));
  }
  struct stat status {};
  if (left > 0 || ::fstat(fd, &status) != 0 || stamp_of(status) != entry.stamp) {
    return fail(kChanged, "the file changed while it was read", path);
  }
  return {};
}

Result<std::unique_ptr<Submission>> Intake::begin(const Folder& folder, const FolderEntry& entry, int fd) {
  SubmitRequest request;
  request.location = options_.location;
  request.context = {{"BTS.InboundTransportType", "FILE"},
                     {"BTS.InboundTransportLocation", folder.full_name(mask_list(options_.masks))},
                     {"FILE.ReceivedFileName", folder.full_name(entry.name)},
                     {"FILE.FileCreationTime", to_rfc3339(modified_at(entry.stamp))}};
  request.identity_key = identity_key(entry, fd);
  return submitter_.begin(std::move(request));
}

Result<SubmitOutcome> Intake::submit(const Folder& folder, const FolderEntry& entry, int fd, Submission& submission) {
  try {
    SG_TRY(copy(folder, entry, fd, submission));
    SG_TRY(submission.finish());
    return submission.commit();
  } catch (const std::bad_alloc&) {
    return fail(kFailed, "out of memory", folder.full_name(entry.name), "give the process more memory");
  } catch (const std::exception& problem) {
    return fail(kInternal, std::string("internal error: ") + problem.what(), folder.full_name(entry.name),
                "report it, and move the file out of the folder");
  }
}

Taken Intake::settle(const Folder& folder, const FolderEntry& entry, std::string key, const SubmitOutcome& outcome) {
  switch (outcome.kind) {
    case SubmitKind::Accepted:
    case SubmitKind::Suspended:
      break;
    case SubmitKind::AuthenticationFailed:
    case SubmitKind::Rejected:
      if (outcome.message_id.empty()) return set_aside(folder, entry, outcome.reason);
      break;
  }
  // Kept under its message id: the file has done its work.
  if (remove(folder, entry)) {
    removed_.push_back(std::move(key));
    return Taken::Submitted;
  }
  committed_[entry.name] = {entry.stamp, std::move(key)};
  return defer(entry);
}

void Intake::forget_removed(const Folder& folder) {
  if (removed_.empty()) return;
  const std::vector<std::string> keys = std::exchange(removed_, {});
  // Not before the removal is durable: a file that comes back with a crash of the machine must be known again.
  auto forgotten = folder.sync();
  if (forgotten) forgotten = submitter_.forget(options_.location, keys);
  if (forgotten) return;
  log(LogLevel::Warning, "removed files stay remembered; further names of the same files are taken for copies",
      {{"location", options_.location}, {"reason", forgotten.error().to_string()}});
}

Taken Intake::set_aside(const Folder& folder, const FolderEntry& entry, const std::string& reason) {
  // Only the file that was read, as in remove().
  const auto now = folder.status(entry.name);
  if (!now || stamp_of(*now) != entry.stamp) return Taken::Skipped;
  const std::string prefix = ".sealgate-rejected-" + std::to_string(entry.stamp.inode) + "-";
  const std::string name = (prefix + entry.name).substr(0, kMaxName);
  log(LogLevel::Error, "a file was rejected and set aside",
      {{"location", options_.location},
       {"file", folder.full_name(entry.name)},
       {"kept as", name},
       {"reason", reason}});
  if (::renameat(folder.fd(), entry.name.c_str(), folder.fd(), name.c_str()) == 0) return Taken::SetAside;
  return defer(entry);
}

}  // namespace sealgate::adapters::file

#include "adapters/file/intake.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

#include "adapters/file/errors.h"
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

/// Read-only files that are remembered as told; past it no line is written.
constexpr std::size_t kMaxTold = 1000;

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
  if (restored_) return;
  restored_ = restore_hidden(folder, clock_.now());
  const std::string& marker = options_.names.marker;
  if (marker.empty()) return;
  const auto markers = folder.names([&](std::string_view name) {
    return !is_reserved_name(name) && name.size() > marker.size() && name.ends_with(marker);
  });
  if (!markers) return;
  // Whoever sends writes the marker last: one without its file is left from a file that was taken.
  for (const std::string& name : *markers) {
    const auto status = folder.status(name);
    if (!status || folder.status(name.substr(0, name.size() - marker.size()))) continue;
    remove_unchanged(folder, {name, stamp_of(*status)});
    log(LogLevel::Info, "a marker without its file was removed",
        {{"location", options_.location}, {"file", folder.full_name(name)}});
  }
}

bool Intake::is_read_only(const Folder& folder, const FolderEntry& entry, const struct stat& status) {
  if (!options_.skip_read_only || (status.st_mode & 0222U) != 0) return false;
  if (still_read_only_.size() >= kMaxTold) return true;
  still_read_only_.insert(entry.name);
  if (!read_only_.contains(entry.name)) {
    log(LogLevel::Warning,
        "a read-only file is left alone: give it write permission, or set skip_read_only of the location to false",
        {{"location", options_.location}, {"file", folder.full_name(entry.name)}});
  }
  return true;
}

bool Intake::wants(const Folder& folder, const FolderEntry& entry, const struct stat& status) {
  if (is_read_only(folder, entry, status)) return false;
  const std::string& marker = options_.names.marker;
  if (!marker.empty() && !folder.status(entry.name + marker)) return false;
  return known_.seen(entry);
}

std::size_t Intake::end_listing() {
  read_only_ = std::exchange(still_read_only_, {});
  return known_.end_listing();
}

Taken Intake::defer(const FolderEntry& entry) {
  known_.defer(entry);
  return Taken::Refused;
}

bool Intake::remove(FileInUse& file, const Folder& folder, const FolderEntry& entry) {
  switch (file.remove()) {
    case Removal::Removed:
      break;
    case Removal::Another:
      restored_ = false;  // it may have had to stay hidden
      return true;
    case Removal::Failed:
      log(LogLevel::Warning,
          "a file cannot be removed; it is not read again, but give the service access to its folder",
          {{"file", folder.full_name(entry.name)}, {"reason", std::strerror(errno)}});
      return false;
  }
  const std::string marker = entry.name + options_.names.marker;
  if (marker != entry.name && ::unlinkat(folder.fd(), marker.c_str(), 0) != 0 && errno != ENOENT) {
    log(LogLevel::Warning,
        "the marker of a file cannot be removed; the next file of this name will not wait for its own",
        {{"file", folder.full_name(marker)}, {"reason", std::strerror(errno)}});
  }
  return true;
}

Taken Intake::remove_committed(FileInUse& file, const Folder& folder, const FolderEntry& entry, std::string key) {
  if (!remove(file, folder, entry)) {
    known_.committed(entry, std::move(key));
    return defer(entry);
  }
  known_.forget(entry);
  const std::lock_guard lock(mutex_);
  removed_.push_back(std::move(key));
  return Taken::Submitted;
}

Taken Intake::take(const Folder& folder, const FolderEntry& entry) {
  if (known_.is_deferred(entry)) return Taken::Refused;
  FileInUse file(folder, entry);
  if (auto key = known_.committed_key(entry)) return remove_committed(file, folder, entry, std::move(*key));
  const io::FileDescriptor fd(
      ::openat(folder.fd(), entry.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.valid()) {
    if (errno == ENOENT || errno == ELOOP) return Taken::Skipped;
    log(LogLevel::Warning, "a file cannot be opened",
        {{"location", options_.location}, {"file", folder.full_name(entry.name)}, {"reason", std::strerror(errno)}});
    return defer(entry);
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return Taken::NotComplete;
  // Not before the lock: another service on this folder may have removed it meanwhile.
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink == 0) return Taken::Skipped;
  if (stamp_of(status) != entry.stamp) return Taken::NotComplete;
  const std::optional<bool> being_written = is_open_for_writing(fd.get());
  if (being_written.value_or(false)) return Taken::NotComplete;
  if (entry.stamp.size == 0) return take_empty(file, folder, entry, being_written);
  if (options_.rename_while_reading) {
    const auto hiding = file.hide();
    if (hiding == FileInUse::Hiding::Another) return Taken::NotComplete;
    if (hiding == FileInUse::Hiding::Failed) {
      log(LogLevel::Warning, "a file cannot be renamed, and is not read",
          {{"location", options_.location},
           {"file", folder.full_name(entry.name)},
           {"reason", std::strerror(errno)}});
      return defer(entry);
    }
  }

  const auto submission = begin(folder, entry, fd.get());
  const auto outcome =
      submission ? submit(folder, entry, fd.get(), **submission) : Result<SubmitOutcome>(fail(submission.error()));
  if (outcome) return settle(file, folder, entry, identity_key(entry, fd.get()), *outcome);
  if (outcome.error().code == kChanged) return Taken::NotComplete;
  log(LogLevel::Warning, "a file was not taken; it stays and is tried again",
      {{"location", options_.location},
       {"file", folder.full_name(entry.name)},
       {"reason", outcome.error().to_string()}});
  return submission && is_about_the_file(outcome.error()) ? defer(entry) : Taken::Failed;
}

Taken Intake::take_empty(FileInUse& file, const Folder& folder, const FolderEntry& entry,
                         std::optional<bool> being_written) {
  if (!being_written && clock_.now() - modified_at(entry.stamp) < kEmptyGrace) return Taken::NotComplete;
  log(LogLevel::Warning, "an empty file was removed",
      {{"location", options_.location}, {"file", folder.full_name(entry.name)}});
  return remove(file, folder, entry) ? Taken::Empty : defer(entry);
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
                     {"BTS.InboundTransportLocation", folder.full_name(mask_list(options_.names.masks))},
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

Taken Intake::settle(FileInUse& file, const Folder& folder, const FolderEntry& entry, std::string key,
                     const SubmitOutcome& outcome) {
  switch (outcome.kind) {
    case SubmitKind::Accepted:
    case SubmitKind::Suspended:
      break;
    case SubmitKind::AuthenticationFailed:
    case SubmitKind::Rejected:
      if (outcome.message_id.empty()) return set_aside(file, folder, entry, outcome.reason);
      break;
  }
  // Kept under its message id: the file has done its work.
  return remove_committed(file, folder, entry, std::move(key));
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

Taken Intake::set_aside(FileInUse& file, const Folder& folder, const FolderEntry& entry, const std::string& reason) {
  // Only the file that was read, which is so for sure under a hidden name.
  const auto hiding = file.hide();
  if (hiding == FileInUse::Hiding::Another) return Taken::Skipped;
  if (hiding == FileInUse::Hiding::InPlace) {
    const auto now = folder.status(entry.name);
    if (!now || stamp_of(*now) != entry.stamp) return Taken::Skipped;
  }
  const std::string prefix = ".sealgate-rejected-" + std::to_string(entry.stamp.inode) + "-";
  const std::string name = (prefix + entry.name).substr(0, kMaxName);
  log(LogLevel::Error, "a file was rejected and set aside",
      {{"location", options_.location},
       {"file", folder.full_name(entry.name)},
       {"kept as", name},
       {"reason", reason}});
  return file.rename(name) ? Taken::SetAside : defer(entry);
}

}  // namespace sealgate::adapters::file

#include "adapters/sftp/intake.h"

#include <algorithm>
#include <exception>
#include <new>
#include <set>
#include <utility>

#include "adapters/common/name_filter.h"
#include "adapters/sftp/errors.h"
#include "adapters/sftp/remote_path.h"
#include "base/log.h"

namespace sealgate::adapters::sftp {
namespace {

constexpr std::string_view kTaken = ".sealgate-taken-";
constexpr std::string_view kRejected = ".sealgate-rejected-";
/// How long a file must be empty: somebody may be about to write it.
constexpr std::chrono::minutes kEmptyGrace{1};
constexpr std::size_t kMaxName = 255;

Time modified_at(const RemoteFile& file) {
  return Time(std::chrono::seconds(file.modified));
}

/// The server's listing and reading would fare no better with another file.
bool is_about_the_server(const Error& error) {
  return error.code == kUnreachable || error.code == kTimeout || error.code == kNoHandshake ||
         error.code == kHostKeyUnknown || error.code == kHostKeyChanged || error.code == kLoginRefused ||
         error.code == kConnectionLost || error.code == kCancelled;
}

/// Counts what passes, and ends it where the file turns out to be larger than it was.
class ExactSink final : public Sink {
 public:
  ExactSink(Sink& target, std::uint64_t size) : target_(target), left_(size) {}
  Result<> write(ByteView bytes) override {
    if (bytes.size() > left_) return fail(kChanged, "the file grew while it was read");
    left_ -= bytes.size();
    return target_.write(bytes);
  }
  Result<> finish() override {
    if (left_ > 0) return fail(kChanged, "the file became shorter while it was read");
    return target_.finish();
  }

 private:
  Sink& target_;
  std::uint64_t left_;
};

}  // namespace

std::string hidden_name(std::string_view name) {
  return std::string(kTaken).append(name);
}

std::string identity_key(const SftpReceiveOptions& options, const std::string& name, const RemoteFile& file) {
  return "sftp:" + options.server.host + ":" + std::to_string(options.server.port) + ":" + options.folder + ":" +
         std::to_string(file.modified) + ":" + std::to_string(file.size) + ":" + name;
}

std::optional<Listed> Intake::judge(std::string_view name) const {
  Listed listed;
  listed.hidden = name.starts_with(kTaken);
  if (listed.hidden) name.remove_prefix(kTaken.size());
  if (!is_plain_name(name) || is_reserved_name(name) || !matches_mask(name, options_.mask)) return std::nullopt;
  listed.name = name;
  return listed;
}

std::string Intake::path(const std::string& name) const {
  return join(options_.folder, name);
}

std::string Intake::path(const Listed& listed) const {
  return path(listed.hidden ? hidden_name(listed.name) : listed.name);
}

void Intake::warn(const char* what, const Listed& listed, const Error& error) const {
  log(LogLevel::Warning, what,
      {{"location", options_.location}, {"file", path(listed)}, {"reason", error.to_string()}});
}

void Intake::keep_only(const std::vector<Listed>& listed, bool whole) {
  const std::set<Listed> there(listed.begin(), listed.end());
  std::erase_if(known_, [&](const auto& entry) {
    const bool committed = !entry.second.committed_key.empty();
    const bool other = there.contains({entry.first.name, !entry.first.hidden});  // half way out
    if (there.contains(entry.first) || (committed && (other || !whole))) return false;
    // The answer to its removal was lost, or somebody else took it.
    if (committed) removed_.push_back(entry.second.committed_key);
    return true;
  });
}

Taken Intake::defer(Known& known) const {
  known.wait = known.wait.count() > 0 ? std::min(known.wait * 2, options_.longest_backoff) : options_.first_backoff;
  known.not_before = clock_.now() + known.wait;
  return Taken::Refused;
}

bool Intake::is_complete(Known& known, const RemoteFile& file) const {
  const Time now = clock_.now();
  if (known.since == Time{} || known.file != file || now < known.since) {
    known = {};
    known.file = file;
    known.since = now;
  }
  const auto grace =
      file.size == 0 ? std::max<std::chrono::milliseconds>(kEmptyGrace, options_.settle_time) : options_.settle_time;
  return now - known.since >= grace;
}

Taken Intake::take(Remote& remote, const Listed& listed, std::uint64_t& size) {
  Known& known = known_[listed];
  const Time now = clock_.now();
  // A clock that was set back does not make the wait longer.
  const bool deferred = now < known.not_before && now + known.wait >= known.not_before;
  if (known.folder) return Taken::Skipped;
  if (deferred) return Taken::Refused;
  const auto file = remote.status(path(listed));
  if (!file) {
    warn("a file cannot be looked at; it is tried again", listed, file.error());
    return is_about_the_server(file.error()) ? Taken::Failed : defer(known);
  }
  if (!*file) return Taken::Skipped;
  if (!(*file)->readable) {
    warn("a file cannot be read; it is tried again", listed, {kDenied, "the server denies access", {}, {}});
    return defer(known);
  }
  const bool same = known.file == **file;
  if (!known.committed_key.empty() && same) return take_away(remote, listed, known, Taken::Submitted);
  if (!is_complete(known, **file)) return Taken::Waiting;
  if (known.file.size == 0) {
    log(LogLevel::Warning, "an empty file is taken away", {{"location", options_.location}, {"file", path(listed)}});
    return take_away(remote, listed, known, Taken::Empty);
  }
  size = known.file.size;
  return read(remote, listed, known);
}

Taken Intake::read(Remote& remote, const Listed& listed, Known& known) {
  SubmitRequest request;
  request.location = options_.location;
  request.context = {
      {"BTS.InboundTransportType", "SFTP"},
      {"BTS.InboundTransportLocation", options_.server.url(path(options_.mask))},
      {"SFTP.ReceivedFileName", path(listed.name)},
      {"SFTP.FileTime", to_rfc3339(modified_at(known.file))},
  };
  request.identity_key = identity_key(options_, listed.name, known.file);
  auto submission = submitter_.begin(std::move(request));
  if (!submission) {
    warn("a file was not taken; it stays and is tried again", listed, submission.error());
    return Taken::Failed;
  }
  const auto outcome = submit(remote, listed, known.file, **submission);
  if (outcome) return settle(remote, listed, known, *outcome);
  return read_failed(remote, listed, known, outcome.error());
}

Result<SubmitOutcome> Intake::submit(Remote& remote, const Listed& listed, const RemoteFile& file,
                                     Submission& submission) const {
  try {
    ExactSink sink(submission, file.size);
    SG_TRY(remote.read(path(listed), sink));
    SG_TRY_ASSIGN(const auto now, remote.status(path(listed)));
    if (!now || *now != file) return fail(kChanged, "the file changed while it was read", path(listed));
    SG_TRY(sink.finish());
    return submission.commit();
  } catch (const std::bad_alloc&) {
    return fail(kFailed, "out of memory", path(listed), "give the process more memory");
  } catch (const std::exception& problem) {
    return fail(kInternal, std::string("internal error: ") + problem.what(), path(listed),
                "report it, and move the file out of the folder");
  }
}

Taken Intake::read_failed(Remote& remote, const Listed& listed, Known& known, const Error& error) const {
  if (error.code == kChanged) {
    known.since = {};
    return Taken::Waiting;
  }
  if (error.code == kFailed) {
    // A folder is opened like a file, but cannot be read.
    const auto inside = remote.status(path(listed) + "/.");
    if (inside && *inside) {
      known.folder = true;
      return Taken::Skipped;
    }
  }
  warn("a file was not taken; it stays and is tried again", listed, error);
  const bool of_the_store = error.code.error_class == ErrorClass::Environment;
  const bool of_the_submitter = of_the_store || error.code.error_class == ErrorClass::NotFound ||
                                error.code.error_class == ErrorClass::Conflict;
  return is_about_the_server(error) || of_the_submitter ? Taken::Failed : defer(known);
}

Taken Intake::settle(Remote& remote, const Listed& listed, Known& known, const SubmitOutcome& outcome) {
  switch (outcome.kind) {
    case SubmitKind::Accepted:
    case SubmitKind::Suspended:
      break;
    case SubmitKind::AuthenticationFailed:
    case SubmitKind::Rejected:
      if (outcome.message_id.empty()) return set_aside(remote, listed, known, outcome.reason);
      break;
  }
  // Kept under its message id: the file has done its work.
  known.committed_key = identity_key(options_, listed.name, known.file);
  return take_away(remote, listed, known, Taken::Submitted);
}

Taken Intake::set_aside(Remote& remote, const Listed& listed, const Known& known, const std::string& reason) {
  const std::string name =
      (std::string(kRejected) + std::to_string(known.file.modified) + "-" + listed.name).substr(0, kMaxName);
  log(LogLevel::Error, "a file was rejected and set aside",
      {{"location", options_.location}, {"file", path(listed)}, {"kept as", name}, {"reason", reason}});
  const auto renamed = remote.rename(path(listed), path(name));
  if (renamed && *renamed) return Taken::SetAside;
  return defer(known_[listed]);
}

Taken Intake::take_away(Remote& remote, const Listed& listed, Known& known, Taken done) {
  const auto cleared = clear(remote, listed, known.file);
  if (cleared && *cleared) {
    if (!known.committed_key.empty()) removed_.push_back(std::move(known.committed_key));
    known_.erase(listed);
    return done;
  }
  const Error error = cleared ? Error{kDenied, "the server refuses it", path(listed),
                                      "ask the partner for the right to rename and to remove"}
                              : cleared.error();
  warn("a file cannot be taken away; it is not submitted again", listed, error);
  if (!cleared && is_about_the_server(error)) return Taken::Failed;
  return defer(known);
}

/// True: what was read is not there any more. False: the server refuses.
Result<bool> Intake::clear(Remote& remote, const Listed& listed, const RemoteFile& file) const {
  const std::string hidden = path(hidden_name(listed.name));
  if (listed.hidden) return dispose(remote, hidden, listed, file);
  SG_TRY_ASSIGN(const bool renamed, remote.rename(path(listed), hidden));
  if (renamed) return dispose(remote, hidden, listed, file);
  // No right to rename, or a file of an earlier run has that name.
  return dispose(remote, path(listed), listed, file);
}

Result<bool> Intake::dispose(Remote& remote, const std::string& from, const Listed& listed,
                             const RemoteFile& file) const {
  SG_TRY_ASSIGN(const auto now, remote.status(from));
  // Another one by now: under its hidden name it is found by the next listing.
  if (!now || *now != file) return true;
  if (options_.move_to.empty()) return remote.remove(from);
  const std::string to = join(options_.move_to, listed.name);
  SG_TRY_ASSIGN(const bool moved, remote.rename(from, to));
  if (moved) return true;
  return remote.rename(from, to + "." + std::to_string(clock_.now().time_since_epoch().count()));
}

void Intake::forget_removed() {
  if (removed_.empty()) return;
  const std::vector<std::string> keys = std::exchange(removed_, {});
  const auto forgotten = submitter_.forget(options_.location, keys);
  if (forgotten) return;
  log(LogLevel::Warning, "removed files stay remembered; the same name, size and time would be taken for a copy",
      {{"location", options_.location}, {"reason", forgotten.error().to_string()}});
}

}  // namespace sealgate::adapters::sftp

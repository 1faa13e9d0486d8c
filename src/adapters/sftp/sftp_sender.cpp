#include "adapters/sftp/sftp_sender.h"

#include <chrono>

#include "adapters/common/credentials.h"
#include "adapters/common/errors.h"
#include "adapters/sftp/errors.h"
#include "adapters/sftp/remote_path.h"

namespace sealgate::adapters::sftp {
namespace {

/// OpenSSH begins to refuse logins when ten are under way.
constexpr std::size_t kMaxConnections = 8;
/// Servers and firewalls close connections that say nothing.
constexpr std::chrono::seconds kLongestIdle{30};

std::string temporary(const OutboundMessage& message, int serial) {
  std::string name = temporary_name(message.delivery_id());
  if (serial > 0) name.insert(name.size() - 4, "." + std::to_string(serial));
  return name;
}

/// What no partner and no network can mend.
bool needs_operator(const Error& error) {
  return error.code == kBadName || error.code == kBadUser;
}

bool breaks_connection(const Error& error) {
  return error.code == kConnectionLost || error.code == kNoHandshake || error.code == kFailed;
}

}  // namespace

std::string SftpSender::path(const std::string& name) const {
  return join(options_.folder, name);
}

std::unique_ptr<Remote> SftpSender::take_idle(const Login& login) {
  std::vector<Idle> old;  // closed outside of the lock
  const std::lock_guard lock(mutex_);
  const auto oldest = std::chrono::steady_clock::now() - kLongestIdle;
  while (!idle_.empty()) {
    Idle last = std::move(idle_.back());
    idle_.pop_back();
    if (last.since >= oldest && last.login.is_same(login)) return std::move(last.remote);
    old.push_back(std::move(last));
  }
  return nullptr;
}

void SftpSender::give_back(std::unique_ptr<Remote> remote, const Login& login) {
  const std::lock_guard lock(mutex_);
  idle_.push_back({std::move(remote), login, std::chrono::steady_clock::now()});
}

bool SftpSender::take_place() {
  std::unique_lock lock(mutex_);
  left_.wait(lock, [this] { return cancelled_ || in_use_ < kMaxConnections; });
  if (!cancelled_) ++in_use_;
  return !cancelled_;
}

void SftpSender::leave_place() {
  const std::lock_guard lock(mutex_);
  --in_use_;
  left_.notify_one();
}

void SftpSender::cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  left_.notify_all();
}

SendOutcome SftpSender::send(OutboundMessage& message) {
  auto login = options_.login(message);
  if (!login) return without_credentials(std::move(login).error());
  if (!take_place()) return SendOutcome::retry({kCancelled, "it was given up because the service stops", {}, {}});
  auto name = send_by(*login, message);
  leave_place();
  if (name) return SendOutcome::delivered({{"SFTP.SentFileName", full_name(path(*name))}});
  Error error = std::move(name).error();
  return needs_operator(error) ? SendOutcome::permanent(std::move(error)) : SendOutcome::retry(std::move(error));
}

Result<std::string> SftpSender::send_by(const Login& login, OutboundMessage& message) {
  std::unique_ptr<Remote> remote = take_idle(login);
  auto name = remote ? deliver(*remote, message) : Result<std::string>();
  // One that stood idle may have been closed meanwhile, which is no failed attempt.
  if (!remote || (!name && breaks_connection(name.error()))) {
    SG_TRY_ASSIGN(remote, options_.connect(login, cancelled_));
    name = deliver(*remote, message);
  }
  if (name) give_back(std::move(remote), login);
  return name;
}

Result<std::string> SftpSender::deliver(Remote& remote, OutboundMessage& message) {
  SG_TRY_ASSIGN(Upload earlier, look_back(remote, message));
  if (!earlier.delivered_as.empty()) return earlier.delivered_as;
  SG_TRY_ASSIGN(std::string name, choose_name(remote, message));
  const std::string from = path(temporary(message, earlier.serial));
  if (!earlier.complete) {
    SG_TRY(upload(remote, message, from));
  }
  SG_TRY(options_.notes->keep(std::string(message.delivery_id()), {earlier.serial, name}));
  SG_TRY(give_name(remote, message, from, path(name)));
  return name;
}

Result<SftpSender::Upload> SftpSender::look_back(Remote& remote, const OutboundMessage& message) {
  SG_TRY_ASSIGN(const auto note, options_.notes->find(std::string(message.delivery_id())));
  if (!note) return Upload{};
  const std::string before = path(temporary(message, note->serial));
  const std::string now = path(temporary(message, note->serial + 1));
  SG_TRY_ASSIGN(const bool moved, remote.rename(before, now));
  SG_TRY_ASSIGN(const auto file, remote.status(now));
  if (file) return Upload{note->serial + 1, file->readable && file->size == message.size(), {}};
  SG_TRY_ASSIGN(const auto still, remote.status(before));
  if (moved || still) {
    return fail(kFailed, "the server does not rename the temporary file", full_name(before),
                "ask the partner for the right to rename");
  }
  return Upload{note->serial, true, note->target};
}

Result<std::string> SftpSender::choose_name(Remote& remote, const OutboundMessage& message) {
  SG_TRY_ASSIGN(auto wanted, expand_file_name(options_.file_name, message, options_.destination,
                                              message.created().value_or(clock_.now())));
  if (options_.overwrite) return std::move(wanted.name);
  SG_TRY_ASSIGN(const auto existing, remote.status(path(wanted.name)));
  if (!existing) return std::move(wanted.name);
  SG_TRY_ASSIGN(auto later, expand_file_name(options_.file_name, message, options_.destination, clock_.now()));
  if (later.name != wanted.name) {
    SG_TRY_ASSIGN(const auto other, remote.status(path(later.name)));
    if (!other) return std::move(later.name);
  }
  return fail(kExists, "a file of this name exists already", full_name(path(wanted.name)),
              "take it away, put %MessageID% into the name, or set copy_mode: overwrite");
}

Result<> SftpSender::upload(Remote& remote, OutboundMessage& message, const std::string& temporary) {
  SG_TRY(remote.write(temporary, message.size(), [&message](Sink& sink) { return message.pump(sink); }));
  // libcurl does not tell when closing the file fails, as it does where space or quota are short.
  SG_TRY_ASSIGN(const auto file, remote.status(temporary));
  if (file && (!file->readable || file->size == message.size())) return {};
  return fail(
      kIncomplete,
      "the server has " + std::to_string(file ? file->size : 0) + " of " + std::to_string(message.size()) + " bytes",
      full_name(temporary), "check the space and the quota there; it is tried again");
}

Result<> SftpSender::give_name(Remote& remote, const OutboundMessage& message, const std::string& temporary,
                               const std::string& target) {
  SG_TRY_ASSIGN(bool done, remote.rename(temporary, target));
  if (!done && options_.overwrite) {
    SG_TRY_ASSIGN(const bool removed, remote.remove(target));
    if (removed) {
      SG_TRY_ASSIGN(done, remote.rename(temporary, target));
    }
  }
  if (done) return {};
  // Some servers answer with an error to what they did.
  SG_TRY_ASSIGN(const auto left, remote.status(temporary));
  SG_TRY_ASSIGN(const auto there, remote.status(target));
  if (!left && there && (!there->readable || there->size == message.size())) return {};
  if (there && !options_.overwrite) {
    return fail(kExists, "a file of this name exists already", full_name(target),
                "take it away, put %MessageID% into the name, or set copy_mode: overwrite");
  }
  return fail(kFailed, "the server does not rename the temporary file", full_name(target),
              "ask the partner for the right to rename, and that no folder has this name");
}

}  // namespace sealgate::adapters::sftp

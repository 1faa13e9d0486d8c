#include "adapters/sftp/operation.h"

#include <algorithm>
#include <cstring>

#include "adapters/sftp/errors.h"
#include "adapters/sftp/remote_path.h"

namespace sealgate::adapters::sftp {
namespace {

/// What libssh2 has under way at a time: more of it bridges longer ways.
constexpr long kBuffer = 256L * 1024L;

void set_password(CURL* easy, CURLoption option, const std::shared_ptr<const Secret>& secret) {
  if (!secret) return;
  std::string text(secret->text());
  curl_easy_setopt(easy, option, text.c_str());
  wipe(text.data(), text.size());
}

}  // namespace

Operation::Operation(net::client::Line& line, const Server& server, const Login& login, const std::string& key_path,
                     const std::atomic<bool>& cancelled, std::string path)
    : line_(line),
      easy_(line.easy.get()),
      server_(server),
      login_(login),
      key_path_(key_path),
      cancelled_(cancelled),
      path_(std::move(path)),
      host_key_(server) {
  curl_easy_reset(easy_);
}

Operation::~Operation() {
  if (added_) curl_multi_remove_handle(line_.multi.get(), easy_);
  curl_easy_reset(easy_);  // forgets passwords and pointers to us; connections stay
}

Result<> Operation::prepare() {
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, message_.data());
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "sftp");
  curl_easy_setopt(easy_, CURLOPT_URL, (server_.url() + url_path(path_)).c_str());
  curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");  // none from the environment
  curl_easy_setopt(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy_, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, kBuffer);
  curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, kBuffer);
  // The phases have their own clock; this only keeps libcurl's shorter one out of the way.
  const auto connecting = server_.connect_timeout + server_.login_timeout + std::chrono::seconds(1);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connecting.count()));
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &Operation::begin_work);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Operation::take_answer);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);

  curl_easy_setopt(easy_, CURLOPT_USERNAME, login_.user.c_str());
  long ways = 0;  // never the agent, never a key that lies in the home of the service's user
  if (!key_path_.empty()) {
    ways |= CURLSSH_AUTH_PUBLICKEY;
    curl_easy_setopt(easy_, CURLOPT_SSH_PRIVATE_KEYFILE, key_path_.c_str());
    set_password(easy_, CURLOPT_KEYPASSWD, login_.key_passphrase);
  }
  if (login_.password) {
    ways |= CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD;
    set_password(easy_, CURLOPT_PASSWORD, login_.password);
  }
  curl_easy_setopt(easy_, CURLOPT_SSH_AUTH_TYPES, ways);
  return host_key_.install(easy_);
}

void Operation::enter(Phase phase) {
  phase_ = phase;
  since_ = std::chrono::steady_clock::now();
}

int Operation::begin_work(void* self, char*, char*, int, int) {
  static_cast<Operation*>(self)->enter(Phase::Work);
  return CURL_PREREQFUNC_OK;
}

std::size_t Operation::read_content(char* into, std::size_t size, std::size_t count, void* self) {
  auto& operation = *static_cast<Operation*>(self);
  if (operation.block_.empty()) {
    if (operation.pumped_ == operation.size_) return 0;
    operation.paused_ = true;
    return CURL_READFUNC_PAUSE;
  }
  const std::size_t take = std::min(size * count, operation.block_.size());
  std::memcpy(into, operation.block_.data(), take);
  operation.block_ = operation.block_.subspan(take);
  return take;
}

std::size_t Operation::take_answer(char* data, std::size_t size, std::size_t count, void* self) {
  auto& operation = *static_cast<Operation*>(self);
  const std::size_t bytes = size * count;
  if (!operation.target_) return bytes;
  auto taken = operation.target_(as_bytes({data, bytes}));
  // What the target took for itself is not the server's time.
  operation.since_ = std::chrono::steady_clock::now();
  if (taken) return bytes;
  operation.target_error_ = std::move(taken).error();
  return 0;  // ends the transfer
}

Result<> Operation::check_time() {
  const auto now = std::chrono::steady_clock::now();
  curl_off_t connected = 0;
  if (phase_ == Phase::Reach && curl_easy_getinfo(easy_, CURLINFO_CONNECT_TIME_T, &connected) == CURLE_OK &&
      connected > 0) {
    enter(Phase::Login);
  }
  curl_off_t up = 0;
  curl_off_t down = 0;
  curl_easy_getinfo(easy_, CURLINFO_SIZE_UPLOAD_T, &up);
  curl_easy_getinfo(easy_, CURLINFO_SIZE_DOWNLOAD_T, &down);
  if (up + down != moved_) since_ = now;
  moved_ = up + down;
  struct Limit {
    std::chrono::milliseconds time;
    const char* what;
  };
  const Limit limit = phase_ == Phase::Reach   ? Limit{server_.connect_timeout, "there was no connection"}
                      : phase_ == Phase::Login ? Limit{server_.login_timeout, "the login was not over"}
                                               : Limit{server_.stall_timeout, "nothing moved"};
  if (now - since_ < limit.time) return {};
  return fail(
      kTimeout,
      std::string("the server took too long: ") + limit.what + " after " + std::to_string(limit.time.count()) + " ms",
      server_.url() + url_path(path_), "check name, port and firewall, or ask the partner's operator");
}

Result<> Operation::drive() {
  while (!over_) {
    if (cancelled_.load(std::memory_order_relaxed)) {
      return fail(kCancelled, "it was given up because the service stops", server_.url() + url_path(path_));
    }
    SG_TRY_ASSIGN(const auto ended, line_.advance());
    if (ended) {
      result_ = *ended;
      over_ = true;
      break;
    }
    if (paused_ && block_.empty()) return {};
    SG_TRY(check_time());
    SG_TRY(line_.wait());
  }
  return {};
}

Result<> Operation::write(ByteView bytes) {
  if (bytes.empty()) return {};
  if (bytes.size() > size_ - pumped_) return fail(kFailed, "the message is longer than it said", path_);
  block_ = bytes;
  pumped_ += bytes.size();
  since_ = std::chrono::steady_clock::now();  // what the pump took is not the server's time
  if (paused_) {
    paused_ = false;
    curl_easy_pause(easy_, CURLPAUSE_CONT);
  }
  const Result<> driven = drive();
  const bool whole = block_.empty() && pumped_ == size_;
  block_ = {};
  SG_TRY(driven);
  if (!over_ || whole) return {};
  SG_TRY(conclude());
  return fail(kIncomplete, "the server ended the transfer before it had the whole file", path_);
}

Result<> Operation::finish() {
  if (pumped_ != size_) return fail(kFailed, "the message is shorter than it said", path_);
  if (paused_) {
    paused_ = false;
    curl_easy_pause(easy_, CURLPAUSE_CONT);
  }
  return drive();
}

Result<> Operation::begin() {
  SG_TRY(prepare());
  if (curl_multi_add_handle(line_.multi.get(), easy_) != CURLM_OK) {
    return fail(kFailed, "libcurl does not take the operation", path_);
  }
  added_ = true;
  enter(Phase::Reach);
  return {};
}

Result<> Operation::run() {
  SG_TRY(begin());
  SG_TRY(drive());
  return conclude();
}

Result<> Operation::run(std::uint64_t size, const std::function<Result<>(Sink&)>& pump) {
  size_ = size;
  curl_easy_setopt(easy_, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &Operation::read_content);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  SG_TRY(begin());
  const Result<> pumped = pump(*this);
  // Over: the transfer itself says how it went, also when the pump met the end early.
  if (over_) {
    SG_TRY(conclude());
  }
  SG_TRY(pumped);
  return over_ ? Result<>() : fail(kFailed, "the message was not finished", path_);
}

Result<> Operation::conclude() const {
  if (target_error_) return fail(*target_error_);
  if (result_ != CURLE_OK) return fail(describe(result_));
  return {};
}

Error Operation::describe(CURLcode code) const {
  const std::string detail = message_[0] != '\0' ? message_.data() : curl_easy_strerror(code);
  const auto error = [&](ErrorCode id, const char* what, const char* remedy) {
    return Error{id, what + (": " + detail), server_.url() + url_path(path_), remedy};
  };
  if (host_key_.refusal()) return *host_key_.refusal();
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return error(kUnreachable, "the server cannot be reached", "check name, port, firewall, and that it runs");
    case CURLE_OPERATION_TIMEDOUT:
      return error(kTimeout, "the server took too long", "ask the partner's operator");
    case CURLE_FAILED_INIT:
    case CURLE_PEER_FAILED_VERIFICATION:
      return error(kNoHandshake, "there is no SSH session",
                   "check that the port speaks SSH and has an Ed25519 or ECDSA host key, and that the server is not "
                   "full; it is tried again");
    case CURLE_LOGIN_DENIED:
      return error(kLoginRefused, "the server refuses the login",
                   "compare user, password and key with the partner; check the passphrase of the key. RSA keys work "
                   "with servers only that take signatures by SHA-1");
    case CURLE_REMOTE_FILE_NOT_FOUND:
      return error(kNotFound, "there is no such file or folder", "create the folder, or correct it");
    case CURLE_REMOTE_ACCESS_DENIED:
      return error(kDenied, "the server denies access", "ask the partner for the right to read, write and rename");
    case CURLE_REMOTE_DISK_FULL:
      return error(kFull, "the server has no space left", "ask the partner's operator");
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
      return error(kConnectionLost, "the connection broke", "it is tried again");
    default:
      return error(phase_ == Phase::Work ? kFailed : kNoHandshake, "the server refuses it, or the connection broke",
                   "see the text; it is tried again");
  }
}

}  // namespace sealgate::adapters::sftp

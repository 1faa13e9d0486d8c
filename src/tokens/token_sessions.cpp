#include "tokens/token_sessions.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <shared_mutex>

#include "base/log.h"
#include "crypto/digest.h"
#include "tokens/errors.h"
#include "tokens/pin.h"

namespace sealgate::tokens {
namespace {

/// The PKCS#11 libraries of this process. They stay loaded until it ends; only to look for tokens that came later are
/// they initialised again, while nobody uses them.
class Libraries {
 public:
  static Libraries& instance() {
    static auto* const libraries = new Libraries;  // never destroyed: threads may still use it at the end
    return *libraries;
  }

  /// Held by whoever calls into a library.
  std::shared_mutex& gate() { return gate_; }
  std::uint64_t scan() const { return scan_; }

  /// Under the gate, shared.
  Result<std::vector<CK_FUNCTION_LIST*>> modules(const std::optional<std::string>& path) {
    const std::lock_guard lock(mutex_);
    const std::string key = path.value_or("");
    if (const auto found = loaded_.find(key); found != loaded_.end()) return found->second;
    std::vector<CK_FUNCTION_LIST*> found;
    if (path) {
      CK_FUNCTION_LIST* const module = p11_kit_module_load(path->c_str(), 0);
      const char* const reason = module == nullptr ? p11_kit_message() : nullptr;
      if (module == nullptr || p11_kit_module_initialize(module) != CKR_OK) {
        return fail(
            kNoModule,
            "the PKCS#11 library cannot be loaded" + (reason == nullptr ? std::string() : ": " + std::string(reason)),
            *path, "install the token's library, or correct module-path in the key's address");
      }
      found.push_back(module);
    } else {
      CK_FUNCTION_LIST** const registered = p11_kit_modules_load_and_initialize(0);
      for (auto* const* next = registered; next != nullptr && *next != nullptr; ++next) found.push_back(*next);
      if (found.empty()) {
        return fail(kNoModule, "no PKCS#11 library is registered on this computer", "p11-kit",
                    "install the token's library, or name it with module-path in the key's address");
      }
    }
    loaded_[key] = found;
    return found;
  }

  /// Tokens that appeared after their library was initialised are seen only by this. Not under the gate.
  void rescan(std::uint64_t seen) {
    const std::unique_lock lock(gate_);
    if (scan_ != seen) return;  // another thread just did
    for (const auto& [path, modules] : loaded_) {
      for (CK_FUNCTION_LIST* module : modules) {
        p11_kit_module_finalize(module);
        p11_kit_module_initialize(module);
      }
    }
    ++scan_;
  }

 private:
  std::shared_mutex gate_;
  std::mutex mutex_;
  std::map<std::string, std::vector<CK_FUNCTION_LIST*>> loaded_;
  std::atomic<std::uint64_t> scan_ = 0;
};

bool means_lost(CK_RV code) {
  static constexpr std::array kLost{CKR_SESSION_HANDLE_INVALID, CKR_SESSION_CLOSED,      CKR_DEVICE_REMOVED,
                                    CKR_TOKEN_NOT_PRESENT,      CKR_USER_NOT_LOGGED_IN,  CKR_OBJECT_HANDLE_INVALID,
                                    CKR_KEY_HANDLE_INVALID,     CKR_DEVICE_ERROR,        CKR_CRYPTOKI_NOT_INITIALIZED,
                                    CKR_SLOT_ID_INVALID,        CKR_TOKEN_NOT_RECOGNIZED};
  return std::find(kLost.begin(), kLost.end(), code) != kLost.end();
}

tl::unexpected<Error> token_missing(const TokenUri& uri) {
  return fail(
      kTokenMissing, "the token is not there", uri.display(),
      "plug it in or start its server; pkcs11-tool --list-slots or p11tool --list-tokens shows what is there");
}

}  // namespace

tl::unexpected<Error> device_failed(const std::string& what, CK_RV code, const TokenUri& uri) {
  const char* const reason = p11_kit_strerror(code);
  return fail(kDeviceFailed, what + ": " + (reason == nullptr ? "unknown error" : reason), uri.display(),
              "look into the token's own log; work that needs the key is tried again");
}

std::shared_ptr<TokenSessions> TokenSessions::of(const TokenUri& uri) {
  static auto* const mutex = new std::mutex;
  static auto* const all = new std::map<std::string, std::shared_ptr<TokenSessions>>;
  const std::lock_guard lock(*mutex);
  auto& sessions = (*all)[uri.token_part()];
  if (!sessions) sessions = std::make_shared<TokenSessions>(uri);
  return sessions;
}

Result<> TokenSessions::find_token() {
  SG_TRY_ASSIGN(const auto modules, Libraries::instance().modules(uri_.module_path()));
  CK_FUNCTION_LIST* found = nullptr;
  for (CK_FUNCTION_LIST* module : modules) {
    CK_ULONG count = 0;
    if (module->C_GetSlotList(CK_TRUE, nullptr, &count) != CKR_OK) continue;
    std::vector<CK_SLOT_ID> slots(count);
    if (count == 0 || module->C_GetSlotList(CK_TRUE, slots.data(), &count) != CKR_OK) continue;
    slots.resize(std::min<std::size_t>(count, slots.size()));
    for (const CK_SLOT_ID slot : slots) {
      CK_TOKEN_INFO info{};
      if ((uri_.slot_id() && *uri_.slot_id() != slot) || module->C_GetTokenInfo(slot, &info) != CKR_OK ||
          (info.flags & CKF_TOKEN_INITIALIZED) == 0 || !uri_.fits(info)) {
        continue;
      }
      if (found != nullptr) {
        return fail(kAmbiguous, "several tokens fit the key's address", uri_.display(),
                    "name the token by its serial number as well: serial=");
      }
      found = module;
      slot_ = slot;
      token_flags_ = info.flags;
    }
  }
  if (found == nullptr) return token_missing(uri_);
  module_ = found;
  return {};
}

Result<> TokenSessions::log_in(CK_SESSION_HANDLE session) {
  if (logged_in_ || (token_flags_ & CKF_LOGIN_REQUIRED) == 0) return {};
  SG_TRY_ASSIGN(const Secret pin, read_pin(uri_));
  SG_TRY_ASSIGN(const crypto::DigestValue digest, crypto::digest(crypto::DigestAlgorithm::Sha256, pin.view()));
  const std::string remedy = "write the right PIN into " + uri_.pin_source().value_or("its file") +
                             "; the wrong one is not tried again, so that the token does not lock";
  if (refused_pin_ && ByteView(*refused_pin_).size() == digest.view().size() &&
      std::equal(refused_pin_->begin(), refused_pin_->end(), digest.view().begin())) {
    return fail(kWrongPin, "the token refused this PIN before", uri_.display(), remedy);
  }
  const auto locked = [this] {
    return fail(kPinLocked, "the PIN of the token is locked, or the next wrong one would lock it", uri_.display(),
                "log in once with the token's own tool, or let its security officer set a new PIN");
  };
  if ((token_flags_ & (CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED)) != 0) return locked();
  Secret copy = pin.clone();  // the interface takes no const
  const CK_RV code = module_->C_Login(session, CKU_USER, copy.data(), copy.size());
  if (code == CKR_PIN_LOCKED) return locked();
  if (code == CKR_PIN_INCORRECT || code == CKR_PIN_INVALID || code == CKR_PIN_LEN_RANGE) {
    refused_pin_.emplace(digest.view().begin(), digest.view().end());
    return fail(kWrongPin, "the token refuses the PIN", uri_.display(), remedy);
  }
  if (code != CKR_OK && code != CKR_USER_ALREADY_LOGGED_IN) {
    return device_failed("logging in to the token failed", code, uri_);
  }
  refused_pin_.reset();
  logged_in_ = true;
  return {};
}

Result<Session> TokenSessions::borrow() {
  std::unique_lock lock(mutex_);
  if (scan_ != Libraries::instance().scan()) {  // the libraries forgot every session and login
    scan_ = Libraries::instance().scan();
    open_ -= idle_.size();
    idle_.clear();
    module_ = nullptr;
    logged_in_ = false;
    ++epoch_;
  }
  returned_.wait(lock, [this] { return !idle_.empty() || open_ < kMaxSessions; });
  if (!idle_.empty()) {
    const Session session = idle_.back();
    idle_.pop_back();
    return session;
  }
  if (module_ == nullptr) SG_TRY(find_token());
  Session session{module_, 0, epoch_};
  const CK_RV code = module_->C_OpenSession(slot_, CKF_SERIAL_SESSION, nullptr, nullptr, &session.handle);
  if (code != CKR_OK) {
    module_ = nullptr;
    logged_in_ = false;
    if (means_lost(code)) return token_missing(uri_);
    return device_failed("the token gives no session", code, uri_);
  }
  if (auto in = log_in(session.handle); !in) {
    module_->C_CloseSession(session.handle);
    module_ = nullptr;  // its flags (PIN locked, one try left) are read again the next time
    return fail(std::move(in.error()));
  }
  ++open_;
  return session;
}

void TokenSessions::give_back(const Session& session, bool lost) {
  const std::lock_guard lock(mutex_);
  if (session.epoch != epoch_ || lost) {
    --open_;
    session.module->C_CloseSession(session.handle);
  } else {
    idle_.push_back(session);
  }
  if (lost && session.epoch == epoch_) {
    for (const Session& other : idle_) other.module->C_CloseSession(other.handle);
    open_ -= idle_.size();
    idle_.clear();
    module_ = nullptr;
    logged_in_ = false;
    ++epoch_;
  }
  returned_.notify_one();
}

Result<CK_RV> TokenSessions::run(const std::function<CK_RV(const Session&)>& use) {
  Libraries& libraries = Libraries::instance();
  for (bool first = true;; first = false) {
    std::shared_lock gate(libraries.gate());
    auto session = borrow();
    if (!session) {
      if (!first || !(session.error().code == kTokenMissing)) return fail(std::move(session.error()));
      const std::uint64_t seen = libraries.scan();
      gate.unlock();
      libraries.rescan(seen);
      continue;
    }
    const CK_RV code = use(*session);
    const bool lost = means_lost(code);
    give_back(*session, lost);
    if (!lost) return code;
    if (!first) return device_failed("the token was lost in the middle of its work", code, uri_);
    log(LogLevel::Warning, "the session with a token was lost; opening another",
        {{"token", uri_.display()}, {"reason", p11_kit_strerror(code)}});
  }
}

}  // namespace sealgate::tokens

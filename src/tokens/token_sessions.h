#pragma once
// Inside tokens/ only: PKCS#11 libraries, and for each token a few logged-in sessions that many threads share.
//
// A session that was lost (the token was pulled, its server restarted, somebody logged out) is opened again, once for
// each operation. A PIN that the token refused is never sent a second time by this process: only a changed PIN file
// makes it try again, so that no loop locks a token.

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "tokens/token_uri.h"

namespace sealgate::tokens {

struct Session {
  CK_FUNCTION_LIST* module = nullptr;
  CK_SESSION_HANDLE handle = 0;
  std::uint64_t epoch = 0;  ///< object handles found in another epoch are no longer good
};

class TokenSessions {
 public:
  /// Sessions at a time; further operations wait for one.
  static constexpr std::size_t kMaxSessions = 32;

  /// The one of this token; made when first asked for.
  static std::shared_ptr<TokenSessions> of(const TokenUri& uri);

  explicit TokenSessions(TokenUri uri) : uri_(std::move(uri)) {}
  TokenSessions(const TokenSessions&) = delete;
  TokenSessions& operator=(const TokenSessions&) = delete;

  /// Runs `use` with a session that is logged in; again with a new one when it says that the session was lost. What
  /// it says otherwise is the answer. Fails with the errors of finding the token and logging in.
  Result<CK_RV> run(const std::function<CK_RV(const Session&)>& use);

 private:
  Result<Session> borrow();
  Result<> find_token();
  Result<> log_in(CK_SESSION_HANDLE session);
  void give_back(const Session& session, bool lost);

  const TokenUri uri_;
  std::mutex mutex_;
  std::condition_variable returned_;
  CK_FUNCTION_LIST* module_ = nullptr;  ///< null: the token is to be found
  CK_SLOT_ID slot_ = 0;
  CK_FLAGS token_flags_ = 0;
  bool logged_in_ = false;
  std::uint64_t epoch_ = 0;
  std::uint64_t scan_ = 0;  ///< which loading of the libraries the sessions belong to
  std::vector<Session> idle_;
  std::size_t open_ = 0;              ///< sessions, idle or in use
  std::optional<Bytes> refused_pin_;  ///< SHA-256 of the PIN that the token refused
};

/// tokens.device-failed with the name of the code.
tl::unexpected<Error> device_failed(const std::string& what, CK_RV code, const TokenUri& uri);

}  // namespace sealgate::tokens

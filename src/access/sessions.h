#pragma once
// Sessions of users and tokens of their programs: looked at and ended. Gate begins sessions and knows them again.

#include "access/changer.h"
#include "access/issued.h"
#include "access/users.h"

namespace sealgate::access {

inline constexpr std::size_t kMaxSessions = 20;  ///< of one user: a new one ends the one not used the longest
inline constexpr std::size_t kMaxTokens = 50;    ///< of one user
inline constexpr std::size_t kMaxTokenName = 64;
inline constexpr std::chrono::hours kLongestTokenLife{24 * 366};

/// Thread-safe.
class Sessions {
 public:
  /// It must outlive this.
  explicit Sessions(Changer& changer) : changer_(changer) {}

  /// Of one user, or of everybody for an empty name; in no order. Some may have ended meanwhile by being idle.
  Result<std::vector<Session>> list(const std::string& user);
  /// Everybody his own; others' by the permission `security`. access.no-such-session.
  Result<> end(const Principal& by, const std::string& id);
  /// All of a user but the one with this id.
  Result<> end_all(const Principal& by, const std::string& user, const std::string& but = {});

 private:
  Changer& changer_;
};

/// Thread-safe.
class Tokens {
 public:
  explicit Tokens(Changer& changer) : changer_(changer) {}

  /// As above.
  Result<std::vector<Token>> list(const std::string& owner);
  /// One that allows `scopes` until then, and never more than its owner may at the time. For oneself; at the command
  /// line for any user; a token makes no tokens. access.bad-scope, access.bad-expiry, access.token-exists,
  /// access.too-many.
  Result<Issued> create(const Principal& by, const std::string& owner, const std::string& name, Permissions scopes,
                        Time until);
  /// Everybody his own; others' by the permission `security`. access.no-such-token.
  Result<> revoke(const Principal& by, const std::string& owner, const std::string& name);

 private:
  Changer& changer_;
};

}  // namespace sealgate::access

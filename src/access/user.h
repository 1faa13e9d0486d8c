#pragma once
// A user of the administration, and the rules for his name and password.

#include <optional>
#include <string>
#include <vector>

#include "access/principal.h"
#include "access/storage.h"
#include "base/secret.h"

namespace sealgate::access {

inline constexpr std::size_t kMaxUserName = 64;
inline constexpr std::size_t kMaxDisplayName = 128;
inline constexpr std::size_t kLeastPassword = 12;  ///< characters
inline constexpr std::size_t kMaxPassword = 1024;  ///< bytes
inline constexpr std::size_t kMaxUsers = 1000;

/// The second factor. Its secret is sealed under the user's password (totp.h): the store alone gives no codes.
struct Authenticator {
  Bytes sealed = {};
  Bytes salt = {};
  std::int64_t last_step = 0;  ///< of the newest code that was taken: it and older ones are not taken again
  friend bool operator==(const Authenticator&, const Authenticator&) = default;
};

struct User {
  std::string name = {};
  std::string display_name = {};
  std::vector<Role> roles = {};
  bool disabled = false;
  std::string password_hash = {};  ///< crypto/password_hash.h; empty: nobody signs in by password
  std::optional<Authenticator> authenticator = {};
  std::optional<Authenticator> pending = {};  ///< being set up, not asked for yet
  Time created = {};
  Time changed = {};           ///< roles, state, names
  Time password_changed = {};  ///< all zero: never
  std::optional<Time> last_sign_in = {};
  friend bool operator==(const User&, const User&) = default;
};

/// In lower case: 1 to 64 letters, digits, '.', '_', '-', '@', first a letter or digit. access.bad-name.
Result<std::string> parse_user_name(std::string_view text);
/// access.bad-name: over the limit, control characters, or not UTF-8.
Result<> check_display_name(std::string_view text);
/// access.weak-password: shorter than 12 characters, too long, or the user's name or display name, whatever the case.
Result<> check_password(const Secret& password, std::string_view name, std::string_view display_name);
/// access.bad-role for none or an unknown one. Sorted, each once.
Result<std::vector<Role>> parse_roles(const std::vector<std::string>& words);

Record to_record(const User& user);
/// access.damaged.
Result<User> read_user(const Record& record);

/// A user, and what must still be there when he is changed.
struct StoredUser {
  User user = {};
  Change::Expected expected = {};
};
/// `name` as parse_user_name() gives it. Empty when there is no such user.
Result<std::optional<StoredUser>> load_user(Storage& storage, const std::string& name);

/// For `before` and `after` in the audit log: roles and state, nothing secret.
std::string in_short(const User& user);

}  // namespace sealgate::access

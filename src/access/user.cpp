#include "access/user.h"

#include <algorithm>

#include "access/errors.h"
#include "base/text.h"

namespace sealgate::access {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

tl::unexpected<Error> weak(std::string what) {
  return fail(kWeakPassword, std::move(what), "",
              "take a longer one, such as four or five words that do not belong together");
}

}  // namespace

Result<std::string> parse_user_name(std::string_view text) {
  std::string name = ascii_lower(trim(text));
  const bool good = !name.empty() && name.size() <= kMaxUserName && std::ranges::all_of(name, is_name_character) &&
                    ((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= '0' && name[0] <= '9'));
  if (good) return name;
  return fail(kBadName, "this is no name of a user", std::string(text.substr(0, kMaxUserName)),
              "use up to 64 letters, digits and . _ - @, first a letter or a digit");
}

Result<> check_display_name(std::string_view text) {
  if (text.size() <= kMaxDisplayName &&
      std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) {
    return {};
  }
  return fail(kBadName, "this is no display name", "", "use up to 128 bytes without control characters");
}

Result<> check_password(const Secret& password, std::string_view name, std::string_view display_name) {
  if (password.size() > kMaxPassword) {
    return fail(kWeakPassword, "the password is longer than 1024 bytes", "", "take a shorter one");
  }
  if (characters(password.text()) < kLeastPassword) return weak("the password has less than 12 characters");
  if (iequals(password.text(), name) || iequals(password.text(), display_name)) {
    return weak("the password is the name of the user");
  }
  return {};
}

Result<std::vector<Role>> parse_roles(const std::vector<std::string>& words) {
  std::vector<Role> roles;
  for (const std::string& word : words) {
    const auto role = parse_role(word);
    if (!role) {
      return fail(kBadRole, "there is no such role", word.substr(0, kMaxUserName),
                  "roles are administrator, operator, partner-operator, security-officer and read-only");
    }
    roles.push_back(*role);
  }
  if (roles.empty()) return fail(kBadRole, "a user needs a role", "", "name one or more");
  std::ranges::sort(roles);
  const auto doubled = std::ranges::unique(roles);
  roles.erase(doubled.begin(), doubled.end());
  return roles;
}

Result<std::optional<StoredUser>> load_user(Storage& storage, const std::string& name) {
  SG_TRY_ASSIGN(const auto record, storage.find({RecordKind::User, name}));
  if (!record) return std::optional<StoredUser>();
  StoredUser stored;
  SG_TRY_ASSIGN(stored.user, read_user(*record));
  stored.expected = {record->key, record->content};
  return std::optional<StoredUser>(std::move(stored));
}

std::string in_short(const User& user) {
  return to_string(user.roles) + (user.disabled ? "; disabled" : "") + (user.authenticator ? "; authenticator" : "");
}

}  // namespace sealgate::access

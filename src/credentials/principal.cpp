#include "credentials/principal.h"

#include <algorithm>
#include <array>

#include "credentials/errors.h"

namespace sealgate::credentials {
namespace {

constexpr std::string_view kEveryone = "everyone";
struct Prefix {
  std::string_view text;
  PrincipalKind kind;
};
constexpr std::array kPrefixes{Prefix{"user:", PrincipalKind::User}, Prefix{"party:", PrincipalKind::Party},
                               Prefix{"account:", PrincipalKind::Account}};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

}  // namespace

std::string Principal::text() const {
  for (const Prefix& prefix : kPrefixes) {
    if (prefix.kind == kind) return std::string(prefix.text) + name;
  }
  return std::string(kEveryone);
}

Result<Principal> parse_principal(std::string_view text) {
  if (text == kEveryone) return Principal{};
  for (const Prefix& prefix : kPrefixes) {
    if (!text.starts_with(prefix.text)) continue;
    const std::string_view name = text.substr(prefix.text.size());
    if (name.empty() || name.size() > kMaxPrincipalName || std::ranges::any_of(name, is_control)) break;
    return Principal{prefix.kind, std::string(name)};
  }
  return fail(kBadPrincipal, "this names nobody in whose name credentials are asked for",
              std::string(text.substr(0, kMaxPrincipalName)),
              "write user:NAME, party:NAME or account:NAME, with a name of 1 to " +
                  std::to_string(kMaxPrincipalName) + " bytes without control characters, or everyone");
}

Result<PrincipalList> make_principal_list(const std::vector<std::string>& texts) {
  PrincipalList list;
  for (const std::string& text : texts) {
    SG_TRY_ASSIGN(const Principal principal, parse_principal(text));
    list.push_back(principal.text());
  }
  std::ranges::sort(list);
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

}  // namespace sealgate::credentials

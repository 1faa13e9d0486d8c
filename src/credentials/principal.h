#pragma once
// In whose name credentials are asked for. As text: "user:CONTOSO\alice" (whom an adapter authenticated, by ticket),
// "party:Contoso" (whose message it is), "account:default" (the account of the host that sends), "everyone".

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sealgate::credentials {

enum class PrincipalKind { User, Party, Account, Everyone };

inline constexpr std::size_t kMaxPrincipalName = 256;

struct Principal {
  PrincipalKind kind = PrincipalKind::Everyone;
  std::string name = {};  ///< empty for everyone
  std::string text() const;
  friend bool operator==(const Principal&, const Principal&) = default;
};

/// The words above; case counts. credentials.bad-principal, also for control characters and names over the limit.
Result<Principal> parse_principal(std::string_view text);

/// Names of principals that hold at once, and of applications, are kept as text: sorted lists of these.
using PrincipalList = std::vector<std::string>;
/// Parses each, sorts, and drops what is there twice.
Result<PrincipalList> make_principal_list(const std::vector<std::string>& texts);

}  // namespace sealgate::credentials

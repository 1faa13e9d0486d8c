#pragma once
// Who asks, and what they may do. The server asks a Gatekeeper before anything else; where users, tokens and sessions
// come from is behind it.

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "net/http_server.h"

namespace sealgate::api {

enum class Permission { View, ViewBody, Operate, Configure, Partners, Certificates, Credentials, Security, Audit };
inline constexpr std::array kAllPermissions{Permission::View,        Permission::ViewBody, Permission::Operate,
                                            Permission::Configure,   Permission::Partners, Permission::Certificates,
                                            Permission::Credentials, Permission::Security, Permission::Audit};
/// "view-body", as in openapi.yaml.
std::string_view to_string(Permission permission);
/// Empty for an unknown word.
std::optional<Permission> parse_permission(std::string_view word);

struct Caller {
  std::string name = {};
  std::set<Permission> permissions = {};
  bool allows(Permission permission) const { return permissions.contains(permission); }
};

/// Thread-safe; outlives the server.
class Gatekeeper {
 public:
  Gatekeeper() = default;
  Gatekeeper(const Gatekeeper&) = delete;
  Gatekeeper& operator=(const Gatekeeper&) = delete;
  virtual ~Gatekeeper() = default;

  /// Who sends this request, by its token or session. api.not-signed-in; api.forbidden for a change that another site
  /// may have sent; api.too-many-requests for who guesses.
  virtual Result<Caller> identify(const net::HttpRequest& request) = 0;
};

}  // namespace sealgate::api

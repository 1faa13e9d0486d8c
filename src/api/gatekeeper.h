#pragma once
// Who asks, and what they do. The server asks a Gatekeeper before anything else; where users, tokens and sessions
// come from is behind it.

#include <chrono>
#include <optional>
#include <string>

#include "access/begun.h"
#include "access/principal.h"
#include "net/http_server.h"

namespace sealgate::api {

using access::Permission;

/// What somebody did or tried: every change, and every look at the content of a message.
struct Act {
  std::string action = {};            ///< x-audit of its operation: "message.resume"
  std::string subject = {};           ///< the path below the API, as it was sent, and the query
  std::optional<Error> refused = {};  ///< set: it was not done
  bool begun = false;                 ///< it is about to be done
  std::string_view outcome() const { return begun ? access::kBegun : refused ? refused->code.id : "ok"; }
};

/// Thread-safe; outlives the server.
class Gatekeeper {
 public:
  Gatekeeper() = default;
  Gatekeeper(const Gatekeeper&) = delete;
  Gatekeeper& operator=(const Gatekeeper&) = delete;
  virtual ~Gatekeeper() = default;

  /// Who sends this request, by its token or session. api.not-signed-in; api.forbidden for a change that another site
  /// may have sent.
  virtual Result<access::Principal> identify(const net::HttpRequest& request) = 0;
  /// Before anything is done for a request: how long it must wait; zero: not at all. `who`: nullptr when nobody is
  /// known.
  virtual std::chrono::milliseconds admit(const net::HttpRequest& request, const access::Principal* who) = 0;
  /// Keeps it. Content is shown only when this succeeded before. A change is recorded in its commit, or as begun
  /// before it, which must succeed, and when it was made.
  virtual Result<> record(const access::Principal& who, const Act& act) = 0;
};

}  // namespace sealgate::api

#pragma once
// Who sent a request, by name and password: Basic (RFC 7617) and Digest (RFC 7616, qop=auth, SHA-256 and MD5).
//
// A right password is remembered (as a keyed digest of it), so that a partner's later requests cost no argon2id.
// Wrong ones are counted by client address: after ten in a row an address gets one more attempt every six seconds,
// and everybody who logged in before goes on as if nothing happened.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <set>
#include <string>
#include <vector>

#include "adapters/http/authorization.h"
#include "adapters/http/digest_nonces.h"
#include "adapters/http/rate_limits.h"
#include "net/http_server.h"

namespace sealgate::adapters::http {

struct HttpUser {
  std::string password_hash;  ///< crypto/password_hash.h; empty: not by Basic
  std::string digest_sha256;  ///< lower-case hexadecimal H(name:realm:password); empty: not by Digest with SHA-256
  std::string digest_md5;
};

/// Those of one host. Immutable.
struct HttpUsers {
  std::string realm = "sealgate";
  std::map<std::string, HttpUser> by_name;
};

struct WantedAuthentication {
  bool anonymous = true;  ///< who gives no name comes in as nobody
  bool basic = false;
  bool digest = false;
};

/// Thread-safe.
class Authenticator {
 public:
  using Clock = std::chrono::steady_clock;

  Authenticator();

  struct Verdict {
    std::optional<net::HttpResponse> refusal;  ///< 401 with its challenges, 429, or 503 when too many log in at once
    std::string user;                          ///< who it is; empty: nobody
  };
  /// `client` is whom failures are counted for.
  Verdict judge(const net::HttpRequest& request, const std::string& client, const HttpUsers& users,
                const WantedAuthentication& wanted, Clock::time_point now);
  /// True when a failure of this client may be written to the log: not each of a flood.
  bool worth_a_line(const std::string& client, Clock::time_point now);

 private:
  enum class Proof { Right, Wrong, Stale, TooMany, Busy };
  Proof check(const BasicCredentials& given, const std::string& client, const HttpUsers& users,
              Clock::time_point now);
  Proof check(const DigestCredentials& given, const net::HttpRequest& request, const HttpUsers& users,
              Clock::time_point now);
  net::HttpResponse challenge(const HttpUsers& users, const WantedAuthentication& wanted, bool stale,
                              Clock::time_point now);
  const std::string& nobodys_hash();
  std::string remembered_form(const BasicCredentials& given, const std::string& hash) const;

  DigestNonces nonces_;
  RateLimits failures_;
  RateLimits lines_;
  Secret key_;
  std::once_flag nobodys_hash_made_;
  std::string nobodys_hash_;  ///< so that a name that does not exist takes as long
  std::counting_semaphore<2> hashing_{2};
  std::mutex mutex_;
  std::set<std::string> remembered_;
};

}  // namespace sealgate::adapters::http

#include "adapters/http/authenticator.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "adapters/http/errors.h"
#include "base/text.h"
#include "crypto/constant_time.h"
#include "crypto/digest.h"
#include "crypto/password_hash.h"
#include "crypto/random.h"
#include "net/http_problem.h"

namespace sealgate::adapters::http {
namespace {

using crypto::DigestAlgorithm;

constexpr double kAttemptsASecond = 1.0 / 6;
constexpr double kAttemptsAtOnce = 10;
constexpr std::chrono::seconds kRetryAfter{6};
constexpr std::chrono::seconds kLongestQueue{2};
constexpr std::size_t kRemembered = 10'000;
constexpr std::size_t kCountDigits = 8;

std::string hex_digest(DigestAlgorithm algorithm, const std::string& text) {
  const auto value = crypto::digest(algorithm, as_bytes(text));
  return value ? to_hex(value->view()) : std::string();
}

/// The eight digits of nc (RFC 7616, 3.4).
std::optional<std::uint32_t> parse_count(const std::string& text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count, 16);
  if (text.size() != kCountDigits || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return count;
}

net::HttpResponse later(int status, const ErrorCode& code, std::string_view detail) {
  net::HttpResponse response = net::problem(status, code, detail);
  response.headers.add("Retry-After", std::to_string(kRetryAfter.count()));
  return response;
}

}  // namespace

Authenticator::Authenticator() {
  auto key = crypto::random_secret(32);
  if (!key) std::abort();  // no randomness: nothing here would prove anything
  key_ = std::move(*key);
}

/// Made when it is first needed: it costs as much as a login.
const std::string& Authenticator::nobodys_hash() {
  std::call_once(nobodys_hash_made_, [this] { nobodys_hash_ = crypto::hash_password(key_.view()).value_or(""); });
  return nobodys_hash_;
}

std::string Authenticator::remembered_form(const BasicCredentials& given, const std::string& hash) const {
  const Secret text = Secret::from_text(given.user + '\0' + hash + '\0' + std::string(given.password.text()));
  const auto mac = crypto::hmac(DigestAlgorithm::Sha256, key_.view(), text.view());
  return mac ? std::string(as_text(mac->view())) : std::string();
}

Authenticator::Proof Authenticator::check(const BasicCredentials& given, const std::string& client,
                                          const HttpUsers& users, Clock::time_point now) {
  const auto found = users.by_name.find(given.user);
  const bool known = found != users.by_name.end() && !found->second.password_hash.empty();
  const std::string& hash = known ? found->second.password_hash : nobodys_hash();
  const std::string form = remembered_form(given, hash);
  if (known) {
    const std::lock_guard lock(mutex_);
    if (remembered_.contains(form)) return Proof::Right;
  }
  if (!failures_.has(client, kAttemptsASecond, kAttemptsAtOnce, now)) return Proof::TooMany;
  if (!hashing_.try_acquire_for(kLongestQueue)) return Proof::Busy;
  const bool right = crypto::verify_password(hash, given.password.view()) && known;
  hashing_.release();
  if (!right) return Proof::Wrong;
  const std::lock_guard lock(mutex_);
  if (remembered_.size() >= kRemembered) remembered_.clear();
  remembered_.insert(form);
  return Proof::Right;
}

Authenticator::Proof Authenticator::check(const DigestCredentials& given, const net::HttpRequest& request,
                                          const HttpUsers& users, Clock::time_point now) {
  const bool sha256 = iequals(given.algorithm, "SHA-256");
  if (!sha256 && !given.algorithm.empty() && !iequals(given.algorithm, "MD5")) return Proof::Wrong;
  if (given.hashed_user || given.qop != "auth" || given.cnonce.empty() || given.realm != users.realm) {
    return Proof::Wrong;
  }
  // What was signed must be what was asked for, else an answer for one location opens another.
  if (given.uri != request.target) return Proof::Wrong;
  const auto count = parse_count(given.nonce_count);
  const auto found = users.by_name.find(given.user);
  if (!count || found == users.by_name.end()) return Proof::Wrong;
  const std::string& secret = sha256 ? found->second.digest_sha256 : found->second.digest_md5;
  if (secret.empty()) return Proof::Wrong;
  const DigestAlgorithm algorithm = sha256 ? DigestAlgorithm::Sha256 : DigestAlgorithm::Md5;
  const std::string wanted =
      hex_digest(algorithm, secret + ':' + given.nonce + ':' + given.nonce_count + ':' + given.cnonce + ':' +
                                given.qop + ':' + hex_digest(algorithm, request.method + ':' + given.uri));
  const std::string response = ascii_lower(given.response);
  if (wanted.empty() || !crypto::constant_time_equal(as_bytes(wanted), as_bytes(response))) return Proof::Wrong;
  switch (nonces_.use(given.nonce, *count, now)) {
    case DigestNonces::Use::Fresh:
      return Proof::Right;
    case DigestNonces::Use::Stale:
    case DigestNonces::Use::Foreign:  // of this process before its restart, or of another instance
      return Proof::Stale;
  }
  return Proof::Wrong;
}

Authenticator::Verdict Authenticator::judge(const net::HttpRequest& request, const std::string& client,
                                            const HttpUsers& users, const WantedAuthentication& wanted,
                                            Clock::time_point now) {
  if (!wanted.basic && !wanted.digest) return {};
  const std::string* field = request.headers.find("Authorization");
  if (field == nullptr) {
    if (wanted.anonymous) return {};
    return {challenge(users, wanted, false, now), {}};
  }
  if (request.headers.count("Authorization") > 1) {
    return {net::problem(400, kAmbiguousHeader, "there is more than one Authorization"), {}};
  }
  const auto given = parse_authorization(*field);
  Proof proof = Proof::Wrong;
  std::string user;
  if (given && wanted.basic && std::holds_alternative<BasicCredentials>(*given)) {
    user = std::get<BasicCredentials>(*given).user;
    proof = check(std::get<BasicCredentials>(*given), client, users, now);
  } else if (given && wanted.digest && std::holds_alternative<DigestCredentials>(*given)) {
    user = std::get<DigestCredentials>(*given).user;
    proof = check(std::get<DigestCredentials>(*given), request, users, now);
  }
  switch (proof) {
    case Proof::Right:
      return {std::nullopt, std::move(user)};
    case Proof::TooMany:
      return {later(429, kTooManyRequests, "too many wrong passwords from this address"), {}};
    case Proof::Busy:
      return {later(503, kNotNow, "too many log in at this moment"), {}};
    case Proof::Stale:
      return {challenge(users, wanted, true, now), {}};
    case Proof::Wrong:
      break;
  }
  failures_.take(client, kAttemptsASecond, kAttemptsAtOnce, now);
  return {challenge(users, wanted, false, now), {}};
}

net::HttpResponse Authenticator::challenge(const HttpUsers& users, const WantedAuthentication& wanted, bool stale,
                                           Clock::time_point now) {
  net::HttpResponse response = net::problem(401, kUnauthenticated, "this location asks for a name and a password");
  const auto any = [&](std::string HttpUser::*secret) {
    return std::ranges::any_of(users.by_name, [&](const auto& entry) { return !(entry.second.*secret).empty(); });
  };
  const std::string realm = "realm=\"" + users.realm + "\"";
  if (wanted.digest) {
    // The best first: clients take the first that they know (RFC 7616, 3.7).
    const std::string rest = ", qop=\"auth\", nonce=\"" + nonces_.make(now) + "\"" + (stale ? ", stale=true" : "");
    if (any(&HttpUser::digest_sha256)) {
      response.headers.add("WWW-Authenticate", "Digest " + realm + ", algorithm=SHA-256" + rest);
    }
    if (any(&HttpUser::digest_md5)) {
      response.headers.add("WWW-Authenticate", "Digest " + realm + ", algorithm=MD5" + rest);
    }
  }
  if (wanted.basic) response.headers.add("WWW-Authenticate", "Basic " + realm + ", charset=\"UTF-8\"");
  return response;
}

bool Authenticator::worth_a_line(const std::string& client, Clock::time_point now) {
  return lines_.take(client, kAttemptsASecond, kAttemptsAtOnce, now);
}

}  // namespace sealgate::adapters::http

#include "soap/security/check.h"

#include <algorithm>

#include "crypto/constant_time.h"
#include "crypto/digest.h"
#include "soap/errors.h"
#include "soap/security/tokens.h"

namespace sealgate::soap {
namespace {

Result<> check_signature(const OpenedSecurity& opened, const Envelope& envelope, bool required) {
  if (!opened.signer) {
    if (!required) return {};
    return fail(kNoSignature, "the envelope is not signed", {}, "ask the sender to sign the Body (WS-Security)");
  }
  const auto demand = [&opened](const xmlNode* element, const char* name) -> Result<> {
    if (opened.covers(element)) return {};
    return fail(kNotCovered, std::string("the signature does not cover the ") + name + " of the message", {},
                "ask the sender to sign Body, Timestamp and UsernameToken");
  };
  // Also where none is demanded: a signature over something else would only mislead.
  SG_TRY(demand(envelope.body(), "Body"));
  if (opened.timestamp != nullptr) {
    SG_TRY(demand(opened.timestamp, "Timestamp"));
  }
  if (opened.user_node != nullptr) {
    SG_TRY(demand(opened.user_node, "UsernameToken"));
  }
  return {};
}

Result<> check_age(Time created, const SecurityPolicy& policy, Time now) {
  const bool future = created > now + policy.clock_skew;
  if (!future && created + policy.maximum_age + policy.clock_skew >= now) return {};
  return fail(kStale, future ? "the message is of the future" : "the message is too old", {},
              "look at the clocks of both sides, or raise maximum_age or clock_skew of the location");
}

Result<std::string> key_of(std::string_view kind, ByteView bytes) {
  SG_TRY_ASSIGN(const auto value, crypto::digest(crypto::DigestAlgorithm::Sha256, bytes));
  return std::string(kind) + to_hex(value.view());
}

}  // namespace

Result<Remembrance> check_security(const OpenedSecurity& opened, const Envelope& envelope,
                                   const SecurityPolicy& policy, Time now) {
  SG_TRY(check_signature(opened, envelope, policy.require_signature));
  if (policy.require_encryption && !opened.decrypted) {
    return fail(kNoEncryption, "the Body is not encrypted", {}, "ask the sender to encrypt it (WS-Security)");
  }
  Remembrance remembrance;
  remembrance.until = now + policy.maximum_age + 2 * policy.clock_skew;
  if (opened.created) {
    SG_TRY(check_age(*opened.created, policy, now));
  } else if (policy.require_timestamp && (policy.require_signature || opened.signer)) {
    return fail(kNoTimestamp, "the envelope has no Timestamp", {}, "ask the sender for one, under the signature");
  }
  if (opened.expires && *opened.expires + policy.clock_skew < now) {
    return fail(kStale, "the message has expired", {}, "look at the clocks of both sides");
  }
  if (opened.signer && opened.created) {
    SG_TRY_ASSIGN(auto key, key_of("signature ", opened.signed_info));
    remembrance.keys.push_back(std::move(key));
  }
  if (!opened.user) {
    if (!policy.require_user) return remembrance;
    return fail(kNoUser, "the envelope has no UsernameToken", {}, "ask the sender to log in (WS-Security)");
  }
  const UsernameToken& user = *opened.user;
  if (!user.created.empty()) {
    const auto created = parse_rfc3339(user.created);
    if (!created) return fail(kStale, "the time of the UsernameToken cannot be read");
    SG_TRY(check_age(*created, policy, now));
  }
  if (!user.nonce.empty() && !user.created.empty()) {
    Bytes words = to_bytes(user.name + "\n" + user.created + "\n");
    append(words, user.nonce);
    SG_TRY_ASSIGN(auto key, key_of("nonce ", words));
    remembrance.keys.push_back(std::move(key));
  }
  return remembrance;
}

Result<> check_password(const UsernameToken& token, const Secret& password) {
  bool right = false;
  if (token.digest.empty()) {
    SG_TRY_ASSIGN(const auto given, crypto::digest(crypto::DigestAlgorithm::Sha256, token.password.view()));
    SG_TRY_ASSIGN(const auto wanted, crypto::digest(crypto::DigestAlgorithm::Sha256, password.view()));
    right = given == wanted;
  } else {
    SG_TRY_ASSIGN(const Bytes wanted, password_digest(token.nonce, token.created, password));
    right = crypto::constant_time_equal(token.digest, wanted);
  }
  if (right && !password.empty()) return {};
  return fail(kBadUser, "the user of the UsernameToken is not known, or the password is wrong", {},
              "see users of the location, and ask the sender");
}

}  // namespace sealgate::soap

#pragma once
// Settings about certificates that several kinds share: which certificate from when to when, how revocation is asked,
// when a coming expiry is told, and what the path of a party's certificate must fulfil.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifacts/transports.h"
#include "base/clock.h"
#include "certificates/thumbprint.h"

namespace sealgate::artifacts {

using certificates::Thumbprint;

/// In documents a bare thumbprint, or a mapping of `certificate`, `from` and `until`.
struct CertificateAssignment {
  Thumbprint certificate;
  std::optional<Time> from = {};   ///< before it is not used; absent: from the beginning
  std::optional<Time> until = {};  ///< from then on it is not used; absent: for ever. After `from`

  bool in_force(Time now) const { return (!from || *from <= now) && (!until || now < *until); }
  friend bool operator==(const CertificateAssignment&, const CertificateAssignment&) = default;
};
using CertificateAssignments = std::vector<CertificateAssignment>;

/// Those whose window holds at `now`, in the order of the list.
std::vector<Thumbprint> in_force(const CertificateAssignments& all, Time now);
/// Of those, the one whose `from` is the latest: the switch date of a signing certificate. One without `from` comes
/// before all others; of two alike the first of the list. nullptr when none is in force; lives as long as `all`.
const CertificateAssignment* latest(const CertificateAssignments& all, Time now);
/// "certificate 1E2F … from 2027-01-01T00:00:00Z": when the next one of the list comes into force, or when the last
/// one went out of it. For errors and warnings about a list of which none is in force; empty for an empty list.
std::string why_none_in_force(const CertificateAssignments& all, Time now);

/// In the order of strictness.
enum class RevocationPolicy {
  Off,     ///< not asked
  Prefer,  ///< unknown passes with a recorded warning; revoked is an error
  Require  ///< unknown is an error as well
};

/// How the group learns what is revoked.
struct RevocationSettings {
  /// For whoever does not say otherwise. Absent: as inbound() and outbound() say.
  std::optional<RevocationPolicy> policy = {};
  Duration refresh{std::chrono::hours(24 * 7)};  ///< lists are downloaded so often, and before their next update
  std::vector<std::string> sources = {};         ///< http(s) addresses or absolute folders of lists
  bool ocsp = false;                             ///< ask the responders that certificates name
  bool fetch_issuers = false;                    ///< download missing intermediates that certificates name (AIA)
  /// Hosts ("name" or "address") at private or local addresses that downloads may go to.
  std::vector<std::string> allowed_private_hosts = {};

  /// Of what comes in.
  RevocationPolicy inbound() const { return policy.value_or(RevocationPolicy::Require); }
  /// Of what goes out. Whom we encrypt to was assigned by thumbprint, and who relies on our signature asks himself;
  /// so as long as nobody has said anything, unknown passes and is recorded.
  RevocationPolicy outbound() const { return policy.value_or(RevocationPolicy::Prefer); }
  friend bool operator==(const RevocationSettings&, const RevocationSettings&) = default;
};

struct EmailNotice {
  std::string smtp_url = {};  ///< smtp://host[:port] or smtps://host[:port]
  std::string from = {};
  std::vector<std::string> to = {};
  friend bool operator==(const EmailNotice&, const EmailNotice&) = default;
};

/// Warnings of certificates that expire soon.
struct ExpirySettings {
  std::vector<int> days{60, 30, 14, 7, 1};  ///< before the expiry, most first; empty: no warnings
  std::string webhook = {};                 ///< http(s) address; empty: none
  std::optional<EmailNotice> email = {};
  friend bool operator==(const ExpirySettings&, const ExpirySettings&) = default;
};

/// What the path of a party's certificates must fulfil beyond RFC 5280.
struct PathSettings {
  /// As in certificates::PathPolicy. 0: any; 1: no MD5 or SHA-1, no RSA under 1024 bits; 2: no RSA under 2048 bits.
  int auth_level = 0;
  std::vector<std::string> policies = {};  ///< dotted OIDs, one of which the path must be valid for; empty: any
  bool require_explicit_policy = false;    ///< the path must be valid for some policy
  friend bool operator==(const PathSettings&, const PathSettings&) = default;
};

std::string_view to_string(RevocationPolicy policy);  ///< require, prefer, off
/// The stricter of the two that are set; absent when neither is.
std::optional<RevocationPolicy> strictest(std::optional<RevocationPolicy> a, std::optional<RevocationPolicy> b);

}  // namespace sealgate::artifacts

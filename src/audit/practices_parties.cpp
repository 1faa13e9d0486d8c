// Practices of parties, hosts and the group.

#include <map>

#include "audit/practice_codes.h"
#include "audit/practices_parts.h"
#include "base/text.h"

namespace sealgate::audit {

using namespace artifacts;

namespace {

constexpr std::chrono::days kLongAllowance{366};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

void judge_parties(const ArtifactSet& set, Time now, std::vector<Finding>& out) {
  const RevocationPolicy group = (set.group ? set.group->revocation : artifacts::RevocationSettings()).inbound();
  for (const Party& party : set.parties) {
    const std::string where = "Party " + party.name;
    for (const WeakAlgorithm& weak : party.weak_algorithms) {
      if (weak.until <= now) {
        out.push_back({Severity::Note, kAllowanceExpired,
                       "the allowance for " + weak.algorithm + " ended on " + to_rfc3339(weak.until), where,
                       "remove it from weak_algorithms"});
        continue;
      }
      out.push_back({Severity::Warning, kWeakAllowance,
                     weak.algorithm + " is allowed until " + to_rfc3339(weak.until) + ": " + weak.reason, where,
                     "agree on today's algorithms with the partner before that date"});
      if (weak.until - now > kLongAllowance) {
        out.push_back(
            {Severity::Warning, kAllowanceLong,
             "the allowance for " + weak.algorithm + " lasts for more than a year, until " + to_rfc3339(weak.until),
             where, "set a date within a year, so that somebody looks at it again"});
      }
    }
    if (party.verification_certificates.empty()) {
      out.push_back({Severity::Warning, kPartyUnproven,
                     "the party has no certificate: no signature proves its messages", where,
                     "assign verification_certificates"});
    }
    const RevocationPolicy policy = party.revocation.value_or(group);
    if (policy == RevocationPolicy::Off) {
      out.push_back({Severity::Warning, kRevocationOff, "nobody asks whether the party's certificates were revoked",
                     where, "set revocation: require, of the party or of the group"});
    } else if (policy == RevocationPolicy::Prefer) {
      out.push_back({Severity::Note, kRevocationSoft,
                     "the party's certificates pass when their revocation is unknown", where,
                     "set revocation: require"});
    }
  }
}

void judge_hosts(const ArtifactSet& set, std::vector<Finding>& out) {
  std::map<std::string, std::vector<std::string>> accounts;
  for (const Host& host : set.hosts) {
    accounts[host.account].push_back(host.name);
    bool network = false;
    bool plain = false;
    bool encrypted = false;
    for (const ReceivePort& port : set.receive_ports) {
      for (const ReceiveLocation& location : port.locations) {
        if (location.host != host.name) continue;
        network |= http_settings(location.transport) != nullptr;
        const Guard guard = guard_of(set, location.pipeline);
        (guard.decodes && !guard.takes_plain ? encrypted : plain) = true;
      }
    }
    bool sends = false;
    for (const SendPort& port : set.send_ports) sends |= port.host == host.name;
    const std::string where = "Host " + host.name;
    if (plain && encrypted) {
      out.push_back({Severity::Note, kMixedHost, "locations for encrypted and for plain messages run in one host",
                     where, "run them in different hosts with different accounts"});
    }
    if (network && sends) {
      out.push_back({Severity::Note, kHostDoesBoth, "the host receives from the network and sends", where,
                     "use a host (and an account) for receiving and another for sending"});
    }
  }
  for (const auto& [account, hosts] : accounts) {
    if (hosts.size() < 2) continue;
    out.push_back({Severity::Warning, kAccountShared,
                   "the hosts " + joined(hosts) + " share the private keys of account " + account,
                   "Host " + hosts.front(), "give each host an account of its own"});
  }
}

void judge_group(const ArtifactSet& set, const Holdings& holdings, std::vector<Finding>& out) {
  const Group group = set.group.value_or(Group{});
  const std::string where = set.group ? "Group " + group.name : "no Group";
  if (group.revocation.inbound() == RevocationPolicy::Off) {
    out.push_back({Severity::Warning, kRevocationOff, "revocation is off for all who do not say otherwise", where,
                   "set revocation.policy: require"});
  } else if (group.revocation.sources.empty() && holdings.crls.empty() && !group.revocation.ocsp &&
             !set.parties.empty()) {
    out.push_back({group.revocation.inbound() == RevocationPolicy::Require ? Severity::Warning : Severity::Note,
                   kNoRevocationSource, "no revocation list is there and none comes from anywhere", where,
                   "name addresses or folders under revocation.sources, or set revocation.ocsp: true"});
  }
  for (const std::string& host : group.revocation.allowed_private_hosts) {
    out.push_back({Severity::Note, kPrivateAddresses, "downloads may go to the private address " + host, where,
                   "remove it from revocation.allowed_private_hosts when no list comes from there any more"});
  }
  const ExpirySettings& notices = group.expiry_warnings;
  if (notices.days.empty() || (notices.webhook.empty() && !notices.email)) {
    out.push_back({Severity::Warning, kNoNotice, "a coming expiry stands in the log only", where,
                   "set expiry_warnings.webhook or expiry_warnings.email"});
  }
  if (is_plain_http(notices.webhook) && !is_loopback(notices.webhook)) {
    out.push_back({Severity::Warning, kPlainNotice, "warnings are posted without TLS", where + ", " + notices.webhook,
                   "use https://"});
  }
  if (notices.email && ascii_lower(notices.email->smtp_url).starts_with("smtp://") &&
      !is_loopback(notices.email->smtp_url)) {
    out.push_back({Severity::Note, kPlainNotice, "warnings are mailed with TLS only where the server offers it",
                   where + ", " + notices.email->smtp_url, "use smtps://"});
  }
}

}  // namespace sealgate::audit

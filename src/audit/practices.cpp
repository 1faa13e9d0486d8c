// The table of practices, and those that a certificate or the system's files break. Ports and parties:
// practices_ports.cpp.

#include "audit/practices.h"

#include <algorithm>
#include <array>
#include <set>

#include "artifacts/built_in_pipelines.h"
#include "audit/forecast.h"
#include "audit/practice_codes.h"
#include "audit/practices_parts.h"

namespace sealgate::audit {
namespace {

using namespace artifacts;
using certificates::Certificate;
using certificates::StoreName;
using certificates::Usage;

constexpr std::chrono::days kSoon{30};

constexpr std::array kPractices{
    Practice{kWeakAllowance, Severity::Warning, "a party is allowed a weak algorithm"},
    Practice{kAllowanceExpired, Severity::Note, "an allowance is past its date and only clutters"},
    Practice{kAllowanceLong, Severity::Warning, "an allowance lasts for more than a year"},
    Practice{kWeakSent, Severity::Warning, "a port sends with a weak algorithm"},
    Practice{kWeakKey, Severity::Warning, "a certificate in use has a weak key"},
    Practice{kWeakDigest, Severity::Warning, "a certificate in use was signed with MD5 or SHA-1"},
    Practice{kRevocationOff, Severity::Warning, "nobody asks whether certificates were revoked"},
    Practice{kRevocationSoft, Severity::Note, "a certificate of unknown revocation passes"},
    Practice{kNoRevocationSource, Severity::Warning, "revocation is required, but no list comes from anywhere"},
    Practice{kPrivateAddresses, Severity::Note, "downloads may go to private addresses"},
    Practice{kMixedLocation, Severity::Warning, "one location takes encrypted and plain messages"},
    Practice{kMixedHost, Severity::Note, "one host takes encrypted and plain messages, at different locations"},
    Practice{kUnsignedAccepted, Severity::Warning, "a location by network takes messages that nobody signed"},
    Practice{kAuthenticationOff, Severity::Warning, "a receive port publishes what comes from anybody"},
    Practice{kAuthenticationVain, Severity::Error, "a port demands a known party, but nothing looks for one"},
    Practice{kUntrustedHost, Severity::Warning, "an untrusted host resolves parties, in vain"},
    Practice{kFlood, Severity::Warning, "anybody can fill the store with messages that fail"},
    Practice{kKeyShared, Severity::Warning, "one private key lies in the stores of several accounts"},
    Practice{kAccountShared, Severity::Warning, "several hosts run as one account and share its keys"},
    Practice{kHostDoesBoth, Severity::Note, "a host receives by network and sends"},
    Practice{kOneKeyTwoJobs, Severity::Note, "one key signs and decrypts"},
    Practice{kExpiredInUse, Severity::Error, "an expired certificate is assigned"},
    Practice{kExpiresSoon, Severity::Warning, "a certificate in use expires within 30 days"},
    Practice{kUnused, Severity::Note, "a partner's certificate that nothing uses"},
    Practice{kKeyUnused, Severity::Warning, "a private key that nothing uses"},
    Practice{kPlainHttp, Severity::Error, "a port sends by HTTP without TLS"},
    Practice{kPlainPassword, Severity::Error, "a port sends a password by Basic without TLS"},
    Practice{kNameUnchecked, Severity::Warning, "a port does not check the name of the server"},
    Practice{kHostKeyUnchecked, Severity::Error, "a port or location does not check whose SFTP server it is"},
    Practice{kPlainNotice, Severity::Warning, "warnings go out without TLS"},
    Practice{kNoNotice, Severity::Warning, "nobody is told of a coming expiry but the log"},
    Practice{kUnsignedSent, Severity::Note, "a port encrypts but does not sign"},
    Practice{kUsageUnchecked, Severity::Note, "extended key usage is not checked"},
    Practice{kPartyUnproven, Severity::Warning, "a party without a certificate"},
    Practice{kWideData, Severity::Error, "others can read or change the data folder or the database"},
    Practice{kWideKey, Severity::Error, "others can read a key file"},
    Practice{kWideFolder, Severity::Error, "everybody can drop files into, or read, a folder of a port"},
    Practice{kNoTracking, Severity::Warning, "a port leaves nothing in the tracking log"},
    Practice{kNoArchive, Severity::Note, "no part of the tracking log was archived, though it is cut"},
    Practice{kNoEvidence, Severity::Note, "signed messages are not kept as they came"},
    Practice{kAgreementInClear, Severity::Warning, "an agreement sends or takes messages in clear"},
    Practice{kNoReceipt, Severity::Warning, "an agreement asks for no receipt"},
    Practice{kReceiptProvesNothing, Severity::Warning, "an agreement takes receipts that prove nothing"},
    Practice{kReceiptsAnywhere, Severity::Warning, "partners may send receipts almost anywhere"},
    Practice{kNoAgreement, Severity::Warning, "a location takes AS2, but no agreement holds"},
    Practice{kNotServed, Severity::Note, "no location takes the messages of an agreement"},
    Practice{kExpiredAllowed, Severity::Warning, "an agreement takes expired certificates"},
    Practice{kReplayed, Severity::Warning, "an agreement publishes a message that comes twice"},
};

bool has_weak_digest(const Certificate& certificate) {
  const auto digest = certificate.signature_digest();
  // A root's own signature proves nothing.
  return digest && crypto::is_weak(*digest) && !certificate.self_signed();
}

bool has_weak_key(const Certificate& certificate) {
  const auto key = certificate.public_key();
  return !key || crypto::is_weak_key(key->type(), key->bits());
}

std::string name_of(const Certificate& certificate) {
  return "'" + certificate.short_name() + "' (" + certificate.thumbprint().to_biztalk() + ")";
}

std::string uses_in_words(const Expiry& expiry) {
  std::string text;
  for (const AffectedUse& use : expiry.uses) text += (text.empty() ? "" : "; ") + use.where;
  return text;
}

void judge_used(const Uses& uses, const Holdings& holdings, Time now, std::vector<Finding>& out) {
  for (const Expiry& expiry : forecast(uses.places(), holdings, now)) {
    const Certificate& certificate = expiry.certificate;
    const std::string where = uses_in_words(expiry);
    if (has_weak_key(certificate)) {
      out.push_back({Severity::Warning, kWeakKey,
                     name_of(certificate) + " has a weak key: " + certificate.key_description(), where,
                     "replace it by one with RSA 2048 bits or more, or EC P-256"});
    }
    if (has_weak_digest(certificate)) {
      out.push_back({Severity::Warning, kWeakDigest,
                     name_of(certificate) + " was signed by its issuer with " + certificate.signature_algorithm(),
                     where, "ask for a certificate that is signed with SHA-256"});
    }
    if (expiry.covered()) continue;
    if (now > expiry.expires()) {
      out.push_back({Severity::Error, kExpiredInUse,
                     name_of(certificate) + " expired on " + to_rfc3339(expiry.expires()), where,
                     "import and assign its successor"});
    } else if (expiry.expires() - now < kSoon) {
      out.push_back({Severity::Warning, kExpiresSoon,
                     name_of(certificate) + " expires on " + to_rfc3339(expiry.expires()), where,
                     "import its successor and assign it with the date of the switch (docs/certificates.md)"});
    }
  }
  std::set<certificates::Thumbprint> signing;
  std::set<certificates::Thumbprint> reported;
  for (const Usage usage : {Usage::Sign, Usage::Decrypt}) {
    for (const Place& place : uses.places()) {
      if (place.usage != usage) continue;
      for (const CertificateAssignment& assignment : place.assignments) {
        const Holding* holding = holdings.find(place, assignment.certificate);
        if (holding == nullptr) continue;
        const auto& sha256 = holding->certificate.thumbprint_sha256();
        if (usage == Usage::Sign) {
          signing.insert(sha256);
        } else if (signing.contains(sha256) && reported.insert(sha256).second) {
          out.push_back({Severity::Note, kOneKeyTwoJobs,
                         "the key of " + name_of(holding->certificate) + " signs and decrypts", place.where(),
                         "use one certificate for signing and another for "
                         "decryption: the second can be kept for old messages without signing any more"});
        }
      }
    }
  }
}

void judge_stored(const Uses& uses, const Facts& facts, std::vector<Finding>& out) {
  std::map<certificates::Thumbprint, std::set<std::string>> owners;
  for (const StoredFact& stored : facts.stored) {
    const Certificate& certificate = stored.entry.certificate;
    const std::string where = certificates::StoreId{stored.store, stored.account}.description();
    if (stored.store == StoreName::Personal && stored.entry.has_private_key) {
      owners[certificate.thumbprint_sha256()].insert(stored.account);
    }
    if (stored.store != StoreName::Personal && stored.store != StoreName::OtherPeople) continue;
    if (!uses.of(certificate).empty()) continue;
    if (stored.entry.has_private_key) {
      out.push_back(
          {Severity::Warning, kKeyUnused, "nothing uses the private key of " + name_of(certificate), where,
           "export it if old messages need it, then remove it: sealgate cert remove THUMBPRINT --with-key"});
    } else {
      out.push_back({Severity::Note, kUnused, "nothing uses " + name_of(certificate), where,
                     "remove it: sealgate cert remove THUMBPRINT"});
    }
  }
  for (const auto& [thumbprint, accounts] : owners) {
    if (accounts.size() < 2) continue;
    std::string list;
    for (const std::string& account : accounts) list += (list.empty() ? "" : ", ") + account;
    out.push_back({Severity::Warning, kKeyShared,
                   "the private key of certificate " + thumbprint.to_hex() + " lies in several stores",
                   "Personal stores of the accounts " + list,
                   "give each account a certificate of its own: then one break-in loses one key"});
  }
}

void judge_paths(const artifacts::ArtifactSet& set, const Facts& facts, std::vector<Finding>& out) {
  for (const PathFact& fact : facts.paths) {
    using Role = PathFact::Role;
    if (fact.role == Role::Archive) {
      const bool cut = !set.group || set.group->keep_tracking > Duration(0);
      if (!fact.exists && cut) {
        out.push_back({Severity::Note, kNoArchive, "no part of the tracking log was archived so far", fact.path,
                       "copy the archives away as they appear: they are the evidence after the log was cut"});
      }
      continue;
    }
    if (!fact.exists) continue;
    const auto say = [&](Severity severity, std::string_view code, std::string what, std::string remedy) {
      out.push_back({severity, code, std::move(what), fact.path + (fact.used_by.empty() ? "" : ", " + fact.used_by),
                     std::move(remedy)});
    };
    const bool others = (fact.mode & 0007U) != 0;
    switch (fact.role) {
      case Role::KeyFile:
        if ((fact.mode & 0077U) != 0) say(Severity::Error, kWideKey, "others can open the key file", "chmod 600");
        break;
      case Role::DataFolder:
      case Role::Database:
        if (others)
          say(Severity::Error, kWideData, "everybody on this computer can get at it",
              "chmod o= (and g= where "
              "the group is not yours)");
        break;
      case Role::ReceiveFolder:
        if ((fact.mode & 0002U) != 0) {
          say(Severity::Error, kWideFolder, "everybody on this computer can drop messages here",
              "let only the account that delivers write here");
        }
        [[fallthrough]];
      case Role::SendFolder:
        if ((fact.mode & 0002U) != 0 && fact.role == Role::SendFolder) {
          say(Severity::Error, kWideFolder, "everybody on this computer can change what was sent", "chmod o-w");
        }
        if ((fact.mode & 0004U) != 0) {
          say(Severity::Warning, kWideFolder, "everybody on this computer can read the messages here", "chmod o-r");
        }
        break;
      case Role::Archive:
        break;
    }
  }
}

}  // namespace

std::span<const Practice> practices() {
  return kPractices;
}

std::vector<Finding> audit(const ArtifactSet& set, const Uses& uses, const Holdings& holdings, const Facts& facts,
                           Time now) {
  std::vector<Finding> findings;
  judge_used(uses, holdings, now, findings);
  judge_stored(uses, facts, findings);
  judge_paths(set, facts, findings);
  judge_parties(set, now, findings);
  judge_receiving(set, findings);
  judge_sending(set, findings);
  judge_hosts(set, findings);
  judge_agreements(set, now, findings);
  judge_group(set, holdings, findings);
  sort_findings(findings);
  return findings;
}

}  // namespace sealgate::audit

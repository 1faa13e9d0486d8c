#include "admin/assignments.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "artifacts/errors.h"
#include "audit/check.h"
#include "audit/references.h"
#include "certificates/errors.h"

namespace sealgate::admin {
namespace {

using artifacts::ChangeKind;
using audit::Holding;
using audit::Place;

/// What concerns the certificate itself; paths and lists are for `sealgate check`.
constexpr std::array kTold{audit::kMissing, audit::kWrongStore, audit::kExpired,    audit::kNotYetValid,
                           audit::kRevoked, audit::kNoKey,      audit::kDistrusted, audit::kNoneInForce};

/// What is not there at all, and can come back only by hand.
constexpr std::array kAbsent{audit::kMissing, audit::kNoKey, audit::kNoApplication, audit::kNoTrustedCertificate};

void note_absent(AssignmentReview& review, const audit::Finding& finding) {
  if (std::ranges::find(kAbsent, finding.code) == kAbsent.end()) return;
  review.absent.push_back({artifacts::kCannotRollBack, finding.what, finding.where, finding.remedy});
}

using Changed = std::set<std::pair<artifacts::Kind, std::string>>;

Changed changed_artifacts(const artifacts::Plan& plan) {
  Changed changed;
  for (const artifacts::Change& change : plan.changes) {
    if (change.change != ChangeKind::Unchanged) changed.emplace(change.kind, change.name);
  }
  return changed;
}

std::vector<Place> changed_places(const artifacts::Plan& plan, const Changed& changed) {
  std::vector<Place> places = audit::places_of(plan.result);
  std::erase_if(places, [&](const Place& place) { return !changed.contains({place.kind, place.artifact}); });
  return places;
}

std::string describe(const Place& place, const artifacts::CertificateAssignment& assignment, const Holding* held) {
  // Without an account there is no store to look into so far.
  const bool unused = place.account.empty() && place.store == certificates::StoreName::Personal;
  std::string text = place.where() + ": " +
                     (held != nullptr ? held->certificate.short_name()
                      : unused        ? "of no host so far"
                                      : "not imported yet") +
                     " (" + assignment.certificate.to_biztalk() + ")";
  const std::string window = audit::window_of(assignment);
  return window.empty() ? text : text + ", " + window;
}

std::string in_words(const audit::Finding& finding) {
  return finding.where + ": " + finding.what + "; " + finding.remedy;
}

/// A certificate of two parties, whichever kind of thumbprint each names it by.
Result<> check_owners(const artifacts::ArtifactSet& set, const certificates::CertificateStore& store) {
  std::map<certificates::Thumbprint, const artifacts::Party*> owners;
  for (const artifacts::Party& party : set.parties) {
    for (const artifacts::CertificateAssignment& assignment : party.verification_certificates) {
      certificates::Thumbprint identity = assignment.certificate;
      SG_TRY_ASSIGN(const auto held, store.find({certificates::StoreName::OtherPeople, {}}, identity));
      if (held) identity = held->certificate.thumbprint_sha256();
      const auto [at, fresh] = owners.emplace(identity, &party);
      if (fresh || at->second == &party) continue;
      return fail(artifacts::kDuplicateThumbprint,
                  "certificate " + assignment.certificate.to_biztalk() + " of party '" + party.name +
                      "' belongs to party '" + at->second->name + "' already, under its other thumbprint",
                  "Party " + party.name, "a certificate proves one sender: remove it from one of the two");
    }
  }
  return {};
}

}  // namespace

Result<AssignmentReview> review_assignments(const artifacts::Plan& plan, const certificates::CertificateStore& store,
                                            const std::vector<std::string>& applications, Time now) {
  AssignmentReview review;
  const Changed changed = changed_artifacts(plan);
  std::vector<artifacts::SendPort> ports = plan.result.send_ports;
  std::erase_if(ports, [&](const auto& port) { return !changed.contains({artifacts::Kind::SendPort, port.name}); });
  SG_TRY_ASSIGN(const auto missing, audit::check_references(ports, applications, store, now));
  for (const audit::Finding& finding : missing) {
    review.warnings.push_back(in_words(finding));
    note_absent(review, finding);
  }
  const std::vector<Place> places = changed_places(plan, changed);
  if (places.empty()) return review;
  if (std::ranges::any_of(places, [](const Place& place) { return place.kind == artifacts::Kind::Party; })) {
    SG_TRY(check_owners(plan.result, store));
  }
  SG_TRY_ASSIGN(const auto holdings, audit::Holdings::read(store, places, {}));
  std::set<std::string> said;
  for (const Place& place : places) {
    for (const artifacts::CertificateAssignment& assignment : place.assignments) {
      std::string line = describe(place, assignment, holdings.find(place, assignment.certificate));
      if (said.insert(line).second) review.assigned.push_back(std::move(line));
    }
  }
  for (const audit::Finding& finding : audit::check(places, holdings, now, now)) {
    note_absent(review, finding);
    if (finding.code == audit::kWrongUsage) {
      review.misfits.push_back({certificates::kWrongUsage, finding.what, finding.where,
                                finding.remedy + "; --accept-wrong-usage assigns it in spite of that, and messages "
                                                 "that need it will be suspended"});
    } else if (std::ranges::find(kTold, finding.code) != kTold.end()) {
      std::string text = in_words(finding);
      if (std::ranges::find(review.warnings, text) == review.warnings.end())
        review.warnings.push_back(std::move(text));
    }
  }
  return review;
}

}  // namespace sealgate::admin

#include "revocation/list_intake.h"

#include <algorithm>

#include "certificates/certificate_lookup.h"
#include "certificates/errors.h"
#include "certificates/import.h"
#include "certificates/revocation_lists.h"
#include "revocation/errors.h"

namespace sealgate::revocation {
namespace {

using namespace certificates;

/// Of clocks.
constexpr std::chrono::minutes kTolerance{5};

std::string about(const Crl& list) {
  const std::string number = list.number();
  return "list of " + list.issuer() + (number.empty() ? "" : ", number " + number) + ", of " +
         to_rfc3339(list.this_update());
}

Result<> check_signer(const CertificateStore& store, const Crl& list) {
  bool known = false;
  for (const StoreName name : {StoreName::IntermediateAuthorities, StoreName::TrustedRoots}) {
    SG_TRY_ASSIGN(const auto issuers,
                  find_in_store(store, {name, {}})->find(CertificateQuery::by_subject(list.issuer_der())));
    for (const Certificate& issuer : issuers) {
      if (is_signed_by(list, issuer)) return {};
      known = true;
    }
  }
  if (!known) return {};
  return fail(kWrongSigner, "the revocation list is not signed by the issuer that it names", about(list),
              "fetch it from its issuer again; if that has a new key, import the certificate of that key first");
}

class ListIntake {
 public:
  ListIntake(CertificateStore& store, std::vector<Crl> there, Time now)
      : store_(store), there_(std::move(there)), now_(now) {}

  Result<Intake> run(const std::vector<Crl>& lists) {
    Intake intake;
    for (const Crl& list : lists) {
      const auto judged = check(list);
      if (!judged) {
        if (judged.error().code.error_class == ErrorClass::Environment) return fail(judged.error());
        intake.refused.push_back(judged.error());
        continue;
      }
      SG_TRY(keep(list, intake));
      intake.stored.push_back(list);
    }
    return intake;
  }

 private:
  Result<> check(const Crl& list) const {
    SG_TRY(check_signer(store_, list));
    if (list.this_update() > now_ + kTolerance) {
      return fail(kFutureList, "the revocation list is dated in the future", about(list),
                  "check the clock of this computer");
    }
    for (const Crl& other : there_) {
      if (!supersedes(other, list, there_)) continue;
      return fail(kOlderList, "a newer revocation list is there already, " + about(other), about(list),
                  "nothing, if this happens once; else ask the authority's operator who gives out old lists");
    }
    const bool replaces = std::ranges::any_of(
        there_, [&](const Crl& other) { return supersedes(list, other, there_) || other.sha256() == list.sha256(); });
    if (there_.size() >= kMaxLists && !replaces) {
      return fail(kTooManyLists, "the store holds " + std::to_string(there_.size()) + " revocation lists already",
                  about(list), "remove authorities and sources that are no longer needed");
    }
    return {};
  }

  Result<> keep(const Crl& list, Intake& intake) {
    SG_TRY_ASSIGN(const AddOutcome outcome, store_.add_crl(list));
    if (outcome == AddOutcome::Added) {
      there_.push_back(list);
      intake.added.push_back(list.sha256());
    }
    // Only after the new one is durable, so that there is one at any moment.
    std::vector<Crl> remaining;
    for (const Crl& other : there_) {
      if (!is_superseded(other, list)) {
        remaining.push_back(other);
        continue;
      }
      intake.removed.push_back(other.sha256());
      const auto removed = store_.remove_crl(other.sha256());
      if (!removed && !(removed.error().code == kCertificateNotFound)) return removed;
    }
    there_ = std::move(remaining);
    return {};
  }

  /// By the list that has just come; or, since that is a complete one that a newer delta waited for, by that delta.
  bool is_superseded(const Crl& other, const Crl& list) const {
    if (list.is_delta() || !other.is_delta()) return supersedes(list, other, there_);
    return std::ranges::any_of(there_, [&](const Crl& newer) { return supersedes(newer, other, there_); });
  }

  CertificateStore& store_;
  std::vector<Crl> there_;
  const Time now_;
};

}  // namespace

Result<std::vector<Crl>> read_lists(ByteView bytes) {
  ImportOptions options;
  options.max_bytes = kMaxListBytes;
  options.max_objects = kMaxListsAtOnce;
  auto bundle = import_bundle(bytes, options);
  if (!bundle) {
    const Error& error = bundle.error();
    if (error.code == kImportTooLarge) return fail(kTooLarge, error.what, error.where, error.remedy);
    if (error.code == kImportTooManyObjects) return fail(kTooManyLists, error.what, error.where, error.remedy);
    return fail(kNotAList, "this is no revocation list: " + error.what, error.where,
                "check that the address or file is that of a revocation list");
  }
  if (bundle->crls.empty()) {
    return fail(kNotAList, "this holds no revocation list", {},
                "check that the address or file is that of a revocation list");
  }
  return std::move(bundle->crls);
}

Result<Intake> take_in(CertificateStore& store, const std::vector<Crl>& lists, Time now) {
  SG_TRY_ASSIGN(std::vector<Crl> there, store.list_crls());
  return ListIntake(store, std::move(there), now).run(lists);
}

}  // namespace sealgate::revocation

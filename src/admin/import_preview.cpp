#include "admin/import_preview.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/certificate_words.h"
#include "audit/check.h"

namespace sealgate::admin {

using namespace certificates;
using nlohmann::ordered_json;

namespace {

/// "Fabrikam" of "CN=…,O=Fabrikam,C=DE"; empty without one.
std::string organisation_of(const Certificate& certificate) {
  const std::string subject = certificate.subject();
  std::size_t at = subject.starts_with("O=") ? 0 : subject.find(",O=");
  if (at == std::string::npos) return {};
  at = subject.find('=', at) + 1;
  return subject.substr(at, subject.find(',', at) - at);
}

bool of_the_same(const Certificate& a, const Certificate& b) {
  if (a.subject() == b.subject()) return true;
  const std::string organisation = organisation_of(a);
  if (!organisation.empty() && organisation == organisation_of(b)) return true;
  const auto emails = b.email_addresses();
  return std::ranges::any_of(a.email_addresses(),
                             [&](const std::string& one) { return std::ranges::find(emails, one) != emails.end(); });
}

}  // namespace

std::vector<Predecessor> predecessors(const Foresight& foresight, const Certificate& certificate,
                                      const StoreId& place, Time now) {
  std::vector<Predecessor> found;
  for (const audit::Place& used : foresight.uses->places()) {
    if (used.store != place.name || (place.name == StoreName::Personal && used.account != place.account)) continue;
    if (!audit::misfit(certificate, used.usage).empty()) continue;
    for (const auto& assignment : used.assignments) {
      const audit::Holding* holding = foresight.holdings.find(used, assignment.certificate);
      if (holding == nullptr || (assignment.until && *assignment.until <= now)) continue;
      const Certificate& other = holding->certificate;
      if (other == certificate || other.not_after() > certificate.not_after() || !of_the_same(other, certificate))
        continue;
      auto known = std::ranges::find(found, other, &Predecessor::certificate);
      if (known == found.end()) {
        if (found.size() == kMaxPredecessors) continue;
        known = found.insert(found.end(), {other, {}});
      }
      std::string where = used.where() + " (" + std::string(to_string(used.usage)) + ")";
      if (std::ranges::find(known->used_by, where) == known->used_by.end())
        known->used_by.push_back(std::move(where));
    }
  }
  std::ranges::stable_sort(found, {}, [](const Predecessor& one) { return one.certificate.not_after(); });
  return found;
}

Result<ordered_json> imported_json(const CertificateStore& store, const Foresight& foresight,
                                   const Imported& imported, Time now) {
  const Certificate& certificate = imported.certificate;
  ordered_json replaces = ordered_json::array();
  for (const Predecessor& one : predecessors(foresight, certificate, imported.place, now)) {
    replaces.push_back({{"thumbprint", one.certificate.thumbprint().to_biztalk()},
                        {"name", one.certificate.short_name()},
                        {"not_after", to_rfc3339(one.certificate.not_after())},
                        {"used_by", one.used_by}});
  }
  SG_TRY_ASSIGN(const auto chain, check_chain(store, certificate, now));
  ordered_json json = certificate_json(certificate, imported.place.name, imported.with_key, now);
  json["usages"] = usages_of(certificate);
  json["authority"] = is_authority(certificate);
  json["outcome"] = outcome_word(imported.outcome);
  json["fits"] = imported.arrival.fits;
  json["misfits"] = imported.arrival.misfits;
  json["replaces"] = std::move(replaces);
  json["chain"] = chain_json(chain);
  if (imported.place.name == StoreName::Personal) json["account"] = imported.place.account;
  return json;
}

ordered_json list_json(const Crl& list) {
  return {{"issuer", list.issuer()},
          {"number", list.number()},
          {"delta", list.is_delta()},
          {"revoked", list.revoked_count()},
          {"this_update", to_rfc3339(list.this_update())},
          {"next_update", list.next_update() ? ordered_json(to_rfc3339(*list.next_update())) : ordered_json()},
          {"sha256", list.sha256()}};
}

ordered_json root_json(const Certificate& root) {
  return {{"thumbprint", root.thumbprint().to_biztalk()}, {"name", root.short_name()}};
}

}  // namespace sealgate::admin

#pragma once
// What check, audit, forecast and whoever tells of certificates look at: the configuration with the certificates that
// it uses.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "audit/finding.h"
#include "audit/forecast.h"
#include "audit/holdings.h"
#include "audit/threat_model.h"
#include "audit/uses.h"
#include "store/common/store.h"

namespace sealgate::admin {

struct Foresight {
  artifacts::ArtifactSet set = {};
  std::unique_ptr<audit::Uses> uses;
  audit::Holdings holdings = {};
};

/// Of an opened store. `data`: where the key files of accounts are; empty: keys are not tried. Keys are opened as a
/// gateway with the environment of this process would.
Result<Foresight> look_ahead(store::Store& store, const std::string& data);

/// The names of those that there are, whether or not anybody may open them.
Result<std::vector<std::string>> affiliate_applications(store::Store& store);

nlohmann::ordered_json findings_json(const std::vector<audit::Finding>& findings);

/// Every assignment of a certificate that would fail from `now` until then, and what else ports lack.
Result<std::vector<audit::Finding>> check(store::Store& store, const Foresight& foresight, Time now, Time until);
nlohmann::ordered_json check_json(const std::vector<audit::Finding>& findings, Time from, Time until);

/// What expires when, and who is hit.
nlohmann::ordered_json forecast_json(const std::vector<audit::Expiry>& all, Time now);
/// The threats of each flow of data.
nlohmann::ordered_json flows_json(const std::vector<audit::Flow>& flows);

/// The uses of one certificate, one line each: "SendPort Orders, encryption_certificates (encrypt), from …".
std::vector<std::string> uses_in_words(const audit::Uses& uses, const certificates::Certificate& certificate,
                                       Time now);

}  // namespace sealgate::admin

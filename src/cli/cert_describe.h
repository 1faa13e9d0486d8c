#pragma once
// A certificate in words and as JSON, for `sealgate cert`.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "certificates/certificate_store.h"
#include "certificates/path_validation.h"

namespace sealgate::cli {

/// "2026-01-31", or with the time when `exact`.
std::string date_of(Time time, bool exact = false);

/// What an operator should know before using it: expired, weak, wrong usage for the store. Empty: nothing.
std::vector<std::string> warnings_of(const certificates::Certificate& certificate, certificates::StoreName store,
                                     bool has_private_key, Time now);

/// "sign, verify, encrypt": what key usage and extended key usage allow.
std::string usages_of(const certificates::Certificate& certificate);

/// Subject, thumbprints, validity, key, usages.
nlohmann::json summary_json(const certificates::Certificate& certificate, certificates::StoreName store,
                            bool has_private_key, Time now);

/// Everything, names of usages included.
void print_details(const certificates::Certificate& certificate);
nlohmann::json details_json(const certificates::Certificate& certificate);

}  // namespace sealgate::cli

#pragma once
// A certificate in words and as JSON.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "certificates/certificate_store.h"
#include "certificates/path_validation.h"

namespace sealgate::admin {

/// "2026-01-31", or with the time when `exact`.
std::string date_of(Time time, bool exact = false);

/// What an operator should know before using it: expired, weak, wrong usage for the store. Empty: nothing.
std::vector<std::string> warnings_of(const certificates::Certificate& certificate, certificates::StoreName store,
                                     bool has_private_key, Time now);

bool has_weak_key(const certificates::Certificate& certificate);
/// By MD5 or SHA-1. A root proves nothing by its own, so that of a root is not.
bool has_weak_signature(const certificates::Certificate& certificate);

/// "sign, verify, encrypt": what key usage and extended key usage allow.
std::string usages_of(const certificates::Certificate& certificate);

/// Subject, thumbprints, validity, key, usages.
nlohmann::json certificate_json(const certificates::Certificate& certificate, certificates::StoreName store,
                                bool has_private_key, Time now);

/// "Digital Signature", "E-mail Protection": as dialogs call them. Empty: not restricted.
std::vector<std::string> key_usage_names(const certificates::Certificate& certificate);
std::vector<std::string> extended_usage_names(const certificates::Certificate& certificate);

/// Everything, names of usages included.
nlohmann::json details_json(const certificates::Certificate& certificate);

}  // namespace sealgate::admin

#pragma once
// From an old certificate to a new one: what changes where and when, and what partners must be told. Pure; the plan
// is applied like any other change of the configuration.

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "artifacts/artifacts.h"
#include "certificates/certificate.h"
#include "certificates/usage.h"

namespace sealgate::admin {

struct RolloverRequest {
  certificates::Certificate before;
  certificates::Certificate after;
  Time from{};                           ///< when the new one takes over
  std::chrono::milliseconds overlap{0};  ///< how long both hold afterwards, where two can
};

/// What happens at one place that assigns the old certificate.
struct RolloverStep {
  std::string where = {};  ///< "Group Contoso, signing_certificates"
  certificates::Usage usage = certificates::Usage::Sign;
  std::string what = {};  ///< one sentence
  bool changed = true;    ///< false: it cannot have a date and has to be changed at that moment
};

/// For somebody at the other end.
struct RolloverNotice {
  std::string party = {};  ///< empty: whoever it may concern
  std::string text = {};
};

struct Rollover {
  std::vector<artifacts::Artifact> changed = {};
  std::vector<RolloverStep> steps = {};
  std::vector<RolloverNotice> notices = {};
};

/// admin.nothing-to-roll-over, admin.bad-rollover.
///
///   signs                 the new one from the date on; the old one is dropped when the overlap is over
///   decrypts, verifies    both at once, as partners change when they like; the old one until the overlap is over
///   encrypts, HTTPS server  the old one until the date, the new one from it on
///   HTTPS client          has no dates: exchanged if the date has come, else left for that moment
Result<Rollover> plan_rollover(const artifacts::ArtifactSet& set, const RolloverRequest& request, Time now);

/// Steps and notices, and the new certificate as PEM to go with the notices.
nlohmann::ordered_json rollover_json(const Rollover& rollover, const RolloverRequest& request);

}  // namespace sealgate::admin

#include "artifacts/agreement_resolution.h"

#include <algorithm>
#include <string>

#include "artifacts/errors.h"

namespace sealgate::artifacts {
namespace {

std::string pair_in_words(std::string_view from, std::string_view to) {
  return "from '" + std::string(from) + "' to '" + std::string(to) + "'";
}

/// Why the one that fits does not count.
std::string why_not(const Agreement& agreement, Time now) {
  const std::string name = "agreement '" + agreement.name + "'";
  if (!agreement.enabled) return name + " is disabled";
  if (agreement.from && now < *agreement.from) return name + " begins on " + to_rfc3339(*agreement.from);
  return name + " ended on " + to_rfc3339(agreement.until.value_or(now));
}

tl::unexpected<Error> none(std::string what, const Agreement* nearest, Time now, std::string remedy) {
  if (nearest == nullptr) return fail(kNoAgreement, "there is no agreement " + what, {}, std::move(remedy));
  return fail(kNoAgreement, "no agreement " + what + " is in force: " + why_not(*nearest, now),
              "Agreement " + nearest->name, "enable it, correct its dates, or apply the one that holds now");
}

/// The one in force that `fits`; `nearest` gets another that would fit. validate() allows one at a time.
template <typename Fits>
const Agreement* find(const ArtifactSet& set, Time now, const Agreement*& nearest, Fits fits) {
  for (const Agreement& agreement : set.agreements) {
    if (!fits(agreement)) continue;
    if (agreement.in_force(now)) return &agreement;
    if (nearest == nullptr || nearest->until < agreement.until) nearest = &agreement;
  }
  return nullptr;
}

constexpr const char* kNamesRemedy =
    "names are compared with case: compare them with 'sealgate get agreements', or apply an agreement for them";

Result<const Agreement*> resolve_by_names(const ArtifactSet& set, const OutgoingNames& names, Time now) {
  const Agreement* nearest = nullptr;
  const Agreement* found = find(set, now, nearest, [&](const Agreement& one) {
    return one.sending.as2_from == names.as2_from && one.sending.as2_to == names.as2_to;
  });
  if (found == nullptr) {
    found = find(set, now, nearest, [&](const Agreement& one) { return one.sending.as2_to_alias == names.as2_to; });
  }
  if (found != nullptr) return found;
  return none("for messages " + pair_in_words(names.as2_from, names.as2_to), nearest, now, kNamesRemedy);
}

Result<const Agreement*> resolve_by_party(const ArtifactSet& set, const SendPort& port, Time now) {
  const Agreement* nearest = nullptr;
  const Agreement* only = nullptr;
  for (const Agreement& agreement : set.agreements) {
    if (agreement.partner.party != port.party) continue;
    if (!agreement.in_force(now)) {
      nearest = &agreement;
    } else if (only == nullptr) {
      only = &agreement;
    } else {
      return fail(kAmbiguousAgreement,
                  "agreements '" + only->name + "' and '" + agreement.name + "' both are with party '" + port.party +
                      "' of the send port",
                  "SendPort " + port.name, "list the port under 'send_ports' of one of them");
    }
  }
  if (only != nullptr) return only;
  return none("with party '" + port.party + "' of send port '" + port.name + "'", nearest, now,
              "apply one, or list the port under 'send_ports' of an agreement");
}

}  // namespace

Result<const Agreement*> resolve_incoming_message(const ArtifactSet& set, std::string_view as2_from,
                                                  std::string_view as2_to, Time now) {
  const Agreement* nearest = nullptr;
  const Agreement* found = find(set, now, nearest, [&](const Agreement& one) {
    return one.receiving.as2_from == as2_from && one.receiving.as2_to == as2_to;
  });
  if (found != nullptr) return found;
  return none("for messages " + pair_in_words(as2_from, as2_to), nearest, now, kNamesRemedy);
}

Result<const Agreement*> resolve_incoming_receipt(const ArtifactSet& set, std::string_view as2_from,
                                                  std::string_view as2_to, Time now) {
  const Agreement* nearest = nullptr;
  const Agreement* found = find(set, now, nearest, [&](const Agreement& one) {
    return one.sending.as2_to == as2_from && one.sending.as2_from == as2_to;
  });
  if (found != nullptr) return found;
  if (nearest != nullptr) return nearest;
  return none("for receipts " + pair_in_words(as2_from, as2_to), nullptr, now, kNamesRemedy);
}

Result<const Agreement*> resolve_outgoing_message(const ArtifactSet& set, const OutgoingNames& names, Time now) {
  if (!names.as2_to.empty()) return resolve_by_names(set, names, now);
  const Agreement* nearest = nullptr;
  const Agreement* found = find(set, now, nearest, [&](const Agreement& one) {
    return std::ranges::find(one.sending.send_ports, names.send_port) != one.sending.send_ports.end();
  });
  if (found != nullptr) return found;
  const SendPort* port = set.find_send_port(names.send_port);
  if (nearest == nullptr && port != nullptr && !port->party.empty()) return resolve_by_party(set, *port, now);
  return none("for messages through send port '" + std::string(names.send_port) + "'", nearest, now,
              "list the port under 'send_ports' of an agreement, or set EdiIntAS.AS2From and EdiIntAS.AS2To");
}

}  // namespace sealgate::artifacts

#pragma once
// Which agreement a message belongs to. validate() lets no set through in which two answers are possible at one time
// (artifacts.ambiguous-agreement), so the order of the list never matters. Names are compared octet by octet.
//
// Fail with artifacts.no-agreement: the error says whether there is none, or one that is disabled or whose time has
// not come or is over.

#include <string_view>

#include "artifacts/artifacts.h"

namespace sealgate::artifacts {

/// A message from a partner: AS2-From and AS2-To are those of `receiving`.
Result<const Agreement*> resolve_incoming_message(const ArtifactSet& set, std::string_view as2_from,
                                                  std::string_view as2_to, Time now);

/// A receipt for a message of ours: its AS2-From and AS2-To are those of `sending`, swapped. Also finds an agreement
/// that has ended or was disabled since: what was sent under it is still acknowledged under it.
Result<const Agreement*> resolve_incoming_receipt(const ArtifactSet& set, std::string_view as2_from,
                                                  std::string_view as2_to, Time now);

/// What is known of a message that goes out. Empty: it is not said.
struct OutgoingNames {
  std::string_view as2_from;   ///< EdiIntAS.AS2From of its context
  std::string_view as2_to;     ///< EdiIntAS.AS2To
  std::string_view send_port;  ///< that it goes through
};

/// In this order, the first that finds one: both names are those of `sending`; as2_to is an `as2_to_alias`; the send
/// port is listed in `sending.send_ports`; the send port names a party, and that is the partner of one agreement
/// alone. Names in the context that fit nothing fail: the port is asked only when as2_to is empty. Two agreements
/// with the party fail with artifacts.ambiguous-agreement.
Result<const Agreement*> resolve_outgoing_message(const ArtifactSet& set, const OutgoingNames& names, Time now);

}  // namespace sealgate::artifacts

#pragma once
// A ticket: who was authenticated when a message came in, sealed and with an end. It is text, for the property
// BTS.SSOTicket, and says nothing to whoever has not the master secret.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"
#include "credentials/keyring.h"

namespace sealgate::credentials {

inline constexpr std::size_t kMaxTicket = 2048;  ///< bytes of a ticket as text

struct Ticket {
  std::string user = {};
  Time issued = {};
  Time expires = {};  ///< by the life that the group gives
};

/// Under the newest generation.
Result<std::string> seal_ticket(const Secrets& secrets, const Ticket& ticket);
/// `contents` holds the keys of earlier generations, whose tickets are good until they expire when they were issued
/// before the secret was changed. Does not look at the end. credentials.bad-ticket.
Result<Ticket> open_ticket(const Secrets& secrets, const Contents& contents, std::string_view text);

/// The content of the record that keeps the ticket key of a generation that goes.
Result<Secret> encode_ticket_key(const MasterSecret& secret, Time retired);
/// False once no ticket of that generation can be good any more. credentials.damaged.
Result<bool> ticket_key_is_of_use(ByteView content, Time now);

}  // namespace sealgate::credentials

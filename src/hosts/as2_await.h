#pragma once
// Waiting for the receipt of a message that was sent by AS2. The state of its Await work is what an operator sees:
//
//   scheduled, retrying              waiting for the receipt (retrying: the message was sent again for it)
//   completed                        acknowledged
//   suspended, hosts.as2-refused     failed by the partner, and hosts.as2-mic-mismatch: for good
//   suspended, hosts.as2-resends-exhausted   no receipt came; resumed, the message is sent again
//
// Acknowledged and failed are final. Judged is by what was kept when the message was encoded (as2_send.h), under the
// agreement that it was sent by; only a receipt under the partner's signature ends the waiting, unless the agreement
// asked for none. The end is one commit with the receipt itself, byte by byte, as a message of its own.

#include "adapters/common/adapter.h"
#include "as2/mdn_judge.h"
#include "hosts/send_flow.h"
#include "pipeline/as2_decoder.h"

namespace sealgate::hosts {

/// What is kept of an answer that may be a receipt.
inline constexpr std::size_t kLargestReceipt = std::size_t{1} << 20U;

/// The receive key of a message that was sent; the id of its Await work lies beside it, if it asks for a receipt.
std::string sent_key(std::string_view from, std::string_view to, std::string_view message_id);

/// A message that asked for a receipt, whether or not that has come.
struct Awaited {
  messaging::WorkId work;      ///< the Await
  messaging::Message message;  ///< encoded
};
/// Nothing: no such message was sent between these, it asked for no receipt, or it was finished and purged.
Result<std::optional<Awaited>> find_awaited(messaging::MessageBox& box, std::string_view from, std::string_view to,
                                            std::string_view message_id);

/// The partner has said what became of this message: acknowledged or failed. A retry would be in vain.
Result<bool> is_settled(messaging::MessageBox& box, const messaging::MessageContext& context);

/// What a receipt means, and what is to be committed for it.
struct JudgedReceipt {
  as2::Judgement judgement = {};
  std::optional<messaging::Resolution> resolution = {};  ///< empty: it proves nothing, and nothing changes
  messaging::Publication publication = {};               ///< the receipt, with `resolution` only
};

/// A receipt in the response to a request. Fails when there is none in it (as2.not-a-receipt and the like).
Result<JudgedReceipt> judge_response(const Configuration& configuration, messaging::MessageBox& box,
                                     const Awaited& awaited, const adapters::ContextEntries& details,
                                     const Bytes& answered, Time now);

/// A receipt that came to a location: ends the waiting, in one commit with the receipt. Fails with
/// hosts.as2-receipt-rejected for one that proves nothing, and pipeline.unexpected-receipt when no message of ours
/// has this Message-ID; such are kept like any message that failed.
Result<adapters::SubmitOutcome> take_receipt(const Configuration& configuration, messaging::MessageBox& box,
                                             const pipeline::As2Exchange& exchange, const messaging::Part& raw,
                                             const messaging::MessageContext& context, Time now);

/// The receipt of this Await work did not come in time: sends again, waits on, or gives up.
Result<> await_receipt(const SendEnvironment& environment, const messaging::WorkItem& item);

}  // namespace sealgate::hosts

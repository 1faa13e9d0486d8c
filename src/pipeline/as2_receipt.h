#pragma once
// A receipt for a message of ours, read and proven: whose signature it is, and that this is the partner whose receipt
// it must be. What it means for the message is judged where messages are known (hosts/as2_await.h).

#include "as2/mdn_reader.h"
#include "as2/message_headers.h"
#include "pipeline/as2_proof.h"
#include "pipeline/stages.h"

namespace sealgate::pipeline {

/// `raw`: MIME fields, an empty line, the body. The path of the signer's certificate is judged as that of any message
/// that comes in by the location or send port of `context`; ReceivedMdn::fault says what is wrong with it. `paths`,
/// unless null, gets how it was judged. Fails with as2.not-a-receipt and the other errors of as2::MdnReader.
Result<as2::ReceivedMdn> read_as2_receipt(const Environment& environment,
                                          const artifacts::As2DecoderSettings& settings, const messaging::Body& raw,
                                          const messaging::MessageContext& context,
                                          std::vector<PathProof>* paths = nullptr);

/// A signature that is not of the agreement's partner proves nothing: it becomes the receipt's fault.
void demand_partner(const Environment& environment, const artifacts::Agreement& agreement,
                    as2::ReceivedMdn& received);

}  // namespace sealgate::pipeline

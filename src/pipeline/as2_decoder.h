#pragma once
// The AS2 decoder of a receive pipeline. It reads the AS2 headers from the context (HTTP.InboundHttpHeaders, so that
// a message that is run again is read alike), finds the agreement, and opens the raw message as the S/MIME decoder
// does, with what the agreement demands. While the bytes pass by, the check of the content for the receipt is
// computed.
//
// Who tells the sender gets what was found by Environment::as2, whatever becomes of the message: the decoder's own
// verdict is not the last word, since the party, the port and the routing may still refuse it. That is why the
// receipt is made in hosts/ (as2_receipts.h), by As2Exchange::message->judge() with the last verdict.

#include <optional>

#include "as2/inbound.h"
#include "as2/mdn_reader.h"
#include "pipeline/as2_proof.h"
#include "pipeline/stages.h"

namespace sealgate::pipeline {

struct As2Exchange {
  /// Set when there were AS2 headers; then a receipt may be made if headers().answerable().
  std::optional<as2::InboundMessage> message = {};
  const artifacts::Agreement* agreement = nullptr;  ///< nullptr: there is none; lives as long as the artifacts
  smime::Report report = {};                        ///< empty when nothing was decoded
  As2Proof proof = {};                              ///< of a message that is taken, when the agreement archives
  bool is_receipt = false;                          ///< a receipt for a message of ours: it is never answered by one
  std::optional<as2::ReceivedMdn> receipt = {};     ///< what it says, when it could be read; nothing is judged yet
};

/// Decode stage: replaces the message by what is in its body part. The context gets the EdiIntAS properties.
/// pipeline.not-as2, the fault of the headers, artifacts.no-agreement, smime.not-signed and its like for what the
/// agreement demands, pipeline.unexpected-receipt for a receipt (it does not go on: As2Exchange::receipt),
/// pipeline.signer-not-of-agreement, pipeline.not-compressed, and the errors of decode().
Result<> run_as2_decoder(const ReceiveRun& run, const artifacts::As2DecoderSettings& settings, InFlight& message);

}  // namespace sealgate::pipeline

#pragma once
// The MIME/SMIME decoder component of a receive pipeline: opens the raw message with the host's decryption
// certificates, checks signatures against the stores, and turns the MIME parts into message parts.

#include <optional>

#include "pipeline/as2_proof.h"
#include "pipeline/signer_judge.h"
#include "pipeline/stages.h"
#include "smime/receipt_tap.h"

namespace sealgate::pipeline {

struct Decoded {
  messaging::Message message;  ///< parts and body_index; its context has what the decoder found
  smime::Report report;
  std::optional<Certificate> signer;  ///< of the outermost signature of the whole message
  Opened opened = {};
};

/// What a protocol around the message wants of its decoder.
struct DecodeWishes {
  smime::ReceiptTap* receipt = nullptr;     ///< outlives the call
  smime::Report* report = nullptr;          ///< when not null: what was found, also of a message that is refused
  std::vector<PathProof>* paths = nullptr;  ///< when not null: how signers were judged
  bool tolerate_line_ends = false;          ///< smime::DecodeOptions, for named partners
  bool gcm_in_enveloped_data = false;       ///< likewise
  SignerRules signer = {};
};

/// `raw` is the message as it came. Parts go to fresh bodies of the box; when this fails they are dropped unread.
Result<Decoded> decode(const Environment& environment, const artifacts::Host& host,
                       const artifacts::DecoderSettings& settings, const messaging::Body& raw,
                       const messaging::MessageContext& context, const DecodeWishes& wishes = {});

/// Makes what was decoded the message that goes on.
void take_over(const ReceiveRun& run, Decoded decoded, InFlight& message);

/// Decode stage: replaces the message by what is in its body part.
Result<> run_decoder(const ReceiveRun& run, const artifacts::DecoderSettings& settings, InFlight& message);

}  // namespace sealgate::pipeline

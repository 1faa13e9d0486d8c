#pragma once
// The AS2 encoder of a send pipeline: what the agreement of the message says is signed, compressed and encrypted, and
// the header fields that go with it. The body is binary and is written as it streams by; header fields and the checks
// that the partner's receipt is judged by come out beside it, to be kept with the body in one commit before anything
// is sent: a message is encoded once, whatever number of times it is sent.

#include <string>

#include "as2/sent_mics.h"
#include "mime/headers.h"
#include "pipeline/as2_proof.h"
#include "pipeline/stages.h"

namespace sealgate::pipeline {

struct As2Departure {
  const artifacts::Agreement& agreement;  ///< outlives it
  std::string message_id;
  std::string product;  ///< "Sealgate:1.0.0"

  // What came of it, after success
  mime::Headers headers = {};  ///< of the request, each on one line, but those of HTTP itself
  as2::SentMics mics = {};
  As2Proof proof = {};         ///< when the agreement archives what is sent
  std::string file_name = {};  ///< of the document, as the partner sees it; may be empty
};

/// Encode stage, with Environment::departure. Fails closed: what should be signed or encrypted and cannot be is an
/// error, never clear text. pipeline.no-as2-departure, pipeline.several-documents, pipeline.file-name-missing,
/// pipeline.no-signing-certificate, pipeline.no-encryption-certificate, the errors of certificate_checks.h and of
/// as2::MessageWriter.
Result<> run_as2_encoder(const SendRun& run, const artifacts::As2EncoderSettings& settings,
                         const messaging::Message& message, Sink& target);

}  // namespace sealgate::pipeline

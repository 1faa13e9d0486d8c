#pragma once
// How pipelines run their components: what a component is given, and what it gives back. One entry of
// component_table.h for each type; adding a component is its settings (artifacts/pipelines.h), a file here and a line
// in the table.

#include <optional>

#include "pipeline/components.h"
#include "smime/report.h"

namespace sealgate::pipeline {

/// One message on its way through a receive pipeline, with what its components found out.
struct InFlight {
  messaging::Message message = {};
  std::optional<smime::Report> report = {};  ///< of the decoder
  std::optional<Certificate> signer = {};    ///< of the outermost signature of the whole message
  const artifacts::Party* party = nullptr;   ///< nullptr: the guest; lives as long as the artifacts
};

/// A piece of an interchange that failed while others are good.
struct Rejected {
  Error error;
  messaging::MessageContext context;
  messaging::Part body;  ///< the piece alone
};

/// What a disassembler makes of one message.
struct Pieces {
  std::vector<messaging::Message> messages = {};
  std::vector<Rejected> rejected = {};
};

struct ReceiveRun {
  const Environment& environment;
  const artifacts::Host& host;
};

/// Decode, Validate, ResolveParty: changes the message, or fails.
using ReceiveStep = Result<> (*)(const ReceiveRun& run, const artifacts::ComponentSettings& settings,
                                 InFlight& message);
/// Disassemble. pipeline.not-recognized: the next disassembler may try.
using Disassemble = Result<Pieces> (*)(const ReceiveRun& run, const artifacts::ComponentSettings& settings,
                                       const messaging::Message& message);

/// What a message is sent by.
struct SendUse {
  std::string place;  ///< for messages: "send port Orders"
  const artifacts::PipelineSettings& pipeline;
  const std::vector<std::string>& maps;
  const artifacts::CertificateAssignments& encryption_certificates;
  const std::string& party;  ///< at the other end; may be empty
  /// Of its own; nullptr or empty: the group's sign.
  const artifacts::CertificateAssignments* signing_certificates = nullptr;
  std::optional<artifacts::RevocationPolicy> revocation = {};  ///< of the port
  bool dynamic = false;  ///< BTS.EncryptionCert of the message goes before encryption_certificates
};

struct SendRun {
  const Environment& environment;
  const artifacts::Host& host;
  const SendUse& use;
};

/// PreAssemble, Assemble, Encode: writes the new form of the body part to `target` and calls its finish().
using SendStep = Result<> (*)(const SendRun& run, const artifacts::ComponentSettings& settings,
                              const messaging::Message& message, Sink& target);

}  // namespace sealgate::pipeline

#pragma once
// What the components of a pipeline are given besides the message.

#include "artifacts/artifacts.h"
#include "messaging/message_box.h"
#include "pipeline/certificate_view.h"
#include "pipeline/party_index.h"
#include "pipeline/receiver_authorization.h"

namespace sealgate::pipeline {

struct As2Exchange;
struct As2Departure;

/// All of it must outlive the call.
struct Environment {
  const artifacts::ArtifactSet& artifacts;
  const CertificateView& certificates;
  messaging::MessageBox& box;  ///< makes the bodies of produced messages
  Time now{};
  /// When not null: components add what they found out, whether they succeed or fail (evidence.h).
  messaging::TrackingDetails* evidence = nullptr;
  const PartyIndex* parties = nullptr;  ///< of `artifacts`; null: made when it is needed
  Opened* opened = nullptr;             ///< when not null: what the decoder found, also of what it refuses
  As2Exchange* as2 = nullptr;           ///< when not null: filled by the AS2 decoder, also for what it refuses
  As2Departure* departure = nullptr;    ///< of what the AS2 encoder sends; it fails without
};

}  // namespace sealgate::pipeline

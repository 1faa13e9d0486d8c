#pragma once
// Who may get a message that came encrypted: send ports of hosts that are configured for the certificates it was
// opened with (Host.decryption_certificates, whatever their dates), and nobody else. The certificates travel with the
// message as its predicate, BTS.DecryptionPredicate. A message that came in clear has none.

#include <optional>
#include <vector>

#include "artifacts/artifacts.h"
#include "messaging/context.h"
#include "pipeline/certificate_view.h"

namespace sealgate::pipeline {

/// What the decoder found, also of a message that it refused.
struct Opened {
  bool encrypted = false;
  std::vector<Certificate> with = {};  ///< own certificates, each once
  /// Of the outermost signature, when everything about the message held.
  std::optional<Certificate> signer = {};
};

/// For a message that `host` opened; for one that it could not open, the predicate is all that the host could have
/// opened it with. Removes what was there.
void set_predicate(messaging::MessageContext& context, const Opened& opened, const artifacts::Host& host);

/// Why `host` must not get the message; absent when it may. pipeline.receiver-not-authorized.
std::optional<Error> refuse_receiver(const messaging::MessageContext& context, const artifacts::Host& host,
                                     const std::string& place);

}  // namespace sealgate::pipeline

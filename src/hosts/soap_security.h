#pragma once
// WS-Security with the gateway's certificates: what comes in is opened with the host's decryption certificates and
// judged like a signed message of S/MIME (signer_judge.h, with the location's, the party's and the group's
// revocation); what goes out is signed and encrypted with the certificates that ports and group name.

#include <functional>
#include <memory>

#include "adapters/soap/guard.h"
#include "hosts/adapter_table.h"

namespace sealgate::hosts {

/// Where envelopes come in: a receive location, or a send port that is answered.
struct SoapPlace {
  std::string name;
  std::string host;
  bool is_location = true;
};

/// `services` must outlive it. Null without a check.
std::shared_ptr<const adapters::soap::EnvelopeOpener> make_opener(const AdapterServices& services, SoapPlace place,
                                                                  const std::optional<artifacts::SoapCheck>& check,
                                                                  const soap::TreeLimits& limits);

/// In whose name is sealed, asked for each envelope.
using SealingSender = std::function<Result<Sender>()>;
/// Null without a seal.
std::shared_ptr<const adapters::soap::EnvelopeSealer> make_sealer(const AdapterServices& services,
                                                                  SealingSender sender,
                                                                  const std::optional<artifacts::SoapSeal>& seal,
                                                                  const soap::TreeLimits& limits);
/// Of the responses of a location: the group's signing certificates, the location's response_encryption_certificates.
SealingSender responder(const AdapterServices& services, std::string location);

}  // namespace sealgate::hosts

#pragma once
// Whether WS-Security signs or encrypts what goes out, beside what pipelines do.

#include "artifacts/transports.h"

namespace sealgate::artifacts {

/// nullptr: nothing is done.
inline const SoapSeal* seal_of(const SendTransport& transport) {
  const auto* soap = std::get_if<SoapSendSettings>(&transport);
  return soap != nullptr && soap->security ? &*soap->security : nullptr;
}
/// Of responses.
inline const SoapSeal* seal_of(const ReceiveTransport& transport) {
  const auto* soap = std::get_if<SoapReceiveSettings>(&transport);
  return soap != nullptr && soap->response_security ? &*soap->response_security : nullptr;
}

inline bool seals_by_signing(const SoapSeal* seal) {
  return seal != nullptr && seal->sign;
}
inline bool seals_by_encrypting(const SoapSeal* seal) {
  return seal != nullptr && seal->encrypt;
}

}  // namespace sealgate::artifacts

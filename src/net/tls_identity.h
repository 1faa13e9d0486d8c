#pragma once
// Our own certificate and key for one end of a TLS connection, as bytes. The caller unwraps the key and gives it
// here.

#include <memory>

#include "base/bytes.h"
#include "base/secret.h"

namespace sealgate::net {

struct TlsIdentity {
  /// PEM: leaf first, then intermediates. DER: the leaf alone.
  Bytes certificate_chain;
  /// Private key, PEM or DER (PKCS#8 or traditional), not encrypted.
  std::shared_ptr<const Secret> private_key;
};

}  // namespace sealgate::net

#pragma once
// What a Certificate shares. Private to certificates/.

#include "certificates/certificate.h"
#include "certificates/openssl_handles.h"

namespace sealgate::certificates {

struct Certificate::Data {
  X509Handle x509;
  Bytes der;
  Thumbprint sha1;
  Thumbprint sha256;
};

}  // namespace sealgate::certificates

#pragma once
// A certificate of our own for a server that nobody has given one to yet: browsers warn of it, and its thumbprint can
// be compared.

#include <string>
#include <vector>

#include "certificates/certificate.h"
#include "crypto/key.h"

namespace sealgate::certificates {

struct SelfSignedRequest {
  std::string common_name = {};             ///< UTF-8, at most 64 bytes
  std::vector<std::string> dns_names = {};  ///< subject alternative names
  std::vector<std::string> addresses = {};  ///< numeric, as further alternative names
  Time not_before = {};
  Time not_after = {};
};

/// Version 3, for TLS servers alone, signed with SHA-256 by `key` itself. crypto.bad-parameter for names that no
/// computer has.
Result<Certificate> make_self_signed(const SelfSignedRequest& request, const crypto::PrivateKey& key);

}  // namespace sealgate::certificates

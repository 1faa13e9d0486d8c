#include "access/secrets.h"

#include "crypto/digest.h"
#include "crypto/random.h"

namespace sealgate::access {

Result<std::string> make_identifier() {
  SG_TRY_ASSIGN(const Secret random, crypto::random_secret(32));
  return to_hex(random.view());
}

Result<std::string> stored_id(std::string_view identifier) {
  SG_TRY_ASSIGN(const auto digest, crypto::digest(crypto::DigestAlgorithm::Sha256, as_bytes(identifier)));
  return to_hex(digest.view());
}

bool is_stored_id(std::string_view id) {
  return id.size() == 64 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<std::string> csrf_token(std::string_view identifier) {
  SG_TRY_ASSIGN(const auto code,
                crypto::hmac(crypto::DigestAlgorithm::Sha256, as_bytes(identifier), as_bytes("sealgate csrf 1")));
  return to_hex(code.view());
}

}  // namespace sealgate::access

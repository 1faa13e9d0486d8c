#include <openssl/core_names.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/params.h>

#include "crypto/detail/openssl.h"
#include "crypto/errors.h"
#include "crypto/key.h"

namespace sealgate::crypto {
namespace {

Result<PrivateKey> wrap(EVP_PKEY* raw) {
  const detail::PkeyPtr key(raw);
  if (!key) return detail::library_failure("generating a key");
  return PrivateKey::from_native(key.get());
}

/// Generates inside a named group.
Result<PrivateKey> generate_in_group(const char* algorithm, std::string group) {
  detail::library();
  const detail::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
      OSSL_PARAM_construct_end()};
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1) return detail::library_failure("generating a key");
  // An unknown name shows in either step, depending on the algorithm.
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_CTX_set_params(context.get(), params) != 1 || EVP_PKEY_generate(context.get(), &key) != 1) {
    return detail::plain_failure(kUnsupportedAlgorithm, "no key can be made in a group named " + group);
  }
  return wrap(key);
}

}  // namespace

Result<PrivateKey> generate_rsa(int bits) {
  detail::library();
  if (bits < 512 || bits > 16384) {
    return fail(kBadParameter, "an RSA key of " + std::to_string(bits) + " bits cannot be made");
  }
  return wrap(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)));
}

Result<PrivateKey> generate_ec(std::string_view curve) {
  return generate_in_group("EC", std::string(curve));
}

Result<PrivateKey> generate_ed25519() {
  detail::library();
  return wrap(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

Result<PrivateKey> generate_x25519() {
  detail::library();
  return wrap(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"));
}

Result<PrivateKey> generate_dh() {
  return generate_in_group("DHX", "dh_2048_256");
}

Result<PrivateKey> generate_dsa(int bits) {
  detail::library();
  const detail::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  EVP_PKEY* raw = nullptr;
  if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_bits(context.get(), bits) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_q_bits(context.get(), bits < 2048 ? 160 : 256) != 1 ||
      EVP_PKEY_paramgen(context.get(), &raw) != 1) {
    return detail::library_failure("generating DSA parameters");
  }
  const detail::PkeyPtr parameters(raw);
  const detail::PkeyCtxPtr generator(EVP_PKEY_CTX_new_from_pkey(nullptr, parameters.get(), nullptr));
  EVP_PKEY* key = nullptr;
  if (generator && EVP_PKEY_keygen_init(generator.get()) == 1) EVP_PKEY_keygen(generator.get(), &key);
  return wrap(key);
}

}  // namespace sealgate::crypto

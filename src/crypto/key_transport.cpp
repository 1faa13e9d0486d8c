#include "crypto/key_transport.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "crypto/detail/key_companion.h"
#include "crypto/detail/openssl.h"
#include "crypto/detail/pkcs1.h"
#include "crypto/digest.h"
#include "crypto/errors.h"
#include "crypto/random.h"
#include "crypto/remote_key.h"

namespace sealgate::crypto {
namespace {

constexpr std::size_t kMaxContentKey = 128;

template <typename Key>
Result<> check_rsa(const Key& key) {
  if (key && key.type() == KeyType::Rsa) return {};
  const std::string type(key ? name(key.type()) : "missing");
  return fail(kKeyMismatch, "a key of type " + type + " cannot transport a content key", {},
              "RSA key transport needs an RSA certificate; use key agreement for EC, X25519 and DH");
}

/// HMAC-SHA256 with the secret that pseudo-random keys come from.
Result<detail::MacCtxPtr> keyed_mac(const DigestValue& secret) {
  // Fetched once for the life of the process, as the algorithms of detail/openssl.h are.
  static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  detail::MacCtxPtr context(hmac == nullptr ? nullptr : EVP_MAC_CTX_new(hmac));
  char digest_name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
                                   OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_init(context.get(), secret.view().data(), secret.size(), parameters) != 1) {
    return detail::library_failure("starting an HMAC");
  }
  return context;
}

/// The secret: a hash of the private exponent, so that every process with this key answers alike; for keys that do
/// not show it (tokens), a secret of this process.
Result<DigestValue> rejection_secret(const PrivateKey& key) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key.native(), OSSL_PKEY_PARAM_RSA_D, &raw) == 1) {
    const detail::BignumPtr exponent(raw);
    Secret bytes(key.size());
    if (BN_bn2binpad(exponent.get(), bytes.data(), static_cast<int>(bytes.size())) < 0) {
      return detail::library_failure("reading an RSA key");
    }
    return digest(DigestAlgorithm::Sha256, bytes.view());
  }
  ERR_clear_error();
  static const Result<Secret> process_secret = random_secret(32);
  if (!process_secret) return fail(process_secret.error());
  return digest(DigestAlgorithm::Sha256, process_secret->view());
}

/// One of the caller's own. The first is kept with OpenSSL's key: making it takes longer than all that is computed
/// with it.
Result<detail::MacCtxPtr> rejection_mac(const PrivateKey& key) {
  detail::KeyCompanion* const companion = detail::KeyCompanion::of(key.native());
  if (companion != nullptr) {
    if (detail::MacCtxPtr kept = companion->mac()) return kept;
  }
  SG_TRY_ASSIGN(const DigestValue secret, rejection_secret(key));
  SG_TRY_ASSIGN(detail::MacCtxPtr mac, keyed_mac(secret));
  if (companion != nullptr) companion->keep_mac(mac.get());
  return mac;
}

/// `size` pseudo-random bytes: HMAC-SHA256(secret, label || counter || ciphertext digest).
Result<Secret> expand(EVP_MAC_CTX* mac, const DigestValue& seed, std::string_view label, std::size_t size) {
  Secret output(size);
  Bytes input;
  input.reserve(label.size() + 1 + seed.size());
  append(input, as_bytes(label));
  input.push_back(0);
  append(input, seed.view());
  for (std::size_t done = 0; done < size; ++input[label.size()]) {
    std::array<Byte, kMaxDigestSize> block{};
    std::size_t length = 0;
    if (mac == nullptr || EVP_MAC_init(mac, nullptr, 0, nullptr) != 1 ||
        EVP_MAC_update(mac, input.data(), input.size()) != 1 ||
        EVP_MAC_final(mac, block.data(), &length, block.size()) != 1 || length == 0) {
      return detail::library_failure("computing an HMAC");
    }
    const std::size_t part = std::min(length, size - done);
    std::memcpy(output.data() + done, block.data(), part);
    wipe(block.data(), block.size());
    done += part;
  }
  return output;
}

/// Raw RSA; the block as it lies under the padding, as many bytes as the modulus. What RSA itself cannot process (a
/// number beyond the modulus) leaves zeros, which no padding check accepts.
Result<Secret> raw_decrypt(const PrivateKey& key, ByteView encrypted) {
  if (key.remote() != nullptr) return key.remote()->rsa_block(encrypted);
  Secret block(key.size());
  detail::KeyCompanion* const companion = detail::KeyCompanion::of(key.native());
  const detail::PkeyCtxPtr context =
      companion == nullptr ? nullptr : companion->context(key.native(), detail::KeyOperation::RawRsaDecrypt);
  if (!context) return detail::library_failure("starting RSA");
  std::size_t size = block.size();
  if (EVP_PKEY_decrypt(context.get(), block.data(), &size, encrypted.data(), encrypted.size()) != 1 ||
      size != block.size()) {
    wipe(block.data(), block.size());
    ERR_clear_error();
  }
  return block;
}

Result<detail::PkeyCtxPtr> oaep_context(EVP_PKEY* key, bool encrypting, const OaepParameters& parameters) {
  detail::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!context || (encrypting ? EVP_PKEY_encrypt_init(context.get()) : EVP_PKEY_decrypt_init(context.get())) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) != 1 ||
      EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), detail::digest_method(parameters.digest)) != 1 ||
      EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), detail::digest_method(parameters.mgf1_digest)) != 1) {
    return detail::library_failure("starting RSA-OAEP");
  }
  if (!parameters.label.empty()) {
    void* const label = OPENSSL_memdup(parameters.label.data(), parameters.label.size());
    if (label == nullptr ||
        EVP_PKEY_CTX_set0_rsa_oaep_label(context.get(), label, static_cast<int>(parameters.label.size())) != 1) {
      OPENSSL_free(label);
      return detail::library_failure("setting the OAEP label");
    }
  }
  return context;
}

Result<Bytes> encrypt(EVP_PKEY_CTX* context, std::size_t bound, ByteView content_key) {
  Bytes encrypted(bound);
  std::size_t size = encrypted.size();
  if (EVP_PKEY_encrypt(context, encrypted.data(), &size, content_key.data(), content_key.size()) != 1) {
    return detail::plain_failure(kBadParameter, "the RSA key is too short for this content key and padding",
                                 "use a certificate with a longer key");
  }
  encrypted.resize(size);
  return encrypted;
}

}  // namespace

Result<Bytes> rsa_pkcs1_encrypt(const PublicKey& key, ByteView content_key) {
  SG_TRY(check_rsa(key));
  const detail::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.native(), nullptr));
  if (!context || EVP_PKEY_encrypt_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1) {
    return detail::library_failure("starting RSA");
  }
  return encrypt(context.get(), key.size(), content_key);
}

Result<Secret> rsa_pkcs1_decrypt(const PrivateKey& key, ByteView encrypted, std::size_t expected_length) {
  return rsa_pkcs1_decrypt(key, encrypted, std::span<const std::size_t>(&expected_length, 1));
}

Result<Secret> rsa_pkcs1_decrypt(const PrivateKey& key, ByteView encrypted,
                                 std::span<const std::size_t> accepted_lengths) {
  SG_TRY(check_rsa(key));
  const auto too_long = [](std::size_t length) { return length == 0 || length > kMaxContentKey; };
  if (accepted_lengths.empty() || accepted_lengths.size() > 255 ||
      std::any_of(accepted_lengths.begin(), accepted_lengths.end(), too_long)) {
    return fail(kBadParameter, "a content key has 1 to 128 bytes");
  }
  // The substitute is made in every case and before anything is known about the block: as long as a key may be, which
  // everybody may know.
  SG_TRY_ASSIGN(const detail::MacCtxPtr mac, rejection_mac(key));
  SG_TRY_ASSIGN(const DigestValue seed, digest(DigestAlgorithm::Sha256, encrypted));
  const std::size_t longest = *std::max_element(accepted_lengths.begin(), accepted_lengths.end());
  SG_TRY_ASSIGN(Secret substitute, expand(mac.get(), seed, "key", longest));
  std::size_t fallback_length = accepted_lengths.front();
  if (accepted_lengths.size() > 1) {
    SG_TRY_ASSIGN(const Secret choice, expand(mac.get(), seed, "length", 1));
    fallback_length = accepted_lengths[choice.view()[0] % accepted_lengths.size()];
  }
  SG_TRY_ASSIGN(const Secret block, raw_decrypt(key, encrypted));
  const std::size_t length = detail::pkcs1_select_key(block.view(), accepted_lengths, fallback_length,
                                                      std::span<Byte>(substitute.data(), substitute.size()));
  substitute.resize(length);
  return substitute;
}

Result<Bytes> rsa_oaep_encrypt(const PublicKey& key, ByteView content_key, const OaepParameters& parameters) {
  SG_TRY(check_rsa(key));
  SG_TRY_ASSIGN(const detail::PkeyCtxPtr context, oaep_context(key.native(), true, parameters));
  return encrypt(context.get(), key.size(), content_key);
}

Result<Secret> rsa_oaep_decrypt(const PrivateKey& key, ByteView encrypted, const OaepParameters& parameters) {
  SG_TRY(check_rsa(key));
  if (key.remote() != nullptr) return key.remote()->rsa_oaep_decrypt(encrypted, parameters);
  SG_TRY_ASSIGN(const detail::PkeyCtxPtr context, oaep_context(key.native(), false, parameters));
  Secret content_key(key.size());
  std::size_t size = content_key.size();
  if (EVP_PKEY_decrypt(context.get(), content_key.data(), &size, encrypted.data(), encrypted.size()) != 1) {
    return detail::plain_failure(kKeyUnwrap, "the content key cannot be recovered with this private key");
  }
  content_key.resize(size);
  return content_key;
}

}  // namespace sealgate::crypto

#include "crypto/key.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>

#include "crypto/detail/key_parsing.h"
#include "crypto/errors.h"
#include "crypto/random.h"
#include "crypto/remote_key.h"

namespace sealgate::crypto {
namespace {

using Pkcs8Ptr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Deleter<PKCS8_PRIV_KEY_INFO_free>>;
using SigPtr = std::unique_ptr<X509_SIG, Deleter<X509_SIG_free>>;
using SpkiPtr = std::unique_ptr<X509_PUBKEY, Deleter<X509_PUBKEY_free>>;
using AsnIntegerPtr = std::unique_ptr<ASN1_INTEGER, Deleter<ASN1_INTEGER_free>>;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;

/// What other programs still open quickly, and a password guesser does not.
constexpr int kPemIterations = 600'000;

std::shared_ptr<EVP_PKEY> share(EVP_PKEY* key) {
  if (key == nullptr || EVP_PKEY_up_ref(key) != 1) return nullptr;
  return {key, Deleter<EVP_PKEY_free>{}};
}

detail::BignumPtr get_number(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return nullptr;
  return detail::BignumPtr(number);
}

/// The bytes that `encode` (an i2d function) makes.
template <typename Encode, typename Object>
Bytes encoded(Encode encode, Object* object) {
  const int size = encode(object, nullptr);
  if (size <= 0) return {};
  Bytes bytes(static_cast<std::size_t>(size));
  unsigned char* next = bytes.data();
  encode(object, &next);
  return bytes;
}

Secret contents(BIO* bio) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return Secret::from_text(std::string_view(data, size > 0 ? static_cast<std::size_t>(size) : 0));
}

}  // namespace

std::string_view name(KeyType type) {
  switch (type) {
    case KeyType::Rsa:
      return "RSA";
    case KeyType::RsaPss:
      return "RSA-PSS";
    case KeyType::Dsa:
      return "DSA";
    case KeyType::Dh:
      return "DH";
    case KeyType::Ec:
      return "EC";
    case KeyType::X25519:
      return "X25519";
    case KeyType::Ed25519:
      return "Ed25519";
    case KeyType::Other:
      break;
  }
  return "unknown";
}

bool is_weak_key(KeyType type, int bits) {
  switch (type) {
    case KeyType::Rsa:
    case KeyType::RsaPss:
    case KeyType::Dsa:
    case KeyType::Dh:
      return bits < 2048;
    case KeyType::Ec:
      return bits < 224;
    case KeyType::X25519:
    case KeyType::Ed25519:
      return false;
    case KeyType::Other:
      break;
  }
  return true;
}

PublicKey PublicKey::from_native(evp_pkey_st* key) {
  PublicKey result;
  result.key_ = share(key);
  return result;
}

Result<PublicKey> PublicKey::from_spki_der(ByteView spki) {
  SG_TRY_ASSIGN(const detail::PkeyPtr key, detail::parse_spki(spki));
  return from_native(key.get());
}

Result<PublicKey> PublicKey::load(ByteView data) {
  SG_TRY_ASSIGN(const detail::PkeyPtr key, detail::parse_public_key(data));
  return from_native(key.get());
}

Result<PublicKey> PublicKey::with_inherited_dsa_parameters(ByteView spki, const PublicKey& issuer) {
  detail::library();
  const detail::ErrorQueueCleaner cleaner;
  if (!issuer || issuer.type() != KeyType::Dsa) {
    return fail(kParametersMissing, "the issuer has no DSA key to inherit parameters from");
  }
  const unsigned char* next = spki.data();
  const SpkiPtr parsed(d2i_X509_PUBKEY(nullptr, &next, static_cast<long>(spki.size())));
  const unsigned char* bits = nullptr;
  int size = 0;
  if (!parsed || X509_PUBKEY_get0_param(nullptr, &bits, &size, nullptr, parsed.get()) != 1) {
    return fail(kMalformedKey, "the public key is damaged");
  }
  const AsnIntegerPtr integer(d2i_ASN1_INTEGER(nullptr, &bits, size));
  const detail::BignumPtr y(integer ? ASN1_INTEGER_to_BN(integer.get(), nullptr) : nullptr);
  const detail::BignumPtr p = get_number(issuer.native(), OSSL_PKEY_PARAM_FFC_P);
  const detail::BignumPtr q = get_number(issuer.native(), OSSL_PKEY_PARAM_FFC_Q);
  const detail::BignumPtr g = get_number(issuer.native(), OSSL_PKEY_PARAM_FFC_G);
  if (!p || !q || !g) return fail(kParametersMissing, "the issuer's DSA key has no parameters either");
  if (!y || BN_is_negative(y.get()) || BN_is_one(y.get()) || BN_is_zero(y.get()) || BN_cmp(y.get(), p.get()) >= 0) {
    return fail(kMalformedKey, "the DSA public key is out of range");
  }
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_P, p.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_Q, q.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_G, g.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, y.get()) != 1) {
    return detail::library_failure("building a DSA key");
  }
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  const detail::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  EVP_PKEY* raw = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return detail::library_failure("building a DSA key");
  }
  const detail::PkeyPtr key(raw);
  return from_native(key.get());
}

KeyType PublicKey::type() const {
  return detail::key_type(key_.get());
}
int PublicKey::bits() const {
  return EVP_PKEY_get_bits(key_.get());
}
std::size_t PublicKey::size() const {
  return static_cast<std::size_t>(std::max(0, EVP_PKEY_get_size(key_.get())));
}
std::string PublicKey::curve_oid() const {
  return detail::key_curve_oid(key_.get());
}

Result<Bytes> PublicKey::spki_der() const {
  Bytes der = encoded(i2d_PUBKEY, key_.get());
  if (der.empty()) return detail::library_failure("encoding a public key");
  return der;
}

bool operator==(const PublicKey& a, const PublicKey& b) {
  if (!a || !b) return !a && !b;
  const detail::ErrorQueueCleaner cleaner;
  return a.key_ == b.key_ || EVP_PKEY_eq(a.native(), b.native()) == 1;
}

PrivateKey PrivateKey::from_native(evp_pkey_st* key) {
  PrivateKey result;
  result.key_ = share(key);
  return result;
}

PrivateKey PrivateKey::from_remote(std::shared_ptr<const RemoteKey> remote, const PublicKey& public_key) {
  PrivateKey result = from_native(public_key.native());
  result.remote_ = std::move(remote);
  return result;
}

Result<> PrivateKey::check_exportable() const {
  if (remote_ == nullptr) return {};
  return fail(kKeyStays, "the private key stays in its token and cannot be taken out", remote_->description(),
              "use the certificate without its key, or copy the key with the token's own tools");
}

Result<PrivateKey> PrivateKey::load(ByteView data, const Secret* password) {
  SG_TRY_ASSIGN(const detail::PkeyPtr key, detail::parse_private_key(data, password));
  return from_native(key.get());
}

Result<PrivateKey> PrivateKey::from_pkcs8_der(ByteView pkcs8) {
  return load(pkcs8, nullptr);
}

KeyType PrivateKey::type() const {
  return detail::key_type(key_.get());
}
int PrivateKey::bits() const {
  return EVP_PKEY_get_bits(key_.get());
}
std::size_t PrivateKey::size() const {
  return static_cast<std::size_t>(std::max(0, EVP_PKEY_get_size(key_.get())));
}
std::string PrivateKey::curve_oid() const {
  return detail::key_curve_oid(key_.get());
}
PublicKey PrivateKey::public_key() const {
  return PublicKey::from_native(key_.get());
}

Result<Secret> PrivateKey::pkcs8_der() const {
  SG_TRY(check_exportable());
  const Pkcs8Ptr info(EVP_PKEY2PKCS8(key_.get()));
  if (!info) return detail::library_failure("encoding a private key");
  Secret der(encoded(i2d_PKCS8_PRIV_KEY_INFO, info.get()));
  if (der.empty()) return detail::library_failure("encoding a private key");
  return der;
}

Result<std::string> PrivateKey::encrypted_pem(const Secret& password) const {
  SG_TRY(check_exportable());
  SG_TRY_ASSIGN(Bytes salt, random_bytes(16));
  const Pkcs8Ptr info(EVP_PKEY2PKCS8(key_.get()));
  X509_ALGOR* const algorithm = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), kPemIterations, salt.data(),
                                                  static_cast<int>(salt.size()), nullptr, NID_hmacWithSHA256);
  const std::string_view text = password.text();
  const SigPtr encrypted(info && algorithm != nullptr
                             ? PKCS8_set0_pbe(text.data() == nullptr ? "" : text.data(),
                                              static_cast<int>(text.size()), info.get(), algorithm)
                             : nullptr);
  if (!encrypted) {
    X509_ALGOR_free(algorithm);  // only taken over on success
    return detail::library_failure("encrypting a private key");
  }
  const detail::BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PKCS8(bio.get(), encrypted.get()) != 1) {
    return detail::library_failure("encoding a private key");
  }
  return std::string(contents(bio.get()).text());
}

Result<Secret> PrivateKey::pem() const {
  SG_TRY(check_exportable());
  const detail::BioPtr bio(BIO_new(BIO_s_secmem()));
  const Pkcs8Ptr info(EVP_PKEY2PKCS8(key_.get()));
  if (!bio || !info || PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio.get(), info.get()) != 1) {
    return detail::library_failure("encoding a private key");
  }
  return contents(bio.get());
}

bool matches(const PrivateKey& private_key, const PublicKey& public_key) {
  return private_key && public_key && private_key.public_key() == public_key;
}

}  // namespace sealgate::crypto

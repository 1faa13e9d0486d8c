// The public key of a certificate.
#include <openssl/sha.h>

#include "certificates/certificate_data.h"
#include "certificates/errors.h"

namespace sealgate::certificates {
namespace {

int key_algorithm(const X509* x509) {
  ASN1_OBJECT* object = nullptr;
  X509_PUBKEY_get0_param(&object, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(x509));
  return object == nullptr ? NID_undef : OBJ_obj2nid(object);
}

std::string curve_name(const EVP_PKEY* key) {
  char group[80];
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(key, group, sizeof group, &length) != 1) return "explicit parameters";
  const int nid = OBJ_txt2nid(group);
  const char* nist = nid == NID_undef ? nullptr : EC_curve_nid2nist(nid);
  return nist != nullptr ? nist : std::string(group, length);
}

std::string description_of_key(const X509* x509) {
  const ErrorQueueGuard guard;
  const EVP_PKEY* key = X509_get0_pubkey(x509);
  if (key == nullptr) return key_algorithm(x509) == NID_dsa ? "DSA without parameters" : "unknown";
  const std::string bits = " " + std::to_string(EVP_PKEY_get_bits(key));
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      return "RSA" + bits;
    case EVP_PKEY_RSA_PSS:
      return "RSA-PSS" + bits;
    case EVP_PKEY_DSA:
      return "DSA" + bits;
    case EVP_PKEY_DH:
    case EVP_PKEY_DHX:
      return "DH" + bits;
    case EVP_PKEY_EC:
      return "EC " + curve_name(key);
    case EVP_PKEY_ED25519:
      return "Ed25519";
    case EVP_PKEY_ED448:
      return "Ed448";
    case EVP_PKEY_X25519:
      return "X25519";
    case EVP_PKEY_X448:
      return "X448";
    default:
      return "unknown";
  }
}

}  // namespace

Bytes Certificate::spki_der() const {
  return encode_der<const X509_PUBKEY>(i2d_X509_PUBKEY, X509_get_X509_PUBKEY(native()));
}

Bytes Certificate::spki_sha256() const {
  const Bytes der = spki_der();
  Bytes digest(SHA256_DIGEST_LENGTH);
  SHA256(der.data(), der.size(), digest.data());
  return digest;
}

Result<crypto::PublicKey> Certificate::public_key() const {
  const ErrorQueueGuard guard;
  EVP_PKEY* key = X509_get0_pubkey(native());
  if (key == nullptr) {
    return fail(kNoPublicKey,
                key_algorithm(native()) == NID_dsa ? "the certificate's DSA key has no parameters"
                                                   : "the certificate's public key cannot be read",
                subject(), "ask the partner for a certificate with an RSA or EC key");
  }
  return crypto::PublicKey::from_native(key);
}

std::string Certificate::key_description() const {
  return data_->key_description.get([this] { return description_of_key(native()); });
}

int Certificate::key_security_bits() const {
  const EVP_PKEY* key = X509_get0_pubkey(native());
  return key == nullptr ? 0 : EVP_PKEY_get_security_bits(key);
}

}  // namespace sealgate::certificates

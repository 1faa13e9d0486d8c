#pragma once
// Throw-away certificates made on the spot.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "net/tls_identity.h"

namespace sealgate::net::tests {

inline Bytes bytes_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return to_bytes({data, static_cast<std::size_t>(size)});
}

/// A self-signed P-256 certificate for 127.0.0.1, or for other names, PEM.
inline TlsIdentity make_identity(const std::string& name, const char* alternative_names = "IP:127.0.0.1") {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1,
                             -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> names(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_names), X509_EXTENSION_free);
  X509_add_ext(certificate.get(), names.get(), -1);
  X509_sign(certificate.get(), key.get(), EVP_sha256());

  const std::unique_ptr<BIO, decltype(&BIO_free)> certificate_pem(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_X509(certificate_pem.get(), certificate.get());
  const std::unique_ptr<BIO, decltype(&BIO_free)> key_pem(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {bytes_of(certificate_pem.get()), std::make_shared<const Secret>(bytes_of(key_pem.get()))};
}

/// The same identity, certificate and key in DER.
inline TlsIdentity to_der(const TlsIdentity& pem) {
  const auto open = [](ByteView bytes) {
    return std::unique_ptr<BIO, decltype(&BIO_free)>(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())),
                                                     BIO_free);
  };
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(open(pem.certificate_chain).get(), nullptr, nullptr, nullptr), X509_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(open(pem.private_key->view()).get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> certificate_der(BIO_new(BIO_s_mem()), BIO_free);
  i2d_X509_bio(certificate_der.get(), certificate.get());
  const std::unique_ptr<BIO, decltype(&BIO_free)> key_der(BIO_new(BIO_s_mem()), BIO_free);
  i2d_PrivateKey_bio(key_der.get(), key.get());
  return {bytes_of(certificate_der.get()), std::make_shared<const Secret>(bytes_of(key_der.get()))};
}

}  // namespace sealgate::net::tests

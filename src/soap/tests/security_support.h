#pragma once
// Keys for tests, and what only a test would encrypt.

#include <openssl/bn.h>
#include <openssl/x509.h>

#include <cstdlib>

#include "crypto/key_transport.h"
#include "crypto/random.h"
#include "soap/security/ids.h"
#include "soap/security/names.h"
#include "soap/security/reader.h"
#include "soap/security/xmlsec.h"
#include "xml/errors.h"

namespace sealgate::soap::test {

/// With a certificate that it signed itself.
inline OwnKey own_key(crypto::PrivateKey key, const std::string& name) {
  std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
  X509_set_version(x509.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 7);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600 * 24);
  X509_NAME* subject = X509_get_subject_name(x509.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1,
                             -1, 0);
  X509_set_issuer_name(x509.get(), subject);
  X509_set_pubkey(x509.get(), key.native());
  X509_sign(x509.get(), key.native(), EVP_sha256());
  return {std::move(key), certificates::Certificate::from_native(x509.get()).value()};
}

/// Of an ECDSA signature over P-256 as r and s: the other one that holds.
inline Bytes other_signature(Bytes raw) {
  BIGNUM* order = nullptr;
  BN_hex2bn(&order, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
  BIGNUM* s = BN_bin2bn(raw.data() + 32, 32, nullptr);
  BN_sub(s, order, s);
  BN_bn2binpad(s, raw.data() + 32, 32);
  BN_free(s);
  BN_free(order);
  return raw;
}

/// The same envelope with other content under a new key for `recipient`, as anybody can make it.
inline std::string reencrypted(const std::string& sealed, const OwnKey& recipient, std::string_view content) {
  auto envelope = Envelope::parse(as_bytes(sealed), {}).value();
  const Secret key = crypto::random_secret(32).value();
  crypto::OaepParameters parameters;
  parameters.digest = crypto::DigestAlgorithm::Sha256;
  const Bytes wrapped =
      crypto::rsa_oaep_encrypt(recipient.certificate.public_key().value(), key.view(), parameters).value();
  const auto set_value = [](xmlNodePtr element, const std::string& text) {
    xmlNodePtr value = find_child(find_child(element, kXenc, "CipherData"), kXenc, "CipherValue");
    xmlNodeSetContent(value, reinterpret_cast<const xmlChar*>(text.c_str()));
  };
  xmlNodePtr security = find_child(envelope.header(), kWsse, "Security");
  set_value(find_child(security, kXenc, "EncryptedKey"), base64(wrapped));
  xmlNodePtr data = find_child(envelope.body(), kXenc, "EncryptedData");
  set_value(data, "");
  if (!encrypt_data(data, key.view(), as_bytes(content))) std::abort();
  return serialise(envelope.document()).value();
}

}  // namespace sealgate::soap::test

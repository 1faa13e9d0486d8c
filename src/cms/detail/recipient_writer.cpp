#include "cms/detail/recipient_writer.h"

#include <algorithm>

#include "cms/der.h"
#include "cms/detail/content_cipher.h"
#include "cms/detail/entity_writer.h"
#include "cms/detail/signature_parameters.h"
#include "cms/errors.h"
#include "crypto/kdf.h"
#include "crypto/key_agreement.h"
#include "crypto/key_wrap.h"
#include "crypto/random.h"

namespace sealgate::cms::detail {
namespace {

struct Written {
  Bytes element;
  std::uint64_t version;
};

/// AES wrap has no parameters (RFC 3565 section 2.3.2), 3DES wrap NULL, RC2 wrap its key size (RFC 3370 section 4.3).
Bytes wrap_der(crypto::KeyWrap wrap) {
  switch (wrap) {
    case crypto::KeyWrap::Des3:
      return der_algorithm(crypto::oid(wrap), der_null());
    case crypto::KeyWrap::Rc2:
      return der_algorithm(crypto::oid(wrap), der_integer(58));
    case crypto::KeyWrap::Aes128:
    case crypto::KeyWrap::Aes192:
    case crypto::KeyWrap::Aes256:
      break;
  }
  return der_algorithm(crypto::oid(wrap));
}

std::string_view public_key_oid(crypto::KeyType type) {
  if (type == crypto::KeyType::Dh) return crypto::kDhPublicNumberOid;
  return type == crypto::KeyType::X25519 ? crypto::kX25519Oid : crypto::kEcPublicKeyOid;
}

Result<Written> key_transport(const CertificateRecipient& recipient, const crypto::PublicKey& key,
                              ByteView content_key) {
  SG_TRY_ASSIGN(const Bytes id, entity_identifier(recipient.certificate, recipient.identify_by_key_id));
  SG_TRY_ASSIGN(const Bytes encrypted, recipient.oaep
                                           ? crypto::rsa_oaep_encrypt(key, content_key, recipient.oaep_parameters)
                                           : crypto::rsa_pkcs1_encrypt(key, content_key));
  const Bytes algorithm = recipient.oaep ? oaep_algorithm_der(recipient.oaep_parameters)
                                         : der_algorithm(crypto::kRsaEncryptionOid, der_null());
  const std::uint64_t version = recipient.identify_by_key_id ? 2 : 0;
  return Written{der_sequence({der_integer(version), id, algorithm, der_octet_string(encrypted)}), version};
}

Result<Written> key_agreement(const CertificateRecipient& recipient, const crypto::PublicKey& key,
                              ByteView content_key, crypto::ContentCipher cipher) {
  SG_TRY_ASSIGN(const Bytes id, agreement_identifier(recipient.certificate, recipient.identify_by_key_id));
  const bool finite_field = key.type() == crypto::KeyType::Dh;
  const crypto::KeyAgreementScheme scheme{
      finite_field ? crypto::KeyAgreementKind::Esdh : crypto::KeyAgreementKind::EcdhStandard,
      finite_field ? crypto::DigestAlgorithm::Sha1 : recipient.kdf_digest};
  if (crypto::oid(scheme).empty()) {
    return fail(kBadOptions, "there is no key agreement with this digest", recipient.certificate.subject());
  }
  const crypto::KeyWrap wrap = crypto::key_wrap_for(cipher);
  const Bytes wrap_algorithm = wrap_der(wrap);
  SG_TRY_ASSIGN(const crypto::PrivateKey ephemeral, crypto::generate_ephemeral(key));
  SG_TRY_ASSIGN(const Secret kek,
                crypto::derive_kek(ephemeral, key, crypto::KeyAgreement{scheme, wrap, wrap_algorithm}));
  SG_TRY_ASSIGN(const Bytes wrapped, crypto::wrap_key(wrap, kek.view(), content_key));
  SG_TRY_ASSIGN(const Bytes bits, crypto::public_key_bits(ephemeral.public_key()));
  const Bytes originator_key =
      der_join(der::context(1), {der_algorithm(public_key_oid(key.type())), der_bit_string(bits)});
  const Bytes encrypted_keys = der_sequence({der_sequence({id, der_octet_string(wrapped)})});
  return Written{der_join(der::context(1), {der_integer(3), der_element(der::context(0), originator_key),
                                            der_algorithm(crypto::oid(scheme), wrap_algorithm), encrypted_keys}),
                 2};
}

Result<Written> write_recipient(const CertificateRecipient& recipient, ByteView content_key,
                                crypto::ContentCipher cipher) {
  const auto key = recipient.certificate.public_key();
  if (!key) return fail(Error(key.error()).at(recipient.certificate.subject()));
  switch (key->type()) {
    case crypto::KeyType::Rsa:
      return key_transport(recipient, *key, content_key);
    case crypto::KeyType::Dh:
    case crypto::KeyType::Ec:
    case crypto::KeyType::X25519:
      return key_agreement(recipient, *key, content_key, cipher);
    case crypto::KeyType::RsaPss:
    case crypto::KeyType::Dsa:
    case crypto::KeyType::Ed25519:
    case crypto::KeyType::Other:
      break;
  }
  return fail(kBadOptions, "the recipient's key cannot be encrypted for", recipient.certificate.subject(),
              "use an RSA, EC, X25519 or Diffie-Hellman certificate");
}

Result<Written> write_recipient(const SecretKeyRecipient& recipient, ByteView content_key, crypto::ContentCipher) {
  for (const crypto::KeyWrap wrap : {crypto::KeyWrap::Aes128, crypto::KeyWrap::Aes192, crypto::KeyWrap::Aes256}) {
    if (crypto::key_size(wrap) != recipient.key.size()) continue;
    SG_TRY_ASSIGN(const Bytes wrapped, crypto::wrap_key(wrap, recipient.key.view(), content_key));
    return Written{der_join(der::context(2), {der_integer(4), der_sequence({der_octet_string(recipient.id)}),
                                              wrap_der(wrap), der_octet_string(wrapped)}),
                   2};
  }
  return fail(kBadOptions, "a shared key of " + std::to_string(recipient.key.size()) + " octets", {},
              "use 16, 24 or 32 octets");
}

Result<Written> write_recipient(const PasswordRecipient& recipient, ByteView content_key, crypto::ContentCipher) {
  constexpr crypto::ContentCipher kCipher = crypto::ContentCipher::Aes256Cbc;
  constexpr crypto::DigestAlgorithm kPrf = crypto::DigestAlgorithm::Sha256;
  SG_TRY_ASSIGN(const Bytes salt, crypto::random_bytes(16));
  SG_TRY_ASSIGN(const Bytes iv, crypto::random_bytes(crypto::iv_size(kCipher)));
  SG_TRY_ASSIGN(const Secret kek, crypto::pbkdf2(kPrf, recipient.password.view(), salt, recipient.iterations,
                                                 crypto::key_size(kCipher)));
  SG_TRY_ASSIGN(const Bytes wrapped, crypto::pwri_wrap(kCipher, kek.view(), iv, content_key));
  const Bytes kdf_parameters = der_sequence(
      {der_octet_string(salt), der_integer(recipient.iterations), der_algorithm(crypto::hmac_oid(kPrf), der_null())});
  Bytes kdf = der_algorithm(crypto::kPbkdf2Oid, kdf_parameters);
  kdf[0] = der::context(0);
  const Bytes algorithm = der_algorithm(crypto::kPwriKekOid, content_cipher_der({kCipher, iv}));
  return Written{der_join(der::context(3), {der_integer(0), kdf, algorithm, der_octet_string(wrapped)}), 3};
}

}  // namespace

Result<RecipientInfos> write_recipient_infos(const std::vector<RecipientSpec>& recipients, ByteView content_key,
                                             crypto::ContentCipher cipher) {
  if (recipients.empty()) return fail(kBadOptions, "there is no recipient", {}, "name whom to encrypt for");
  RecipientInfos infos{{}, 0};
  std::vector<Bytes> elements;
  for (const RecipientSpec& recipient : recipients) {
    SG_TRY_ASSIGN(
        Written written,
        std::visit([&](const auto& spec) { return write_recipient(spec, content_key, cipher); }, recipient));
    infos.version = std::max(infos.version, written.version);
    elements.push_back(std::move(written.element));
  }
  infos.set = der_set_of(std::move(elements));
  return infos;
}

}  // namespace sealgate::cms::detail

#include "cms/detail/signer_writer.h"

#include <algorithm>
#include <array>

#include "cms/der.h"
#include "cms/detail/entity_writer.h"
#include "cms/detail/signature_parameters.h"
#include "cms/errors.h"

namespace sealgate::cms::detail {
namespace {

using crypto::DigestAlgorithm;

/// RFC 5754 section 2: no parameters with SHA-1 and SHA-2; RFC 3370 section 2.2: NULL with MD5.
Bytes digest_der(DigestAlgorithm digest) {
  return der_algorithm(crypto::oid(digest), digest == DigestAlgorithm::Md5 ? der_null() : Bytes{});
}

crypto::SignatureScheme scheme_of(const SignerSpec& signer) {
  const auto kind = signer.signature ? signer.signature : crypto::default_signature_kind(signer.key.type());
  return crypto::SignatureScheme{kind.value_or(crypto::SignatureKind::RsaPkcs1), signer.digest};
}

Bytes attribute(std::string_view type, ByteView value) {
  return der_sequence({der_oid(type), der_element(der::kSet, value)});
}

/// RFC 8551 section 2.5.2: what we read best, in order of preference.
Bytes make_smime_capabilities() {
  constexpr std::array kCiphers{crypto::ContentCipher::Aes256Gcm, crypto::ContentCipher::Aes256Cbc,
                                crypto::ContentCipher::Aes192Cbc, crypto::ContentCipher::Aes128Gcm,
                                crypto::ContentCipher::Aes128Cbc};
  Bytes capabilities;
  for (const crypto::ContentCipher cipher : kCiphers) append(capabilities, der_algorithm(crypto::oid(cipher)));
  return attribute(oids::kSmimeCapabilities, der_element(der::kSequence, capabilities));
}

/// The attribute, which is always the same.
const Bytes& smime_capabilities() {
  static const Bytes encoded = make_smime_capabilities();
  return encoded;
}

Bytes algorithm_protection(ByteView digest_algorithm, ByteView signature_algorithm) {
  // signatureAlgorithm is [1] IMPLICIT: its SEQUENCE octet is replaced.
  Bytes tagged(signature_algorithm.begin(), signature_algorithm.end());
  tagged[0] = der::context(1);
  return der_sequence({digest_algorithm, tagged});
}

/// SET OF Attribute in DER, with the universal tag, as it is signed (RFC 5652 section 5.4).
Bytes signed_attributes(const SignerSpec& signer, std::string_view content_type, ByteView digest,
                        ByteView signature_algorithm) {
  std::vector<Bytes> all;
  all.reserve(5);
  all.push_back(attribute(oids::kContentType, der_oid(content_type)));
  all.push_back(attribute(oids::kMessageDigest, der_octet_string(digest)));
  if (signer.signing_time) all.push_back(attribute(oids::kSigningTime, der_time(*signer.signing_time)));
  if (signer.smime_capabilities) all.push_back(smime_capabilities());
  if (signer.algorithm_protection) {
    all.push_back(
        attribute(oids::kAlgorithmProtection, algorithm_protection(digest_der(signer.digest), signature_algorithm)));
  }
  return der_set_of(std::move(all));
}

Result<Bytes> signer_info(const SignerSpec& signer, const std::string& content_type,
                          const crypto::MultiDigest& digests) {
  const crypto::SignatureScheme scheme = scheme_of(signer);
  const Bytes algorithm = signature_algorithm_der(scheme);
  SG_TRY_ASSIGN(const crypto::DigestValue digest, digests.value(signer.digest));
  Bytes attributes;
  Bytes signature;
  if (signer.signed_attributes) {
    attributes = signed_attributes(signer, content_type, digest.view(), algorithm);
    SG_TRY_ASSIGN(signature, crypto::sign_message(signer.key, scheme, attributes));
    attributes[0] = der::context(0);
  } else {
    SG_TRY_ASSIGN(signature, crypto::sign_digest(signer.key, scheme, digest.view()));
  }
  SG_TRY_ASSIGN(const Bytes id, entity_identifier(signer.certificate, signer.identify_by_key_id));
  return der_sequence({der_integer(signer.identify_by_key_id ? 3 : 1), id, digest_der(signer.digest), attributes,
                       algorithm, der_octet_string(signature)});
}

Result<> prepare_signer(SignerSpec& signer, const std::string& content_type) {
  const auto refuse = [&signer](const char* what, const char* remedy) {
    return fail(kBadOptions, what, signer.certificate.subject(), remedy);
  };
  if (!signer.key) return refuse("there is no private key to sign with", "give the key of the signer's certificate");
  const auto own = signer.certificate.public_key();
  if (!own || !crypto::matches(signer.key, *own)) {
    return refuse("the private key does not belong to the signer's certificate", "give the matching key");
  }
  const auto natural = crypto::default_signature_kind(signer.key.type());
  if (!natural) return refuse("this kind of key cannot sign", "use an RSA, EC or Ed25519 certificate");
  const crypto::SignatureKind kind = signer.signature.value_or(*natural);
  const bool pss_with_rsa = kind == crypto::SignatureKind::RsaPss && signer.key.type() == crypto::KeyType::Rsa;
  if (kind != *natural && !pss_with_rsa) return refuse("the key cannot make this kind of signature", "");
  if (kind == crypto::SignatureKind::Ed25519) {
    // RFC 8419 section 3.1: with Ed25519 the content is hashed with SHA-512.
    signer.digest = DigestAlgorithm::Sha512;
    if (!signer.signed_attributes) return refuse("Ed25519 signatures need signed attributes", "");
  }
  if (crypto::signature_oid(kind, signer.digest).empty()) {
    return refuse("there is no signature algorithm for this key and digest", "use SHA-256");
  }
  if (!signer.signed_attributes && content_type != oids::kData) {
    return refuse("content that is not id-data needs signed attributes (RFC 5652 section 5.3)", "");
  }
  return {};
}

}  // namespace

Result<> prepare_signers(SignedDataOptions& options) {
  if (options.signers.empty()) return fail(kBadOptions, "nobody is to sign", {}, "name a signer");
  for (SignerSpec& signer : options.signers) SG_TRY(prepare_signer(signer, options.content_type));
  return {};
}

std::uint64_t signed_data_version(const SignedDataOptions& options) {
  const bool by_key_id = std::any_of(options.signers.begin(), options.signers.end(),
                                     [](const SignerSpec& signer) { return signer.identify_by_key_id; });
  return by_key_id || options.content_type != oids::kData ? 3 : 1;
}

Bytes digest_algorithms(const SignedDataOptions& options) {
  std::vector<Bytes> all;
  for (const SignerSpec& signer : options.signers) {
    Bytes encoded = digest_der(signer.digest);
    if (std::find(all.begin(), all.end(), encoded) == all.end()) all.push_back(std::move(encoded));
  }
  return der_set_of(std::move(all));
}

Result<Bytes> certificates_and_signers(const SignedDataOptions& options, const crypto::MultiDigest& digests) {
  std::vector<Bytes> certificates;
  for (const certificates::Certificate& certificate : options.certificates) {
    const ByteView der = certificate.der();
    Bytes encoded(der.begin(), der.end());
    if (std::find(certificates.begin(), certificates.end(), encoded) == certificates.end()) {
      certificates.push_back(std::move(encoded));
    }
  }
  Bytes result;
  if (!certificates.empty()) result = der_set_of(std::move(certificates), der::context(0));
  std::vector<Bytes> signers;
  for (const SignerSpec& signer : options.signers) {
    SG_TRY_ASSIGN(Bytes encoded, signer_info(signer, options.content_type, digests));
    signers.push_back(std::move(encoded));
  }
  append(result, der_set_of(std::move(signers)));
  return result;
}

}  // namespace sealgate::cms::detail

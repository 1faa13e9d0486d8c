#include "crypto/signature.h"

#include <openssl/rsa.h>

#include <algorithm>

#include "crypto/constant_time.h"
#include "crypto/detail/key_companion.h"
#include "crypto/detail/openssl.h"
#include "crypto/digest.h"
#include "crypto/errors.h"
#include "crypto/remote_key.h"

namespace sealgate::crypto {
namespace {

bool key_can(KeyType type, SignatureKind kind) {
  switch (kind) {
    case SignatureKind::RsaPkcs1:
      return type == KeyType::Rsa;
    case SignatureKind::RsaPss:
      return type == KeyType::Rsa || type == KeyType::RsaPss;
    case SignatureKind::Dsa:
      return type == KeyType::Dsa;
    case SignatureKind::Ecdsa:
      return type == KeyType::Ec;
    case SignatureKind::Ed25519:
      return type == KeyType::Ed25519;
  }
  return false;
}

std::string_view kind_name(SignatureKind kind) {
  switch (kind) {
    case SignatureKind::RsaPkcs1:
      return "RSA PKCS#1 v1.5";
    case SignatureKind::RsaPss:
      return "RSA-PSS";
    case SignatureKind::Dsa:
      return "DSA";
    case SignatureKind::Ecdsa:
      return "ECDSA";
    case SignatureKind::Ed25519:
      return "Ed25519";
  }
  return {};
}

template <typename Key>
Result<> check_key(const Key& key, SignatureKind kind) {
  if (key && key_can(key.type(), kind)) return {};
  const std::string type(key ? name(key.type()) : "missing");
  return fail(kKeyMismatch,
              "a key of type " + type + " cannot be used for a signature of type " + std::string(kind_name(kind)));
}

Result<> check_digest(const SignatureScheme& scheme, ByteView digest) {
  if (scheme.kind == SignatureKind::Ed25519) {
    return fail(kBadParameter, "Ed25519 signs messages, not digests");
  }
  if (digest.size() == digest_size(scheme.digest)) return {};
  return fail(kBadParameter,
              "a digest of " + std::to_string(digest.size()) + " bytes is not " + std::string(name(scheme.digest)));
}

tl::unexpected<Error> bad_signature() {
  return detail::plain_failure(kBadSignature, "the signature does not fit the content and the signer's key",
                               "the message was altered, or signed with another key than the certificate's");
}

/// Only RSA looks at the digest's name; DSA and ECDSA take any bytes, and OpenSSL would refuse MD5 with them.
bool set_rsa_options(EVP_PKEY_CTX* context, const SignatureScheme& scheme, int default_salt) {
  if (scheme.kind == SignatureKind::RsaPkcs1) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(context, detail::digest_method(scheme.digest)) == 1;
  }
  if (scheme.kind == SignatureKind::RsaPss) {
    const DigestAlgorithm mgf1 = scheme.mgf1_digest.value_or(scheme.digest);
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(context, detail::digest_method(scheme.digest)) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, detail::digest_method(mgf1)) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, scheme.salt_length.value_or(default_salt)) == 1;
  }
  return true;
}

/// For the signature that nearly everybody makes, one that is ready; else null.
detail::PkeyCtxPtr ready_context(EVP_PKEY* key, const SignatureScheme& scheme, detail::KeyOperation operation) {
  if (scheme.kind != SignatureKind::RsaPkcs1) return nullptr;
  detail::KeyCompanion* const companion = detail::KeyCompanion::of(key);
  return companion == nullptr ? nullptr : companion->context(key, operation, scheme.digest);
}

/// DigestInfo without the NULL parameters: some old signers left them out (RFC 8017 section 9.2 note 1). The
/// whole block is compared, nothing of it is parsed.
bool verifies_without_null(const PublicKey& key, DigestAlgorithm algorithm, ByteView digest, ByteView signature) {
  static constexpr std::string_view kOids[] = {{"\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05", 10},  // md5
                                               {"\x06\x05\x2b\x0e\x03\x02\x1a", 7},               // sha1
                                               {"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04", 11},
                                               {"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01", 11},
                                               {"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02", 11},
                                               {"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03", 11}};
  const std::string_view oid = kOids[static_cast<std::size_t>(algorithm)];
  Bytes expected{0x30, static_cast<Byte>(oid.size() + digest.size() + 4), 0x30, static_cast<Byte>(oid.size())};
  append(expected, as_bytes(oid));
  append(expected, Bytes{0x04, static_cast<Byte>(digest.size())});
  append(expected, digest);

  const detail::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.native(), nullptr));
  Bytes recovered(key.size());
  std::size_t size = recovered.size();
  if (!context || EVP_PKEY_verify_recover_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
      EVP_PKEY_verify_recover(context.get(), recovered.data(), &size, signature.data(), signature.size()) != 1) {
    return false;
  }
  return constant_time_equal(ByteView(recovered).first(size), expected);
}

}  // namespace

std::optional<SignatureKind> default_signature_kind(KeyType type) {
  switch (type) {
    case KeyType::Rsa:
      return SignatureKind::RsaPkcs1;
    case KeyType::RsaPss:
      return SignatureKind::RsaPss;
    case KeyType::Dsa:
      return SignatureKind::Dsa;
    case KeyType::Ec:
      return SignatureKind::Ecdsa;
    case KeyType::Ed25519:
      return SignatureKind::Ed25519;
    case KeyType::Dh:
    case KeyType::X25519:
    case KeyType::Other:
      break;
  }
  return std::nullopt;
}

Result<Bytes> sign_digest(const PrivateKey& key, const SignatureScheme& scheme, ByteView digest) {
  SG_TRY(check_key(key, scheme.kind));
  SG_TRY(check_digest(scheme, digest));
  if (key.remote() != nullptr) return key.remote()->sign_digest(scheme, digest);
  detail::PkeyCtxPtr context = ready_context(key.native(), scheme, detail::KeyOperation::Pkcs1Sign);
  if (!context) {
    context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key.native(), nullptr));
    if (!context || EVP_PKEY_sign_init(context.get()) != 1) return detail::library_failure("starting a signature");
    if (!set_rsa_options(context.get(), scheme, RSA_PSS_SALTLEN_DIGEST)) {
      return detail::plain_failure(kKeyMismatch, "the key does not allow these signature parameters");
    }
  }
  Bytes signature(key.size());
  std::size_t size = signature.size();
  if (EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) != 1) {
    return detail::plain_failure(kKeyMismatch, "the key cannot sign with " + std::string(name(scheme.digest)),
                                 "use a longer key or a shorter digest");
  }
  signature.resize(size);
  return signature;
}

Result<> verify_digest(const PublicKey& key, const SignatureScheme& scheme, ByteView digest, ByteView signature) {
  SG_TRY(check_key(key, scheme.kind));
  SG_TRY(check_digest(scheme, digest));
  detail::PkeyCtxPtr context = ready_context(key.native(), scheme, detail::KeyOperation::Pkcs1Verify);
  bool ready = context != nullptr;
  if (!ready) {
    context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key.native(), nullptr));
    if (!context) return detail::library_failure("starting a verification");
    ready = EVP_PKEY_verify_init(context.get()) == 1 && set_rsa_options(context.get(), scheme, RSA_PSS_SALTLEN_AUTO);
  }
  if (ready &&
      EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) == 1) {
    return {};
  }
  ERR_clear_error();
  if (scheme.kind == SignatureKind::RsaPkcs1 && verifies_without_null(key, scheme.digest, digest, signature))
    return {};
  return bad_signature();
}

Result<Bytes> sign_message(const PrivateKey& key, const SignatureScheme& scheme, ByteView message) {
  if (scheme.kind != SignatureKind::Ed25519) {
    SG_TRY_ASSIGN(const DigestValue value, digest(scheme.digest, message));
    return sign_digest(key, scheme, value.view());
  }
  SG_TRY(check_key(key, scheme.kind));
  if (key.remote() != nullptr) {
    return fail(kKeyMismatch, "Ed25519 keys in tokens are not supported", key.remote()->description(),
                "use an RSA or EC key of the token");
  }
  const detail::MdCtxPtr context(EVP_MD_CTX_new());
  Bytes signature(key.size());
  std::size_t size = signature.size();
  if (!context ||
      EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key.native(), nullptr) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1) {
    return detail::library_failure("signing");
  }
  signature.resize(size);
  return signature;
}

Result<> verify_message(const PublicKey& key, const SignatureScheme& scheme, ByteView message, ByteView signature) {
  if (scheme.kind != SignatureKind::Ed25519) {
    SG_TRY_ASSIGN(const DigestValue value, digest(scheme.digest, message));
    return verify_digest(key, scheme, value.view(), signature);
  }
  SG_TRY(check_key(key, scheme.kind));
  const detail::MdCtxPtr context(EVP_MD_CTX_new());
  if (!context ||
      EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key.native(), nullptr) != 1) {
    return detail::library_failure("starting a verification");
  }
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) != 1) {
    return bad_signature();
  }
  return {};
}

}  // namespace sealgate::crypto

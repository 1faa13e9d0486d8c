#include "tokens/token_key.h"

#include <array>
#include <cstring>
#include <mutex>

#include "crypto/errors.h"
#include "crypto/key_agreement.h"
#include "crypto/random.h"
#include "crypto/remote_key.h"
#include "crypto/token_forms.h"
#include "tokens/errors.h"
#include "tokens/token_sessions.h"

namespace sealgate::tokens {
namespace {

using crypto::DigestAlgorithm;

/// Of the same class in one token; more than one is ambiguous.
constexpr CK_ULONG kFindAtMost = 2;
constexpr std::size_t kMaxAttribute = std::size_t{64} * 1024;

CK_RV find_object(const Session& session, const TokenUri& uri, CK_OBJECT_CLASS kind, CK_OBJECT_HANDLE& object,
                  CK_ULONG& count) {
  std::string label = uri.label().value_or("");
  Bytes id = uri.id().value_or(Bytes{});
  std::vector<CK_ATTRIBUTE> wanted{{CKA_CLASS, &kind, sizeof kind}};
  if (!label.empty()) wanted.push_back({CKA_LABEL, label.data(), label.size()});
  if (!id.empty()) wanted.push_back({CKA_ID, id.data(), id.size()});
  CK_RV code = session.module->C_FindObjectsInit(session.handle, wanted.data(), wanted.size());
  if (code != CKR_OK) return code;
  std::array<CK_OBJECT_HANDLE, kFindAtMost> found{};
  code = session.module->C_FindObjects(session.handle, found.data(), found.size(), &count);
  session.module->C_FindObjectsFinal(session.handle);
  object = found[0];
  return code;
}

CK_RV read_attribute(const Session& session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, Bytes& value) {
  CK_ATTRIBUTE attribute{type, nullptr, 0};
  CK_RV code = session.module->C_GetAttributeValue(session.handle, object, &attribute, 1);
  if (code != CKR_OK || attribute.ulValueLen > kMaxAttribute) return code == CKR_OK ? CKR_BUFFER_TOO_SMALL : code;
  value.resize(attribute.ulValueLen);
  attribute.pValue = value.data();
  code = session.module->C_GetAttributeValue(session.handle, object, &attribute, 1);
  if (code == CKR_OK) value.resize(attribute.ulValueLen);
  return code;
}

/// Attributes of the one object of this kind; absent when there is none.
Result<std::optional<std::vector<Bytes>>> read_object(const TokenUri& uri, CK_OBJECT_CLASS kind,
                                                      const std::vector<CK_ATTRIBUTE_TYPE>& types) {
  CK_ULONG count = 0;
  std::vector<Bytes> values;
  SG_TRY_ASSIGN(const CK_RV code, TokenSessions::of(uri)->run([&](const Session& session) {
    CK_OBJECT_HANDLE object = 0;
    values.assign(types.size(), {});
    CK_RV result = find_object(session, uri, kind, object, count);
    for (std::size_t i = 0; result == CKR_OK && count == 1 && i < types.size(); ++i) {
      result = read_attribute(session, object, types[i], values[i]);
    }
    return result;
  }));
  if (code != CKR_OK) return device_failed("the token does not show the object", code, uri);
  if (count > 1) {
    return fail(kAmbiguous, "the token holds several objects with that name", uri.display(),
                "name the key by its id as well: id=%01");
  }
  if (count == 0) return std::optional<std::vector<Bytes>>();
  return std::optional(std::move(values));
}

tl::unexpected<Error> key_missing(const TokenUri& uri, const std::string& what) {
  return fail(
      kKeyMissing, what, uri.display(),
      "look with p11tool --list-privkeys --login; then import the certificate with the right --token address");
}

/// The mechanism of each digest, of its use in PSS parameters, and its mask generation function.
struct DigestMechanism {
  CK_MECHANISM_TYPE digest;
  CK_RSA_PKCS_MGF_TYPE mgf;
};
constexpr std::array<DigestMechanism, 6> kDigests{{{CKM_MD5, 0},
                                                   {CKM_SHA_1, CKG_MGF1_SHA1},
                                                   {CKM_SHA224, CKG_MGF1_SHA224},
                                                   {CKM_SHA256, CKG_MGF1_SHA256},
                                                   {CKM_SHA384, CKG_MGF1_SHA384},
                                                   {CKM_SHA512, CKG_MGF1_SHA512}}};
const DigestMechanism& mechanism_of(DigestAlgorithm algorithm) {
  return kDigests[static_cast<std::size_t>(algorithm)];
}

/// The token does not offer this way; another may do.
bool means_unsupported(CK_RV code) {
  return code == CKR_MECHANISM_INVALID || code == CKR_MECHANISM_PARAM_INVALID || code == CKR_ARGUMENTS_BAD ||
         code == CKR_KEY_FUNCTION_NOT_PERMITTED || code == CKR_KEY_TYPE_INCONSISTENT ||
         code == CKR_FUNCTION_NOT_SUPPORTED;
}

/// What a wrong ciphertext makes a token say; the rest is the token's own trouble.
bool blames_ciphertext(CK_RV code) {
  return code == CKR_ENCRYPTED_DATA_INVALID || code == CKR_ENCRYPTED_DATA_LEN_RANGE || code == CKR_DATA_INVALID ||
         code == CKR_DATA_LEN_RANGE || code == CKR_FUNCTION_FAILED || code == CKR_GENERAL_ERROR;
}

class TokenKey final : public crypto::RemoteKey {
 public:
  TokenKey(TokenUri uri, std::size_t size) : uri_(std::move(uri)), size_(size), sessions_(TokenSessions::of(uri_)) {}

  std::string description() const override { return uri_.display(); }

  Result<Bytes> sign_digest(const crypto::SignatureScheme& scheme, ByteView digest) const override {
    Bytes input(digest.begin(), digest.end());
    CK_RSA_PKCS_PSS_PARAMS pss{};
    CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
    if (scheme.kind == crypto::SignatureKind::RsaPkcs1) {
      mechanism.mechanism = CKM_RSA_PKCS;
      input = crypto::digest_info(scheme.digest, digest);
    } else if (scheme.kind == crypto::SignatureKind::RsaPss) {
      pss.hashAlg = mechanism_of(scheme.digest).digest;
      pss.mgf = mechanism_of(scheme.mgf1_digest.value_or(scheme.digest)).mgf;
      pss.sLen = static_cast<CK_ULONG>(scheme.salt_length.value_or(static_cast<int>(digest.size())));
      mechanism = {CKM_RSA_PKCS_PSS, &pss, sizeof pss};
    } else if (scheme.kind != crypto::SignatureKind::Ecdsa) {
      return cannot("sign in this way");
    }
    Bytes signature;
    SG_TRY_ASSIGN(const CK_RV code, with_key([&](const Session& session, CK_OBJECT_HANDLE key) {
                    CK_RV result = session.module->C_SignInit(session.handle, &mechanism, key);
                    if (result != CKR_OK) return result;
                    signature.resize(kMaxResult);
                    CK_ULONG size = signature.size();
                    result =
                        session.module->C_Sign(session.handle, input.data(), input.size(), signature.data(), &size);
                    signature.resize(result == CKR_OK ? size : 0);
                    return result;
                  }));
    if (means_unsupported(code)) return cannot("sign in this way");
    if (code != CKR_OK) return device_failed("the token did not sign", code, uri_);
    return scheme.kind == crypto::SignatureKind::Ecdsa ? crypto::ecdsa_signature(signature) : signature;
  }

  Result<Secret> rsa_block(ByteView encrypted) const override {
    SG_TRY_ASSIGN(Decrypted raw, decrypt({CKM_RSA_X_509, nullptr, 0}, encrypted));
    if (!means_unsupported(raw.code)) return padded(raw);
    // Tokens that take the padding off by themselves: it is put on again, so that there is one way from here.
    SG_TRY_ASSIGN(Decrypted content, decrypt({CKM_RSA_PKCS, nullptr, 0}, encrypted));
    if (means_unsupported(content.code)) return cannot("decrypt");
    constexpr std::size_t kOverhead = 11;
    if (content.code != CKR_OK || content.bytes.size() + kOverhead > size_) return padded(content);
    Secret block(size_);
    std::fill_n(block.data(), size_, Byte{0xff});
    block.data()[0] = 0;
    block.data()[1] = 2;
    block.data()[size_ - content.bytes.size() - 1] = 0;
    std::copy_n(content.bytes.view().begin(), content.bytes.size(), block.data() + size_ - content.bytes.size());
    return block;
  }

  Result<Secret> rsa_oaep_decrypt(ByteView encrypted, const crypto::OaepParameters& parameters) const override {
    CK_RSA_PKCS_OAEP_PARAMS oaep{};
    oaep.hashAlg = mechanism_of(parameters.digest).digest;
    oaep.mgf = mechanism_of(parameters.mgf1_digest).mgf;
    oaep.source = CKZ_DATA_SPECIFIED;
    // Many tokens know OAEP with SHA-1 only and take no notice of labels, yet give the block itself.
    Decrypted content{CKR_MECHANISM_INVALID, {}};
    if (parameters.label.empty()) {
      SG_TRY_ASSIGN(content, decrypt({CKM_RSA_PKCS_OAEP, &oaep, sizeof oaep}, encrypted));
      if (content.code == CKR_OK) return std::move(content.bytes);
      if (!means_unsupported(content.code)) return unwrap_failed(content.code);
    }
    SG_TRY_ASSIGN(Decrypted raw, decrypt({CKM_RSA_X_509, nullptr, 0}, encrypted));
    if (means_unsupported(raw.code)) return cannot("decrypt with these OAEP parameters");
    SG_TRY_ASSIGN(const Secret block, padded(raw));
    return crypto::oaep_unpad(block.view(), parameters);
  }

  Result<Secret> ecdh(ByteView peer_point) const override {
    Bytes point(peer_point.begin(), peer_point.end());
    CK_ECDH1_DERIVE_PARAMS parameters{CKD_NULL, 0, nullptr, point.size(), point.data()};
    CK_MECHANISM mechanism{CKM_ECDH1_DERIVE, &parameters, sizeof parameters};
    CK_OBJECT_CLASS kind = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_GENERIC_SECRET;
    CK_BBOOL yes = CK_TRUE;
    CK_BBOOL no = CK_FALSE;
    CK_ULONG length = size_;
    std::array<CK_ATTRIBUTE, 6> wanted{{{CKA_CLASS, &kind, sizeof kind},
                                        {CKA_KEY_TYPE, &type, sizeof type},
                                        {CKA_TOKEN, &no, sizeof no},
                                        {CKA_SENSITIVE, &no, sizeof no},
                                        {CKA_EXTRACTABLE, &yes, sizeof yes},
                                        {CKA_VALUE_LEN, &length, sizeof length}}};
    Secret shared(size_);
    SG_TRY_ASSIGN(const CK_RV code, with_key([&](const Session& session, CK_OBJECT_HANDLE key) {
                    CK_OBJECT_HANDLE derived = 0;
                    CK_RV result = session.module->C_DeriveKey(session.handle, &mechanism, key, wanted.data(),
                                                               wanted.size(), &derived);
                    if (result != CKR_OK) return result;
                    CK_ATTRIBUTE value{CKA_VALUE, shared.data(), shared.size()};
                    result = session.module->C_GetAttributeValue(session.handle, derived, &value, 1);
                    if (result == CKR_OK && value.ulValueLen != shared.size()) result = CKR_DATA_LEN_RANGE;
                    session.module->C_DestroyObject(session.handle, derived);
                    return result;
                  }));
    if (means_unsupported(code)) return cannot("agree on a key");
    if (code != CKR_OK) return device_failed("the token did not agree on a key", code, uri_);
    return shared;
  }

 private:
  /// RSA of 16384 bits.
  static constexpr std::size_t kMaxResult = 2048;

  struct Decrypted {
    CK_RV code;
    Secret bytes;
  };

  Result<CK_RV> with_key(const std::function<CK_RV(const Session&, CK_OBJECT_HANDLE)>& use) const {
    bool missing = false;
    SG_TRY_ASSIGN(const CK_RV code, sessions_->run([&](const Session& session) {
      CK_OBJECT_HANDLE key = remembered(session.epoch);
      if (key == 0) {
        CK_ULONG count = 0;
        const CK_RV found = find_object(session, uri_, CKO_PRIVATE_KEY, key, count);
        if (found != CKR_OK) return found;
        missing = count != 1;
        if (missing) return CK_RV{CKR_OK};
        remember(session.epoch, key);
      }
      return use(session, key);
    }));
    if (missing) return key_missing(uri_, "the token does not hold the key any more");
    return code;
  }

  Result<Decrypted> decrypt(CK_MECHANISM mechanism, ByteView encrypted) const {
    Bytes input(encrypted.begin(), encrypted.end());
    Secret output(kMaxResult);
    CK_ULONG size = output.size();
    SG_TRY_ASSIGN(const CK_RV code, with_key([&](const Session& session, CK_OBJECT_HANDLE key) {
                    const CK_RV begun = session.module->C_DecryptInit(session.handle, &mechanism, key);
                    if (begun != CKR_OK) return begun;
                    size = output.size();
                    return session.module->C_Decrypt(session.handle, input.data(), input.size(), output.data(),
                                                     &size);
                  }));
    output.resize(code == CKR_OK ? size : 0);
    return Decrypted{code, std::move(output)};
  }

  /// A raw block at its full length; zeros for what the ciphertext is to blame for.
  Result<Secret> padded(const Decrypted& raw) const {
    Secret block(size_);
    if (raw.code != CKR_OK && !blames_ciphertext(raw.code)) {
      return device_failed("the token did not decrypt", raw.code, uri_);
    }
    if (raw.bytes.size() <= size_) {
      std::copy_n(raw.bytes.view().begin(), raw.bytes.size(), block.data() + size_ - raw.bytes.size());
    }
    return block;
  }

  tl::unexpected<Error> unwrap_failed(CK_RV code) const {
    if (!blames_ciphertext(code)) return device_failed("the token did not decrypt", code, uri_);
    return fail(crypto::kKeyUnwrap, "the content key cannot be recovered with this private key");
  }

  tl::unexpected<Error> cannot(const std::string& what) const {
    return fail(crypto::kKeyMismatch, "the token does not let this key " + what, uri_.display(),
                "allow it in the token (key attributes, mechanisms), or use another algorithm or certificate");
  }

  CK_OBJECT_HANDLE remembered(std::uint64_t epoch) const {
    const std::lock_guard lock(mutex_);
    return epoch == epoch_ ? object_ : 0;
  }
  void remember(std::uint64_t epoch, CK_OBJECT_HANDLE object) const {
    const std::lock_guard lock(mutex_);
    epoch_ = epoch;
    object_ = object;
  }

  const TokenUri uri_;
  const std::size_t size_;  ///< bytes of the modulus or the field
  const std::shared_ptr<TokenSessions> sessions_;
  mutable std::mutex mutex_;
  mutable std::uint64_t epoch_ = 0;
  mutable CK_OBJECT_HANDLE object_ = 0;
};

CK_KEY_TYPE key_type(const Bytes& value) {
  CK_KEY_TYPE type = CKK_VENDOR_DEFINED;
  if (value.size() == sizeof type) std::memcpy(&type, value.data(), sizeof type);
  return type;
}

bool is_rsa(crypto::KeyType type) {
  return type == crypto::KeyType::Rsa || type == crypto::KeyType::RsaPss;
}

}  // namespace

Result<crypto::PrivateKey> open_private_key(const TokenUri& uri, const crypto::PublicKey& public_key) {
  const bool rsa = is_rsa(public_key.type());
  if (!rsa && public_key.type() != crypto::KeyType::Ec) {
    return fail(crypto::kKeyMismatch,
                "keys of type " + std::string(name(public_key.type())) + " in tokens are not supported",
                uri.display(), "use an RSA or EC key");
  }
  std::vector<CK_ATTRIBUTE_TYPE> types{CKA_KEY_TYPE};
  if (rsa) types.insert(types.end(), {CKA_MODULUS, CKA_PUBLIC_EXPONENT});
  SG_TRY_ASSIGN(const auto values, read_object(uri, CKO_PRIVATE_KEY, types));
  if (!values) return key_missing(uri, "the token does not hold the key");
  bool same = key_type(values->front()) == (rsa ? CKK_RSA : CKK_EC);
  if (same && rsa) {
    SG_TRY_ASSIGN(const crypto::PublicKey held, crypto::rsa_public_key((*values)[1], (*values)[2]));
    same = held == public_key || public_key.type() == crypto::KeyType::RsaPss;
  }
  if (!same) return key_missing(uri, "the token holds another key under this address than the certificate's");
  const std::size_t size = rsa ? public_key.size() : (static_cast<std::size_t>(public_key.bits()) + 7) / 8;
  return crypto::PrivateKey::from_remote(std::make_shared<TokenKey>(uri, size), public_key);
}

Result<> prove_private_key(const crypto::PrivateKey& key, const crypto::PublicKey& public_key) {
  SG_TRY_ASSIGN(const Bytes challenge, crypto::random_bytes(32));
  const auto kind = crypto::default_signature_kind(public_key.type());
  if (!kind) return {};
  const crypto::SignatureScheme scheme{*kind};
  const auto signature = crypto::sign_digest(key, scheme, challenge);
  if (signature) {
    if (crypto::verify_digest(public_key, scheme, challenge, *signature)) return {};
  } else if (!(signature.error().code == crypto::kKeyMismatch)) {
    return fail(signature.error());
  } else if (public_key.type() == crypto::KeyType::Rsa) {  // a key for decryption only
    SG_TRY_ASSIGN(const Bytes encrypted, crypto::rsa_pkcs1_encrypt(public_key, challenge));
    SG_TRY_ASSIGN(const Secret decrypted, crypto::rsa_pkcs1_decrypt(key, encrypted, challenge.size()));
    if (as_text(decrypted.view()) == as_text(challenge)) return {};
  } else {  // an EC key for agreement only
    SG_TRY_ASSIGN(const crypto::PrivateKey ephemeral, crypto::generate_ephemeral(public_key));
    SG_TRY_ASSIGN(const Secret ours, crypto::shared_secret(ephemeral, public_key));
    SG_TRY_ASSIGN(const Secret theirs, crypto::shared_secret(key, ephemeral.public_key()));
    if (as_text(ours.view()) == as_text(theirs.view())) return {};
  }
  return fail(kKeyMissing, "the token's key does not belong to the certificate",
              key.remote() == nullptr ? std::string() : key.remote()->description(),
              "name the certificate that was made for this key, or another object= or id=");
}

Result<crypto::PublicKey> read_rsa_public_key(const TokenUri& uri) {
  SG_TRY_ASSIGN(const auto values, read_object(uri, CKO_PRIVATE_KEY, {CKA_KEY_TYPE}));
  if (!values) return key_missing(uri, "the token does not hold the key");
  if (key_type(values->front()) != CKK_RSA) {
    return fail(crypto::kKeyMismatch, "only an RSA key of a token can wrap something", uri.display(),
                "name an RSA key");
  }
  SG_TRY_ASSIGN(const auto numbers, read_object(uri, CKO_PRIVATE_KEY, {CKA_MODULUS, CKA_PUBLIC_EXPONENT}));
  if (!numbers) return key_missing(uri, "the token does not hold the key");
  return crypto::rsa_public_key((*numbers)[0], (*numbers)[1]);
}

Result<std::optional<Bytes>> read_certificate(const TokenUri& uri) {
  SG_TRY_ASSIGN(const auto values, read_object(uri, CKO_CERTIFICATE, {CKA_VALUE}));
  if (!values) return std::optional<Bytes>();
  return std::optional(values->front());
}

}  // namespace sealgate::tokens

#pragma once
// Internal: RecipientInfo (RFC 5652 section 6.2) taken apart, and getting the content-encryption key out of one.

#include <variant>

#include "cms/detail/layer_reader.h"
#include "crypto/algorithms.h"
#include "crypto/key_transport.h"

namespace sealgate::cms::detail {

struct KeyTransportInfo {
  EntityId id;
  std::optional<crypto::OaepParameters> oaep;  ///< absent: PKCS#1 v1.5
  Bytes encrypted_key;
};

struct KeyAgreementInfo {
  struct Key {
    EntityId id;
    Bytes encrypted_key;
  };
  Bytes originator_key;  ///< bits of OriginatorPublicKey
  std::optional<Bytes> ukm;
  crypto::KeyAgreementScheme scheme;
  crypto::KeyWrap wrap;
  Bytes wrap_der;  ///< AlgorithmIdentifier of the wrap as sent; it enters the KDF
  std::vector<Key> keys;
};

struct KekInfo {
  Bytes key_id;
  crypto::KeyWrap wrap;
  Bytes encrypted_key;
};

struct PasswordInfo {
  crypto::DigestAlgorithm prf;
  Bytes salt;
  std::uint32_t iterations;
  crypto::ContentCipher cipher;  ///< of PWRI-KEK
  Bytes iv;
  Bytes encrypted_key;
};

/// Understood in form, but with an algorithm or originator that we do not have. Never matches a key.
struct UnsupportedInfo {
  std::optional<Error> error = {};  ///< nullopt: not read yet
};

using RecipientBody = std::variant<KeyTransportInfo, KeyAgreementInfo, KekInfo, PasswordInfo, UnsupportedInfo>;

struct RecipientInfo {
  RecipientType type = RecipientType::Other;
  std::string algorithm;           ///< see Recipient::algorithm
  std::vector<std::string> weak;   ///< names of weak algorithms
  std::vector<EntityId> entities;  ///< certificate recipients, one a key
  RecipientBody body = UnsupportedInfo{};
};

/// `element`: one member of the SET, of any kind. Fails for damaged structures only.
Result<RecipientInfo> parse_recipient_info(ByteView element, const Limits& limits);

}  // namespace sealgate::cms::detail

#pragma once
// Internal: one SignerInfo (RFC 5652 section 5.3) taken apart, and its verification.

#include <span>

#include "cms/detail/layer_reader.h"
#include "crypto/digest.h"
#include "crypto/signature.h"

namespace sealgate::cms::detail {

/// The attributes of a signer that have a meaning for us.
struct SignedAttributes {
  std::optional<std::string> content_type;
  std::optional<Bytes> message_digest;
  std::optional<Time> signing_time;
  struct Protection {
    AlgorithmId digest;
    std::optional<AlgorithmId> signature;
    bool has_mac = false;
  };
  std::optional<Protection> protection;
};

struct SignerInfo {
  EntityId id;
  AlgorithmId digest;
  AlgorithmId signature;
  Bytes signature_value;
  bool has_attributes = false;
  /// Forms of the attributes that a signature may cover: DER as the standard says, and the octets in the order sent,
  /// as some signers do. First is likelier. Empty without attributes.
  std::vector<Bytes> attribute_forms;
  SignedAttributes attributes;
  /// A defect of the attributes, which makes the signature bad but not the message unreadable.
  std::optional<Error> attribute_error;
};

Result<SignerInfo> parse_signer_info(ByteView element);

/// What verification needs besides the SignerInfo.
struct SignedContent {
  const Layer& layer;
  const ReaderOptions& options;
  const crypto::MultiDigest& digests;        ///< of the content inside; unused without content
  const std::optional<Bytes>& pure_content;  ///< the content inside, when kept for Ed25519 without attributes
  bool pure_too_large;
  bool looks_like_attributes;  ///< the content inside is a SET of CMS attributes
};

/// Never fails as such: the outcome stands in Signer::error.
Signer verify_signer(const SignerInfo& info, const SignedContent& content);

/// SignerIdentifier and RecipientIdentifier: IssuerAndSerialNumber or [n] SubjectKeyIdentifier.
Result<EntityId> parse_entity_id(const BerElement& element, const char* structure);
Result<EntityId> parse_issuer_and_serial(const BerElement& element, const char* structure);

/// "md2" for digests that we know by name only, else the OID.
std::string digest_display_name(const std::string& oid);

/// Adds what is weak about a key: "rsa-1024".
void add_weak_key(Layer& layer, const crypto::PublicKey& key);

}  // namespace sealgate::cms::detail

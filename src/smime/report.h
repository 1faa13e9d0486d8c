#pragma once
// What the decoder found: the layers from the outside in, the parts, and the result. Plain data; report_json.h and
// inspect.h print it. Nothing in here is a secret and nothing says more about a failed decryption than "cannot
// decrypt".

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "certificates/certificate.h"

namespace sealgate::smime {

enum class LayerType { Unknown, Signed, Enveloped, AuthEnveloped, Encrypted, Compressed, Digested };
std::string_view to_string(LayerType type);

/// How a step came out.
struct Outcome {
  std::optional<Error> error;  ///< nothing: it succeeded
  /// The class of the failure (errors.h); empty when it succeeded. For failed decryptions it tells more than a
  /// partner may learn: it is for tests, and is never printed, logged or sent.
  std::string internal_class;

  bool ok() const { return !error.has_value(); }
  /// "ok" or "error:<class>", where every failed decryption with a key that fits is "error:cannot-decrypt".
  std::string to_string() const;
};

struct RecipientReport {
  std::string kind;        ///< ktri, kari, kekri, pwri, ori
  std::string identifier;  ///< "issuer / serial", "key id <hex>", or empty for a password
  std::string algorithm;   ///< as in "ktri:rsa-oaep", "kari:esdh:aes256-wrap"
  bool ours = false;       ///< one of the given keys fits this recipient
};

struct SignerReport {
  std::string subject;  ///< empty when no certificate was found
  std::string issuer;
  std::string serial;      ///< hexadecimal
  std::string thumbprint;  ///< SHA-1 as BizTalk prints it
  std::string thumbprint_sha256;
  std::string digest;  ///< sha256
  /// The digest under the signature itself: usually the same, and as much relied on; empty when nothing verified.
  std::string signature_digest;
  std::string algorithm;  ///< rsa, rsa-pss, ecdsa-sha256, ...
  bool signed_attributes = true;
  std::optional<Time> signing_time;  ///< as the signer claims
  std::optional<Time> not_after;
  Outcome signature;  ///< the mathematics alone
  Outcome verify;     ///< signature and certificate path (equal to `signature` when chains are not checked)
  std::vector<std::string> emails;
  std::vector<std::string> user_policy_set;  ///< RFC 5280 6.1.6, OIDs
  std::optional<certificates::Certificate> certificate;
};

struct LayerReport {
  LayerType type = LayerType::Unknown;  ///< Unknown: broken before it said what it is
  std::string part;  ///< MIME part number that this layer is or lies in ("2", "2.1"); empty for the message itself
  std::string form;  ///< signed: "clear" or "opaque"
  std::string encoding;                 ///< "der", "ber" or empty when unknown
  std::string cipher;                   ///< enveloped: aes256-cbc, ...
  std::vector<std::string> algorithms;  ///< the vocabulary of the vectors: {"ktri:rsa", "aes128-cbc"}
  /// Everything weak that the layer relies on: ciphers, digests, key wraps, keys ("rsa-1024") and the digest under
  /// the signer's certificate. weak_policy.h tells which allowance each one needs.
  std::vector<std::string> weak;
  std::vector<RecipientReport> recipients;
  std::vector<SignerReport> signers;
  std::string digest_variant;         ///< clear signed: "raw", "crlf", "lf", "stripped", when one matched
  std::string inner_content_type;     ///< eContentType name or OID: "data", "signed-data", "1.2.3"
  bool authenticated = false;         ///< enveloped: the ciphertext carries an authentication tag
  std::string decryption_thumbprint;  ///< of the certificate whose key opened it
  Outcome outcome;                    ///< of this layer as a whole, its certificate path included
  Outcome signature;                  ///< signed layers: without the path
  std::uint64_t bytes = 0;            ///< content octets
  std::string content_sha256;         ///< when DecodeOptions::content_digests is set and the layer was opened
  std::size_t certificate_count = 0;  ///< certificates and CRLs carried by the layer
  std::size_t crl_count = 0;
};

struct PartReport {
  std::size_t index = 1;  ///< from 1, counted over all parts of the message in their order
  std::string path;  ///< MIME part number inside the entity it lies in: "1", "2.1"; empty when there is no multipart
  std::string content_type;  ///< lower case, without parameters; empty when not MIME
  std::string file_name;
  std::string content_id;
  std::string description;
  std::string disposition;
  std::string transfer_encoding;
  std::uint64_t bytes = 0;  ///< after transfer decoding
  std::string sha256;       ///< when DecodeOptions::part_digests is set
  bool is_signed = false;   ///< lies below a signed layer, whether good or not
  bool is_encrypted = false;
  bool selected = false;  ///< became the body
};

/// What one protected part of an unprotected multipart came to.
struct ProtectedPart {
  std::string part;
  std::optional<Outcome> decrypt;
  std::optional<Outcome> signature;
  std::optional<Outcome> verify;
  std::string content_sha256;
  std::vector<std::string> signer_subjects;
};

/// The sender as the mail names it, against the signers' certificates. A gateway that routes by From must look at it.
struct Identity {
  std::vector<std::string> from_raw;  ///< one per From header line
  std::vector<std::string> sender_raw;
  std::vector<std::string> signer_emails;
  bool must_flag = false;  ///< From does not plainly name one address of the signer's certificate
};

struct Report {
  std::vector<LayerReport> layers;  ///< outside in; those of protected parts after the message's own, with `part` set
  std::vector<PartReport> parts;
  std::vector<ProtectedPart> protected_parts;
  std::optional<Identity> identity;  ///< when the message has a From header and a signer
  std::string input_format;          ///< "mime", "der", "pem", "base64", "other"
  std::string content_type;          ///< of the innermost entity, lower case, without parameters
  std::string content_sha256;        ///< innermost recovered octets
  Outcome result;                    ///< of the whole message
};

}  // namespace sealgate::smime

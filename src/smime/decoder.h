#pragma once
// Opens a message as its bytes arrive: MIME or raw CMS in, any nesting of signed, encrypted and compressed layers,
// the parts of the innermost content out. RFC 8551 (S/MIME 4.0), RFC 5652 (CMS), RFC 1847 (multipart/signed).
//
// The quarantine contract: parts are handed out while they are decrypted, long before anything is proven. Whoever
// receives them must keep them where nobody reads, and use them only after finish() succeeded; when write() or
// finish() fails, they must be destroyed. report() tells what was found in both cases.
//
// Memory: fixed buffers and small structures, whatever the size of the message. Not thread-safe; one decoder per
// message.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "base/sink.h"
#include "certificates/certificate.h"
#include "certificates/certificate_lookup.h"
#include "certificates/crl.h"
#include "certificates/path_validation.h"
#include "cms/providers.h"
#include "crypto/key.h"
#include "mime/headers.h"
#include "mime/limits.h"
#include "smime/body_selector.h"
#include "smime/receipt_tap.h"
#include "smime/report.h"
#include "smime/weak_policy.h"

namespace sealgate::smime {

/// A private key and, where it is known, its certificate, by which recipients are found. A key without certificate is
/// tried on every recipient of its kind.
struct DecryptionKey {
  crypto::PrivateKey key;
  std::optional<certificates::Certificate> certificate;
};

/// A key-encryption key or content key agreed beforehand (KEKRecipientInfo, EncryptedData).
struct SharedKey {
  Secret key;
  Bytes id;  ///< empty: tried on every such recipient
};

struct DecodeLimits {
  mime::Limits mime;
  std::size_t max_layers = 16;                               ///< signed, encrypted and compressed, inside each other
  std::uint64_t max_content_bytes = std::uint64_t{1} << 40;  ///< of one part, decoded
  std::uint64_t max_expansion_ratio = 200;                   ///< decompressed to compressed
  std::uint64_t expansion_allowance = std::uint64_t{16} * 1024 * 1024;  ///< this much is allowed at any ratio
};

/// What a message brings for judging one of its signers.
struct PathMaterial {
  std::span<const certificates::Certificate> candidates;  ///< embedded ones first, then those of TrustOptions
  std::span<const certificates::Crl> crls;                ///< of the message alone: nobody vouches for them
  std::span<const Bytes> ocsp_responses;                  ///< of the message (RFC 5940), DER
};

/// Judges the path of a signer's certificate instead of the plain validation: by the party whose certificate it is,
/// with what can be asked elsewhere.
class PathJudge {
 public:
  PathJudge() = default;
  PathJudge(const PathJudge&) = delete;
  PathJudge& operator=(const PathJudge&) = delete;
  virtual ~PathJudge() = default;
  virtual certificates::PathResult judge(const certificates::Certificate& signer, const PathMaterial& material) = 0;
};

/// How strictly signatures are judged beyond the mathematics.
struct TrustOptions {
  bool check_chain = true;
  std::vector<certificates::Certificate> anchors;
  std::vector<certificates::Certificate> intermediates;
  std::vector<certificates::Crl> crls;  ///< those in the message count too
  /// Purpose, CRL checks, RFC 5280 policies. `path.time` is the time of validation, never the clock's.
  certificates::PathPolicy path;
  /// Not null: it decides on every path, and anchors, lists and policy here are not looked at. Outlives the decoder.
  PathJudge* judge = nullptr;
};

struct DecodeOptions {
  std::vector<DecryptionKey> keys;
  std::vector<SharedKey> shared_keys;
  std::vector<Secret> passwords;                        ///< PasswordRecipientInfo
  std::vector<certificates::Certificate> certificates;  ///< of partners: signers that a message does not carry
  /// Very many more of these, and issuers of signers; null: none. An error of it is that of finish().
  std::shared_ptr<const certificates::CertificateFinder> partners;
  TrustOptions trust;
  /// Content that a signature without content covers, when the message is nothing but that signature; finished.
  std::shared_ptr<const cms::DetachedContent> detached_content;
  bool require_signature = false;
  bool require_encryption = false;
  bool allow_non_mime = false;  ///< what is neither MIME nor CMS passes through as one part
  bool allow_partial = false;   ///< a part may be protected while the message is not; it never counts as protected
  WeakPolicy weak;
  /// Clear signatures over other forms of the text than RFC 8551 asks for: see detached_digests.h. For named
  /// partners.
  bool tolerate_line_ends = false;
  bool content_digests = false;  ///< SHA-256 of the content of every layer, for reports
  bool part_digests = false;     ///< SHA-256 of every part, for reports
  /// BouncyCastle's AES-GCM inside EnvelopedData, with the tag behind the ciphertext.
  bool accept_gcm_in_enveloped_data = false;
  ReceiptTap* receipt = nullptr;  ///< null: no receipt is wanted; outlives the decoder
  DecodeLimits limits;
};

/// Takes the parts of the innermost content. Its sinks are the quarantine.
class PartReceiver {
 public:
  PartReceiver() = default;
  PartReceiver(const PartReceiver&) = delete;
  PartReceiver& operator=(const PartReceiver&) = delete;
  virtual ~PartReceiver() = default;

  /// A part begins: everything of `part` but bytes and sha256 is known. `headers` are those of the part's own entity;
  /// empty when the innermost content is not MIME. The sink gets the content without its transfer encoding, and
  /// finish() when it is complete. Null: not wanted. It must live until on_part_end().
  virtual Result<Sink*> on_part(const PartReport& part, const mime::HeaderBlock& headers) = 0;
  virtual Result<> on_part_end(const PartReport& part) {
    static_cast<void>(part);
    return {};
  }
};

class Decoder final : public Sink {
 public:
  /// `receiver` must outlive the decoder.
  Decoder(DecodeOptions options, PartReceiver& receiver);
  ~Decoder() override;

  /// Fails only for what stops everything: a limit, a full disk, an outermost structure that is broken.
  Result<> write(ByteView bytes) override;

  /// The verdict. The error is that of the outermost layer that fails; then what policy demands.
  Result<> finish() override;

  /// Complete after finish() or after a failure; before that, what is known so far.
  const Report& report() const;
  /// The same, given away: for the end, as nothing is left of it here.
  Report take_report();
  /// The header of the message itself; empty when the input is not MIME.
  const mime::Headers& headers() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::smime

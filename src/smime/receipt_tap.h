#pragma once
// The octets that a receipt names by their digest, while they stream by (RFC 4130 section 7.3.1, RFC 5402 section 4):
//
//   anything signed           what the outermost signature covers, header included, exactly as it came
//   not signed, in CMS layers the innermost entity, header included
//   neither                   the body of the message, without its header

#include <optional>
#include <string_view>

#include "base/sink.h"
#include "crypto/digest.h"

namespace sealgate::smime {

enum class ReceiptBase { Signed, Entity, Body };

class ReceiptTap {
 public:
  ReceiptTap() = default;
  ReceiptTap(const ReceiptTap&) = delete;
  ReceiptTap& operator=(const ReceiptTap&) = delete;
  virtual ~ReceiptTap() = default;

  /// The octets of `base` begin, and whatever was told before is void: only what is inside tells what the layers
  /// around it are. `micalg` is that of a multipart/signed as it stands, else empty. The sink gets finish() at the
  /// end of the octets, unless they turn out to be a layer themselves; it must live as long as the decoder and must
  /// not fail, as digests do not.
  virtual Sink& on_receipt_base(ReceiptBase base, std::string_view micalg) = 0;

  /// The octets of a multipart/signed are hashed for its signature anyhow. Asked right after on_receipt_base(): the
  /// digest that is all there is to know of them; absent: the octets are. If it is computed, the sink gets nothing,
  /// and on_receipt_digest() tells it at their end.
  virtual std::optional<crypto::DigestAlgorithm> wanted_digest() const { return std::nullopt; }
  virtual void on_receipt_digest(const crypto::DigestValue& digest) { static_cast<void>(digest); }

  /// The outermost signature itself begins, after the base Signed: the SignedData as it came, BER or DER without
  /// transfer encoding, with the content when it holds that. The sink is like that of the octets; null: not wanted.
  virtual Sink* on_signature() { return nullptr; }
};

}  // namespace sealgate::smime

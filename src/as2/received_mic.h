#pragma once
// The MIC of a message that comes in, computed while it streams through smime::Decoder: over the octets that
// smime/receipt_tap.h describes, which are those of RFC 4130 section 7.3.1 and RFC 5402 section 4.
//
//   ReceivedMic mic(request.mic_algorithms);
//   decode_options.receipt = &mic;
//   ... decoder.write() ... decoder.finish()
//   mic.result(decoder.report());

#include <optional>
#include <span>
#include <vector>

#include "as2/choices.h"
#include "as2/mic.h"
#include "as2/receipt_request.h"
#include "smime/receipt_tap.h"
#include "smime/report.h"

namespace sealgate::as2 {

class ReceivedMic final : public smime::ReceiptTap {
 public:
  /// `listed`: of the request, in its order. `fallback`: of a message that is not signed, when nothing is listed;
  /// SHA-1 by RFC 4130, SHA-256 by AS2 1.3.
  explicit ReceivedMic(std::span<const MicAlgorithm> listed,
                       crypto::DigestAlgorithm fallback = crypto::DigestAlgorithm::Sha1,
                       MicChoice choice = MicChoice::SignatureIfListed, MicSpelling spelling = MicSpelling::Plain);

  Sink& on_receipt_base(smime::ReceiptBase base, std::string_view micalg) override;

  std::optional<crypto::DigestAlgorithm> wanted_digest() const override;
  void on_receipt_digest(const crypto::DigestValue& digest) override { given_ = digest; }

  /// After the decoder's finish(), whether it succeeded or not; `report` tells the digest of the signature where
  /// micalg did not. Nothing when the message ended before there was anything to digest.
  std::optional<Mic> result(const smime::Report& report) const;
  /// What the MIC is over; nothing as above.
  std::optional<smime::ReceiptBase> base() const { return base_; }

 private:
  bool is_listed(crypto::DigestAlgorithm digest) const;
  crypto::DigestAlgorithm choose(std::optional<crypto::DigestAlgorithm> signature) const;

  std::vector<MicAlgorithm> listed_;
  crypto::DigestAlgorithm fallback_;
  MicChoice choice_;
  MicSpelling spelling_;  ///< of digests that are not listed
  std::optional<smime::ReceiptBase> base_;
  std::optional<crypto::DigestAlgorithm> micalg_;
  std::optional<crypto::DigestAlgorithm> only_;  ///< no other digest can be that of the MIC
  std::optional<crypto::DigestValue> given_;     ///< it, when somebody else computed it
  crypto::MultiDigest digests_;
  crypto::DigestSink sink_{digests_};
};

}  // namespace sealgate::as2

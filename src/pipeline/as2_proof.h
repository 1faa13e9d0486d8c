#pragma once
// What proves an AS2 message later, kept while it is decoded since it cannot be had again: the octets that were
// signed, the signature over them, the path of the signer's certificate, and the lists and answers that spoke about
// revocation at that time. Only for agreements that archive.

#include <memory>
#include <vector>

#include "certificates/revocation_check.h"
#include "messaging/message_box.h"
#include "smime/receipt_tap.h"

namespace sealgate::pipeline {

/// How the certificate of one signer was judged.
struct PathProof {
  std::vector<certificates::Certificate> chain = {};  ///< leaf first, the anchor at the end
  /// Those of the message, of the store and from elsewhere whose issuers are in the chain.
  std::vector<certificates::Crl> crls = {};
  std::vector<Bytes> ocsp_responses = {};  ///< DER
};

/// Of a message that was taken; empty where nothing is archived.
struct As2Proof {
  /// What the receipt's check is over, as it came. When the message is signed, what its outermost signature is over.
  messaging::BodyRef content = {};
  messaging::BodyRef signature = {};  ///< SignedData, BER or DER; nullptr: there is none
  std::vector<PathProof> paths = {};
  std::vector<messaging::Part> documents = {};
};

/// Passes on what a receipt wants and keeps it in bodies of the box.
class ProvingTap final : public smime::ReceiptTap {
 public:
  /// Both outlive it.
  ProvingTap(smime::ReceiptTap& next, messaging::MessageBox& box);
  ~ProvingTap() override;

  Sink& on_receipt_base(smime::ReceiptBase base, std::string_view micalg) override;
  Sink* on_signature() override;

  /// After the decoder succeeded. An error is that of the box: the message must not be taken.
  Result<> take(As2Proof& proof);

 private:
  class Kept;
  smime::ReceiptTap& next_;
  messaging::MessageBox& box_;
  std::vector<std::unique_ptr<Kept>> void_;  ///< the decoder may still write to them
  std::unique_ptr<Kept> content_;
  std::unique_ptr<Kept> signature_;
};

}  // namespace sealgate::pipeline

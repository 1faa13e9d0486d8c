// The S/MIME decoder on arbitrary octets, as a whole and in small pieces: both must be refused, or give the same
// report. Seeds: any messages.

#include <cstdlib>

#include "crypto/digest.h"
#include "smime/decoder.h"
#include "smime/report_json.h"

namespace {

using namespace sealgate;
using namespace sealgate::smime;

class Nobody final : public PartReceiver {
 public:
  Result<Sink*> on_part(const PartReport& part, const mime::HeaderBlock& headers) override {
    static_cast<void>(part);
    static_cast<void>(headers);
    return nullptr;
  }
};

// What a receipt would be over.
class Receipt final : public ReceiptTap {
 public:
  Sink& on_receipt_base(ReceiptBase base, std::string_view micalg) override {
    base_ = std::to_string(static_cast<int>(base)) + std::string(micalg);
    digest_ = crypto::MultiDigest{crypto::DigestAlgorithm::Sha256};
    return sink_;
  }
  std::string text() const {
    const auto value = digest_.value(crypto::DigestAlgorithm::Sha256);
    return value ? base_ + to_hex(value->view()) : "none";
  }

 private:
  std::string base_;
  crypto::MultiDigest digest_;
  crypto::DigestSink sink_{digest_};
};

DecodeOptions options(Byte flags) {
  DecodeOptions made;
  made.trust.check_chain = (flags & 1U) != 0;
  made.allow_non_mime = (flags & 2U) != 0;
  made.allow_partial = (flags & 4U) != 0;
  made.tolerate_line_ends = (flags & 8U) != 0;
  made.require_signature = (flags & 16U) != 0;
  made.weak = WeakPolicy::allow_everything();
  made.content_digests = true;
  made.part_digests = true;
  made.limits.expansion_allowance = std::uint64_t{1} << 20;
  made.passwords.push_back(Secret::from_text("abc"));
  made.shared_keys.push_back({Secret(Bytes(16, 0)), {}});
  return made;
}

// Of a message that is refused, only that it is counts: how far it was read depends on where it broke.
std::string summary(const Report& report) {
  return report.result.ok() ? to_json(report) : "refused";
}

std::string open(DecodeOptions decode, ByteView input, std::size_t step) {
  Nobody nobody;
  Receipt receipt;
  decode.receipt = &receipt;
  Decoder decoder(std::move(decode), nobody);
  for (std::size_t at = 0; at < input.size(); at += step) {
    if (!decoder.write(input.subspan(at, std::min(step, input.size() - at)))) return summary(decoder.report());
  }
  static_cast<void>(decoder.finish());
  const std::string found = summary(decoder.report());
  return decoder.report().result.ok() ? found + receipt.text() : found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The last octet chooses the options, so that messages are seeds as they are.
  const Byte flags = data[size - 1];
  const ByteView input(data, size);
  const std::string whole = open(options(flags), input, size);
  const std::string pieces = open(options(flags), input, 1 + flags % 13);
  if (whole != pieces) std::abort();
  return 0;
}

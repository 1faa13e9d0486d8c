#include "evidence/signed_part.h"

#include "smime/decoder.h"

namespace sealgate::evidence {
namespace {

class Tap final : public smime::ReceiptTap {
 public:
  Sink& on_receipt_base(smime::ReceiptBase base, std::string_view) override {
    sinks_.push_back(std::make_unique<BufferSink>());
    is_signed_ = base == smime::ReceiptBase::Signed;
    return *sinks_.back();
  }
  Sink* on_signature() override { return &signature_; }

  std::optional<SignedPart> take() {
    if (!is_signed_ || signature_.bytes().empty()) return std::nullopt;
    return SignedPart{sinks_.back()->take(), signature_.take()};
  }

 private:
  std::vector<std::unique_ptr<BufferSink>> sinks_;
  BufferSink signature_;
  bool is_signed_ = false;
};

class NoParts final : public smime::PartReceiver {
 public:
  Result<Sink*> on_part(const smime::PartReport&, const mime::HeaderBlock&) override { return nullptr; }
};

}  // namespace

std::optional<SignedPart> take_apart(ByteView message) {
  Tap tap;
  NoParts parts;
  smime::DecodeOptions options;
  options.receipt = &tap;
  options.trust.check_chain = false;
  options.allow_non_mime = true;
  options.allow_partial = true;
  options.weak = smime::WeakPolicy::allow_everything();
  smime::Decoder decoder(std::move(options), parts);
  if (!decoder.write(message)) return std::nullopt;
  static_cast<void>(decoder.finish());
  return tap.take();
}

}  // namespace sealgate::evidence

#include "pipeline/as2_proof.h"

namespace sealgate::pipeline {

/// A digest's sink, if any, and a body beside it. Never fails: what the body could not take is told by take().
class ProvingTap::Kept final : public Sink {
 public:
  Kept(Sink* next, messaging::MessageBox& box) : next_(next) {
    auto writer = box.create_body();
    if (writer) {
      writer_ = std::move(*writer);
    } else {
      kept_ = fail(std::move(writer).error());
    }
  }

  Result<> write(ByteView bytes) override {
    if (kept_ && writer_ != nullptr) kept_ = writer_->write(bytes);
    return next_ == nullptr ? Result<>() : next_->write(bytes);
  }
  Result<> finish() override {
    finished_ = true;
    if (kept_ && writer_ != nullptr) kept_ = writer_->finish();
    return next_ == nullptr ? Result<>() : next_->finish();
  }

  /// Its content turned out not to be wanted.
  void forget() {
    kept_ = {};
    writer_.reset();
  }
  Result<messaging::BodyRef> take() {
    if (!kept_) return fail(kept_.error());
    return finished_ && writer_ != nullptr ? writer_->take() : messaging::BodyRef();
  }

 private:
  Sink* next_;
  std::unique_ptr<messaging::BodyWriter> writer_;
  Result<> kept_ = {};
  bool finished_ = false;
};

ProvingTap::ProvingTap(smime::ReceiptTap& next, messaging::MessageBox& box) : next_(next), box_(box) {}
ProvingTap::~ProvingTap() = default;

Sink& ProvingTap::on_receipt_base(smime::ReceiptBase base, std::string_view micalg) {
  if (content_ != nullptr) {
    content_->forget();
    void_.push_back(std::move(content_));
  }
  content_ = std::make_unique<Kept>(&next_.on_receipt_base(base, micalg), box_);
  return *content_;
}

Sink* ProvingTap::on_signature() {
  signature_ = std::make_unique<Kept>(next_.on_signature(), box_);
  return signature_.get();
}

Result<> ProvingTap::take(As2Proof& proof) {
  if (content_ != nullptr) {
    SG_TRY_ASSIGN(proof.content, content_->take());
  }
  if (signature_ != nullptr) {
    SG_TRY_ASSIGN(proof.signature, signature_->take());
  }
  return {};
}

}  // namespace sealgate::pipeline

#include "mime/errors.h"
#include "smime/detail/stages.h"
#include "smime/errors.h"

namespace sealgate::smime::detail {
namespace {

// The receiver's failures (a full disk, a store that is down) have nothing to do with the message's layers.
Result<> give_up(Context& context, const Error& error) {
  if (!context.fatal) context.fatal = error;
  return fail(error);
}

class OpaqueStage final : public Stage {
 public:
  OpaqueStage(Context& context, Scope scope) : context_(context), scope_(std::move(scope)), part_(context) {}

  Result<> write(ByteView bytes) override {
    SG_TRY(begin());
    if (receipt_ != nullptr) SG_TRY(receipt_->write(bytes));
    return part_.write(bytes);
  }
  Result<> finish() override {
    SG_TRY(begin());
    if (receipt_ != nullptr) SG_TRY(receipt_->finish());
    return part_.finish();
  }
  void input_failed(const Error& error) override { static_cast<void>(error); }

 private:
  Result<> begin() {
    if (begun_) return {};
    begun_ = true;
    if (ReceiptTap* tap = context_.options.receipt; tap != nullptr && scope_.chain && !scope_.is_signed) {
      receipt_ = &tap->on_receipt_base(scope_.layers == 0 ? ReceiptBase::Body : ReceiptBase::Entity, {});
    }
    PartReport part;
    part.path = scope_.path;
    part.is_signed = scope_.is_signed;
    part.is_encrypted = scope_.is_encrypted;
    return part_.begin(std::move(part), mime::HeaderBlock{});
  }

  Context& context_;
  Scope scope_;
  PartSink part_;
  Sink* receipt_ = nullptr;  ///< wants these octets
  bool begun_ = false;
};

}  // namespace

Result<> PartSink::begin(PartReport part, const mime::HeaderBlock& headers) {
  auto& parts = context_.report.parts;
  if (parts.size() >= context_.options.limits.mime.max_parts) {
    Error error{mime::kTooManyParts, "the message has too many parts",
                "limit " + std::to_string(context_.options.limits.mime.max_parts),
                "ask the sender to split it, or raise the limit"};
    return give_up(context_, error);
  }
  part.index = parts.size() + 1;
  part_ = part;
  parts.push_back(std::move(part));
  if (context_.options.part_digests) digest_.emplace(crypto::DigestAlgorithm::Sha256);
  const auto target = context_.receiver.on_part(part_, headers);
  if (!target) return give_up(context_, target.error());
  target_ = *target;
  return {};
}

Result<> PartSink::write(ByteView bytes) {
  part_.bytes += bytes.size();
  if (part_.bytes > context_.options.limits.max_content_bytes) {
    Error error{kContentTooLarge, "a part is too large", "part " + std::to_string(part_.index),
                "raise the limit, or ask the sender to split it"};
    return give_up(context_, error);
  }
  if (digest_) digest_->update(bytes);
  if (target_ == nullptr) return {};
  if (const auto written = target_->write(bytes); !written) return give_up(context_, written.error());
  return {};
}

Result<> PartSink::finish() {
  if (digest_) {
    if (const auto value = digest_->finish()) part_.sha256 = to_hex(value->view());
  }
  if (part_.index <= context_.report.parts.size()) context_.report.parts[part_.index - 1] = part_;
  if (target_ != nullptr) {
    if (const auto finished = target_->finish(); !finished) return give_up(context_, finished.error());
  }
  if (const auto ended = context_.receiver.on_part_end(part_); !ended) return give_up(context_, ended.error());
  return {};
}

std::unique_ptr<Stage> make_opaque_stage(Context& context, Scope scope) {
  return std::make_unique<OpaqueStage>(context, std::move(scope));
}

}  // namespace sealgate::smime::detail

#include <algorithm>
#include <optional>

#include "cms/errors.h"
#include "cms/format.h"
#include "mime/header_parser.h"
#include "smime/detail/stages.h"
#include "smime/errors.h"

namespace sealgate::smime::detail {
namespace {

/// What comes before the content of a signature is small.
constexpr std::size_t kMaximumBeforeContent = std::size_t{1024} * 1024;
constexpr std::size_t kUndecidedPiece = 1024;

cms::ReaderOptions reader_options(Context& context, const Scope& scope, const CmsStageOptions& options) {
  cms::ReaderOptions reader;
  reader.limits.expansion_allowance = context.options.limits.expansion_allowance;
  reader.limits.expansion_ratio = context.options.limits.max_expansion_ratio;
  reader.keys = &context.keys;
  reader.signers = &context.signers;
  reader.detached = options.detached;
  if (scope.layers == 0 && scope.chain && options.detached == nullptr) {
    reader.detached = context.options.detached_content.get();
  }
  reader.bare_type = options.bare_type;
  reader.accept_gcm_in_enveloped_data = context.options.accept_gcm_in_enveloped_data;
  return reader;
}

class CmsStage final : public Stage, private cms::ContentHandler {
 public:
  CmsStage(Context& context, Scope scope, const CmsStageOptions& options)
      : context_(context),
        scope_(std::move(scope)),
        node_(options.node),
        detached_(options.detached),
        tap_(*this),
        embedded_(*this),
        structure_(*this),
        reader_(*this, reader_options(context, scope_, options)) {
    // The structure of a signature goes to a receipt's tap, too; of what is no signature that shows with its content.
    const bool tapped = scope_.chain && !scope_.is_signed && context_.options.receipt != nullptr;
    if (tapped && detached_ != nullptr) signature_ = context_.options.receipt->on_signature();
    undecided_ = tapped && detached_ == nullptr;
    Sink& reader = undecided_ || signature_ != nullptr ? static_cast<Sink&>(structure_) : reader_;
    if (options.armored) armor_ = cms::make_auto_decoder(reader);
    entry_ = options.armored ? armor_.get() : &reader;
  }

  Result<> write(ByteView bytes) override {
    if (done_) return {};
    if (const auto written = entry_->write(bytes); !written) return failed(written.error());
    return {};
  }

  Result<> finish() override {
    if (done_) return {};
    if (const auto finished = entry_->finish(); !finished) return failed(finished.error());
    return end(nullptr);
  }

  void input_failed(const Error& error) override {
    if (done_) return;
    if (inner_) inner_->input_failed(error);
    static_cast<void>(end(&error));
  }

 private:
  // Content octets on their way in: hashed when reports want it. Its finish() is the content's end, not the layer's.
  class Tap final : public Sink {
   public:
    explicit Tap(CmsStage& stage) : stage_(stage) {}
    Result<> write(ByteView bytes) override {
      if (stage_.digest_) stage_.digest_->update(bytes);
      if (stage_.receipt_ != nullptr) SG_TRY(stage_.receipt_->write(bytes));
      return stage_.inner_->write(bytes);
    }
    Result<> finish() override {
      if (stage_.receipt_ != nullptr) SG_TRY(stage_.receipt_->finish());
      return stage_.inner_->finish();
    }

   private:
    CmsStage& stage_;
  };

  // The octets of the structure itself.
  class Structure final : public Sink {
   public:
    explicit Structure(CmsStage& stage) : stage_(stage) {}
    Result<> write(ByteView bytes) override {
      // What is undecided is kept: piece by piece, so that what comes after the decision is not.
      while (stage_.undecided_ && !bytes.empty()) {
        const ByteView piece = bytes.first(std::min(bytes.size(), kUndecidedPiece));
        SG_TRY(stage_.keep_structure(piece));
        SG_TRY(stage_.reader_.write(piece));
        bytes = bytes.subspan(piece.size());
      }
      if (bytes.empty()) return {};
      if (stage_.signature_ != nullptr) SG_TRY(stage_.signature_->write(bytes));
      return stage_.reader_.write(bytes);
    }
    Result<> finish() override {
      if (stage_.signature_ != nullptr) SG_TRY(stage_.signature_->finish());
      return stage_.reader_.finish();
    }

   private:
    CmsStage& stage_;
  };

  Result<> keep_structure(ByteView bytes) {
    append(before_content_, bytes);
    if (before_content_.size() > kMaximumBeforeContent) forget_structure();
    return {};
  }
  void forget_structure() {
    undecided_ = false;
    before_content_ = Bytes();
  }

  // Content inside a detached signature. It must not be there, or must equal the first part; when it does not, its
  // type tells what was really signed.
  class EmbeddedContent final : public Sink {
   public:
    explicit EmbeddedContent(CmsStage& stage) : stage_(stage), header_(stage.context_.options.limits.mime) {}
    Result<> write(ByteView bytes) override {
      if (!header_.done() && !header_.feed(bytes)) return {};
      return {};
    }
    Result<> finish() override {
      if (!header_.done() && !header_.finish()) return {};
      const mime::ContentType type = header_.block().headers.content_type();
      if (stage_.scope_.chain && type.stated) stage_.context_.report.content_type = type.media_type();
      return {};
    }

   private:
    CmsStage& stage_;
    mime::HeaderParser header_;
  };

  Result<Sink*> on_content(const cms::Layer& layer) override {
    SG_TRY(begin(layer));
    if (detached_ != nullptr) return &embedded_;  // the reader compares it; it is no part of the message
    parts_before_ = context_.report.parts.size();
    failures_before_ = context_.content_failures.size();
    content_type_before_ = context_.report.content_type;
    Scope inside = scope_;
    if (node_ != nullptr) {
      ++inside.layers;
      inside.is_signed |= is_signature(layer);
      inside.is_encrypted |= is_encryption(layer);
      inside.malleable = is_encryption(layer) && !layer.authenticated && layer.kind != cms::LayerKind::AuthEnveloped;
      if (context_.options.content_digests) digest_.emplace(crypto::DigestAlgorithm::Sha256);
    }
    if (is_signature(layer) && scope_.chain && !scope_.is_signed && context_.options.receipt != nullptr) {
      receipt_ = &context_.options.receipt->on_receipt_base(ReceiptBase::Signed, {});
      if (undecided_) signature_ = context_.options.receipt->on_signature();
      if (signature_ != nullptr) SG_TRY(signature_->write(before_content_));
    }
    forget_structure();
    inner_ = make_content_stage(context_, std::move(inside), layer.content_type);
    return &tap_;
  }
  static bool is_signature(const cms::Layer& layer) { return layer.kind == cms::LayerKind::Signed; }
  static bool is_encryption(const cms::Layer& layer) {
    return layer.kind == cms::LayerKind::Enveloped || layer.kind == cms::LayerKind::AuthEnveloped ||
           layer.kind == cms::LayerKind::Encrypted;
  }

  // The layer's place in the report, as soon as its kind is known. A ContentInfo with plain data protects nothing and
  // is no layer.
  Result<> begin(const cms::Layer& layer) {
    if (node_ == nullptr && layer.kind == cms::LayerKind::Data && layer.has_content) return {};
    if (node_ == nullptr) {
      SG_TRY_ASSIGN(node_, context_.begin_layer(LayerType::Unknown, scope_));
      if (is_signature(layer)) node_->report.form = "opaque";
    }
    describe(layer, node_->report);
    if (!scope_.chain && is_signature(layer) && !scope_.is_signed) context_.protected_signed_part = true;
    if (!scope_.chain && is_encryption(layer) && !scope_.is_encrypted && !scope_.is_signed) {
      context_.protected_encrypted_part = true;
    }
    return {};
  }

  Result<> failed(const Error& error) {
    const bool ours = !context_.fatal.has_value();
    if (auto stop = context_.note(error); !stop) {
      if (ours && node_ != nullptr) node_->report.outcome = outcome_of(error);
      return stop;
    }
    if (inner_) inner_->input_failed(error);
    return end(&error);
  }

  // The verdict on this layer.
  Result<> end(const Error* error) {
    done_ = true;
    const cms::Layer& layer = reader_.layer();
    if (node_ == nullptr || node_->report.type == LayerType::Unknown) {
      if (layer.kind == cms::LayerKind::Data && layer.has_content && error == nullptr && node_ == nullptr) return {};
      if (auto begun = begin(layer); !begun) {
        static_cast<void>(context_.note(begun.error()));
        return begun;
      }
    }
    LayerReport& report = node_->report;
    const bool clear = report.form == "clear";
    describe(layer, report);
    if (clear) report.type = LayerType::Signed;
    if (error != nullptr) {
      report.outcome = outcome_of(*error);
      report.signature = report.outcome;
      if (is_encryption(layer) || layer.kind == cms::LayerKind::Compressed) discard_content();
      return {};
    }
    if (clear && layer.kind != cms::LayerKind::Signed) {
      report.outcome = outcome_of(Error{kNoSignaturePart,
                                        "the signature part of a signed message holds no signature",
                                        {},
                                        "ask the sender for the message again"});
      report.signature = report.outcome;
      return {};
    }
    if (digest_) report.content_sha256 = sha256();
    if (is_signature(layer)) {
      judge_signed(context_, layer, *node_);
    } else if (layer.error) {
      report.outcome = outcome_of(*layer.error);
    } else if (is_encryption(layer)) {
      judge_encryption(layer);
    }
    node_->opened = report.outcome.ok();
    if (clear) report.bytes = detached_->size();
    return {};
  }

  void judge_encryption(const cms::Layer& layer) {
    for (const auto& weak : layer.weak) {
      if (const auto allowed = context_.options.weak.check_reported(weak); !allowed) {
        node_->report.outcome = outcome_of(allowed.error());
        return;
      }
    }
  }

  std::string sha256() {
    const auto value = digest_->finish();
    return value ? to_hex(value->view()) : std::string();
  }

  // Whatever came out of a failed decryption is worthless, and saying anything about it would help an attacker.
  void discard_content() {
    inner_.reset();
    if (content_began()) {
      context_.forget_below(*node_, *parts_before_, failures_before_);
      context_.report.content_type = content_type_before_;
    }
    node_->report.bytes = 0;
  }
  bool content_began() const { return parts_before_.has_value(); }

  Context& context_;
  Scope scope_;
  LayerNode* node_;
  DetachedDigests* detached_;
  Tap tap_;
  EmbeddedContent embedded_;
  Structure structure_;
  cms::CmsReader reader_;
  std::unique_ptr<Sink> armor_;
  Sink* entry_ = nullptr;
  std::unique_ptr<Stage> inner_;
  Sink* receipt_ = nullptr;    ///< wants the octets that are signed here
  Sink* signature_ = nullptr;  ///< wants the structure
  bool undecided_ = false;     ///< it may yet turn out to be a signature
  Bytes before_content_;       ///< while that is undecided
  std::optional<crypto::Digest> digest_;
  std::optional<std::size_t> parts_before_;
  std::size_t failures_before_ = 0;
  std::string content_type_before_;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<Stage> make_cms_stage(Context& context, Scope scope, const CmsStageOptions& options) {
  return std::make_unique<CmsStage>(context, std::move(scope), options);
}

}  // namespace sealgate::smime::detail

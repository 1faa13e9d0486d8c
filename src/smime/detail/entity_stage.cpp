#include <deque>
#include <ranges>

#include "mime/entity_reader.h"
#include "mime/header_parser.h"
#include "mime/transfer_encoding.h"
#include "smime/detail/damage.h"
#include "smime/detail/stages.h"
#include "smime/errors.h"

namespace sealgate::smime::detail {
namespace {

// The body of an entity that holds CMS: transfer decoding, then the layer. A broken encoding is that layer's failure.
class CmsBody final : public Sink {
 public:
  CmsBody(Context& context, std::unique_ptr<Stage> stage, mime::TransferEncoding encoding)
      : context_(context), stage_(std::move(stage)), decoder_(mime::make_decoder(encoding, *stage_)) {}

  Result<> write(ByteView bytes) override { return failed_ ? Result<>{} : check(decoder_->write(bytes)); }
  Result<> finish() override { return failed_ ? Result<>{} : check(decoder_->finish()); }
  void input_failed(const Error& error) {
    failed_ = true;
    stage_->input_failed(error);
  }

 private:
  Result<> check(const Result<>& result) {
    if (result) return {};
    SG_TRY(context_.note(result.error()));
    input_failed(result.error());
    return {};
  }

  Context& context_;
  std::unique_ptr<Stage> stage_;
  std::unique_ptr<Sink> decoder_;
  bool failed_ = false;
};

// An entity on its way to a receipt's tap, which gets nothing before the header tells that it is no layer: what is
// around a layer, or encrypted, is long and wanted by nobody.
class ReceiptRelay final : public Sink {
 public:
  Result<> write(ByteView bytes) override {
    if (target_ != nullptr) return target_->write(bytes);
    if (!stopped_) append(header_, bytes);
    return {};
  }
  Result<> finish() override { return target_ == nullptr ? Result<>{} : target_->finish(); }

  /// It is no layer. The message itself is wanted without its header.
  Result<> begin(const Context& context, const Scope& scope, std::size_t header_size) {
    const bool body_only = scope.layers == 0;
    target_ = &context.options.receipt->on_receipt_base(body_only ? ReceiptBase::Body : ReceiptBase::Entity, {});
    const Bytes held = std::move(header_);
    return target_->write(ByteView(held).subspan(body_only ? std::min(header_size, held.size()) : 0));
  }
  void stop() {
    stopped_ = true;
    header_ = Bytes();
  }

 private:
  Bytes header_;
  Sink* target_ = nullptr;
  bool stopped_ = false;
};

// One multipart/signed on the way.
struct SignedGroup {
  SignedGroup(LayerNode& layer, std::string_view algorithms, bool tolerant)
      : node(layer), micalg(algorithms), digests(algorithms, tolerant) {}
  LayerNode& node;
  std::string micalg;
  DetachedDigests digests;
  std::optional<TeeSink> tapped;                          ///< digests and a receipt's tap
  std::optional<crypto::DigestAlgorithm> receipt_digest;  ///< a receipt's tap wants this one and no octets
  bool has_signature = false;
  bool has_more = false;  ///< parts that no signature covers
};

// An entity that is open.
struct Frame {
  Scope scope;
  std::unique_ptr<SignedGroup> group;
  std::unique_ptr<CmsBody> cms;
  std::unique_ptr<PartSink> part;
  bool multipart = false;
};

mime::TransferEncoding transfer_encoding(const mime::Headers& headers) {
  return headers.transfer_encoding().value_or(mime::TransferEncoding::Binary);
}

class EntityStage final : public Stage, private mime::EntityHandler {
 public:
  EntityStage(Context& context, Scope scope)
      : context_(context), scope_(std::move(scope)), reader_(*this, options(context), inherited(scope_)) {}

  Result<> write(ByteView bytes) override { return done_ ? Result<>{} : check(reader_.write(bytes)); }

  Result<> finish() override {
    if (done_) return {};
    SG_TRY(check(reader_.finish()));
    done_ = true;
    return {};
  }

  void input_failed(const Error& error) override {
    if (done_) return;
    done_ = true;
    for (const Frame& frame : std::ranges::reverse_view(frames_)) {
      if (frame.cms) frame.cms->input_failed(error);
      if (frame.group) fail_layer(frame.group->node, error);
    }
  }

 private:
  static mime::EntityReaderOptions options(const Context& context) {
    mime::EntityReaderOptions reader;
    reader.limits = context.options.limits.mime;
    return reader;
  }
  static mime::EntityInfo inherited(const Scope& scope) {
    mime::EntityInfo info;
    info.path = scope.path;
    info.depth = scope.depth;
    return info;
  }

  Result<> check(const Result<>& result) {
    if (result) return {};
    SG_TRY(context_.note(result.error()));
    context_.content_failures.push_back(outcome_of(result.error()));
    input_failed(result.error());
    return {};
  }

  static void fail_layer(LayerNode& node, const Error& error) {
    if (!node.report.outcome.ok()) return;
    node.report.outcome = outcome_of(error);
    node.report.signature = node.report.outcome;
    node.opened = false;
  }

  Result<Sink*> on_begin(const mime::EntityInfo& entity) override {
    Frame frame;
    Frame* parent = frames_.empty() ? nullptr : &frames_.back();
    frame.scope = parent == nullptr ? scope_ : parent->scope;
    frame.scope.path = entity.path;
    frame.scope.depth = entity.depth;
    Sink* raw = nullptr;
    if (parent != nullptr && parent->group) {
      // The first part is what the signature covers; it goes on in the multipart's place.
      ++frame.scope.layers;
      frame.scope.is_signed = true;
      if (entity.index == 1) raw = &parent->group->digests;
    } else if (parent != nullptr) {
      frame.scope.chain = false;
    }
    if (raw != nullptr && wants_receipt(parent->scope)) {
      raw = &tapped(*parent->group);
    } else if (parent == nullptr && wants_receipt(scope_)) {
      raw = &receipt_.emplace();
    }
    frames_.push_back(std::move(frame));
    return raw;
  }

  // What the octets of a signature are hashed by, and a receipt's tap where it has to see them, too.
  Sink& tapped(SignedGroup& group) {
    ReceiptTap& tap = *context_.options.receipt;
    Sink& octets = tap.on_receipt_base(ReceiptBase::Signed, group.micalg);
    const auto wanted = tap.wanted_digest();
    if (!wanted || !group.digests.computes(*wanted)) return group.tapped.emplace(group.digests, octets);
    group.receipt_digest = wanted;
    return group.digests;
  }

  Result<mime::BodyPlan> on_headers(const mime::EntityInfo& entity, const mime::HeaderBlock& block) override {
    Frame& frame = frames_.back();
    SignedGroup* group = frames_.size() > 1 ? frames_[frames_.size() - 2].group.get() : nullptr;
    if (group == nullptr && frames_.size() == 1 && frame.scope.layers == 0 && frame.scope.chain) {
      context_.message_headers = block.headers;
    }
    if (group != nullptr && entity.index == 2) return signature_part(*group, block.headers);
    if (group != nullptr && entity.index > 2) {
      group->has_more = true;
      return mime::BodyPlan::skip();
    }
    if (group != nullptr) {
      group->digests.accept_raw(transfer_encoding(block.headers) == mime::TransferEncoding::Binary);
    }
    const mime::ContentType type = block.headers.content_type();
    if (frames_.size() == 1 && frame.scope.malleable && is_damaged(block, type)) return fail(cannot_decrypt());
    if (frames_.size() == 1 && frame.scope.layers == 0 && frame.scope.chain && !block.blank_line) {
      return fail(kTruncated, "the message ends within its header", {}, "ask the sender for the message again");
    }
    if (is_cms_entity(block.headers, type)) return cms_entity(frame, entity, block.headers);
    if (is_smime_signed_multipart(type)) return signed_multipart(frame, entity, type);
    if (frames_.size() == 1 && receipt_) SG_TRY(receipt_->begin(context_, scope_, block.raw.size()));
    if (frame.scope.chain && type.stated) context_.report.content_type = type.media_type();
    if (type.is_multipart()) {
      frame.multipart = true;
      return mime::BodyPlan::descend();
    }
    return leaf(frame, type, block);
  }

  bool wants_receipt(const Scope& around) const {
    return context_.options.receipt != nullptr && around.chain && !around.is_signed;
  }

  // A protected part in an unprotected multipart is named by its number.
  static void name_part(Frame& frame, const mime::EntityInfo& entity) {
    if (!frame.scope.chain && frame.scope.part.empty()) frame.scope.part = entity.path;
  }

  Result<mime::BodyPlan> cms_entity(Frame& frame, const mime::EntityInfo& entity, const mime::Headers& headers) {
    name_part(frame, entity);
    end_receipt();
    CmsStageOptions options;
    options.armored = true;
    frame.cms = std::make_unique<CmsBody>(context_, make_cms_stage(context_, frame.scope, options),
                                          transfer_encoding(headers));
    return mime::BodyPlan::raw(*frame.cms);
  }

  // The root is a layer: what a receipt wants is inside.
  void end_receipt() {
    if (frames_.size() == 1 && receipt_) receipt_->stop();
  }

  Result<mime::BodyPlan> signed_multipart(Frame& frame, const mime::EntityInfo& entity,
                                          const mime::ContentType& type) {
    name_part(frame, entity);
    end_receipt();
    SG_TRY_ASSIGN(LayerNode * node, context_.begin_layer(LayerType::Signed, frame.scope));
    node->report.form = "clear";
    if (!frame.scope.chain && !frame.scope.is_signed) context_.protected_signed_part = true;
    frame.group = std::make_unique<SignedGroup>(*node, type.parameter("micalg").value_or(std::string_view{}),
                                                context_.options.tolerate_line_ends);
    frame.multipart = true;
    return mime::BodyPlan::descend();
  }

  Result<mime::BodyPlan> signature_part(SignedGroup& group, const mime::Headers& headers) {
    group.has_signature = true;
    Frame& frame = frames_.back();
    CmsStageOptions options;
    options.armored = true;
    options.detached = &group.digests;
    options.node = &group.node;
    Scope scope = frames_[frames_.size() - 2].scope;
    frame.cms = std::make_unique<CmsBody>(context_, make_cms_stage(context_, std::move(scope), options),
                                          transfer_encoding(headers));
    return mime::BodyPlan::raw(*frame.cms);
  }

  Result<mime::BodyPlan> leaf(Frame& frame, const mime::ContentType& type, const mime::HeaderBlock& block) {
    const mime::Headers& headers = block.headers;
    PartReport part;
    part.path = frame.scope.path;
    if (type.stated) part.content_type = type.media_type();
    mime::ContentDisposition disposition = headers.content_disposition();
    part.file_name = mime::Headers::file_name(type, disposition).value_or("");
    part.content_id = headers.value("Content-ID").value_or("");
    part.description = headers.text("Content-Description").value_or("");
    part.disposition = std::move(disposition.disposition);
    const auto encoding = transfer_encoding(headers);
    part.transfer_encoding = mime::transfer_encoding_name(encoding);
    part.is_signed = frame.scope.is_signed;
    part.is_encrypted = frame.scope.is_encrypted;
    frame.part = std::make_unique<PartSink>(context_);
    SG_TRY(frame.part->begin(std::move(part), block));
    return mime::BodyPlan::decoded(*frame.part, encoding);
  }

  Result<> on_end(const mime::EntityInfo& entity, const mime::EntityEnd& end) override {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    SignedGroup* around = frames_.empty() ? nullptr : frames_.back().group.get();
    if (around != nullptr && entity.index == 1 && around->receipt_digest) {
      if (const auto digest = around->digests.raw(*around->receipt_digest))
        context_.options.receipt->on_receipt_digest(*digest);
    }
    if (frame.group) end_group(*frame.group, end);
    if (frame.multipart && !frame.group && !end.closed) {
      const std::string where = entity.path.empty() ? std::string() : "part " + entity.path;
      context_.content_failures.push_back(
          outcome_of(Error{kTruncated, "a multipart ends without its closing delimiter", where,
                           "ask the sender for the message again"}));
    }
    return {};
  }

  void end_group(SignedGroup& group, const mime::EntityEnd& end) {
    if (group.has_more) {
      fail_layer(group.node, Error{kNoSignaturePart,
                                   "a multipart/signed has parts that its signature does not cover",
                                   {},
                                   "ask the sender for the message again"});
    }
    if (!group.has_signature || !end.closed) {
      fail_layer(group.node, Error{kTruncated,
                                   "a multipart/signed ends before its signature does",
                                   {},
                                   "ask the sender for the message again"});
    }
    if (context_.options.content_digests && group.node.report.signature.ok()) {
      if (const auto digest = group.digests.sha256(group.node.report.digest_variant))
        group.node.report.content_sha256 = to_hex(digest->view());
    }
  }

  Context& context_;
  Scope scope_;
  std::deque<Frame> frames_;
  std::optional<ReceiptRelay> receipt_;  ///< of the root
  mime::EntityReader reader_;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<Stage> make_entity_stage(Context& context, Scope scope) {
  return std::make_unique<EntityStage>(context, std::move(scope));
}

}  // namespace sealgate::smime::detail

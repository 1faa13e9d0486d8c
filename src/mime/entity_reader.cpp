#include "mime/entity_reader.h"

#include <optional>

#include "mime/errors.h"
#include "mime/multipart_splitter.h"

namespace sealgate::mime {
namespace {

std::string where(const EntityInfo& info) {
  return info.path.empty() ? "message" : "part " + info.path;
}

std::string child_path(const EntityInfo& parent, std::size_t index) {
  return parent.path.empty() ? std::to_string(index) : parent.path + '.' + std::to_string(index);
}

}  // namespace

struct EntityReader::Shared {
  EntityHandler& handler;
  EntityReaderOptions options;
  std::size_t parts = 0;
};

/// One entity of the tree; a multipart's part or a message inside another one is an entity that this one owns while
/// it is open, so the open path is a chain of at most Limits::max_depth.
class EntityReader::Entity final : public Sink, private MultipartHandler {
 public:
  Entity(Shared& shared, EntityInfo info, HeaderParserOptions header)
      : shared_(shared), info_(std::move(info)), parser_(shared.options.limits, header) {}

  /// Counts the entity and tells the handler. Before the first write().
  Result<> begin();
  Result<> write(ByteView bytes) override;
  Result<> finish() override;
  /// After finish().
  Result<> end(bool cut_off);

 private:
  Result<> begin_body();
  Result<> descend(const HeaderBlock& block);
  Result<> body(ByteView bytes);
  Result<Sink*> begin_part(std::size_t index) override;
  Result<> end_part(std::size_t index, PartEnd end) override;

  Shared& shared_;
  EntityInfo info_;
  HeaderParser parser_;
  Sink* raw_ = nullptr;   ///< of the handler, for the whole entity
  Sink* body_ = nullptr;  ///< where the body goes; null when nobody wants it
  bool in_body_ = false;
  std::string media_type_;
  std::unique_ptr<Sink> decoder_;
  std::optional<MultipartSplitter> splitter_;
  std::unique_ptr<Entity> child_;
  bool child_is_message_ = false;
};

Result<> EntityReader::Entity::begin() {
  const Limits& limits = shared_.options.limits;
  if (info_.depth > limits.max_depth) {
    return fail(kTooDeep, "the message is nested deeper than " + std::to_string(limits.max_depth) + " levels",
                where(info_), "raise the limit for depth if this sender is trusted");
  }
  if (++shared_.parts > limits.max_parts) {
    return fail(kTooManyParts, "the message has more than " + std::to_string(limits.max_parts) + " parts",
                where(info_), "raise the limit for parts if this sender is trusted");
  }
  SG_TRY_ASSIGN(raw_, shared_.handler.on_begin(info_));
  return {};
}

Result<> EntityReader::Entity::descend(const HeaderBlock& block) {
  const ContentType type = block.headers.content_type();
  const bool message = type.stated ? type.type == "message" && (type.subtype == "rfc822" || type.subtype == "global")
                                   : info_.defaults_to_message;
  media_type_ = type.media_type();
  if (type.is_multipart()) {
    const auto boundary = type.boundary();
    if (!boundary) {
      return fail(kNoBoundary, "a multipart states no boundary", where(info_),
                  "ask the sender to repair the Content-Type of the message");
    }
    MultipartHandler& handler = *this;  // a private base: only visible from here
    splitter_.emplace(*boundary, handler);
    body_ = &*splitter_;
  } else if (message) {
    if (!type.stated) media_type_ = "message/rfc822";
    EntityInfo inner;
    inner.path = child_path(info_, 1);
    inner.depth = info_.depth + 1;
    inner.index = 1;
    inner.parent_type = media_type_;
    child_ = std::make_unique<Entity>(shared_, std::move(inner), HeaderParserOptions{});
    child_is_message_ = true;
    SG_TRY(child_->begin());
    body_ = child_.get();
    // RFC 2046 5.2.1 forbids it, some do it: an encoded message.
    const auto encoding = block.headers.transfer_encoding();
    if (encoding == TransferEncoding::Base64 || encoding == TransferEncoding::QuotedPrintable) {
      decoder_ = make_decoder(*encoding, *child_);
      body_ = decoder_.get();
    }
  }
  return {};
}

Result<> EntityReader::Entity::begin_body() {
  in_body_ = true;
  const HeaderBlock block = parser_.take();
  SG_TRY_ASSIGN(const BodyPlan plan, shared_.handler.on_headers(info_, block));
  switch (plan.kind) {
    case BodyPlan::Kind::Skip:
      break;
    case BodyPlan::Kind::Raw:
      body_ = plan.sink;
      break;
    case BodyPlan::Kind::Decoded:
      decoder_ = make_decoder(plan.encoding, *plan.sink, plan.decode);
      body_ = decoder_.get();
      break;
    case BodyPlan::Kind::Descend:
      SG_TRY(descend(block));
      break;
  }
  return {};
}

Result<> EntityReader::Entity::body(ByteView bytes) {
  if (body_ == nullptr || bytes.empty()) return {};
  return body_->write(bytes);
}

Result<> EntityReader::Entity::write(ByteView bytes) {
  if (!in_body_) {
    auto consumed = parser_.feed(bytes);
    if (!consumed) return fail(std::move(consumed).error().at(where(info_)));
    if (raw_ != nullptr) SG_TRY(raw_->write(bytes.first(*consumed)));
    if (!parser_.done()) return {};
    SG_TRY(begin_body());
    SG_TRY(body(parser_.held_back()));
    bytes = bytes.subspan(*consumed);
  }
  if (raw_ != nullptr && !bytes.empty()) SG_TRY(raw_->write(bytes));
  return body(bytes);
}

Result<> EntityReader::Entity::finish() {
  if (!in_body_) {
    auto finished = parser_.finish();
    if (!finished) return fail(std::move(finished).error().at(where(info_)));
    SG_TRY(begin_body());
    SG_TRY(body(parser_.held_back()));
  }
  if (body_ != nullptr) SG_TRY(body_->finish());
  if (child_is_message_) {
    SG_TRY(child_->end(false));
    child_.reset();
  }
  if (raw_ != nullptr) SG_TRY(raw_->finish());
  return {};
}

Result<> EntityReader::Entity::end(bool cut_off) {
  EntityEnd end;
  end.cut_off = cut_off;
  if (splitter_) {
    end.closed = splitter_->closed();
    end.parts = splitter_->parts();
  }
  return shared_.handler.on_end(info_, end);
}

Result<Sink*> EntityReader::Entity::begin_part(std::size_t index) {
  EntityInfo part;
  part.path = child_path(info_, index);
  part.depth = info_.depth + 1;
  part.index = index;
  part.defaults_to_message = media_type_ == "multipart/digest";
  part.parent_type = media_type_;
  HeaderParserOptions header;
  header.accept_mbox_line = false;
  child_ = std::make_unique<Entity>(shared_, std::move(part), header);
  SG_TRY(child_->begin());
  return child_.get();
}

Result<> EntityReader::Entity::end_part(std::size_t /*index*/, PartEnd end) {
  const std::unique_ptr<Entity> child = std::move(child_);
  return child->end(end == PartEnd::EndOfInput);
}

EntityReader::EntityReader(EntityHandler& handler, EntityReaderOptions options, EntityInfo inherited)
    : shared_(std::make_unique<Shared>(Shared{handler, options, 0})) {
  root_ = std::make_unique<Entity>(*shared_, std::move(inherited), options.root_header);
}

EntityReader::~EntityReader() = default;

Result<> EntityReader::write(ByteView bytes) {
  if (shared_->parts == 0) SG_TRY(root_->begin());
  return root_->write(bytes);
}

Result<> EntityReader::finish() {
  if (shared_->parts == 0) SG_TRY(root_->begin());
  SG_TRY(root_->finish());
  return root_->end(false);
}

}  // namespace sealgate::mime

#pragma once
// An entity as HTTP carries it: its header becomes header fields of the request or response, its body the body.
// Inside of this folder.

#include "base/sink.h"
#include "mime/header_parser.h"

namespace sealgate::as2 {

class EntitySplitter final : public Sink {
 public:
  /// `body` gets finish(), and outlives this.
  explicit EntitySplitter(Sink& body) : parser_(mime::Limits{}), body_(body) {}

  Result<> write(ByteView bytes) override {
    if (!parser_.done()) {
      SG_TRY_ASSIGN(const std::size_t used, parser_.feed(bytes));
      bytes = bytes.subspan(used);
      if (parser_.done()) SG_TRY(body_.write(parser_.held_back()));
    }
    return bytes.empty() ? Result<>{} : body_.write(bytes);
  }
  Result<> finish() override {
    if (!parser_.done()) {
      SG_TRY(parser_.finish());
      SG_TRY(body_.write(parser_.held_back()));
    }
    return body_.finish();
  }

  bool header_known() const { return parser_.done(); }
  /// Adds the fields of the entity, unfolded. Once header_known().
  Result<> add_fields(mime::Headers& headers) const {
    for (const auto& field : parser_.block().headers.fields()) SG_TRY(headers.add(field.name, field.value));
    return {};
  }

 private:
  mime::HeaderParser parser_;
  Sink& body_;
};

}  // namespace sealgate::as2

#pragma once
// An entity as HTTP carries it: its header becomes header fields of the request or response, its body the body.
// Inside of this folder.

#include "base/sink.h"
#include "mime/header_parser.h"

namespace sealgate::as2 {

class EntitySplitter final : public Sink {
 public:
  /// Adds the fields of the entity to `headers`, unfolded, and MIME-Version if it has none, before `body` gets its
  /// first byte. `body` gets finish(). Both outlive this.
  EntitySplitter(mime::Headers& headers, Sink& body) : headers_(headers), parser_(mime::Limits{}), body_(body) {}

  Result<> write(ByteView bytes) override {
    if (!parser_.done()) {
      SG_TRY_ASSIGN(const std::size_t used, parser_.feed(bytes));
      bytes = bytes.subspan(used);
      if (parser_.done()) SG_TRY(begin());
    }
    return bytes.empty() ? Result<>{} : body_.write(bytes);
  }
  Result<> finish() override {
    if (!parser_.done()) {
      SG_TRY(parser_.finish());
      SG_TRY(begin());
    }
    return body_.finish();
  }

 private:
  Result<> begin() {
    const mime::Headers& own = parser_.block().headers;
    if (own.find("MIME-Version") == nullptr) SG_TRY(headers_.add("MIME-Version", "1.0"));
    for (const auto& field : own.fields()) SG_TRY(headers_.add(field.name, field.value));
    const ByteView held_back = parser_.held_back();
    return held_back.empty() ? Result<>{} : body_.write(held_back);
  }

  mime::Headers& headers_;
  mime::HeaderParser parser_;
  Sink& body_;
};

}  // namespace sealgate::as2

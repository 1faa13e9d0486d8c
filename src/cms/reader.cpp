#include "cms/reader.h"

#include "cms/detail/layer_reader.h"
#include "cms/errors.h"
#include "cms/oids.h"

namespace sealgate::cms {

using detail::LayerReader;
using detail::malformed;

class CmsReader::Impl final : public BerHandler {
 public:
  Impl(ContentHandler& handler, ReaderOptions options)
      : options_(std::move(options)),
        parser_(*this, BerLimits{options_.limits.depth, options_.limits.structure}),
        context_{layer_, handler, options_, parser_} {}

  Result<> write(ByteView bytes) { return remember(parser_.write(bytes)); }

  Result<> finish() {
    auto ended = parser_.finish();
    if (!ended && !parser_.complete()) return remember(std::move(ended));
    if (!reader_) return remember(malformed("ContentInfo", "no content"));
    SG_TRY(remember(reader_->complete()));
    // What is wrong with the signature says more than what follows it.
    if (!ended && layer_.error) return {};
    return remember(std::move(ended));
  }

  const Layer& layer() const { return layer_; }

  Result<BerAction> on_element(const BerHeader& header) override {
    if (reader_ && header.depth >= base_) return reader_->element(header, header.depth - base_);
    switch (header.depth) {
      case 0:
        if (!header.is(tag::kSequence)) return fail(kNotCms, "this is not a CMS structure: it is no SEQUENCE");
        return BerAction::Enter;
      case 1:
        return first_level(header);
      default:
        break;
    }
    // depth 2: the content of ContentInfo's [0].
    if (content_seen_) return malformed("ContentInfo", "more than one content");
    content_seen_ = true;
    SG_TRY(open_layer(type_, 3));
    if (layer_.kind == LayerKind::Data) {
      base_ = 2;
      return reader_->element(header, 0);
    }
    if (!header.is(tag::kSequence)) return malformed("ContentInfo", "content of the wrong type");
    return BerAction::Enter;
  }

  Result<> on_captured(const BerHeader& header, ByteView element) override {
    if (reader_ && header.depth >= base_) return reader_->captured(header, element, header.depth - base_);
    SG_TRY_ASSIGN(const BerElement type, parse_single(element, "content type"));
    SG_TRY_ASSIGN(type_, oid(type));
    return {};
  }

  Result<> on_content(ByteView octets) override { return reader_->content(octets); }

  Result<> on_end(const BerHeader& header) override {
    if (reader_ && header.depth >= base_) return reader_->end(header, header.depth - base_);
    return {};
  }

 private:
  Result<BerAction> first_level(const BerHeader& header) {
    if (type_.empty()) {
      if (header.is(tag::kOid)) return BerAction::Capture;
      // Every inner type starts with its version, which tells a bare structure from a ContentInfo.
      if (options_.bare_type.empty() || !header.is(tag::kInteger)) {
        return fail(kNotCms, "this is not a CMS structure: it does not start with a content type");
      }
      SG_TRY(open_layer(options_.bare_type, 1));
      return reader_->element(header, 0);
    }
    if (!header.is_context(0) || wrapper_seen_) return malformed("ContentInfo", "an unknown field");
    wrapper_seen_ = true;
    return BerAction::Enter;
  }

  Result<> open_layer(const std::string& type, std::uint32_t base) {
    const auto kind = layer_kind_from_oid(type);
    if (!kind) {
      return fail(kUnsupportedType, "content of type " + type + " cannot be read", {},
                  "known are signed, enveloped, authenticated-enveloped, compressed, digested and encrypted data");
    }
    layer_.kind = *kind;
    base_ = base;
    switch (*kind) {
      case LayerKind::Data:
        layer_.content_type = oids::kData;
        reader_ = detail::make_data_reader(context_);
        break;
      case LayerKind::Signed:
        reader_ = detail::make_signed_reader(context_);
        break;
      case LayerKind::Enveloped:
      case LayerKind::AuthEnveloped:
      case LayerKind::Encrypted:
        reader_ = detail::make_enveloped_reader(context_);
        break;
      case LayerKind::Compressed:
        reader_ = detail::make_compressed_reader(context_);
        break;
      case LayerKind::Digested:
        reader_ = detail::make_digested_reader(context_);
        break;
    }
    return {};
  }

  Result<> remember(Result<> result) {
    if (!result) layer_.error = result.error();
    return result;
  }

  ReaderOptions options_;
  Layer layer_;
  BerParser parser_;
  detail::ReaderContext context_;
  std::unique_ptr<LayerReader> reader_;
  std::string type_;
  std::uint32_t base_ = 0;
  bool wrapper_seen_ = false;
  bool content_seen_ = false;
};

CmsReader::CmsReader(ContentHandler& handler, ReaderOptions options)
    : impl_(std::make_unique<Impl>(handler, std::move(options))) {}
CmsReader::~CmsReader() = default;
Result<> CmsReader::write(ByteView bytes) {
  return impl_->write(bytes);
}
Result<> CmsReader::finish() {
  return impl_->finish();
}
const Layer& CmsReader::layer() const {
  return impl_->layer();
}

}  // namespace sealgate::cms

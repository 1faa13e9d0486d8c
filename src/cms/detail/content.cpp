#include "cms/der.h"
#include "cms/detail/layer_reader.h"
#include "cms/errors.h"

namespace sealgate::cms::detail {

tl::unexpected<Error> malformed(const char* structure, const char* what) {
  return fail(kMalformed, std::string(structure) + ": " + what, {},
              "the message is damaged or is not CMS; ask the sender for the original file");
}

Result<> ContentOutput::open() {
  context_.layer.has_content = true;
  SG_TRY_ASSIGN(sink_, context_.handler.on_content(context_.layer));
  open_ = true;
  return {};
}

Result<> ContentOutput::write(ByteView octets) {
  if (octets.empty()) return {};
  const std::uint64_t limit = context_.options.limits.content;
  if (octets.size() > limit - context_.layer.content_bytes) {
    return fail(kLimitContent, "content of more than " + std::to_string(limit) + " octets");
  }
  context_.layer.content_bytes += octets.size();
  return sink_ != nullptr ? sink_->write(octets) : Result<>{};
}

Result<> ContentOutput::finish() {
  if (!open_) return {};
  open_ = false;
  return sink_ != nullptr ? sink_->finish() : Result<>{};
}

Result<BerAction> EncapsulatedContent::element(const BerHeader& header, std::uint32_t level) {
  if (level == level_) {
    if (!has_type_) {
      if (!header.is(tag::kOid)) return malformed("EncapsulatedContentInfo", "no content type");
      return BerAction::Capture;
    }
    if (wrapper_seen_ || !header.is_context(0)) return malformed("EncapsulatedContentInfo", "an unknown field");
    wrapper_seen_ = true;
    return BerAction::Enter;
  }
  if (content_seen_) return malformed("EncapsulatedContentInfo", "more than one content");
  content_seen_ = true;
  SG_TRY(filter_.begin());
  if (header.is(tag::kOctetString)) return BerAction::Octets;
  raw_ = true;
  Bytes head = der_element(header, {});
  head.pop_back();  // the length of nothing
  if (header.indefinite) {
    head.push_back(0x80);
  } else {
    Bytes with_length;
    append_der_header(with_length, 0, header.length);
    head.insert(head.end(), with_length.begin() + 1, with_length.end());
  }
  SG_TRY(filter_.octets(head, false));
  return BerAction::Raw;
}

Result<> EncapsulatedContent::captured(ByteView element) {
  SG_TRY_ASSIGN(const BerElement type, parse_single(element, "content type"));
  SG_TRY_ASSIGN(context_.layer.content_type, oid(type));
  has_type_ = true;
  return {};
}

Result<> EncapsulatedContent::end(const BerHeader& header, std::uint32_t level) {
  if (level != level_ + 1) return {};
  if (raw_ && header.indefinite) {
    constexpr Byte kEnd[2] = {0, 0};
    SG_TRY(filter_.octets(kEnd, false));
  }
  return filter_.end();
}

namespace {

/// ContentInfo with id-data: an OCTET STRING and nothing else.
class DataReader final : public LayerReader {
 public:
  explicit DataReader(ReaderContext& context) : output_(context) {}
  Result<BerAction> element(const BerHeader& header, std::uint32_t) override {
    if (!header.is(tag::kOctetString) || seen_) return malformed("Data", "something else than one OCTET STRING");
    seen_ = true;
    SG_TRY(output_.open());
    return BerAction::Octets;
  }
  Result<> captured(const BerHeader&, ByteView, std::uint32_t) override { return {}; }
  Result<> content(ByteView octets) override { return output_.write(octets); }
  Result<> end(const BerHeader&, std::uint32_t) override { return output_.finish(); }
  Result<> complete() override { return {}; }

 private:
  ContentOutput output_;
  bool seen_ = false;
};

}  // namespace

std::unique_ptr<LayerReader> make_data_reader(ReaderContext& context) {
  return std::make_unique<DataReader>(context);
}

}  // namespace sealgate::cms::detail

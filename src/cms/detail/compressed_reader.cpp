// CompressedData (RFC 3274).

#include <zlib.h>
#include <algorithm>

#include "cms/detail/layer_reader.h"
#include "cms/errors.h"
#include "cms/oids.h"

namespace sealgate::cms::detail {
namespace {

/// Expands zlib data (RFC 1950) under limits; the checksum at the end must fit.
class InflatingFilter final : public EncapsulatedContent::Filter {
 public:
  explicit InflatingFilter(ReaderContext& context) : context_(context), output_(context) {}
  ~InflatingFilter() override {
    if (started_) inflateEnd(&stream_);
  }

  Result<> begin() override {
    if (inflateInit(&stream_) != Z_OK) return broken();
    started_ = true;
    buffer_.resize(kStreamBufferSize);
    return output_.open();
  }

  Result<> octets(ByteView octets, bool) override {
    // zlib counts in 32 bits; a view never holds that much in practice, but nothing depends on it.
    constexpr std::size_t kPart = std::size_t{1} << 30U;
    while (!octets.empty()) {
      const ByteView part = octets.first(std::min(octets.size(), kPart));
      octets = octets.subspan(part.size());
      SG_TRY(inflate_part(part));
    }
    return {};
  }

  Result<> end() override {
    if (!ended_) return broken();
    return output_.finish();
  }

 private:
  tl::unexpected<Error> broken() const {
    return fail(kDecompress, "the compressed content is damaged or cut off", {}, "ask the sender to send it again");
  }

  Result<> inflate_part(ByteView part) {
    if (ended_) return broken();
    read_ += part.size();
    // zlib never writes through next_in; its type lacks the const.
    stream_.next_in = const_cast<Bytef*>(part.data());
    stream_.avail_in = static_cast<uInt>(part.size());
    for (;;) {
      stream_.next_out = buffer_.data();
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return broken();
      const std::size_t produced = buffer_.size() - stream_.avail_out;
      SG_TRY(check_expansion(produced));
      SG_TRY(output_.write(ByteView(buffer_).first(produced)));
      if (status == Z_STREAM_END) {
        ended_ = true;
        return stream_.avail_in == 0 ? Result<>{} : broken();
      }
      if (stream_.avail_in == 0 && stream_.avail_out != 0) return {};
      if (status == Z_BUF_ERROR && produced == 0) return {};
    }
  }

  Result<> check_expansion(std::size_t produced) {
    written_ += produced;
    const Limits& limits = context_.options.limits;
    if (written_ <= limits.expansion_allowance || written_ / limits.expansion_ratio <= read_) return {};
    return fail(
        kLimitExpansion,
        "compressed content expands to more than " + std::to_string(limits.expansion_ratio) + " times its size", {},
        "this may be an attack; if the partner really sends such data, raise the limit");
  }

  ReaderContext& context_;
  ContentOutput output_;
  z_stream stream_{};
  Bytes buffer_;
  std::uint64_t read_ = 0;
  std::uint64_t written_ = 0;
  bool started_ = false;
  bool ended_ = false;
};

class CompressedReader final : public LayerReader {
 public:
  explicit CompressedReader(ReaderContext& context)
      : context_(context), filter_(context), content_(context, filter_, 1) {}

  Result<BerAction> element(const BerHeader& header, std::uint32_t level) override {
    if (level > 0) return content_.element(header, level);
    ++field_;
    const bool expected = field_ == 1 ? header.is(tag::kInteger) : field_ <= 3 && header.is(tag::kSequence);
    if (!expected) return malformed("CompressedData", "a field is missing or out of order");
    return field_ == 3 ? BerAction::Enter : BerAction::Capture;
  }

  Result<> captured(const BerHeader&, ByteView element, std::uint32_t) override {
    if (field_ == 3) return content_.captured(element);
    if (field_ == 1) return {};
    SG_TRY_ASSIGN(const BerElement parsed, parse_single(element, "CompressedData"));
    SG_TRY_ASSIGN(const AlgorithmId id, algorithm_id(parsed));
    context_.layer.algorithm = id.oid == oids::kZlib ? "zlib" : id.oid;
    if (id.oid != oids::kZlib) return fail(kUnsupportedAlgorithm, "compression " + id.oid + " is not supported");
    return {};
  }

  Result<> content(ByteView octets) override { return content_.content(octets); }
  Result<> end(const BerHeader& header, std::uint32_t level) override {
    return level > 0 ? content_.end(header, level) : Result<>{};
  }
  Result<> complete() override {
    if (field_ != 3 || !context_.layer.has_content) return malformed("CompressedData", "a field is missing");
    return {};
  }

 private:
  ReaderContext& context_;
  InflatingFilter filter_;
  EncapsulatedContent content_;
  int field_ = 0;
};

}  // namespace

std::unique_ptr<LayerReader> make_compressed_reader(ReaderContext& context) {
  return std::make_unique<CompressedReader>(context);
}

}  // namespace sealgate::cms::detail

// DigestedData (RFC 5652 section 7).

#include "cms/detail/hashing_filter.h"
#include "cms/detail/signer_info.h"
#include "cms/errors.h"

namespace sealgate::cms::detail {
namespace {

class DigestedReader final : public LayerReader {
 public:
  explicit DigestedReader(ReaderContext& context)
      : context_(context), filter_(context), content_(context, filter_, 1) {}

  Result<BerAction> element(const BerHeader& header, std::uint32_t level) override {
    if (level > 0) return content_.element(header, level);
    ++field_;
    const bool expected = field_ == 1   ? header.is(tag::kInteger)
                          : field_ == 2 ? header.is(tag::kSequence)
                          : field_ == 3 ? header.is(tag::kSequence)
                                        : field_ == 4 && header.is(tag::kOctetString);
    if (!expected) return malformed("DigestedData", "a field is missing or out of order");
    return field_ == 3 ? BerAction::Enter : BerAction::Capture;
  }

  Result<> captured(const BerHeader&, ByteView element, std::uint32_t) override {
    SG_TRY_ASSIGN(const BerElement parsed, parse_single(element, "DigestedData"));
    if (field_ == 3) return content_.captured(element);
    if (field_ == 2) {
      SG_TRY_ASSIGN(const AlgorithmId id, algorithm_id(parsed));
      context_.layer.algorithm = digest_display_name(id.oid);
      digest_ = crypto::digest_from_oid(id.oid);
      if (!digest_) return fail(kUnsupportedAlgorithm, "digest " + id.oid + " is not supported");
      if (crypto::is_weak(*digest_)) context_.layer.add_weak(context_.layer.algorithm);
      filter_.digests.add(*digest_);
    }
    if (field_ == 4) {
      SG_TRY_ASSIGN(expected_, octet_string(parsed));
    }
    return {};
  }

  Result<> content(ByteView octets) override { return content_.content(octets); }
  Result<> end(const BerHeader& header, std::uint32_t level) override {
    return level > 0 ? content_.end(header, level) : Result<>{};
  }

  Result<> complete() override {
    if (field_ != 4 || !digest_ || !context_.layer.has_content)
      return malformed("DigestedData", "a field is missing");
    SG_TRY_ASSIGN(const crypto::DigestValue value, filter_.digests.value(*digest_));
    if (!(value == crypto::DigestValue(expected_))) {
      context_.layer.error = Error{kDigestMismatch, "the digest of the content differs from the one sent", {}, {}};
    }
    return {};
  }

 private:
  ReaderContext& context_;
  HashingFilter filter_;
  EncapsulatedContent content_;
  int field_ = 0;
  std::optional<crypto::DigestAlgorithm> digest_;
  Bytes expected_;
};

}  // namespace

std::unique_ptr<LayerReader> make_digested_reader(ReaderContext& context) {
  return std::make_unique<DigestedReader>(context);
}

}  // namespace sealgate::cms::detail

#pragma once
// Internal: content that is hashed on its way to the handler's sink.

#include <algorithm>

#include "cms/detail/layer_reader.h"
#include "crypto/digest.h"

namespace sealgate::cms::detail {

/// Hashes content on its way to the sink; keeps it as far as a signature over the whole content may need it.
class HashingFilter final : public EncapsulatedContent::Filter {
 public:
  explicit HashingFilter(ReaderContext& context) : output_(context) {}
  Result<> begin() override { return output_.open(); }
  Result<> octets(ByteView octets, bool hashed) override {
    if (hashed) {
      digests.update(octets);
      keep(octets);
      const std::size_t missing = kPrefix - std::min(kPrefix, prefix_.size());
      append(prefix_, octets.first(std::min(missing, octets.size())));
    }
    return output_.write(octets);
  }
  Result<> end() override { return output_.finish(); }
  void keep_up_to(std::size_t limit) {
    kept.emplace();
    keep_limit_ = limit;
  }

  /// The content starts like `SET { SEQUENCE { OID 1.2.840.113549.1.9.x`: signed attributes in DER.
  bool looks_like_attributes() const {
    constexpr Byte kPkcs9[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09};
    BerHeader set;
    BerHeader attribute;
    std::size_t used = 0;
    std::size_t used_inside = 0;
    if (decode_header(prefix_, set, used) != HeaderStatus::Complete || !set.is(tag::kSet)) return false;
    const ByteView inside = ByteView(prefix_).subspan(used);
    if (decode_header(inside, attribute, used_inside) != HeaderStatus::Complete) return false;
    const ByteView name = inside.subspan(used_inside);
    return attribute.is(tag::kSequence) && name.size() >= sizeof(kPkcs9) &&
           std::equal(std::begin(kPkcs9), std::end(kPkcs9), name.begin());
  }

  crypto::MultiDigest digests;
  std::optional<Bytes> kept;  ///< for Ed25519 without signed attributes
  bool too_large = false;

 private:
  void keep(ByteView octets) {
    if (!kept) return;
    if (octets.size() > keep_limit_ - kept->size()) {
      too_large = true;
      kept.reset();
      return;
    }
    append(*kept, octets);
  }
  static constexpr std::size_t kPrefix = 64;
  ContentOutput output_;
  std::size_t keep_limit_ = 0;
  Bytes prefix_;
};

}  // namespace sealgate::cms::detail

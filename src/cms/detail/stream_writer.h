#pragma once
// Internal: content as an indefinite-length constructed OCTET STRING of large segments, written with one copy.

#include "base/sink.h"
#include "cms/der.h"

namespace sealgate::cms::detail {

/// Collects octets into segments of kStreamBufferSize and writes each as `04 83 xx xx xx <octets>` in one call.
class SegmentWriter {
 public:
  explicit SegmentWriter(Sink& out) : out_(out) { buffer_.resize(kHeader + kStreamBufferSize); }

  /// Room for octets of the current segment; never empty. A producer writes there, then calls advance().
  std::span<Byte> room() { return std::span<Byte>(buffer_).subspan(kHeader + used_); }
  Result<> advance(std::size_t count) {
    used_ += count;
    return used_ == kStreamBufferSize ? flush() : Result<>{};
  }
  Result<> write(ByteView octets);
  /// Writes what is left as the last segment.
  Result<> flush();

 private:
  static constexpr std::size_t kHeader = 5;
  Sink& out_;
  Bytes buffer_;
  std::size_t used_ = 0;
};

/// `30 80`, `a0 80`, `24 80` and `00 00` as octets.
inline void open_indefinite(Bytes& into, Byte tag) {
  into.push_back(tag);
  into.push_back(0x80);
}
inline void close_indefinite(Bytes& into, std::size_t count) {
  into.insert(into.end(), 2 * count, 0);
}

/// Opens the structure of a layer and, unless it is bare, the ContentInfo of this type around it.
void open_layer(Bytes& into, std::string_view type, bool bare);
/// Opens EncapsulatedContentInfo down to the segments of its octet string: three levels to close.
void open_encapsulated(Bytes& into, std::string_view content_type);

/// `OID [0] EXPLICIT` around a structure that is complete: ContentInfo in DER.
Bytes content_info(std::string_view type, ByteView structure);

}  // namespace sealgate::cms::detail

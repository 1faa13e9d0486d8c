#include "cms/detail/stream_writer.h"

#include <algorithm>

namespace sealgate::cms::detail {

Result<> SegmentWriter::write(ByteView octets) {
  // A large block on an empty segment goes out as a segment of its own, uncopied.
  if (used_ == 0 && octets.size() >= kStreamBufferSize) {
    Bytes header;
    append_der_header(header, der::kOctetString, octets.size());
    SG_TRY(out_.write(header));
    return out_.write(octets);
  }
  while (!octets.empty()) {
    const std::span<Byte> free = room();
    const std::size_t count = std::min(free.size(), octets.size());
    std::copy_n(octets.begin(), count, free.begin());
    octets = octets.subspan(count);
    SG_TRY(advance(count));
  }
  return {};
}

Result<> SegmentWriter::flush() {
  if (used_ == 0) return {};
  // A length of three octets is not minimal for small segments, which BER allows; keep it minimal all the same, for
  // readers that only half know BER.
  Bytes header;
  append_der_header(header, der::kOctetString, used_);
  const std::size_t start = kHeader - header.size();
  std::copy(header.begin(), header.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(start));
  const std::size_t size = header.size() + used_;
  used_ = 0;
  return out_.write(ByteView(buffer_).subspan(start, size));
}

void open_layer(Bytes& into, std::string_view type, bool bare) {
  if (!bare) {
    open_indefinite(into, der::kSequence);
    append(into, der_oid(type));
    open_indefinite(into, der::context(0));
  }
  open_indefinite(into, der::kSequence);
}

void open_encapsulated(Bytes& into, std::string_view content_type) {
  open_indefinite(into, der::kSequence);
  append(into, der_oid(content_type));
  open_indefinite(into, der::context(0));
  open_indefinite(into, der::kOctetString | 0x20U);
}

Bytes content_info(std::string_view type, ByteView structure) {
  return der_sequence({der_oid(type), der_element(der::context(0), structure)});
}

}  // namespace sealgate::cms::detail

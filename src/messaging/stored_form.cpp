#include "messaging/stored_form.h"

namespace sealgate::messaging::stored {

void put_number(Bytes& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<Byte>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<Byte>(value));
}

void put_text(Bytes& out, std::string_view text) {
  put_number(out, text.size());
  append(out, as_bytes(text));
}

void put_eight(Bytes& out, std::int64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<Byte>(static_cast<std::uint64_t>(value) >> shift));
  }
}

Byte Reader::octet() {
  if (at_ >= bytes_.size()) {
    ok_ = false;
    return 0;
  }
  return bytes_[at_++];
}

std::uint64_t Reader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 63; shift += 7) {
    const Byte next = octet();
    value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
    if ((next & 0x80) == 0) {
      if (next == 0 && shift > 0) ok_ = false;  // the shortest form only
      return value;
    }
  }
  ok_ = false;
  return 0;
}

ByteView Reader::bytes(std::size_t size) {
  if (size > remaining()) ok_ = false;
  if (!ok_) return {};
  const ByteView view = bytes_.subspan(at_, size);
  at_ += size;
  return view;
}

std::string_view Reader::text() {
  const std::uint64_t size = number();
  if (size > remaining()) ok_ = false;
  if (!ok_) return {};
  return as_text(bytes(static_cast<std::size_t>(size)));
}

std::int64_t Reader::eight() {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | octet();
  return static_cast<std::int64_t>(value);
}

}  // namespace sealgate::messaging::stored

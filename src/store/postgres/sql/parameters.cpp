#include "store/postgres/sql/parameters.h"

namespace sealgate::store::postgres {
namespace {

// Numbers of the types in pg_type: part of PostgreSQL's protocol, the same in every server.
constexpr unsigned kBool = 16, kBytea = 17, kBigint = 20, kText = 25;
constexpr unsigned kByteaArray = 1001, kTextArray = 1009, kBigintArray = 1016;

void put_number(Bytes& out, std::uint64_t value, unsigned octets) {
  for (unsigned i = octets; i > 0; --i) out.push_back(static_cast<Byte>(value >> (8 * (i - 1))));
}

Bytes encode(std::int64_t value) {
  Bytes out;
  put_number(out, static_cast<std::uint64_t>(value), 8);
  return out;
}

const char* start_of(ByteView bytes) {
  // A null pointer would be NULL, and an empty text is none.
  return bytes.empty() ? "" : reinterpret_cast<const char*>(bytes.data());
}

/// Dimensions, flags and bounds, then each element with its length; `next(i)` gives the i-th or nothing for NULL.
template <typename Next>
Bytes encode_array(unsigned element_type, std::size_t count, const Next& next) {
  Bytes out;
  put_number(out, count == 0 ? 0 : 1, 4);
  put_number(out, 1, 4);  // there may be NULLs
  put_number(out, element_type, 4);
  if (count == 0) return out;
  put_number(out, count, 4);
  put_number(out, 1, 4);
  for (std::size_t i = 0; i < count; ++i) {
    const std::optional<ByteView> element = next(i);
    put_number(out, element ? element->size() : 0xffffffffU, 4);
    if (element) append(out, *element);
  }
  return out;
}

}  // namespace

Parameters& Parameters::put(unsigned type, const char* value, std::size_t length) {
  types_.push_back(type);
  values_.push_back(value);
  lengths_.push_back(static_cast<int>(length));
  formats_.push_back(1);
  return *this;
}

Parameters& Parameters::put_owned(unsigned type, Bytes value) {
  owned_.push_back(std::move(value));
  return put(type, reinterpret_cast<const char*>(owned_.back().data()), owned_.back().size());
}

Parameters& Parameters::add(std::int64_t value) {
  return put_owned(kBigint, encode(value));
}
Parameters& Parameters::add(std::string_view text) {
  return put(kText, start_of(as_bytes(text)), text.size());
}
Parameters& Parameters::add(ByteView bytes) {
  return put(kBytea, start_of(bytes), bytes.size());
}
Parameters& Parameters::add_flag(bool value) {
  return put_owned(kBool, Bytes{static_cast<Byte>(value ? 1 : 0)});
}
Parameters& Parameters::add_null_text() {
  return put(kText, nullptr, 0);
}
Parameters& Parameters::add_null_number() {
  return put(kBigint, nullptr, 0);
}
Parameters& Parameters::add_null_bytes() {
  return put(kBytea, nullptr, 0);
}

Parameters& Parameters::add(std::span<const std::int64_t> values) {
  Bytes one;
  return put_owned(kBigintArray, encode_array(kBigint, values.size(), [&](std::size_t i) {
                     one = encode(values[i]);
                     return ByteView(one);
                   }));
}

Parameters& Parameters::add(std::span<const std::optional<std::int64_t>> values) {
  Bytes one;
  return put_owned(kBigintArray, encode_array(kBigint, values.size(), [&](std::size_t i) -> std::optional<ByteView> {
                     if (!values[i]) return std::nullopt;
                     one = encode(*values[i]);
                     return ByteView(one);
                   }));
}

Parameters& Parameters::add(std::span<const std::string> texts) {
  return put_owned(kTextArray, encode_array(kText, texts.size(), [&](std::size_t i) { return as_bytes(texts[i]); }));
}
Parameters& Parameters::add(std::span<const std::string_view> texts) {
  return put_owned(kTextArray, encode_array(kText, texts.size(), [&](std::size_t i) { return as_bytes(texts[i]); }));
}
Parameters& Parameters::add(std::span<const std::optional<std::string>> texts) {
  return put_owned(kTextArray, encode_array(kText, texts.size(), [&](std::size_t i) -> std::optional<ByteView> {
                     if (!texts[i]) return std::nullopt;
                     return as_bytes(*texts[i]);
                   }));
}
Parameters& Parameters::add(std::span<const ByteView> values) {
  return put_owned(kByteaArray, encode_array(kBytea, values.size(), [&](std::size_t i) { return values[i]; }));
}
Parameters& Parameters::add(std::span<const std::optional<ByteView>> values) {
  return put_owned(kByteaArray, encode_array(kBytea, values.size(), [&](std::size_t i) { return values[i]; }));
}

}  // namespace sealgate::store::postgres

// The stored form of a context: version octet 1, number of properties, then for each its name, a tag octet (type,
// plus 0x80 when promoted) and its value. Numbers are unsigned LEB128; text is its length and its bytes; integers and
// times are eight bytes, most significant first.

#include "messaging/context.h"
#include "messaging/errors.h"

namespace sealgate::messaging {
namespace {

constexpr Byte kVersion = 1;
constexpr Byte kPromoted = 0x80;

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

void put_value(Bytes& out, const PropertyValue& value) {
  switch (type_of(value)) {
    case PropertyType::Text:
      return put_text(out, std::get<std::string>(value));
    case PropertyType::Integer:
      return put_eight(out, std::get<std::int64_t>(value));
    case PropertyType::Boolean:
      return out.push_back(std::get<bool>(value) ? 1 : 0);
    case PropertyType::DateTime:
      return put_eight(out, std::get<Time>(value).time_since_epoch().count());
  }
}

class Reader {
 public:
  explicit Reader(ByteView bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return at_ == bytes_.size(); }
  std::size_t remaining() const { return bytes_.size() - at_; }
  void spoil() { ok_ = false; }

  Byte octet() {
    if (at_ >= bytes_.size()) {
      ok_ = false;
      return 0;
    }
    return bytes_[at_++];
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const Byte next = octet();
      value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        if (next == 0 && shift > 0) ok_ = false;  // the shortest form only, so that equal contexts have equal bytes
        return value;
      }
    }
    ok_ = false;
    return 0;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > remaining()) ok_ = false;
    if (!ok_) return {};
    std::string value(as_text(bytes_.subspan(at_, static_cast<std::size_t>(size))));
    at_ += static_cast<std::size_t>(size);
    return value;
  }
  std::int64_t eight() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | octet();
    return static_cast<std::int64_t>(value);
  }
  PropertyValue value(unsigned type) {
    switch (type) {
      case 0:
        return text();
      case 1:
        return eight();
      case 2: {
        const Byte flag = octet();
        if (flag > 1) ok_ = false;
        return flag == 1;
      }
      case 3:
        return Time(std::chrono::milliseconds(eight()));
      default:
        ok_ = false;
        return std::string();
    }
  }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace

Bytes encode_context(const MessageContext& context) {
  Bytes out;
  out.push_back(kVersion);
  put_number(out, context.size());
  for (const auto& [name, property] : context.properties()) {
    put_text(out, name);
    const auto type = static_cast<Byte>(property.value.index());
    out.push_back(property.promoted ? static_cast<Byte>(type | kPromoted) : type);
    put_value(out, property.value);
  }
  return out;
}

Result<MessageContext> decode_context(ByteView bytes) {
  const auto damaged = [](std::string_view what) {
    return fail(kBadContext, "a stored context is damaged: " + std::string(what), {}, "restore the database");
  };
  Reader reader(bytes);
  if (reader.octet() != kVersion) return damaged("unknown version");
  const std::uint64_t count = reader.number();
  MessageContext context;
  std::string previous;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    std::string name = reader.text();
    const Byte tag = reader.octet();
    PropertyValue value = reader.value(tag & 0x7fU);
    if (i > 0 && name <= previous) reader.spoil();
    if (!reader.ok()) break;
    if ((tag & kPromoted) != 0) {
      context.promote(name, std::move(value));
    } else {
      context.write(name, std::move(value));
    }
    previous = std::move(name);
  }
  if (!reader.ok()) return damaged("it ends early or breaks its format");
  if (!reader.at_end()) return damaged("bytes follow its end");
  return context;
}

}  // namespace sealgate::messaging

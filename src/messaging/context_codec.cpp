// The stored form of a context: version octet 1, number of properties, then for each its name, a tag octet (type,
// plus 0x80 when promoted) and its value, made of the blocks of stored_form.h.

#include "messaging/context.h"
#include "messaging/errors.h"
#include "messaging/stored_form.h"

namespace sealgate::messaging {
namespace {

using namespace stored;

constexpr Byte kVersion = 1;
constexpr Byte kPromoted = 0x80;

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

PropertyValue read_value(Reader& reader, unsigned type) {
  switch (type) {
    case 0:
      return std::string(reader.text());
    case 1:
      return reader.eight();
    case 2: {
      const Byte flag = reader.octet();
      if (flag > 1) reader.spoil();
      return flag == 1;
    }
    case 3:
      return Time(std::chrono::milliseconds(reader.eight()));
    default:
      reader.spoil();
      return std::string();
  }
}

}  // namespace

Bytes encode_context(const MessageContext& context) {
  Bytes out;
  out.push_back(kVersion);
  put_number(out, context.size());
  out.reserve(context.size() * 64);
  for (const MessageContext::Entry* entry : context.sorted()) {
    const Property& property = entry->property;
    put_text(out, entry->name.text());
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
  std::string_view previous;  // in order, so each is new
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const std::string_view name = reader.text();
    const Byte tag = reader.octet();
    PropertyValue value = read_value(reader, tag & 0x7fU);
    if (i > 0 && name <= previous) reader.spoil();
    if (!reader.ok()) break;
    context.add(name, std::move(value), (tag & kPromoted) != 0);
    previous = name;
  }
  if (!reader.ok()) return damaged("it ends early or breaks its format");
  if (!reader.at_end()) return damaged("bytes follow its end");
  return context;
}

}  // namespace sealgate::messaging

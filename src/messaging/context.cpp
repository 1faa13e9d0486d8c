#include "messaging/context.h"

#include <algorithm>

#include "messaging/errors.h"
#include "messaging/property_names.h"

namespace sealgate::messaging {
namespace {

/// The entry of that name in a context's list; the list's end when there is none.
auto place_of(auto& properties, std::string_view name) {
  return std::ranges::find(properties, name, [](const auto& entry) { return entry.name.text(); });
}

}  // namespace

PropertyType type_of(const PropertyValue& value) {
  static_assert(std::variant_size_v<PropertyValue> == 4);
  return static_cast<PropertyType>(value.index());
}

std::string_view to_string(PropertyType type) {
  switch (type) {
    case PropertyType::Text:
      return "text";
    case PropertyType::Integer:
      return "integer";
    case PropertyType::Boolean:
      return "boolean";
    case PropertyType::DateTime:
      return "date-time";
  }
  return "text";
}

std::string to_text(const PropertyValue& value) {
  switch (type_of(value)) {
    case PropertyType::Text:
      return std::get<std::string>(value);
    case PropertyType::Integer:
      return std::to_string(std::get<std::int64_t>(value));
    case PropertyType::Boolean:
      return std::get<bool>(value) ? "true" : "false";
    case PropertyType::DateTime:
      return to_rfc3339(std::get<Time>(value));
  }
  return {};
}

PropertyName::PropertyName(std::string_view name) {
  if (const PropertyDefinition* registered = find_property_definition(name)) {
    text_ = registered->name;
  } else {
    own_ = std::make_shared<const std::string>(name);
    text_ = *own_;
  }
}

void MessageContext::set(std::string_view name, PropertyValue value, bool promoted) {
  const auto at = place_of(properties_, name);
  if (at == properties_.end()) {
    add(name, std::move(value), promoted);
  } else {
    at->property = Property{std::move(value), promoted};
  }
}

void MessageContext::add(std::string_view name, PropertyValue value, bool promoted) {
  properties_.push_back({PropertyName(name), Property{std::move(value), promoted}});
}

void MessageContext::remove(std::string_view name) {
  const auto at = place_of(properties_, name);
  if (at != properties_.end()) properties_.erase(at);
}

const Property* MessageContext::find(std::string_view name) const {
  const auto at = place_of(properties_, name);
  return at == properties_.end() ? nullptr : &at->property;
}

std::vector<const MessageContext::Entry*> MessageContext::sorted() const {
  std::vector<const Entry*> entries;
  entries.reserve(properties_.size());
  for (const Entry& entry : properties_) entries.push_back(&entry);
  std::ranges::sort(entries, {}, [](const Entry* entry) { return entry->name.text(); });
  return entries;
}

bool operator==(const MessageContext& a, const MessageContext& b) {
  return a.size() == b.size() && std::ranges::equal(a.sorted(), b.sorted(), [](const auto* one, const auto* other) {
           return one->name == other->name && one->property == other->property;
         });
}

namespace {
template <typename T>
std::optional<T> value_as(const Property* property) {
  if (property == nullptr) return std::nullopt;
  const T* value = std::get_if<T>(&property->value);
  return value == nullptr ? std::nullopt : std::optional<T>(*value);
}
}  // namespace

std::optional<std::string> MessageContext::text(std::string_view name) const {
  return value_as<std::string>(find(name));
}
std::optional<std::int64_t> MessageContext::integer(std::string_view name) const {
  return value_as<std::int64_t>(find(name));
}
std::optional<bool> MessageContext::boolean(std::string_view name) const {
  return value_as<bool>(find(name));
}
std::optional<Time> MessageContext::time(std::string_view name) const {
  return value_as<Time>(find(name));
}

Result<> MessageContext::check_limits() const {
  if (properties_.size() > kMaximumProperties) {
    return fail(kTooManyProperties, "a message has " + std::to_string(properties_.size()) + " properties", {},
                "at most " + std::to_string(kMaximumProperties) + " are allowed");
  }
  for (const auto& [name, property] : properties_) {
    if (name.text().empty() || name.text().size() > kMaximumPromotedText) {
      return fail(kPropertyTooLong, "the name of a property is empty or too long",
                  std::string(name.text().substr(0, 40)),
                  "names have 1 to " + std::to_string(kMaximumPromotedText) + " bytes");
    }
    const auto* text = std::get_if<std::string>(&property.value);
    const std::size_t limit = property.promoted ? kMaximumPromotedText : kMaximumWrittenText;
    if (text != nullptr && text->size() > limit) {
      return fail(kPropertyTooLong, "a property has " + std::to_string(text->size()) + " bytes",
                  std::string(name.text()),
                  property.promoted
                      ? "write it instead of promoting it, or keep it within " + std::to_string(limit) + " bytes"
                      : "keep it within " + std::to_string(limit) + " bytes");
    }
  }
  return {};
}

void MessageContext::trim_to_limits() {
  std::erase_if(properties_, [](const Entry& entry) {
    return entry.name.text().empty() || entry.name.text().size() > kMaximumPromotedText;
  });
  for (Entry& entry : properties_) {
    auto* text = std::get_if<std::string>(&entry.property.value);
    if (text != nullptr && text->size() > kMaximumPromotedText) entry.property.promoted = false;
    if (text != nullptr && text->size() > kMaximumWrittenText) text->resize(kMaximumWrittenText);
  }
  if (properties_.size() <= kMaximumProperties) return;
  // Names of the engine sort before those in lower case, so what goes first is what others made up.
  std::ranges::sort(properties_, {}, [](const Entry& entry) { return entry.name.text(); });
  properties_.erase(properties_.begin() + static_cast<std::ptrdiff_t>(kMaximumProperties), properties_.end());
}

}  // namespace sealgate::messaging

#include "messaging/context.h"

#include "messaging/errors.h"

namespace sealgate::messaging {

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

void MessageContext::set(std::string_view name, PropertyValue value, bool promoted) {
  const auto at = properties_.lower_bound(name);
  if (at != properties_.end() && at->first == name) {
    at->second = Property{std::move(value), promoted};
  } else {
    properties_.emplace_hint(at, name, Property{std::move(value), promoted});
  }
}

void MessageContext::remove(std::string_view name) {
  const auto at = properties_.find(name);
  if (at != properties_.end()) properties_.erase(at);
}

const Property* MessageContext::find(std::string_view name) const {
  const auto at = properties_.find(name);
  return at == properties_.end() ? nullptr : &at->second;
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
    if (name.empty() || name.size() > kMaximumPromotedText) {
      return fail(kPropertyTooLong, "the name of a property is empty or too long", name.substr(0, 40),
                  "names have 1 to " + std::to_string(kMaximumPromotedText) + " bytes");
    }
    const auto* text = std::get_if<std::string>(&property.value);
    const std::size_t limit = property.promoted ? kMaximumPromotedText : kMaximumWrittenText;
    if (text != nullptr && text->size() > limit) {
      return fail(kPropertyTooLong, "a property has " + std::to_string(text->size()) + " bytes", name,
                  property.promoted
                      ? "write it instead of promoting it, or keep it within " + std::to_string(limit) + " bytes"
                      : "keep it within " + std::to_string(limit) + " bytes");
    }
  }
  return {};
}

void MessageContext::trim_to_limits() {
  for (auto at = properties_.begin(); at != properties_.end();) {
    auto* text = std::get_if<std::string>(&at->second.value);
    if (text != nullptr && text->size() > kMaximumPromotedText) at->second.promoted = false;
    if (text != nullptr && text->size() > kMaximumWrittenText) text->resize(kMaximumWrittenText);
    const bool bad_name = at->first.empty() || at->first.size() > kMaximumPromotedText;
    at = bad_name ? properties_.erase(at) : std::next(at);
  }
  // Names of the engine sort before those in lower case, so what goes first is what others made up.
  while (properties_.size() > kMaximumProperties) properties_.erase(std::prev(properties_.end()));
}

}  // namespace sealgate::messaging

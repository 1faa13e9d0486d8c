#include "pipeline/xml_document.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "messaging/property_names.h"
#include "pipeline/errors.h"

namespace sealgate::pipeline {
namespace {

using artifacts::PromotedProperty;
using messaging::PropertyType;
using messaging::PropertyValue;

std::vector<const xml::Path*> paths_of(const artifacts::Schema& schema) {
  std::vector<const xml::Path*> paths;
  for (const PromotedProperty& property : schema.promoted) paths.push_back(&property.xpath);
  return paths;
}

/// What is not promoted may be longer, and only then longer values are held.
std::size_t longest_value(const artifacts::Schema& schema) {
  const bool written = std::ranges::any_of(schema.promoted, [](const PromotedProperty& p) { return !p.promote; });
  return written ? messaging::kMaximumWrittenText : messaging::kMaximumPromotedText;
}

/// xs:dateTime or xs:date; without a zone it is UTC.
std::optional<Time> parse_time(std::string_view text) {
  constexpr std::size_t kDay = 10;
  std::string full(text);
  if (full.find('T') == std::string::npos && full.size() >= kDay) full.insert(kDay, "T00:00:00");
  const bool zoned =
      full.ends_with('Z') || full.find_first_of("+-", std::min(full.size(), kDay)) != std::string::npos;
  const auto time = parse_rfc3339(zoned ? full : full + "Z");
  return time ? std::optional(*time) : std::nullopt;
}

std::optional<PropertyValue> parse(PropertyType type, std::string_view text) {
  switch (type) {
    case PropertyType::Text:
      return PropertyValue(std::string(text));
    case PropertyType::Integer: {
      if (text.starts_with('+')) text.remove_prefix(1);
      std::int64_t number = 0;
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
      return PropertyValue(number);
    }
    case PropertyType::Boolean:
      if (text == "true" || text == "1") return PropertyValue(true);
      if (text == "false" || text == "0") return PropertyValue(false);
      return std::nullopt;
    case PropertyType::DateTime:
      if (const auto time = parse_time(text)) return PropertyValue(*time);
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

PromotedValues::PromotedValues(const artifacts::Schema& schema)
    : schema_(schema), matcher_(paths_of(schema), longest_value(schema)) {}

Result<> PromotedValues::put_into(messaging::MessageContext& context, bool only_absent) const {
  for (std::size_t i = 0; i < schema_.promoted.size(); ++i) {
    const PromotedProperty& property = schema_.promoted[i];
    const auto& value = matcher_.value(i);
    if (!value || (only_absent && context.has(property.name))) continue;
    const std::string place = "property " + property.name + " of schema " + schema_.name;
    const std::size_t limit = property.promote ? messaging::kMaximumPromotedText : messaging::kMaximumWrittenText;
    if (matcher_.was_cut(i) || value->size() > limit) {
      return fail(kPropertyTooLong, "the value is longer than " + std::to_string(limit) + " bytes", place,
                  property.promote ? "set 'promote: false' for this property; it cannot take part in routing then"
                                   : "leave this property out of the schema");
    }
    const std::string_view plain = property.type == PropertyType::Text ? std::string_view(*value) : trim(*value);
    // An empty element is no number and no date; it is as if it were not there.
    if (property.type != PropertyType::Text && plain.empty()) continue;
    const auto parsed = parse(property.type, plain);
    if (!parsed) {
      return fail(kBadPropertyValue,
                  "the value in the document is not of type " + std::string(messaging::to_string(property.type)),
                  place, "ask the sender to correct the document, or make the property one of type text");
    }
    if (property.promote) {
      context.promote(property.name, *parsed);
    } else {
      context.write(property.name, *parsed);
    }
  }
  return {};
}

Result<std::unique_ptr<XmlDocument>> XmlDocument::create(const artifacts::Schema* schema, bool validate,
                                                         std::function<std::string()> position) {
  std::unique_ptr<XmlDocument> made(new XmlDocument());
  if (schema == nullptr) return made;
  if (!schema->promoted.empty()) made->values_ = std::make_unique<PromotedValues>(*schema);
  if (validate) {
    auto validator = xml::XsdValidator::create(schema->xsd, std::move(position));
    if (!validator) return fail(std::move(validator).error().at("schema " + schema->name));
    made->validator_ = std::move(*validator);
  }
  return made;
}

Result<> XmlDocument::start_element(const xml::StartElement& element) {
  if (type_.empty()) type_ = xml::message_type_of(element.name);
  if (values_) values_->start_element(element);
  return validator_ ? validator_->start_element(element) : Result<>();
}

Result<> XmlDocument::end_element(const xml::Name& name) {
  if (values_) values_->end_element();
  return validator_ ? validator_->end_element(name) : Result<>();
}

Result<> XmlDocument::text(std::string_view text) {
  if (values_) values_->text(text);
  return validator_ ? validator_->text(text) : Result<>();
}

Result<> XmlDocument::finish(messaging::MessageContext& context) {
  if (validator_) SG_TRY(validator_->finish());
  if (type_.size() <= messaging::kMaximumPromotedText) {
    context.promote(messaging::names::kMessageType, type_);
  } else {
    context.write(messaging::names::kMessageType, type_);
  }
  return values_ ? values_->put_into(context) : Result<>();
}

}  // namespace sealgate::pipeline

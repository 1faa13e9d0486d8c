#include "pipeline/map_component.h"

#include "messaging/property_names.h"
#include "pipeline/document_schemas.h"
#include "pipeline/errors.h"
#include "pipeline/xml_document.h"
#include "xml/reader.h"
#include "xml/xslt.h"

namespace sealgate::pipeline {
namespace {

class ResultReading final : public xml::NullHandler {
 public:
  explicit ResultReading(XmlDocument& document) : document_(document) {}
  Result<> start_element(const xml::StartElement& element) override { return document_.start_element(element); }
  Result<> end_element(const xml::Name& name) override { return document_.end_element(name); }
  Result<> text(std::string_view text) override { return document_.text(text); }

 private:
  XmlDocument& document_;
};

/// The new message type, and what its schema promotes.
Result<> promote_result(const Environment& environment, const std::string& type, messaging::Message& message) {
  const std::vector<std::string> all;
  const artifacts::Schema* schema = DocumentSchemas(environment.artifacts, all).find(type);
  SG_TRY_ASSIGN(const auto document, XmlDocument::create(schema, false, {}));
  ResultReading reading(*document);
  xml::Reader reader({xml::Dtd::Ignore, {}}, reading);
  SG_TRY(message.body_part()->body->copy_to(reader));
  SG_TRY(reader.finish());
  return document->finish(message.context);
}

Result<> apply(const Environment& environment, const artifacts::Map& map, messaging::Message& message) {
  messaging::Part& part = message.parts[message.body_index];
  SG_TRY_ASSIGN(const auto writer, environment.box.create_body());
  xml::TransformLimits limits;
  limits.input = map.maximum_body;
  xml::Transformer transformer(map.xslt, limits, *writer);
  SG_TRY(part.body->copy_to(transformer));
  SG_TRY(transformer.finish());
  const std::string& type = transformer.result_type();
  if (!map.target.empty() && type != map.target) {
    return fail(
        kUnexpectedMapResult,
        "the map made a document of type " + (type.empty() ? "(not XML)" : type) + " instead of " + map.target, {},
        "correct the map, or its 'target'");
  }
  part.body = writer->take();
  if (type.empty()) {
    message.context.remove(messaging::names::kMessageType);
    return {};
  }
  part.content_type = "text/xml";
  return promote_result(environment, type, message);
}

}  // namespace

Result<> apply_map(const Environment& environment, const std::vector<std::string>& maps,
                   messaging::Message& message) {
  const auto type = message.context.text(messaging::names::kMessageType);
  if (maps.empty() || !type || message.body_part() == nullptr) return {};
  for (const std::string& name : maps) {
    const artifacts::Map* map = environment.artifacts.find_map(name);
    if (map == nullptr) {
      return fail(kNoSuchMap, "there is no map '" + name + "'", {}, "apply it again, then resume");
    }
    if (map->source != *type) continue;
    auto applied = apply(environment, *map, message);
    if (!applied) return fail(std::move(applied).error().at("map " + name));
    return {};
  }
  return {};
}

}  // namespace sealgate::pipeline

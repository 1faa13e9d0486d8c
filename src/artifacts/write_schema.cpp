// Schemas and maps.

#include "artifacts/write_artifact.h"

namespace sealgate::artifacts {

void write(Writer& out, const Schema& schema) {
  const PromotedProperty usual;
  out.line("message_type", schema.message_type);
  if (!schema.namespaces.empty()) {
    out.open("namespaces");
    for (const auto& [prefix, uri] : schema.namespaces) out.line(prefix, uri);
    out.close();
  }
  out.text("envelope_body", schema.envelope_body.text());
  if (!schema.promoted.empty()) {
    out.open("promoted");
    for (const PromotedProperty& property : schema.promoted) {
      out.open_item();
      out.line("name", property.name);
      out.line("xpath", property.xpath.text());
      if (property.type != usual.type) out.line("type", to_string(property.type));
      out.unless("promote", property.promote, usual.promote);
      if (property.demote != usual.demote) out.line("demote", to_string(property.demote));
      out.close();
    }
    out.close();
  }
  out.block("xsd", schema.xsd.text());
}

void write(Writer& out, const Map& map) {
  const Map usual;
  out.line("source", map.source);
  out.text("target", map.target);
  if (map.maximum_body != usual.maximum_body) out.size("maximum_body", map.maximum_body);
  out.block("xslt", map.xslt.text());
}

}  // namespace sealgate::artifacts

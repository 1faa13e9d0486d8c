// Schemas and maps: XSD, XSLT and paths are compiled here, so that their faults are found when they are applied.

#include <algorithm>
#include <filesystem>

#include "artifacts/errors.h"
#include "artifacts/read_artifact.h"
#include "io/file.h"
#include "messaging/property_names.h"
#include "xml/artifact_text.h"
#include "xml/limits.h"

namespace sealgate::artifacts {
namespace {

constexpr std::size_t kMostPromoted = 256;
// A document takes ten times its size in memory while a map runs.
constexpr std::uint64_t kMostMappedBytes = std::uint64_t{256} * 1024 * 1024;

bool is_clean_block(std::string_view text) {
  std::string visible;
  visible.reserve(text.size());
  for (const char c : text) visible += c == '\n' || c == '\t' ? ' ' : c;
  return is_clean_text(visible);
}

/// The text under `key`, or that of the file named under `key`_file, which lies beside the document.
std::string read_xml_text(Fields& fields, const std::string& key) {
  const std::string file_key = key + "_file";
  const auto inline_text = fields.scalar(key);
  const auto file = fields.scalar(file_key);
  std::string used_key = key;
  std::string text;
  if (file) {
    used_key = file_key;
    if (inline_text) {
      fields.bad_value(file_key, "'" + key + "' and '" + file_key + "' are both there", "keep one of them",
                       kContradiction);
      return {};
    }
    const std::filesystem::path path = std::filesystem::path(fields.reading().source()).parent_path() / *file;
    auto content = io::read_file(path.string(), 2 * xml::kMaximumArtifactText);
    if (!content) {
      fields.bad_value(file_key, "the file cannot be read: " + content.error().what,
                       "name a file beside the document");
      return {};
    }
    auto converted = xml::artifact_text_of_file(*content);
    if (!converted) {
      fields.bad_value(file_key, converted.error().what + " (" + path.string() + ", " + converted.error().where + ")",
                       converted.error().remedy, converted.error().code);
      return {};
    }
    text = std::move(*converted);
  } else if (inline_text) {
    text = xml::artifact_text(*inline_text);
  }
  if (text.size() > xml::kMaximumArtifactText) {
    fields.bad_value(used_key, "the text is larger than 4 MiB", "split it up", kTooLarge);
    return {};
  }
  if (!is_clean_block(text)) {
    fields.bad_value(used_key, "the text has characters that cannot be shown",
                     "write them as character references, such as &#133;");
    return {};
  }
  return text;
}

/// A fault of the XSD or XSLT, at its key, with the line in it.
void check_compiled(Fields& fields, const std::string& key, const Result<>& compiled) {
  if (compiled) return;
  const Error& error = compiled.error();
  fields.bad_value(fields.has(key) ? key : key + "_file",
                   error.what + (error.where.empty() ? "" : " (" + error.where + " of the text)"), error.remedy,
                   error.code);
}

void read_path(Fields& fields, std::string_view key, const std::map<std::string, std::string>& namespaces,
               xml::Path& out) {
  const auto text = fields.scalar(key);
  if (!text) return;
  auto path = xml::Path::parse(*text, namespaces);
  if (!path) {
    fields.bad_value(key, "the path is wrong at its " + path.error().where + ": " + path.error().what,
                     path.error().remedy, path.error().code);
    return;
  }
  out = std::move(*path);
}

void read_message_type(Fields& fields, std::string_view key, std::string& out, Need need) {
  fields.text(key, out, need);
  if (fields.reading().failed() || out.empty()) return;
  const std::size_t hash = out.rfind('#');
  const std::string_view root =
      hash == std::string::npos ? std::string_view(out) : std::string_view(out).substr(hash + 1);
  if (out.size() > messaging::kMaximumPromotedText || root.empty() || hash == 0 ||
      root.find_first_of(" :/<>\"'&") != std::string_view::npos) {
    fields.bad_value(key, "this is no message type",
                     "write namespace#root, or the root element's name alone; at most 256 bytes");
  }
}

PromotedProperty read_promoted(Fields& fields, const std::map<std::string, std::string>& namespaces) {
  PromotedProperty property;
  fields.name("name", property.name, Need::Required);
  fields.required("xpath");
  read_path(fields, "xpath", namespaces, property.xpath);
  fields.choice("type", property.type,
                {messaging::PropertyType::Text, messaging::PropertyType::Integer, messaging::PropertyType::Boolean,
                 messaging::PropertyType::DateTime});
  fields.boolean("promote", property.promote);
  fields.choice("demote", property.demote, {Demotion::WhenEmpty, Demotion::Always, Demotion::Never});
  fields.no_other_keys();
  if (fields.reading().failed()) return property;
  const std::size_t dot = property.name.find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == property.name.size() ||
      property.name.find_first_of(" \"'()=<>!&") != std::string::npos) {
    fields.bad_value("name", "a property has a namespace of yours, a dot and a name", "write it as Order.Total",
                     kBadName);
  } else if (messaging::is_reserved_namespace(property.name) && !messaging::is_set_by_documents(property.name)) {
    fields.bad_value("name", "this namespace belongs to the system", "use one of your own, such as Order.", kBadName);
  }
  return property;
}

}  // namespace

Schema read_schema(Fields& fields) {
  Schema schema;
  fields.name("name", schema.name, Need::Required);
  fields.text("description", schema.description);
  read_message_type(fields, "message_type", schema.message_type, Need::Required);
  if (auto prefixes = fields.map("namespaces")) {
    for (const std::string& prefix : prefixes->keys())
      prefixes->text(prefix, schema.namespaces[prefix], Need::Required);
  }
  for (Fields& entry : fields.maps("promoted")) {
    schema.promoted.push_back(read_promoted(entry, schema.namespaces));
    if (std::ranges::count(schema.promoted, schema.promoted.back().name, &PromotedProperty::name) > 1) {
      entry.bad_value("name", "property '" + schema.promoted.back().name + "' is there twice", "keep one of them",
                      kDuplicateName);
    }
  }
  if (schema.promoted.size() > kMostPromoted) {
    fields.bad_value("promoted", "the list is too long", "promote at most 256 properties", kTooLarge);
  }
  read_path(fields, "envelope_body", schema.namespaces, schema.envelope_body);
  if (!schema.envelope_body.empty() && schema.envelope_body.end() != xml::Path::End::Element) {
    fields.bad_value("envelope_body", "the body of an envelope is an element", "leave out @... or text()");
  }
  schema.xsd = xml::Xsd(read_xml_text(fields, "xsd"));
  fields.no_other_keys();
  if (fields.reading().failed()) return schema;
  check_compiled(fields, "xsd", schema.xsd.check());
  const auto roots = schema.xsd.root_types();
  if (!fields.reading().failed() && !schema.xsd.empty() &&
      std::ranges::find(roots, schema.message_type) == roots.end()) {
    fields.bad_value("message_type", "the XSD declares no root element of this message type",
                     "write targetNamespace#element of an element at the top of the XSD", kContradiction);
  }
  return schema;
}

Map read_map(Fields& fields) {
  Map map;
  fields.name("name", map.name, Need::Required);
  fields.text("description", map.description);
  read_message_type(fields, "source", map.source, Need::Required);
  read_message_type(fields, "target", map.target, Need::Optional);
  fields.size("maximum_body", map.maximum_body);
  map.xslt = xml::Xslt(read_xml_text(fields, "xslt"));
  fields.no_other_keys();
  if (fields.reading().failed()) return map;
  if (map.xslt.empty()) fields.required(fields.has("xslt_file") ? "xslt_file" : "xslt");
  if (map.xslt.empty()) fields.bad_value("xslt", "the XSLT is empty", "write the stylesheet, or xslt_file: ...");
  if (map.maximum_body == 0 || map.maximum_body > kMostMappedBytes) {
    fields.bad_value("maximum_body", "'maximum_body' is out of its range", "write a size, 1 to 256MiB");
  }
  check_compiled(fields, "xslt", map.xslt.check());
  return map;
}

}  // namespace sealgate::artifacts

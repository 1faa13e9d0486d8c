#include "xml/xsd.h"

#include "xml/artifact_scan.h"
#include "xml/convert.h"
#include "xml/errors.h"
#include "xml/library.h"
#include "xml/limits.h"
#include "xml/xsd_state.h"

namespace sealgate::xml {
namespace {

constexpr std::string_view kXsdNamespace = "http://www.w3.org/2001/XMLSchema";

void keep_first_error(void* data, xmlErrorPtr problem) {
  auto& kept = *static_cast<std::optional<Error>*>(data);
  if (kept || problem->level < XML_ERR_ERROR) return;
  kept = Error{kBadSchema, "the XSD is wrong: " + first_line(problem->message),
               "line " + std::to_string(problem->line), "correct the XSD"};
}

}  // namespace

Xsd::Xsd(std::string text) {
  if (!text.empty()) state_ = std::make_shared<State>(std::move(text));
}

const std::string& Xsd::text() const {
  static const std::string none;
  return state_ == nullptr ? none : state_->text();
}

Result<> Xsd::check() const {
  return state_ == nullptr ? Result<>() : state_->compile();
}

std::vector<std::string> Xsd::root_types() const {
  return state_ == nullptr ? std::vector<std::string>() : state_->root_types();
}

const Result<>& Xsd::State::compile() {
  std::call_once(once_, [this] { outcome_ = compile_now(); });
  return outcome_;
}

Result<> Xsd::State::scan() {
  std::string target;
  return scan_artifact(text_, kBadSchema, [&](const StartElement& element, std::size_t depth) -> Result<> {
    if (depth == 1) {
      if (!element.name.is(kXsdNamespace, "schema")) {
        return fail(kBadSchema, "this is no XSD: its root element is not xs:schema", {}, "check what was pasted");
      }
      target = std::string(attribute_of(element, "targetNamespace"));
      return {};
    }
    if (element.name.uri != kXsdNamespace) return {};
    const std::string_view local = element.name.local;
    if (local == "import" || local == "include" || local == "redefine") {
      return fail(kSchemaImport, "the XSD has an xs:" + std::string(local) + ", and nothing is loaded", {},
                  "put what it needs into this one XSD");
    }
    if (local == "element" && depth == 2) {
      root_types_.push_back(message_type_of({attribute_of(element, "name"), {}, target}));
    }
    if (local == "key" || local == "keyref" || local == "unique") has_keys_ = true;
    return {};
  });
}

Result<> Xsd::State::compile_now() {
  use_library();
  SG_TRY(scan());
  std::optional<Error> problem;
  xmlSchemaParserCtxtPtr parser = xmlSchemaNewMemParserCtxt(text_.data(), static_cast<int>(text_.size()));
  if (parser == nullptr) return fail(kOutOfMemory, "no memory for an XSD");
  xmlSchemaSetParserStructuredErrors(parser, keep_first_error, &problem);
  schema_ = xmlSchemaParse(parser);
  xmlSchemaFreeParserCtxt(parser);
  if (problem) return fail(std::move(*problem));
  if (schema_ == nullptr) return fail(kBadSchema, "the XSD is wrong", {}, "check it with another tool");
  return {};
}

}  // namespace sealgate::xml

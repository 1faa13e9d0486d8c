#include "pipeline/xml_validator.h"

#include "pipeline/document_schemas.h"
#include "pipeline/errors.h"
#include "xml/reader.h"
#include "xml/xsd.h"

namespace sealgate::pipeline {
namespace {

/// Chooses the schema at the root element, and passes everything to its validator.
class Validation final : public xml::NullHandler {
 public:
  explicit Validation(DocumentSchemas schemas) : schemas_(schemas) {}
  void set_reader(const xml::Reader& reader) { reader_ = &reader; }

  Result<> start_element(const xml::StartElement& element) override {
    if (validator_ == nullptr) SG_TRY(begin(element.name));
    return validator_->start_element(element);
  }
  Result<> end_element(const xml::Name& name) override { return validator_->end_element(name); }
  Result<> text(std::string_view text) override { return validator_->text(text); }
  Result<> finish() { return validator_->finish(); }

 private:
  Result<> begin(const xml::Name& root) {
    const std::string type = xml::message_type_of(root);
    const artifacts::Schema* schema = schemas_.find(type);
    if (schema == nullptr) {
      return fail(kUnknownDocument, "there is no schema for message type " + type, reader_->position(),
                  "apply a schema of this message type, or name it in the validator");
    }
    auto created = xml::XsdValidator::create(schema->xsd, [this] { return reader_->position(); });
    if (!created) return fail(std::move(created).error().at("schema " + schema->name));
    validator_ = std::move(*created);
    return {};
  }

  DocumentSchemas schemas_;
  const xml::Reader* reader_ = nullptr;
  std::unique_ptr<xml::XsdValidator> validator_;
};

}  // namespace

Result<> run_xml_validator(const ReceiveRun& run, const artifacts::XmlValidatorSettings& settings,
                           InFlight& message) {
  const messaging::Part* body = message.message.body_part();
  if (body == nullptr) return fail(kNoParts, "the message holds no part to validate");
  Validation validation(DocumentSchemas(run.environment.artifacts, settings.schemas));
  xml::Reader reader({xml::Dtd::Ignore, {}}, validation);
  validation.set_reader(reader);
  SG_TRY(body->body->copy_to(reader));
  SG_TRY(reader.finish());
  return validation.finish();
}

}  // namespace sealgate::pipeline

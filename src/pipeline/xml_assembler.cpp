#include "pipeline/xml_assembler.h"

#include "pipeline/demotion.h"
#include "pipeline/document_schemas.h"
#include "pipeline/envelope_writer.h"
#include "pipeline/errors.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace sealgate::pipeline {
namespace {

using artifacts::InstructionScope;
using artifacts::ProcessingInstructions;

/// Takes the document's events and writes everything: declaration, instructions, envelopes, document.
class Assembler final : public xml::Handler {
 public:
  Assembler(const SendRun& run, const artifacts::XmlAssemblerSettings& settings, const messaging::Message& message,
            Sink& target)
      : run_(run), settings_(settings), message_(message), target_(target) {}

  void set_reader(const xml::Reader& reader) { reader_ = &reader; }

  Result<> start_element(const xml::StartElement& element) override {
    if (document_ == nullptr) SG_TRY(begin_document(xml::message_type_of(element.name)));
    return document_->start_element(element);
  }
  Result<> end_element(const xml::Name& name) override { return document_->end_element(name); }
  Result<> text(std::string_view text) override { return document_->text(text); }

  Result<> comment(std::string_view text) override {
    if (document_ != nullptr) return document_->comment(text);
    SG_TRY(begin());
    return writer_->comment(text);
  }
  Result<> processing_instruction(std::string_view target, std::string_view data) override {
    if (document_ != nullptr) return document_->processing_instruction(target, data);
    SG_TRY(begin());
    if (settings_.add_processing_instructions == ProcessingInstructions::Create) return {};
    return writer_->processing_instruction(target, data);
  }

  Result<> finish() {
    for (auto envelope = envelopes_.rbegin(); envelope != envelopes_.rend(); ++envelope) {
      SG_TRY((*envelope)->close(*writer_));
    }
    SG_TRY(writer_->flush());
    return target_.finish();
  }

 private:
  /// At the first event: only then is the document's encoding known.
  Result<> begin() {
    if (writer_ != nullptr) return {};
    xml::WriterOptions options;
    if (!settings_.target_charset.empty()) {
      options.encoding = settings_.target_charset;
    } else if (!reader_->encoding().empty()) {
      // The order of UTF-16 is told by its mark.
      const bool marked = reader_->has_byte_order_mark() && reader_->encoding().starts_with("UTF-16");
      options.encoding = marked ? "UTF-16" : reader_->encoding();
    }
    options.declaration = settings_.add_xml_declaration;
    options.byte_order_mark = settings_.preserve_byte_order_mark && reader_->has_byte_order_mark();
    SG_TRY_ASSIGN(writer_, xml::Writer::create(options, target_));
    if (settings_.processing_instruction_scope == InstructionScope::Envelope) SG_TRY(write_instructions());
    for (const std::string& name : settings_.envelope_schemas) {
      const artifacts::Schema* schema = run_.environment.artifacts.find_schema(name);
      if (schema == nullptr || schema->envelope_body.empty()) {
        return fail(kNoSuchSchema, "there is no envelope schema '" + name + "'", run_.use.place,
                    "apply it again, then resume");
      }
      envelopes_.push_back(std::make_unique<EnvelopeWriter>(*schema, message_.context));
      SG_TRY(envelopes_.back()->open(*writer_));
    }
    return {};
  }

  Result<> begin_document(const std::string& type) {
    SG_TRY(begin());
    const artifacts::Schema* schema =
        DocumentSchemas(run_.environment.artifacts, settings_.document_schemas).find(type);
    if (schema == nullptr && !settings_.document_schemas.empty()) {
      return fail(kUnknownDocument, "the document is of message type " + type + ", which the assembler does not take",
                  run_.use.place, "add its schema to document_schemas of the assembler");
    }
    if (settings_.processing_instruction_scope == InstructionScope::Document) SG_TRY(write_instructions());
    document_ = std::make_unique<DemotingHandler>(schema, message_.context, *writer_);
    return {};
  }

  Result<> write_instructions() {
    if (settings_.add_processing_instructions == ProcessingInstructions::Ignore) return {};
    return writer_->raw(settings_.processing_instructions);
  }

  const SendRun& run_;
  const artifacts::XmlAssemblerSettings& settings_;
  const messaging::Message& message_;
  Sink& target_;
  const xml::Reader* reader_ = nullptr;
  std::unique_ptr<xml::Writer> writer_;
  std::vector<std::unique_ptr<EnvelopeWriter>> envelopes_;
  std::unique_ptr<DemotingHandler> document_;
};

}  // namespace

Result<> run_xml_assembler(const SendRun& run, const artifacts::XmlAssemblerSettings& settings,
                           const messaging::Message& message, Sink& target) {
  Assembler assembler(run, settings, message, target);
  xml::Reader reader({xml::Dtd::Ignore, {}}, assembler);
  assembler.set_reader(reader);
  SG_TRY(message.body_part()->body->copy_to(reader));
  SG_TRY(reader.finish());
  return assembler.finish();
}

}  // namespace sealgate::pipeline

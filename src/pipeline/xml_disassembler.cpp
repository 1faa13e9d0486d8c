#include "pipeline/xml_disassembler.h"

#include <algorithm>

#include "messaging/property_names.h"
#include "pipeline/document_schemas.h"
#include "pipeline/errors.h"
#include "pipeline/xml_document.h"
#include "xml/errors.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace sealgate::pipeline {
namespace {

using artifacts::Schema;

/// The namespaces that are declared by the open elements around a piece.
class Scope {
 public:
  void open(const xml::StartElement& element) {
    counts_.push_back(element.namespaces.size());
    for (const auto& declared : element.namespaces) {
      declarations_.emplace_back(std::string(declared.prefix), std::string(declared.uri));
    }
  }
  void close() {
    declarations_.resize(declarations_.size() - counts_.back());
    counts_.pop_back();
  }
  /// All that are in scope at an element inside the open ones. Valid until the next change.
  std::vector<xml::NamespaceDeclaration> at(const xml::StartElement& element) const {
    std::vector<xml::NamespaceDeclaration> all(element.namespaces.begin(), element.namespaces.end());
    const auto declared = [&all](std::string_view prefix) {
      return std::ranges::any_of(all, [&](const auto& one) { return one.prefix == prefix; });
    };
    for (auto one = declarations_.rbegin(); one != declarations_.rend(); ++one) {
      if (!declared(one->first)) all.push_back({one->first, one->second});
    }
    // What was undeclared further out needs no word at the root of a document.
    std::erase_if(all, [](const auto& one) { return one.uri.empty(); });
    return all;
  }

 private:
  std::vector<std::pair<std::string, std::string>> declarations_;
  std::vector<std::size_t> counts_;  ///< of each open element
};

/// One piece of an envelope: its content goes to a body of its own, whatever is wrong with it.
struct Piece {
  std::size_t depth = 0;  ///< of its root element
  std::unique_ptr<messaging::BodyWriter> body;
  std::unique_ptr<xml::Writer> writer;
  std::unique_ptr<XmlDocument> document;
  std::optional<Error> fault = {};
};

struct Made {
  messaging::Message message;
  std::optional<Error> fault = {};
};

/// An envelope that is open.
struct Envelope {
  const Schema& schema;
  PromotedValues values;
  std::size_t depth;            ///< of its root element
  std::size_t matched = 0;      ///< steps of the body path that the open elements fit
  std::size_t first_piece = 0;  ///< what was made since then is inside of it

  bool body_open() const { return matched == schema.envelope_body.elements().size(); }
};

class Disassembler final : public xml::Handler {
 public:
  Disassembler(const ReceiveRun& run, const artifacts::XmlDisassemblerSettings& settings,
               const messaging::Message& message)
      : run_(run),
        settings_(settings),
        source_(message),
        documents_(run.environment.artifacts, settings.document_schemas),
        envelopes_(run.environment.artifacts, settings.envelope_schemas) {}

  void set_reader(const xml::Reader& reader) { reader_ = &reader; }
  bool recognized() const { return recognized_; }

  Result<> start_element(const xml::StartElement& element) override {
    ++depth_;
    if (whole_) return whole_->start_element(element);
    if (piece_) return start_in_piece(element);
    if (open_.empty()) return start_root(element);
    if (open_.back().body_open()) return start_child_of_body(element);
    enter(element);
    return {};
  }

  Result<> end_element(const xml::Name& name) override {
    const std::size_t depth = depth_--;
    if (whole_) return whole_->end_element(name);
    if (piece_) {
      SG_TRY(in_piece([&] { return piece_->document->end_element(name); }));
      SG_TRY(piece_->writer->end_element(name));
      return depth == piece_->depth ? finish_piece() : Result<>();
    }
    Envelope& envelope = open_.back();
    scope_.close();
    envelope.values.end_element();
    envelope.matched = std::min(envelope.matched, depth - envelope.depth);
    return depth == envelope.depth ? close_envelope() : Result<>();
  }

  Result<> text(std::string_view text) override {
    if (whole_) return whole_->text(text);
    if (piece_) {
      SG_TRY(in_piece([&] { return piece_->document->text(text); }));
      return piece_->writer->text(text);
    }
    if (!open_.empty()) open_.back().values.text(text);
    return {};
  }

  Result<> comment(std::string_view text) override { return piece_ ? piece_->writer->comment(text) : Result<>(); }
  Result<> processing_instruction(std::string_view target, std::string_view data) override {
    return piece_ ? piece_->writer->processing_instruction(target, data) : Result<>();
  }

  Result<Pieces> take() {
    Pieces pieces;
    if (whole_) {
      messaging::Message message = source_;
      SG_TRY(whole_->finish(message.context));
      pieces.messages.push_back(std::move(message));
      return pieces;
    }
    if (made_.empty()) {
      return fail(kEmptyEnvelope, "the envelope holds no document", {},
                  "ask the sender what was meant; an empty envelope makes no message");
    }
    for (Made& made : made_) {
      if (!made.fault) {
        pieces.messages.push_back(std::move(made.message));
      } else {
        pieces.rejected.push_back(
            {std::move(*made.fault), std::move(made.message.context), std::move(made.message.parts.front())});
      }
    }
    return pieces;
  }

 private:
  std::function<std::string()> position() const {
    return [this] { return reader_->position(); };
  }

  Result<> start_root(const xml::StartElement& element) {
    const std::string type = xml::message_type_of(element.name);
    if (const Schema* envelope = find_envelope(type)) {
      recognized_ = true;
      open(*envelope, element);
      return {};
    }
    const Schema* schema = documents_.find(type);
    if (schema == nullptr && !settings_.allow_unrecognized_message) {
      return fail(kNotRecognized, "there is no schema for message type " + type, reader_->position(),
                  "apply a schema of this message type, or set allow_unrecognized_message");
    }
    recognized_ = true;
    SG_TRY_ASSIGN(whole_, XmlDocument::create(schema, settings_.validate_document && schema != nullptr, position()));
    return whole_->start_element(element);
  }

  const Schema* find_envelope(std::string_view type) const {
    const Schema* schema = envelopes_.find(type);
    return schema != nullptr && !schema->envelope_body.empty() ? schema : nullptr;
  }

  void open(const Schema& schema, const xml::StartElement& element) {
    open_.push_back(Envelope{schema, PromotedValues(schema), depth_, 0, made_.size()});
    enter(element);
  }

  /// An element of an envelope, outside of any piece.
  void enter(const xml::StartElement& element) {
    Envelope& envelope = open_.back();
    scope_.open(element);
    envelope.values.start_element(element);
    const auto& steps = envelope.schema.envelope_body.elements();
    const std::size_t level = depth_ - envelope.depth;
    if (envelope.matched == level && level < steps.size() && steps[level].matches(element.name)) ++envelope.matched;
  }

  Result<> start_child_of_body(const xml::StartElement& element) {
    const std::string type = xml::message_type_of(element.name);
    if (const Schema* nested = find_envelope(type)) {
      open(*nested, element);
      return {};
    }
    if (made_.size() == static_cast<std::size_t>(settings_.maximum_messages)) {
      return fail(kTooManyMessages,
                  "the envelope holds more than " + std::to_string(settings_.maximum_messages) + " documents", {},
                  "raise maximum_messages of the disassembler, or ask for smaller envelopes");
    }
    piece_.emplace();
    piece_->depth = depth_;
    SG_TRY_ASSIGN(piece_->body, run_.environment.box.create_body());
    SG_TRY_ASSIGN(piece_->writer, xml::Writer::create({}, *piece_->body));
    const Schema* schema = documents_.find(type);
    if (schema == nullptr && !settings_.allow_unrecognized_message) {
      SG_TRY(reject({kUnknownDocument, "there is no schema for message type " + type, reader_->position(),
                     "apply a schema of this message type, or set allow_unrecognized_message"}));
    }
    SG_TRY_ASSIGN(piece_->document,
                  XmlDocument::create(schema, settings_.validate_document && schema != nullptr, position()));
    const auto namespaces = scope_.at(element);
    return start_in_piece({element.name, namespaces, element.attributes});
  }

  Result<> start_in_piece(const xml::StartElement& element) {
    SG_TRY(in_piece([&] { return piece_->document->start_element(element); }));
    return piece_->writer->start_element(element);
  }

  /// Something is wrong with the piece: the end of everything, or only of this one.
  Result<> reject(Error error) {
    if (!settings_.recoverable_interchange || error.code.error_class == ErrorClass::Environment) {
      return fail(std::move(error).at("document " + std::to_string(made_.size() + 1) + " of the envelope"));
    }
    piece_->fault = std::move(error);
    return {};
  }

  template <typename Call>
  Result<> in_piece(Call&& call) {
    if (piece_->fault) return {};
    auto result = call();
    return result ? Result<>() : reject(std::move(result).error());
  }

  Result<> finish_piece() {
    Made made;
    made.message.context = source_.context;
    SG_TRY(in_piece([&] { return piece_->document->finish(made.message.context); }));
    SG_TRY(piece_->writer->flush());
    SG_TRY(piece_->body->finish());
    messaging::Part part;
    part.name = "body";
    part.content_type = "text/xml; charset=utf-8";
    part.body = piece_->body->take();
    made.message.parts.push_back(std::move(part));
    made.fault = std::move(piece_->fault);
    piece_.reset();
    made_.push_back(std::move(made));
    return {};
  }

  Result<> close_envelope() {
    const Envelope& envelope = open_.back();
    for (std::size_t i = envelope.first_piece; i < made_.size(); ++i) {
      SG_TRY(envelope.values.put_into(made_[i].message.context, true));
    }
    open_.pop_back();
    return {};
  }

  const ReceiveRun& run_;
  const artifacts::XmlDisassemblerSettings& settings_;
  const messaging::Message& source_;
  DocumentSchemas documents_;
  DocumentSchemas envelopes_;
  const xml::Reader* reader_ = nullptr;
  std::size_t depth_ = 0;
  bool recognized_ = false;
  std::unique_ptr<XmlDocument> whole_;  ///< the root is a document
  std::vector<Envelope> open_;          ///< the root is an envelope; inside it there may be others
  std::optional<Piece> piece_;
  std::vector<Made> made_;
  Scope scope_;
};

}  // namespace

Result<Pieces> run_xml_disassembler(const ReceiveRun& run, const artifacts::XmlDisassemblerSettings& settings,
                                    const messaging::Message& message) {
  const messaging::Part* body = message.body_part();
  if (body == nullptr) return fail(kNoParts, "the message holds no part to disassemble");
  Disassembler disassembler(run, settings, message);
  xml::ReaderOptions options;
  options.dtd = settings.dtd == artifacts::DtdProcessing::Ignore ? xml::Dtd::Ignore : xml::Dtd::Prohibit;
  xml::Reader reader(options, disassembler);
  disassembler.set_reader(reader);
  auto result = body->body->copy_to(reader);
  if (result) result = reader.finish();
  if (result) return disassembler.take();
  Error error = std::move(result).error();
  // What is no XML up to its root element may be something for another disassembler.
  if (!disassembler.recognized() && error.code == xml::kNotWellFormed) error.code = kNotRecognized;
  return fail(std::move(error));
}

}  // namespace sealgate::pipeline

#pragma once
// One XML document as its events go by: its properties by the paths of its schema, and whether it is valid.

#include <memory>

#include "artifacts/artifacts.h"
#include "messaging/context.h"
#include "xml/path.h"
#include "xml/xsd.h"

namespace sealgate::pipeline {

/// Collects what a schema promotes. Fed with the events of one document, from its root element on.
class PromotedValues {
 public:
  explicit PromotedValues(const artifacts::Schema& schema);
  void start_element(const xml::StartElement& element) { matcher_.start_element(element); }
  void end_element() { matcher_.end_element(); }
  void text(std::string_view text) { matcher_.text(text); }

  /// pipeline.bad-property-value, pipeline.property-too-long. `only_absent`: what is there stays.
  Result<> put_into(messaging::MessageContext& context, bool only_absent = false) const;

 private:
  const artifacts::Schema& schema_;
  xml::PathMatcher matcher_;
};

/// A document of a known schema, or of none.
class XmlDocument {
 public:
  /// `schema` may be null; it must outlive this. `validate`: by the schema's XSD.
  static Result<std::unique_ptr<XmlDocument>> create(const artifacts::Schema* schema, bool validate,
                                                     std::function<std::string()> position);

  /// The first element is the root; its namespaces must be all that are in scope there.
  Result<> start_element(const xml::StartElement& element);
  Result<> end_element(const xml::Name& name);
  Result<> text(std::string_view text);
  /// After the root ended: BTS.MessageType and what the schema promotes.
  Result<> finish(messaging::MessageContext& context);

 private:
  XmlDocument() = default;
  std::string type_;
  std::unique_ptr<PromotedValues> values_;
  std::unique_ptr<xml::XsdValidator> validator_;
};

}  // namespace sealgate::pipeline

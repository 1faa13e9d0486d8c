#pragma once
// XML Schema 1.0: compiled once, shared by all copies and threads; validation as a document's events go by.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "xml/events.h"

namespace sealgate::xml {

/// The text of an XSD as a value; copies share what was compiled from it. One document alone: import, include and
/// redefine are refused.
class Xsd {
 public:
  Xsd() = default;
  explicit Xsd(std::string text);
  bool empty() const { return state_ == nullptr; }
  const std::string& text() const;
  /// Compiles it at the first call; every later one gives the same answer. xml.bad-schema, xml.schema-import, with
  /// the line in the XSD. An empty one has no fault.
  Result<> check() const;
  /// Message types of the elements that a document can begin with; after check().
  std::vector<std::string> root_types() const;
  friend bool operator==(const Xsd& a, const Xsd& b) { return a.text() == b.text(); }

 private:
  friend class XsdValidator;
  class State;
  std::shared_ptr<State> state_;
};

/// Validates one document, or one element of a larger one.
class XsdValidator {
 public:
  /// `position` tells where the reader is, for errors. `xsd` is kept alive.
  static Result<std::unique_ptr<XsdValidator>> create(const Xsd& xsd, std::function<std::string()> position);
  ~XsdValidator();
  XsdValidator(const XsdValidator&) = delete;
  XsdValidator& operator=(const XsdValidator&) = delete;

  // xml.not-valid with the first fault; names and rules, never values.
  /// The first one is the root; its `namespaces` must be all that are in scope there.
  Result<> start_element(const StartElement& element);
  Result<> end_element(const Name& name);
  Result<> text(std::string_view text);
  /// After the root ended: what only the whole tells.
  Result<> finish();

 private:
  class Impl;
  explicit XsdValidator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::xml

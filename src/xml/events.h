#pragma once
// What a reader reports, and what writers, matchers and validators take: one document as a sequence of events.
//
// All views are UTF-8 and valid for the call only. Names, prefixes and namespaces end with a zero byte behind the
// view, unless they are empty.

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace sealgate::xml {

struct Name {
  std::string_view local;
  std::string_view prefix;  ///< empty: none
  std::string_view uri;     ///< namespace; empty: none

  bool is(std::string_view other_uri, std::string_view other_local) const {
    return local == other_local && uri == other_uri;
  }
  /// "p:local" or "local".
  std::string qualified() const;
};

/// "namespace#root", or "root" without a namespace: BTS.MessageType of a document with this root element.
std::string message_type_of(const Name& root);

struct Attribute {
  Name name;
  std::string_view value;  ///< normalised, without references
};

struct NamespaceDeclaration {
  std::string_view prefix;  ///< empty: the default namespace
  std::string_view uri;     ///< empty: none any more
};

struct StartElement {
  Name name;
  std::span<const NamespaceDeclaration> namespaces;  ///< declared here
  std::span<const Attribute> attributes;
};

/// An error ends the document: no further calls.
class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  virtual Result<> start_element(const StartElement& element) = 0;
  virtual Result<> end_element(const Name& name) = 0;
  /// In pieces of any size, cut between characters; CDATA sections are text, too.
  virtual Result<> text(std::string_view text) = 0;
  virtual Result<> comment(std::string_view text) = 0;
  virtual Result<> processing_instruction(std::string_view target, std::string_view data) = 0;
};

/// Takes everything and does nothing.
class NullHandler : public Handler {
 public:
  Result<> start_element(const StartElement& /*element*/) override { return {}; }
  Result<> end_element(const Name& /*name*/) override { return {}; }
  Result<> text(std::string_view /*text*/) override { return {}; }
  Result<> comment(std::string_view /*text*/) override { return {}; }
  Result<> processing_instruction(std::string_view /*target*/, std::string_view /*data*/) override { return {}; }
};

}  // namespace sealgate::xml

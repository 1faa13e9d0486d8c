#pragma once
// An envelope around a document, made from the paths of its schema: the elements and attributes of its properties,
// with their values from the context, and the way to its body.

#include <map>
#include <string>
#include <vector>

#include "artifacts/artifacts.h"
#include "messaging/context.h"
#include "xml/events.h"

namespace sealgate::pipeline {

/// Writes everything in front of the body's content, and, with close(), everything behind it. What the context has no
/// property for is left out. Elements stand in the order of the schema's list, before the body.
class EnvelopeWriter {
 public:
  /// `schema` has an envelope body. All must outlive it.
  EnvelopeWriter(const artifacts::Schema& schema, const messaging::MessageContext& context);
  Result<> open(xml::Handler& target);
  Result<> close(xml::Handler& target);

 private:
  struct Node {
    xml::PathStep step = {};
    std::vector<std::pair<xml::PathStep, std::string>> attributes = {};
    std::vector<Node> children = {};
    std::string text = {};
    bool on_body_path = false;
  };
  static Node& walk(Node& root, const std::vector<xml::PathStep>& steps, bool body);
  Result<> start(const Node& node, xml::Handler& target) const;
  Result<> write(const Node& node, xml::Handler& target) const;
  Result<> open(const Node& node, xml::Handler& target);
  xml::Name name_of(const xml::PathStep& step) const;

  Node root_;
  std::map<std::string, std::string> prefixes_;  ///< by namespace
  std::vector<const Node*> opened_;
};

}  // namespace sealgate::pipeline

#include "pipeline/envelope_writer.h"

#include <algorithm>

namespace sealgate::pipeline {
namespace {

bool same(const xml::PathStep& a, const xml::PathStep& b) {
  return a.local == b.local && a.uri == b.uri;
}

}  // namespace

EnvelopeWriter::EnvelopeWriter(const artifacts::Schema& schema, const messaging::MessageContext& context) {
  for (const auto& [prefix, uri] : schema.namespaces) prefixes_.emplace(uri, prefix);
  root_.step = schema.envelope_body.elements().front();
  for (const artifacts::PromotedProperty& property : schema.promoted) {
    const messaging::Property* found = context.find(property.name);
    if (found == nullptr || property.demote == artifacts::Demotion::Never) continue;
    Node& node = walk(root_, property.xpath.elements(), false);
    if (property.xpath.end() == xml::Path::End::Attribute) {
      node.attributes.emplace_back(property.xpath.attribute(), messaging::to_text(found->value));
    } else {
      node.text = messaging::to_text(found->value);
    }
  }
  // Last, so that the body stands behind the elements that are not on its path.
  walk(root_, schema.envelope_body.elements(), true);
  // Namespaces without a prefix of the schema's get one.
  const auto name_all = [this](const auto& self, const Node& node) -> void {
    const auto need = [this](const std::string& uri) {
      if (!uri.empty()) prefixes_.emplace(uri, "ns" + std::to_string(prefixes_.size()));
    };
    need(node.step.uri);
    for (const auto& [attribute, value] : node.attributes) need(attribute.uri);
    for (const Node& child : node.children) self(self, child);
  };
  name_all(name_all, root_);
}

EnvelopeWriter::Node& EnvelopeWriter::walk(Node& root, const std::vector<xml::PathStep>& steps, bool body) {
  Node* at = &root;
  at->on_body_path = at->on_body_path || body;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    auto child = std::ranges::find_if(at->children, [&](const Node& node) { return same(node.step, steps[i]); });
    if (child == at->children.end()) {
      at->children.push_back(Node{steps[i]});
      child = at->children.end() - 1;
    } else if (body) {
      std::rotate(child, child + 1, at->children.end());
      child = at->children.end() - 1;
    }
    at = &*child;
    at->on_body_path = at->on_body_path || body;
  }
  return *at;
}

xml::Name EnvelopeWriter::name_of(const xml::PathStep& step) const {
  const auto prefix = prefixes_.find(step.uri);
  return {step.local, prefix == prefixes_.end() ? std::string_view() : std::string_view(prefix->second), step.uri};
}

Result<> EnvelopeWriter::start(const Node& node, xml::Handler& target) const {
  std::vector<xml::NamespaceDeclaration> declared;
  if (&node == &root_) {
    for (const auto& [uri, prefix] : prefixes_) declared.push_back({prefix, uri});
  }
  std::vector<xml::Attribute> attributes;
  for (const auto& [attribute, value] : node.attributes) attributes.push_back({name_of(attribute), value});
  SG_TRY(target.start_element({name_of(node.step), declared, attributes}));
  return target.text(node.text);
}

Result<> EnvelopeWriter::write(const Node& node, xml::Handler& target) const {
  SG_TRY(start(node, target));
  for (const Node& child : node.children) SG_TRY(write(child, target));
  return target.end_element(name_of(node.step));
}

Result<> EnvelopeWriter::open(const Node& node, xml::Handler& target) {
  SG_TRY(start(node, target));
  opened_.push_back(&node);
  for (const Node& child : node.children) {
    SG_TRY(child.on_body_path ? open(child, target) : write(child, target));
  }
  return {};
}

Result<> EnvelopeWriter::open(xml::Handler& target) {
  return open(root_, target);
}

Result<> EnvelopeWriter::close(xml::Handler& target) {
  for (; !opened_.empty(); opened_.pop_back()) SG_TRY(target.end_element(name_of(opened_.back()->step)));
  return {};
}

}  // namespace sealgate::pipeline

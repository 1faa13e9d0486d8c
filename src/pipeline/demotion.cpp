#include "pipeline/demotion.h"

#include <algorithm>

namespace sealgate::pipeline {

using artifacts::Demotion;
using artifacts::PromotedProperty;

DemotingHandler::DemotingHandler(const artifacts::Schema* schema, const messaging::MessageContext& context,
                                 xml::Handler& next)
    : next_(next) {
  if (schema == nullptr) return;
  for (const PromotedProperty& property : schema->promoted) {
    const messaging::Property* found = context.find(property.name);
    if (found == nullptr || property.demote == Demotion::Never) continue;
    targets_.push_back(Target{&property, messaging::to_text(found->value)});
  }
}

Result<> DemotingHandler::start_element(const xml::StartElement& element) {
  ++depth_;
  // An element with elements in it is not empty; always means that they go.
  if (pending_ && pending_->always) return {};
  pending_.reset();
  std::vector<xml::Attribute> attributes(element.attributes.begin(), element.attributes.end());
  for (Target& target : targets_) {
    const auto& steps = target.property->xpath.elements();
    if (target.done || target.matched + 1 != depth_ || depth_ > steps.size() ||
        !steps[depth_ - 1].matches(element.name)) {
      continue;
    }
    target.matched = depth_;
    if (depth_ != steps.size()) continue;
    const bool always = target.property->demote == Demotion::Always;
    if (target.property->xpath.end() != xml::Path::End::Attribute) {
      target.done = true;
      pending_ = Pending{depth_, target.value, always};
      continue;
    }
    for (xml::Attribute& attribute : attributes) {
      if (!target.property->xpath.attribute().matches(attribute.name)) continue;
      target.done = true;
      if (always || attribute.value.empty()) attribute.value = target.value;
      break;
    }
  }
  return next_.start_element({element.name, element.namespaces, attributes});
}

Result<> DemotingHandler::end_element(const xml::Name& name) {
  const std::size_t depth = depth_--;
  for (Target& target : targets_) target.matched = std::min(target.matched, depth_);
  if (pending_) {
    if (depth != pending_->depth) return {};
    const std::string value = std::move(pending_->value);
    pending_.reset();
    SG_TRY(next_.text(value));
  }
  return next_.end_element(name);
}

Result<> DemotingHandler::text(std::string_view text) {
  if (pending_ && pending_->always) return {};
  if (!text.empty()) pending_.reset();
  return next_.text(text);
}

Result<> DemotingHandler::comment(std::string_view text) {
  return pending_ && pending_->always ? Result<>() : next_.comment(text);
}

Result<> DemotingHandler::processing_instruction(std::string_view target, std::string_view data) {
  return pending_ && pending_->always ? Result<>() : next_.processing_instruction(target, data);
}

}  // namespace sealgate::pipeline

#pragma once
// Context properties put back into a document while it is written.

#include <optional>
#include <string>
#include <vector>

#include "artifacts/artifacts.h"
#include "messaging/context.h"
#include "xml/events.h"

namespace sealgate::pipeline {

/// Passes a document on, with the properties that its schema demotes put into the elements and attributes at their
/// paths. Only nodes that are there are filled; the first at each path.
class DemotingHandler final : public xml::Handler {
 public:
  /// `schema` may be null: nothing is demoted. All must outlive it.
  DemotingHandler(const artifacts::Schema* schema, const messaging::MessageContext& context, xml::Handler& next);

  Result<> start_element(const xml::StartElement& element) override;
  Result<> end_element(const xml::Name& name) override;
  Result<> text(std::string_view text) override;
  Result<> comment(std::string_view text) override;
  Result<> processing_instruction(std::string_view target, std::string_view data) override;

 private:
  struct Target {
    const artifacts::PromotedProperty* property;
    std::string value;
    std::size_t matched = 0;  ///< steps of the path that the open elements fit
    bool done = false;
  };
  /// The element whose content waits for its value.
  struct Pending {
    std::size_t depth;
    std::string value;
    bool always;
  };

  xml::Handler& next_;
  std::vector<Target> targets_;
  std::optional<Pending> pending_;
  std::size_t depth_ = 0;
};

}  // namespace sealgate::pipeline

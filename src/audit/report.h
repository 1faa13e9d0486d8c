#pragma once
// Findings and the threat model as documents. Names, addresses and subjects come from partners and administrators:
// whatever they hold is text, never markup.

#include "audit/threat_model.h"

namespace sealgate::audit {

struct Report {
  std::string title = {};
  std::string group = {};
  Time made = {};
  std::vector<Finding> findings = {};
  std::vector<Flow> flows = {};  ///< empty: without threat model
};

std::string to_markdown(const Report& report);
/// A page that stands alone: no script, no style from elsewhere.
std::string to_html(const Report& report);

/// Text for HTML, in elements and in attributes; control characters become blanks.
std::string escape_html(std::string_view text);
/// Text for a paragraph or a table cell of Markdown.
std::string escape_markdown(std::string_view text);

}  // namespace sealgate::audit

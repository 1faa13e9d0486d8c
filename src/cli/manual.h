#pragma once
// Pages as text: manual pages in roff, and the reference in Markdown.

#include <string>

#include "cli/pages.h"

namespace sealgate::cli {

/// "sealgate-cert-list": the name of its manual page, in section 1.
std::string manual_name(const Page& page);

/// A manual page (man(7)) that man and mandoc render without a complaint.
std::string to_roff(const Page& page);

/// The whole reference: contents, then every command.
std::string to_markdown(const Page& program);

}  // namespace sealgate::cli

#pragma once
// How the audit log tells of what is about to be done, where the change and its record are not one commit.

#include <string_view>

namespace sealgate::access {

/// The outcome of such a record. Another one with the same action tells how it ended; without that nobody knows.
inline constexpr std::string_view kBegun = "begun";

}  // namespace sealgate::access

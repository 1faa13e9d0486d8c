#pragma once
// The file name that a message gets by the pattern of its agreement: text with the properties of the message between
// percent signs, "%FILE.ReceivedFileName%" or "order-%Orders.Number%.xml".

#include <string>
#include <string_view>

#include "base/error.h"
#include "messaging/context.h"

namespace sealgate::artifacts {

/// Fails with artifacts.bad-value for a pattern that is empty or longer than 256 bytes, and for a word between
/// percent signs that is no name of a property: it would stand in file names for ever.
Result<> check_file_name_pattern(std::string_view pattern);

struct ExpandedFileName {
  std::string name;     ///< safe as as2/file_name.h says; may be empty
  std::string missing;  ///< the first property that the message does not have; nothing stands in its place
};

/// Of a property that holds a path only its last component.
ExpandedFileName expand_file_name(std::string_view pattern, const messaging::MessageContext& context);

}  // namespace sealgate::artifacts

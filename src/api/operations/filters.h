#pragma once
// Filter expressions as people write them.

#include "api/call.h"
#include "messaging/filter.h"

namespace sealgate::api {

/// messaging.bad-filter, of a parameter api.bad-parameter; api.forbidden when it asks for a property whose value the
/// caller may not see, for whoever can ask often enough can guess it. `where` is the field or parameter that it came
/// in.
Result<messaging::Filter> filter_of(const Call& call, const std::string& text, const std::string& where);

}  // namespace sealgate::api

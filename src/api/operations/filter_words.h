#pragma once
// Filter expressions as people write them, and how they do on one message.

#include <nlohmann/json_fwd.hpp>

#include "admin/work.h"
#include "api/call.h"
#include "messaging/filter.h"

namespace sealgate::api {

/// What of a context this caller may see.
admin::ContextView context_view_of(const Call& call);

/// messaging.bad-filter, of a parameter api.bad-parameter; api.forbidden when it asks for a property whose value the
/// caller may not see, for whoever can ask often enough can guess it. `where` is the field or parameter that it came
/// in.
Result<messaging::Filter> filter_of(const Call& call, const std::string& text, const std::string& where);

/// Each statement, whether it holds, and what the message has.
nlohmann::ordered_json filter_against(const messaging::Filter& filter, const messaging::MessageContext& context,
                                      admin::ContextView view);

}  // namespace sealgate::api

#pragma once
// When a message was accepted, as its id says (messaging/ids.h).

#include <optional>

#include "messaging/ids.h"

namespace sealgate::store::tracking {

/// Nothing for an id that was not made here.
std::optional<Time> time_of(const messaging::MessageId& id);

}  // namespace sealgate::store::tracking

#pragma once
// From what an adapter says (names and text) to the typed context of a message.

#include "adapters/common/adapter.h"
#include "messaging/context.h"

namespace sealgate::hosts {

/// Properties of the registry get their type; the short ones an operator routes by are promoted, the rest is written.
/// Text past the limits of a context is cut, a value that does not read as its type is left out: a partner's odd
/// header must not stop a message.
messaging::MessageContext typed_context(const adapters::ContextEntries& entries);

}  // namespace sealgate::hosts

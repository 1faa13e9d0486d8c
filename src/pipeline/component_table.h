#pragma once
// The one table of what components do.

#include <variant>

#include "pipeline/stages.h"

namespace sealgate::pipeline {

using ComponentAction = std::variant<ReceiveStep, Disassemble, SendStep>;

/// By the type of its settings.
const ComponentAction& action_of(const artifacts::ComponentSettings& settings);

}  // namespace sealgate::pipeline

#pragma once
// The least level that log() writes, changed while the program runs; only who runs the program needs it.

#include "base/log.h"

namespace sealgate {

/// From now on. Thread-safe.
void set_log_level(LogLevel minimum);

}  // namespace sealgate

#pragma once
// Dates of HTTP (RFC 9110 section 5.6.7).

#include <string>

#include "base/clock.h"

namespace sealgate {

/// "Sat, 21 Nov 2026 20:50:00 GMT", whatever the locale.
std::string to_http_date(Time time);

}  // namespace sealgate

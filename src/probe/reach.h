#pragma once
// The way to a server: its addresses, and whether each takes a connection. Everything ends at a deadline.

#include <chrono>
#include <string>
#include <vector>

#include "base/error.h"
#include "io/file.h"

namespace sealgate::probe {

using Deadline = std::chrono::steady_clock::time_point;

/// Milliseconds from now on, for poll(); 0 when it is over.
int left_until(Deadline deadline);

/// More addresses than these are not looked at.
inline constexpr std::size_t kMaxAddresses = 16;

/// Numeric addresses of a name (or of an address), in the order in which the system would try them, each once.
/// probe.unknown-host when there is none before the deadline.
Result<std::vector<std::string>> resolve(const std::string& host, Deadline deadline);

/// A connected socket that does not block. probe.connection-refused, probe.connect-timeout, probe.unreachable.
Result<io::FileDescriptor> connect_to(const std::string& numeric, const std::string& port, Deadline deadline);

}  // namespace sealgate::probe

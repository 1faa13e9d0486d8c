#pragma once
// Service windows: when a send port may send by a transport and when a receive location may take messages. They go by
// the wall clock of their time zone: an hour that the clock shows twice is open twice, an hour that it leaves out is
// not there.

#include "artifacts/artifacts.h"

namespace sealgate::hosts {

/// `now` when the window is open, else when it opens next. io.no-such-time-zone when the zone is not known (any
/// more).
Result<Time> opens_at(const artifacts::ServiceWindow& window, Time now);
/// Same; no window is always open.
Result<Time> opens_at(const std::optional<artifacts::ServiceWindow>& window, Time now);

/// For receive locations: false outside of the window. A window whose zone is not known is closed and said so once a
/// call in the log.
bool is_open(const std::optional<artifacts::ServiceWindow>& window, Time now);

}  // namespace sealgate::hosts

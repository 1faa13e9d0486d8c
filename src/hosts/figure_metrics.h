#pragma once
// The figures of the group in Prometheus' text format. Every instance tells the same: they are of the store, and go
// on growing over restarts.

#include "store/common/store.h"

namespace sealgate::hosts {

/// At most so many locations and send ports are told apart.
inline constexpr std::size_t kMaximumMetricSubjects = 2'000;

/// Reads a few rows of the store.
Result<std::string> figure_metrics(store::Store& store);

}  // namespace sealgate::hosts

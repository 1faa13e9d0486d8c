#pragma once
// A measurement of something that failed is none: the program says what it was and ends.

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/error.h"

namespace sealgate::bench {

inline void must(const Result<>& result) {
  if (result) return;
  std::fprintf(stderr, "%s\n", result.error().to_string().c_str());
  std::exit(1);
}

template <typename T>
T must(Result<T> result) {
  if (result) return std::move(result).value();
  std::fprintf(stderr, "%s\n", result.error().to_string().c_str());
  std::exit(1);
}

}  // namespace sealgate::bench

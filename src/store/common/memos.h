#pragma once
// Small facts that must outlive a restart and be known to every host instance of the group, such as "this warning was
// sent". A key is chosen by who writes it and begins with the subject: "expiry/<sha256>/30/webhook".

#include <cstddef>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace sealgate::store {

struct Memo {
  std::string key = {};    ///< 1 to kMaxMemoKey bytes
  std::string value = {};  ///< at most kMaxMemoValue bytes
  Time written = {};
  friend bool operator==(const Memo&, const Memo&) = default;
};

inline constexpr std::size_t kMaxMemoKey = 250;
inline constexpr std::size_t kMaxMemoValue = 4096;

/// Thread-safe; durable when a call returns.
class Memos {
 public:
  Memos() = default;
  Memos(const Memos&) = delete;
  Memos& operator=(const Memos&) = delete;
  virtual ~Memos() = default;

  /// Those whose key begins with `prefix`, by key. None is no error.
  virtual Result<std::vector<Memo>> list(const std::string& prefix) = 0;
  /// Adds it, or replaces the one of the same key. store.bad-memo when it is over a limit.
  virtual Result<> put(const Memo& memo) = 0;
  /// Removes those whose key begins with `prefix` and that were written before `before`.
  virtual Result<> forget(const std::string& prefix, Time before) = 0;
};

/// store.bad-memo; the same for every backend.
Result<> check_memo(const Memo& memo);

}  // namespace sealgate::store

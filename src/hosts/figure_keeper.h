#pragma once
// Keeps the figures (store/common/figures/): counts what was sealed, notes how much work there is, forgets what is
// old. The thread of the tracking keeper calls it, in the one process of the group that seals.

#include <chrono>
#include <string>

#include "store/common/figures/figure_book.h"
#include "store/common/store.h"

namespace sealgate::hosts {

class FigureKeeper {
 public:
  /// `store` outlives it.
  explicit FigureKeeper(store::Store& store) : store_(store), book_(store.tracking_storage()) {}
  /// After each sealing. What fails is logged once and tried again the next time.
  void round();

 private:
  Result<> keep();

  store::Store& store_;
  store::figures::FigureBook book_;
  std::chrono::steady_clock::time_point next_note_;
  std::chrono::steady_clock::time_point next_forget_;
  std::string trouble_;
};

}  // namespace sealgate::hosts

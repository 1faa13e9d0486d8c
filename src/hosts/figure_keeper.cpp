#include "hosts/figure_keeper.h"

#include "base/log.h"

namespace sealgate::hosts {
namespace {

constexpr std::chrono::seconds kNoteEvery{10};
constexpr std::chrono::minutes kForgetEvery{30};
/// In one transaction; and in one round, so that sealing goes on while an old log is counted.
constexpr std::size_t kSealsAtOnce = 64;
constexpr int kTimes = 8;

}  // namespace

void FigureKeeper::round() {
  const auto kept = keep();
  if (kept) {
    trouble_.clear();
    return;
  }
  std::string reason = kept.error().to_string();
  if (reason == trouble_) return;
  log(LogLevel::Error, "the figures cannot be kept", {{"reason", reason}});
  trouble_ = std::move(reason);
}

Result<> FigureKeeper::keep() {
  for (int i = 0; i < kTimes; ++i) {
    SG_TRY_ASSIGN(const std::size_t counted, book_.count(kSealsAtOnce));
    if (counted < kSealsAtOnce) break;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now >= next_note_) {
    SG_TRY_ASSIGN(const messaging::Counts counts, store_.box().counts());
    const std::uint64_t waiting = counts.ready + counts.active + counts.retrying + counts.scheduled;
    SG_TRY(book_.note({waiting, counts.suspended}, store_.clock().now()));
    next_note_ = now + kNoteEvery;
  }
  if (now >= next_forget_) {
    SG_TRY(book_.forget(store_.clock().now()));
    next_forget_ = now + kForgetEvery;
  }
  return {};
}

}  // namespace sealgate::hosts

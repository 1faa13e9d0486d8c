#include "hosts/circuit_breaker.h"

#include "base/log.h"

namespace sealgate::hosts {
namespace {

/// Addresses of dynamic ports come from messages: there is no end of them. Past this many, the first is forgotten.
constexpr std::size_t kMaximumDestinations = 10'000;

void say(LogLevel level, const char* what, const Destination& destination) {
  log(level, what,
      {{"port", destination.port},
       {"transport", destination.transport == 0 ? "primary" : "backup"},
       {"address", destination.address}});
}

}  // namespace

std::optional<CircuitBreakers::Moment> CircuitBreakers::ask(const Destination& destination, Moment now) {
  const std::lock_guard lock(mutex_);
  const auto found = failing_.find(destination);
  if (found == failing_.end() || !found->second.open) return std::nullopt;
  State& state = found->second;
  if (now < state.until) return state.until;
  if (state.probing) return now + state.pause;
  state.probing = true;
  return std::nullopt;
}

void CircuitBreakers::succeeded(const Destination& destination) {
  const std::lock_guard lock(mutex_);
  const auto found = failing_.find(destination);
  if (found == failing_.end()) return;
  if (found->second.open) say(LogLevel::Info, "destination works again", destination);
  failing_.erase(found);
}

void CircuitBreakers::failed(const Destination& destination, const artifacts::CircuitBreaker& settings, Moment now) {
  const std::lock_guard lock(mutex_);
  if (failing_.size() >= kMaximumDestinations && !failing_.contains(destination)) failing_.erase(failing_.begin());
  State& state = failing_[destination];
  ++state.failures;
  const bool again = state.open;
  // What was on its way when it opened fails too, and must not make the pause longer each time.
  if (again ? !state.probing : state.failures < settings.failures) return;
  state.open = true;
  state.probing = false;
  state.pause = settings.pause;
  state.until = now + settings.pause;
  if (!again) say(LogLevel::Warning, "destination paused: it failed too often in a row", destination);
}

void CircuitBreakers::abandoned(const Destination& destination) {
  const std::lock_guard lock(mutex_);
  const auto found = failing_.find(destination);
  if (found != failing_.end()) found->second.probing = false;
}

CircuitBreakers::Closed CircuitBreakers::closed(Moment now) const {
  Closed closed;
  const std::lock_guard lock(mutex_);
  for (const auto& [destination, state] : failing_) {
    if (!state.open || destination.transport != 0 || !destination.address.empty()) continue;
    (now < state.until || state.probing ? closed.paused : closed.probing).push_back(destination.port);
  }
  return closed;
}

}  // namespace sealgate::hosts

#pragma once
// How long each part of a request may take. libcurl knows one limit for connecting and one for everything.

#include <chrono>
#include <optional>

#include "net/http_client.h"

namespace sealgate::net::client {

enum class Phase { Connect, Tls, Send, Answer, Receive };

/// Where a request is, and since when nothing moved there.
class PhaseClock {
 public:
  using Clock = std::chrono::steady_clock;

  /// Also when it is there already: a new connection begins anew.
  void enter(Phase phase) {
    phase_ = phase;
    moved();
  }
  Phase phase() const { return phase_; }
  /// A byte more went out or came in. Connecting and the handshake have no such relief.
  void moved() { since_ = Clock::now(); }
  /// net.timeout when the phase has taken longer than the request allows.
  std::optional<Error> overdue(const HttpClientRequest& request) const;

 private:
  Phase phase_ = Phase::Connect;
  Clock::time_point since_ = Clock::now();
};

}  // namespace sealgate::net::client

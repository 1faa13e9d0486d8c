#include "net/client/phases.h"

#include <string>

#include "net/errors.h"

namespace sealgate::net::client {
namespace {

struct Limit {
  std::chrono::milliseconds time;
  const char* what;
  const char* remedy;
};

Limit limit_of(Phase phase, const HttpClientRequest& request) {
  switch (phase) {
    case Phase::Connect:
      return {request.connect_timeout, "there was no connection", "check name, port, firewall, and that it runs"};
    case Phase::Tls:
      return {request.tls_timeout, "the TLS handshake was not over", "ask the partner's operator"};
    case Phase::Send:
      return {request.stall_timeout, "nothing more of the message was taken", "ask the partner's operator"};
    case Phase::Answer:
      return {request.answer_timeout, "there was no answer",
              "raise the time limit of the send port or ask the partner"};
    case Phase::Receive:
      return {request.stall_timeout, "nothing more of the answer came", "ask the partner's operator"};
  }
  return {};
}

}  // namespace

std::optional<Error> PhaseClock::overdue(const HttpClientRequest& request) const {
  const Limit limit = limit_of(phase_, request);
  if (Clock::now() - since_ < limit.time) return std::nullopt;
  return Error{
      kTimeout,
      std::string("the server took too long: ") + limit.what + " after " + std::to_string(limit.time.count()) + " ms",
      request.url, limit.remedy};
}

}  // namespace sealgate::net::client

#include "hosts/callers.h"

#include <vector>

#include "hosts/errors.h"
#include "messaging/property_names.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;

/// A token is the UUID of the call, the length of the instance's name in decimal, that name, and the port's:
/// "…:5:local Orders" without the blank.
constexpr std::size_t kUuid = 36;

std::string make_token(const std::string& uuid, const std::string& instance, const std::string& port) {
  return (uuid + ":" + std::to_string(instance.size()) + ":" + instance + port)
      .substr(0, messaging::kMaximumPromotedText);
}

}  // namespace

bool Call::settle(adapters::Answer answer) {
  std::function<void()> ready;
  {
    const std::lock_guard lock(mutex_);
    if (settled_) return false;
    settled_ = true;
    answer_ = std::move(answer);
    ready.swap(ready_);
  }
  if (ready) ready();
  return true;
}

void Call::on_ready(std::function<void()> ready) {
  {
    const std::lock_guard lock(mutex_);
    if (!settled_) {
      ready_ = std::move(ready);
      return;
    }
  }
  ready();
}

adapters::Answer Call::take() {
  const std::lock_guard lock(mutex_);
  return std::move(answer_);
}

Result<std::shared_ptr<Call>> Callers::expect(const std::string& port, const std::string& location,
                                              std::chrono::milliseconds timeout, Time now) {
  SG_TRY_ASSIGN(const std::string uuid, messaging::make_uuid_v7(now));
  auto call =
      std::make_shared<Call>(make_token(uuid, instance_, port), location, std::chrono::steady_clock::now() + timeout);
  const std::lock_guard lock(mutex_);
  if (ended_) return fail(kStopping, "the gateway is stopping", {}, "send it again in a moment");
  std::erase_if(calls_, [this](const auto& entry) { return calls_.size() >= limit_ && entry.second.expired(); });
  if (calls_.size() >= limit_) {
    return fail(kTooManyCallers, std::to_string(limit_) + " callers wait for a response already",
                "receive location " + location, "send it again later; ask why responses take so long");
  }
  calls_[call->token()] = call;
  return call;
}

std::shared_ptr<Call> Callers::find(const std::string& token) {
  const std::lock_guard lock(mutex_);
  const auto found = calls_.find(token);
  return found == calls_.end() ? nullptr : found->second.lock();
}

void Callers::expire(Call::Moment now) {
  std::vector<std::shared_ptr<Call>> late;
  {
    const std::lock_guard lock(mutex_);
    for (auto at = calls_.begin(); at != calls_.end();) {
      auto call = at->second.lock();
      const bool over = call == nullptr || call->until() <= now;
      if (call != nullptr && over) late.push_back(std::move(call));
      at = over ? calls_.erase(at) : std::next(at);
    }
  }
  for (const auto& call : late) {
    adapters::Answer answer;
    answer.kind = adapters::Answer::Kind::TimedOut;
    answer.reason = "no response came in the time that the location gives";
    call->settle(std::move(answer));
  }
}

void Callers::end() {
  std::map<std::string, std::weak_ptr<Call>> calls;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    calls.swap(calls_);
  }
  for (const auto& [token, weak] : calls) {
    const auto call = weak.lock();
    if (call == nullptr) continue;
    adapters::Answer answer;
    answer.kind = adapters::Answer::Kind::Stopping;
    answer.reason = "the gateway is stopping";
    call->settle(std::move(answer));
  }
}

std::optional<messaging::Delivery> caller_of(const messaging::MessageContext& context) {
  if (!context.boolean(names::kRouteDirectToTransport).value_or(false)) return std::nullopt;
  const std::string token = context.text_or_empty(names::kRequestResponseToken);
  const std::size_t colon = token.find(':', kUuid + 1);
  if (colon == std::string::npos || token[kUuid] != ':') return std::nullopt;
  std::size_t length = 0;
  for (const char c : std::string_view(token).substr(kUuid + 1, colon - kUuid - 1)) {
    if (c < '0' || c > '9' || length > token.size()) return std::nullopt;
    length = length * 10 + static_cast<std::size_t>(c - '0');
  }
  if (length == 0 || length > token.size() - colon - 1) return std::nullopt;
  messaging::Delivery delivery;
  delivery.kind = messaging::WorkKind::Respond;
  delivery.instance = token.substr(colon + 1, length);
  delivery.port = token.substr(colon + 1 + length);
  delivery.priority = messaging::kHighestPriority;
  return delivery;
}

bool address_to_caller(messaging::MessageContext& answer, const messaging::MessageContext& request) {
  const auto token = request.text(names::kRequestResponseToken);
  if (!token || request.boolean(names::kRouteDirectToTransport).value_or(false)) return false;
  answer.promote(names::kRequestResponseToken, *token);
  answer.promote(names::kRouteDirectToTransport, true);
  return true;
}

}  // namespace sealgate::hosts

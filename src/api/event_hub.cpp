#include "api/event_hub.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "api/errors.h"
#include "api/problem.h"
#include "crypto/digest.h"

namespace sealgate::api {
namespace {

using Clock = std::chrono::steady_clock;

/// Comments are passed over by readers.
constexpr std::string_view kHeartbeat = ": alive\n\n";
/// How soon a reader comes back whose connection was lost, in milliseconds.
constexpr std::string_view kGreeting = "retry: 1000\n\n";

std::string digest_of(const std::string& text) {
  const auto digest = crypto::digest(crypto::DigestAlgorithm::Sha256, as_bytes(text));
  return digest ? to_hex(digest->view().first(8)) : std::string("?");
}

/// "17.5.0123456789abcdef": revisions of configuration and certificates, digest of the figures.
std::vector<std::string> pieces_of(const std::string& id) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at <= id.size();) {
    const std::size_t end = std::min(id.find('.', at), id.size());
    pieces.push_back(id.substr(at, end - at));
    at = end + 1;
  }
  pieces.resize(3);
  return pieces;
}

}  // namespace

std::string event_id(const GroupState& state) {
  return std::to_string(state.configuration) + "." + std::to_string(state.certificates) + "." +
         digest_of(state.figures);
}

std::string events_since(const std::string& last_id, const GroupState& state) {
  const std::vector<std::string> seen = pieces_of(last_id);
  const std::string id = event_id(state);
  const std::vector<std::string> now = pieces_of(id);
  std::string events;
  const auto add = [&](std::string_view name, const std::string& data) {
    events += "id: " + id + "\nevent: " + std::string(name) + "\ndata: " + data + "\n\n";
  };
  if (seen[0] != now[0]) add("configuration", "{\"revision\":" + now[0] + "}");
  if (seen[1] != now[1]) add("certificates", "{\"revision\":" + now[1] + "}");
  if (seen[2] != now[2]) add("status", state.status);
  return events;
}

struct EventHub::Listener {
  Request request;
  std::string seen = {};             ///< id of what was given to him
  std::function<void()> ready = {};  ///< set while he waits
  Clock::time_point said = Clock::now();
  Clock::time_point checked = Clock::now();
  Clock::time_point came = Clock::now();
  bool ended = false;
};

class EventHub::Stream final : public net::StreamedBody {
 public:
  Stream(EventHub& hub, std::shared_ptr<Listener> listener) : hub_(hub), listener_(std::move(listener)) {}
  ~Stream() override {
    const std::lock_guard lock(hub_.mutex_);
    hub_.listeners_.remove(listener_);
  }
  void on_ready(std::function<void()> ready) override {
    {
      const std::lock_guard lock(hub_.mutex_);
      if (!listener_->ended && !hub_.ends_ && !hub_.has_news(*listener_)) {
        listener_->ready = std::move(ready);
        return;
      }
    }
    ready();
  }
  std::optional<std::string> next() override {
    const std::lock_guard lock(hub_.mutex_);
    if (listener_->ended || hub_.ends_) return std::nullopt;
    std::string text;
    if (hub_.has_news(*listener_)) {
      text = events_since(listener_->seen, *hub_.state_);
      listener_->seen = hub_.state_id_;
      listener_->ended = listener_->request.once;
    }
    if (text.empty()) text = kHeartbeat;
    listener_->said = Clock::now();
    return text;
  }

 private:
  EventHub& hub_;
  std::shared_ptr<Listener> listener_;
};

EventHub::EventHub(Look look, EventTimes times)
    : look_(std::move(look)), times_(times), watcher_([this] { watch(); }) {}

EventHub::~EventHub() {
  stop();
}

void EventHub::stop() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  if (watcher_.joinable()) watcher_.join();
}

std::size_t EventHub::listeners() const {
  const std::lock_guard lock(mutex_);
  return listeners_.size();
}

bool EventHub::has_news(const Listener& one) const {
  return state_ != nullptr && one.seen != state_id_;
}

Result<net::HttpResponse> EventHub::follow(Request request) {
  auto listener = std::make_shared<Listener>();
  listener->seen = request.last_id;
  listener->request = std::move(request);
  {
    const std::lock_guard lock(mutex_);
    if (listeners_.size() >= kMaxListeners) {
      return fail(kTooManyRequests, "too many listen to events", {}, "try again later");
    }
    listeners_.push_back(listener);
    fresh_ = true;
  }
  changed_.notify_all();
  net::HttpResponse response = answer(200, "text/event-stream", std::string(kGreeting));
  // A proxy that gathers answers would keep the news for itself.
  response.headers.add("X-Accel-Buffering", "no");
  response.stream = std::make_shared<Stream>(*this, std::move(listener));
  return response;
}

/// Without the lock: it asks the store.
void EventHub::ask_who_may() {
  std::vector<std::shared_ptr<Listener>> asked;
  const auto now = Clock::now();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : listeners_) {
      if (!one->request.allowed || one->ended || now - one->checked < times_.check) continue;
      one->checked = now;
      asked.push_back(one);
    }
  }
  for (const auto& one : asked) {
    if (one->request.allowed()) continue;
    const std::lock_guard lock(mutex_);
    one->ended = true;
  }
}

/// What is to be called because there is something to say.
EventHub::Ready EventHub::due(Clock::time_point now) {
  Ready ready;
  for (const auto& one : listeners_) {
    if (one->request.once && now - one->came >= times_.once) one->ended = true;
    if (!one->ready) continue;
    const bool says = ends_ || one->ended || has_news(*one) || now - one->said >= times_.heartbeat;
    if (says) ready.push_back(std::exchange(one->ready, {}));
  }
  return ready;
}

void EventHub::watch() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || !listeners_.empty(); });
    fresh_ = false;
    const bool ends = ends_;
    lock.unlock();
    const auto state = ends ? Result<std::shared_ptr<const GroupState>>(nullptr) : look_();
    if (!ends) ask_who_may();
    lock.lock();
    if (state && *state != nullptr && *state != state_) {
      state_ = *state;
      state_id_ = event_id(*state_);
    }
    const Ready ready = due(Clock::now());
    lock.unlock();
    for (const auto& call : ready) call();
    lock.lock();
    if (ends) return;
    changed_.wait_for(lock, times_.look, [this] { return ends_ || fresh_; });
  }
}

}  // namespace sealgate::api

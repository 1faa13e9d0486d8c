#include "api/event_hub.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "api/errors.h"
#include "api/problem.h"
#include "crypto/digest.h"

namespace sealgate::api {
namespace {

constexpr std::chrono::milliseconds kLook{500};
/// What an answer without news says: comments are passed over by readers.
constexpr std::string_view kNothing = ": nothing new\n\n";

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

std::string events_since(const std::string& last_id, const GroupState& state) {
  const std::vector<std::string> seen = pieces_of(last_id);
  const std::vector<std::string> now{std::to_string(state.configuration), std::to_string(state.certificates),
                                     digest_of(state.figures)};
  const std::string id = now[0] + "." + now[1] + "." + now[2];
  std::string events;
  const auto add = [&](std::string_view name, const std::string& data) {
    events += "id: " + id + "\nevent: " + std::string(name) + "\ndata: " + data + "\n\n";
  };
  if (seen[0] != now[0]) add("configuration", "{\"revision\":" + now[0] + "}");
  if (seen[1] != now[1]) add("certificates", "{\"revision\":" + now[1] + "}");
  if (seen[2] != now[2]) add("status", state.status);
  return events;
}

struct EventHub::Waiting {
  std::string last_id;
  std::chrono::steady_clock::time_point deadline;
  std::function<void()> ready;  ///< empty once it was called
  std::string news = {};
};

class EventHub::Later final : public net::LaterResponse {
 public:
  Later(EventHub& hub, std::shared_ptr<Waiting> waiting) : hub_(hub), waiting_(std::move(waiting)) {}
  ~Later() override {
    const std::lock_guard lock(hub_.mutex_);
    hub_.waiting_.remove(waiting_);
  }
  void on_ready(std::function<void()> ready) override {
    {
      const std::lock_guard lock(hub_.mutex_);
      if (!hub_.ends_) {
        waiting_->ready = std::move(ready);
        hub_.fresh_ = true;
        hub_.changed_.notify_all();
        return;
      }
    }
    ready();
  }
  net::HttpResponse take() override {
    const std::lock_guard lock(hub_.mutex_);
    net::HttpResponse response = answer(200, "text/event-stream", "retry: 1000\n");
    response.body += waiting_->news.empty() ? std::string(kNothing) : waiting_->news;
    add_security_headers(response);
    return response;
  }

 private:
  EventHub& hub_;
  std::shared_ptr<Waiting> waiting_;
};

EventHub::EventHub(std::shared_ptr<StatusBoard> board, std::chrono::milliseconds longest)
    : board_(std::move(board)), longest_(longest), watcher_([this] { watch(); }) {}

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

Result<net::HttpResponse> EventHub::follow(const std::string& last_id) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kMaxWaiting) {
    return fail(kTooManyRequests, "too many are waiting for events", {}, "try again later");
  }
  auto waiting = std::make_shared<Waiting>();
  waiting->last_id = last_id;
  waiting->deadline = std::chrono::steady_clock::now() + longest_;
  waiting_.push_back(waiting);
  net::HttpResponse response;
  response.later = std::make_shared<Later>(*this, std::move(waiting));
  return response;
}

void EventHub::watch() {
  std::unique_lock lock(mutex_);
  const auto somebody = [this] { return ends_ || !waiting_.empty(); };
  while (true) {
    changed_.wait(lock, somebody);
    const bool ends = ends_;
    fresh_ = false;
    lock.unlock();
    // Without the lock: it asks the store.
    const auto state = board_->look();
    lock.lock();
    std::vector<std::function<void()>> ready;
    const auto now = std::chrono::steady_clock::now();
    for (const auto& one : waiting_) {
      if (!one->ready) continue;
      if (state) one->news = events_since(one->last_id, **state);
      if (ends || now >= one->deadline || !one->news.empty()) ready.push_back(std::exchange(one->ready, {}));
    }
    lock.unlock();
    for (const auto& call : ready) call();
    lock.lock();
    if (ends) return;
    changed_.wait_for(lock, kLook, [this] { return ends_ || fresh_; });
  }
}

}  // namespace sealgate::api

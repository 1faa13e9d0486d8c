#pragma once
// Live views: who listens gets what changed when it happens, and is told now and then that he is still heard. The id
// of an event says all that its reader has seen, so that any host instance can go on, also after a restart. Nothing
// is queued for anybody: who is slow gets the state as it is when he is ready for it, and who takes nothing for long
// is cut by the server (HttpServerOptions::stream_timeout).

#include <condition_variable>
#include <list>
#include <thread>

#include "api/status_board.h"
#include "net/http_server.h"

namespace sealgate::api {

struct EventTimes {
  std::chrono::milliseconds look{500};                       ///< between two looks at the group
  std::chrono::milliseconds heartbeat{15'000};               ///< a comment, when there was nothing to say for so long
  std::chrono::milliseconds check{std::chrono::seconds(5)};  ///< between two questions whether one may still listen
  std::chrono::milliseconds once{20'000};                    ///< how long one waits who wants one piece of news
};

class EventHub {
 public:
  static constexpr std::size_t kMaxListeners = 500;
  /// How the group is now (StatusBoard::look).
  using Look = std::function<Result<std::shared_ptr<const GroupState>>()>;
  explicit EventHub(Look look, EventTimes times = {});
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  struct Request {
    std::string last_id = {};            ///< of the last event that was seen; empty: none
    bool once = false;                   ///< ends after the first piece of news
    std::function<bool()> allowed = {};  ///< asked from time to time; false ends the stream. Empty: always
  };
  /// api.too-many-requests when too many listen.
  Result<net::HttpResponse> follow(Request request);
  std::size_t listeners() const;
  /// Every stream ends, and nobody listens any more. Idempotent.
  void stop();

 private:
  struct Listener;
  class Stream;
  using Ready = std::vector<std::function<void()>>;
  void watch();
  void ask_who_may();
  Ready due(std::chrono::steady_clock::time_point now);
  bool has_news(const Listener& one) const;

  const Look look_;
  const EventTimes times_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<std::shared_ptr<Listener>> listeners_;
  std::shared_ptr<const GroupState> state_;
  std::string state_id_;  ///< empty: nobody has looked yet
  bool fresh_ = false;    ///< somebody has come to listen
  bool ends_ = false;
  std::thread watcher_;
};

/// Says all of it that can be seen to change.
std::string event_id(const GroupState& state);
/// The events that a reader who has seen `last_id` has not seen; empty: none.
std::string events_since(const std::string& last_id, const GroupState& state);

}  // namespace sealgate::api

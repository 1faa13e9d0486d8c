#pragma once
// Live views: who asks what changed since he last looked gets it at once, or when it happens. The id of an event says
// all that its reader has seen, so that any host instance can go on, also after a restart; nothing is kept for
// anybody.

#include <condition_variable>
#include <list>
#include <thread>

#include "api/status_board.h"
#include "net/http_server.h"

namespace sealgate::api {

class EventHub {
 public:
  static constexpr std::size_t kMaxWaiting = 500;
  explicit EventHub(std::shared_ptr<StatusBoard> board, std::chrono::milliseconds longest = std::chrono::seconds(20));
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  /// The answer to one who has seen `last_id`; empty: nothing. api.too-many-requests when too many wait.
  Result<net::HttpResponse> follow(const std::string& last_id);
  /// Everybody who waits gets an answer, and nobody waits any more. Idempotent.
  void stop();

 private:
  struct Waiting;
  class Later;
  void watch();

  const std::shared_ptr<StatusBoard> board_;
  const std::chrono::milliseconds longest_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<std::shared_ptr<Waiting>> waiting_;
  bool fresh_ = false;  ///< somebody has come to wait
  bool ends_ = false;
  std::thread watcher_;
};

/// The events that a reader who has seen `last_id` has not seen; empty: none.
std::string events_since(const std::string& last_id, const GroupState& state);

}  // namespace sealgate::api

#pragma once
// The one thread of a store on PostgreSQL. It listens for what other processes say and tells them in turn, keeps the
// clock right, lets this process be seen as alive by those who remove the bodies that dead ones left, and removes
// such bodies itself. All of it can fail for a while: notifications are hints, and without a connection for them it
// asks the box's listener to look a few times in a second.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "io/file.h"
#include "store/postgres/server_clock.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

class Keeper {
 public:
  /// A process that was not seen for so long is dead: what it staged is removed.
  static constexpr std::chrono::minutes kDeadAfter{10};

  /// Says that this writer is there. Then the thread runs until the object dies. `hint` is called from it.
  static Result<std::unique_ptr<Keeper>> start(Database& database, ServerClock& clock, std::string writer,
                                               std::function<void()> hint);
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper();

  /// Other processes shall hear soon that there is work. Cheap; many calls become one notification.
  void announce();
  /// Notifications work at present; else the box is asked to look by the clock.
  bool is_listening() const { return listening_; }

 private:
  Keeper(Database& database, ServerClock& clock, std::string writer, std::function<void()> hint);
  void run();
  Result<> connect();
  Result<> keep_up();
  Result<> be_seen(Connection& connection);
  void wait();
  void wake() const;

  Database& database_;
  ServerClock& clock_;
  std::string writer_;
  std::function<void()> hint_;
  std::string channel_;
  io::FileDescriptor wake_up_;  ///< an eventfd
  std::atomic<bool> ended_{false};
  std::atomic<bool> to_tell_{false};
  std::atomic<bool> listening_{false};
  std::unique_ptr<Connection> connection_;
  std::chrono::steady_clock::time_point next_look_{};
  std::chrono::steady_clock::time_point next_sweep_{};
  std::thread thread_;
};

}  // namespace sealgate::store::postgres

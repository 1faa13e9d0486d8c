#pragma once
// The threads that run handler calls, and how long a call waits for one of them: when handlers are slower than what
// comes in, it is better to say so at once than to let everybody wait until they give up.
//
// A call goes to the thread that became idle last, and a thread starts when a call comes and none is idle. So there
// are as many as calls run at a time, and their stacks and heaps stay in the cache: taken in turns, 32 of them cost
// a message 5 % more processor time than the 8 that are at work.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace sealgate::net::server {

/// Thread-safe.
class Workers {
 public:
  /// At most `most` threads (at least one); the first starts here.
  explicit Workers(std::size_t most);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  /// Runs `work` on a thread; in the order of the calls when there are more than threads. `work` must not throw.
  template <typename Work>
  void run(Work work) {
    hand_over(std::make_unique<CallOf<Work>>(std::move(work)));
  }
  /// Ends the threads when everything that was handed over is done. Afterwards nothing may be.
  void join();
  /// How long the oldest call waits that no thread has taken.
  std::chrono::steady_clock::duration longest_wait() const;
  /// Those that started.
  std::size_t threads() const;
  /// Those of them that wait for a call.
  std::size_t idle() const;

 private:
  struct Call {
    virtual ~Call() = default;
    virtual void operator()() = 0;
  };
  template <typename Work>
  struct CallOf final : Call {
    explicit CallOf(Work moved) : work(std::move(moved)) {}
    void operator()() override { work(); }
    Work work;
  };
  struct Worker {
    std::unique_ptr<Call> call;  ///< next; of whoever holds mutex_
    std::condition_variable wake;
    std::thread thread;
  };
  struct Waiting {
    std::unique_ptr<Call> call;
    std::chrono::steady_clock::time_point since;
  };

  void hand_over(std::unique_ptr<Call> call);
  bool start(std::unique_ptr<Call>& call);
  void serve(Worker& self);
  std::unique_ptr<Call> next(Worker& self);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Worker*> idle_;  ///< the last one became idle last
  std::deque<Waiting> waiting_;
  bool ending_ = false;
};

}  // namespace sealgate::net::server

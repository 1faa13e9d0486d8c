#pragma once
// What happens most, many at a time: publications and completions of all threads that wait at the same moment share
// one transaction and its few statements. Whoever finds no other at work leads: it takes all that queued up, commits,
// and wakes the others.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "store/postgres/accepted.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

/// Thread-safe.
class BoxBatches {
 public:
  BoxBatches(Database& database, const messaging::TrackingSwitch& tracking, const std::string& instance)
      : database_(database), tracking_(tracking), instance_(instance) {}

  struct Completion {
    messaging::Claim claim = {};
    messaging::TrackingDetails details = {};
    Time now = {};
  };

  /// For what has no chunked bodies and settles nothing. store.constraint: nothing was stored; it has to be tried
  /// alone, for a row (of this or another of the batch) was there already.
  Result<> publish(const Accepted& accepted);
  /// True where something became ready by it (the next of an ordered queue). messaging.lease-lost, also when there is
  /// no such work.
  std::vector<Result<bool>> complete_all(std::span<const Completion> completions);

 private:
  struct Caller;
  struct Job;
  void submit(std::span<Job> jobs);
  void run(const std::vector<Job*>& batch);
  Result<> write(Connection& connection, const std::vector<Job*>& batch);

  Database& database_;
  const messaging::TrackingSwitch& tracking_;
  const std::string& instance_;
  std::mutex mutex_;
  std::deque<Job*> queue_;
  bool leading_ = false;
};

}  // namespace sealgate::store::postgres

#pragma once
// Takes messages from programs that connect to a Unix socket (line.h), one after the other. "ok" is said when the
// message is committed, and not before. Who did not hear it may send the message again under the same identity: it
// is not taken twice. What does not come whole leaves nothing.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "adapters/common/adapter.h"
#include "adapters/sample/line.h"

namespace sealgate::adapters::sample {

struct SampleReceiveOptions {
  std::string location;
  std::string socket;  ///< absolute path; made by start(), removed by stop()
  std::chrono::milliseconds patience{30'000};
};

class SampleReceiver final : public ReceiveAdapter {
 public:
  /// `submitter` must outlive it.
  SampleReceiver(SampleReceiveOptions options, Submitter& submitter)
      : options_(std::move(options)), submitter_(submitter) {}
  ~SampleReceiver() override { stop(std::chrono::steady_clock::now()); }
  SampleReceiver(const SampleReceiver&) = delete;
  SampleReceiver& operator=(const SampleReceiver&) = delete;

  Result<> start() override;
  void stop_accepting() override { shut_.set(); }
  void stop(std::chrono::steady_clock::time_point deadline) override;

 private:
  void run();
  Result<> serve(Line& line);
  Result<std::string> take(Line& line);

  SampleReceiveOptions options_;
  Submitter& submitter_;
  Signal shut_;  ///< nobody new is let in
  Signal cut_;   ///< whoever is in is cut off
  io::FileDescriptor door_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;  ///< guarded by mutex_: the thread has nothing more to do
};

}  // namespace sealgate::adapters::sample

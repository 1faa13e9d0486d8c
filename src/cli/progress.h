#pragma once
// How far long work is, on standard error and only on a terminal: a bar where the whole is known, else what was done
// and how long it took. Nothing of it stays when the work ends.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "base/sink.h"

namespace sealgate::cli {

class Progress {
 public:
  enum class Unit { Bytes, Things };

  /// `whole`: 0 when it is not known.
  explicit Progress(std::string label, std::uint64_t whole = 0, Unit unit = Unit::Things);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void add(std::uint64_t done) { done_ += done; }

 private:
  void draw_on();
  std::string line(double seconds) const;

  const std::string label_;
  const std::uint64_t whole_;
  const Unit unit_;
  std::atomic<std::uint64_t> done_{0};
  std::mutex mutex_;
  std::condition_variable ended_;
  bool ends_ = false;
  std::thread drawer_;  ///< only on a terminal
};

/// Counts what goes through it to another sink.
class CountingSink final : public Sink {
 public:
  CountingSink(Sink& target, Progress& progress) : target_(target), progress_(progress) {}
  Result<> write(ByteView bytes) override {
    progress_.add(bytes.size());
    return target_.write(bytes);
  }
  Result<> finish() override { return target_.finish(); }

 private:
  Sink& target_;
  Progress& progress_;
};

/// Size of a regular file; 0 for anything else.
std::uint64_t size_of_file(int fd);

}  // namespace sealgate::cli

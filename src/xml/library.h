#pragma once
// libxml2 as a process: initialised once, never loads anything by itself, and what one map allocates can be counted.

#include <cstdint>
#include <functional>

namespace sealgate::xml {

/// Call before any use of libxml2 or libxslt. Thread-safe, cheap after the first time.
void use_library();

/// libxml2's and libxslt's own talk goes here, where no context has a handler for it.
void say_nothing(void* data, const char* format, ...);

/// While it lives, what libxml2 allocates on this thread is counted, and `stop` is called (from inside an allocation:
/// set flags, allocate nothing) once when more than `limit` bytes are held or `deadline_seconds` have passed. One at
/// a time per thread.
class AllocationWatch {
 public:
  AllocationWatch(std::int64_t limit, double deadline_seconds, std::function<void()> stop);
  AllocationWatch(const AllocationWatch&) = delete;
  AllocationWatch& operator=(const AllocationWatch&) = delete;
  ~AllocationWatch();
  bool over_limit() const { return over_limit_; }
  bool out_of_time() const { return out_of_time_; }

  /// For the allocator.
  void count(std::int64_t change);

 private:
  std::int64_t limit_;
  std::int64_t held_ = 0;
  std::int64_t deadline_;  ///< steady clock, nanoseconds
  std::function<void()> stop_;
  std::uint32_t calls_ = 0;
  bool over_limit_ = false;
  bool out_of_time_ = false;
};

}  // namespace sealgate::xml

#pragma once
// What was learned a while ago, by a key, under a limit of entries and of bytes; the oldest go first. Thread-safe.

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.h"

namespace sealgate::revocation {

template <typename Value>
class Recent {
 public:
  Recent(std::size_t max_entries, std::size_t max_bytes) : max_entries_(max_entries), max_bytes_(max_bytes) {}

  /// Absent when it is not there or its time is over.
  std::optional<Value> find(const std::string& key, Time now) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end() || found->second->until <= now) return std::nullopt;
    return found->second->value;
  }

  /// `bytes`: what the value weighs. One that alone is over the limit is not kept.
  void put(const std::string& key, Value value, std::size_t bytes, Time until) {
    const std::lock_guard lock(mutex_);
    if (const auto found = places_.find(key); found != places_.end()) drop(found->second);
    if (bytes > max_bytes_) return;
    entries_.push_front({key, std::move(value), bytes, until});
    places_.emplace(key, entries_.begin());
    bytes_ += bytes;
    while (entries_.size() > max_entries_ || bytes_ > max_bytes_) drop(std::prev(entries_.end()));
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
    places_.clear();
    bytes_ = 0;
  }

 private:
  struct Entry {
    std::string key;
    Value value;
    std::size_t bytes;
    Time until;
  };
  using Place = typename std::list<Entry>::iterator;

  void drop(Place place) {
    bytes_ -= place->bytes;
    places_.erase(place->key);
    entries_.erase(place);
  }

  const std::size_t max_entries_;
  const std::size_t max_bytes_;
  std::mutex mutex_;
  std::list<Entry> entries_;
  std::unordered_map<std::string, Place> places_;
  std::size_t bytes_ = 0;
};

}  // namespace sealgate::revocation

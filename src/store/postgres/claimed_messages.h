#pragma once
// The messages of the work that this process holds, fetched together with the claim: a round trip for many instead of
// two for each. A bounded memory: what does not fit is read from the database when it is asked for. A content is let
// go as soon as the work on it ended, for then its message may be removed.

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "messaging/message_box.h"

namespace sealgate::store::postgres {

/// Bytes that may be let go at any time. Thread-safe.
class HeldContent {
 public:
  explicit HeldContent(Bytes bytes) : bytes_(std::make_shared<const Bytes>(std::move(bytes))) {}
  /// Empty when they were let go.
  std::shared_ptr<const Bytes> get() const {
    const std::scoped_lock lock(mutex_);
    return bytes_;
  }
  void let_go() {
    const std::scoped_lock lock(mutex_);
    bytes_.reset();
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Bytes> bytes_;
};

/// Thread-safe.
class ClaimedMessages {
 public:
  /// Bytes of contents in memory, and how large a message may be to be among them.
  static constexpr std::size_t kMaximumMemory = std::size_t{16} * 1024 * 1024;
  static constexpr std::size_t kMaximumMessage = std::size_t{128} * 1024;

  struct Fetched {
    messaging::Message message = {};
    std::vector<std::shared_ptr<HeldContent>> contents = {};  ///< of its bodies
    std::size_t size = 0;
  };

  /// `work` is on this message. The oldest others make room.
  void keep(const messaging::WorkId& work, std::shared_ptr<const Fetched> fetched);
  std::optional<messaging::Message> find(const messaging::MessageId& message) const;
  /// The claim ended, however.
  void release(const messaging::WorkId& work);
  /// All claims ended.
  void clear();

 private:
  void drop(const messaging::WorkId& work);

  mutable std::mutex mutex_;
  std::map<messaging::WorkId, std::shared_ptr<const Fetched>> by_work_;
  std::multimap<messaging::MessageId, messaging::WorkId> by_message_;
  std::deque<messaging::WorkId> order_;  ///< from the oldest; some have gone already
  std::size_t memory_ = 0;
};

}  // namespace sealgate::store::postgres

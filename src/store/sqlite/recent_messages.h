#pragma once
// The messages that this process published a moment ago: most are sent on at once, and reading them back from the
// database costs two transactions and cold pages. A bounded memory of what is small; whatever is not here is read
// from the database. Rows of messages never change, so there is nothing to keep in step but their removal.

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "messaging/message_box.h"
#include "store/sqlite/body_spool.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store {

/// Thread-safe.
class RecentMessages {
 public:
  /// Bytes of contents.
  static constexpr std::size_t kMaximumMemory = std::size_t{16} * 1024 * 1024;

  /// Both must outlive it and every message it gave out.
  RecentMessages(sql::Database& database, const BodySpool& spool) : database_(database), spool_(spool) {}

  /// A message that was just committed with so much work on it. Keeps it when it has one part, with this staged
  /// content in memory; the oldest others make room.
  void keep(messaging::Message message, std::shared_ptr<const StagedBody> content, std::size_t work);
  /// For the last of its work the message is moved out, and a second look has to ask the database.
  std::optional<messaging::Message> find(const messaging::MessageId& message);
  /// Work on it ended. After the last the content is let go, for then the message may be removed.
  void work_ended(const messaging::MessageId& message);
  /// Messages were removed.
  void clear();

 private:
  class RecentBody;
  class Content;
  struct Entry {
    std::optional<messaging::Message> message = {};
    std::shared_ptr<Content> content = {};
    std::size_t size = 0;
    std::size_t to_find = 0;
    std::size_t to_end = 0;
  };
  using Entries = std::unordered_map<std::string, Entry>;
  void drop(Entries::iterator entry);

  sql::Database& database_;
  const BodySpool& spool_;
  std::mutex mutex_;
  Entries entries_;                ///< by id
  std::deque<std::string> order_;  ///< from the oldest; some have gone already
  std::size_t memory_ = 0;
};

}  // namespace sealgate::store

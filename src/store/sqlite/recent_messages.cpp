#include "store/sqlite/recent_messages.h"

#include "store/sqlite/stored_rows.h"

namespace sealgate::store {

using namespace messaging;

namespace {

/// Beside the content: context and names, roughly, so that many empty messages are not for nothing.
constexpr std::size_t kOverhead = 2048;

}  // namespace

/// Bytes that may be let go at any time.
class RecentMessages::Content {
 public:
  explicit Content(std::shared_ptr<const StagedBody> body) : body_(std::move(body)) {}
  /// Null when they were let go.
  std::shared_ptr<const StagedBody> get() const {
    const std::scoped_lock lock(mutex_);
    return body_;
  }
  void let_go() {
    const std::scoped_lock lock(mutex_);
    body_.reset();
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const StagedBody> body_;
};

/// The content as it came in; once that was let go, the stored one.
class RecentMessages::RecentBody final : public Body {
 public:
  RecentBody(sql::Database& database, const BodySpool& spool, MessageId message, std::shared_ptr<Content> content,
             const StagedBody& body)
      : database_(database),
        spool_(spool),
        message_(std::move(message)),
        content_(std::move(content)),
        size_(body.size()),
        sha256_(body.sha256()) {}
  std::uint64_t size() const override { return size_; }
  const Bytes& sha256() const override { return sha256_; }
  Result<> copy_to(Sink& sink) const override {
    if (const auto content = content_->get()) return content->copy_to(sink);
    Message stored;
    SG_TRY(database_.read([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(stored, rows::read_message(connection, database_, spool_, message_));
      return {};
    }));
    return stored.parts.front().body->copy_to(sink);
  }

 private:
  sql::Database& database_;
  const BodySpool& spool_;
  MessageId message_;
  std::shared_ptr<Content> content_;
  std::uint64_t size_;
  Bytes sha256_;
};

void RecentMessages::keep(Message message, std::shared_ptr<const StagedBody> content, std::size_t work) {
  if (message.parts.size() != 1 || !content->in_memory()) return;
  Entry entry;
  entry.content = std::make_shared<Content>(content);
  entry.size = content->memory().size() + kOverhead;
  entry.to_find = entry.to_end = work;
  message.parts.front().body = std::make_shared<RecentBody>(database_, spool_, message.id, entry.content, *content);
  std::string id = message.id.text();
  entry.message = std::move(message);
  const std::scoped_lock lock(mutex_);
  memory_ += entry.size;
  order_.push_back(id);
  entries_.emplace(std::move(id), std::move(entry));
  while (!order_.empty()) {
    const auto oldest = entries_.find(order_.front());
    if (oldest != entries_.end()) {
      if (memory_ <= kMaximumMemory) break;
      drop(oldest);
    }
    order_.pop_front();
  }
}

std::optional<Message> RecentMessages::find(const MessageId& message) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(message.text());
  if (found == entries_.end() || !found->second.message) return std::nullopt;
  Entry& entry = found->second;
  if (entry.to_find > 1) {
    --entry.to_find;
    return entry.message;
  }
  std::optional<Message> last = std::move(entry.message);
  entry.message.reset();
  return last;
}

void RecentMessages::work_ended(const MessageId& message) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(message.text());
  if (found != entries_.end() && --found->second.to_end == 0) drop(found);
}

void RecentMessages::clear() {
  const std::scoped_lock lock(mutex_);
  while (!entries_.empty()) drop(entries_.begin());
  order_.clear();
}

void RecentMessages::drop(Entries::iterator entry) {
  memory_ -= entry->second.size;
  entry->second.content->let_go();
  entries_.erase(entry);
}

}  // namespace sealgate::store

#include "store/postgres/claimed_messages.h"

namespace sealgate::store::postgres {

using namespace messaging;

namespace {

/// Beside the contents: context and names, roughly, so that many empty messages are not for nothing.
constexpr std::size_t kOverhead = 2048;

}  // namespace

void ClaimedMessages::keep(const WorkId& work, std::shared_ptr<const Fetched> fetched) {
  const std::scoped_lock lock(mutex_);
  drop(work);
  memory_ += fetched->size + kOverhead;
  by_message_.emplace(fetched->message.id, work);
  by_work_.emplace(work, std::move(fetched));
  order_.push_back(work);
  while (memory_ > kMaximumMemory && !order_.empty()) {
    const WorkId oldest = std::move(order_.front());
    order_.pop_front();
    drop(oldest);
  }
  while (!order_.empty() && !by_work_.contains(order_.front())) order_.pop_front();
}

std::optional<Message> ClaimedMessages::find(const MessageId& message) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_message_.find(message);
  if (found == by_message_.end()) return std::nullopt;
  return by_work_.at(found->second)->message;
}

void ClaimedMessages::release(const WorkId& work) {
  const std::scoped_lock lock(mutex_);
  drop(work);
}

void ClaimedMessages::clear() {
  const std::scoped_lock lock(mutex_);
  while (!by_work_.empty()) drop(WorkId(by_work_.begin()->first));
  order_.clear();
}

void ClaimedMessages::drop(const WorkId& work) {
  const auto found = by_work_.find(work);
  if (found == by_work_.end()) return;
  const std::shared_ptr<const Fetched> fetched = std::move(found->second);
  by_work_.erase(found);
  memory_ -= fetched->size + kOverhead;
  bool shared = false;  // by other work on the message: then the message stays, too
  const auto [first, last] = by_message_.equal_range(fetched->message.id);
  for (auto entry = first; entry != last;) {
    if (entry->second == work) {
      entry = by_message_.erase(entry);
      continue;
    }
    shared = shared || by_work_.at(entry->second) == fetched;
    ++entry;
  }
  if (shared) return;
  for (const auto& content : fetched->contents) content->let_go();
}

}  // namespace sealgate::store::postgres

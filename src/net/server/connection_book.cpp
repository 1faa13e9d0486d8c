#include "net/server/connection_book.h"

namespace sealgate::net::server {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t index_of(ConnectionBook::State state) {
  return static_cast<std::size_t>(state);
}

}  // namespace

std::unique_ptr<ConnectionBook::Place> ConnectionBook::admit(const std::string& address, bool exempt,
                                                             std::function<void()> leave) {
  std::function<void()> asked;
  auto place = std::make_unique<Place>(*this);
  {
    const std::lock_guard lock(mutex_);
    const auto known = groups_.find(address);
    const bool own_limit =
        !exempt && limits_.per_address > 0 && known != groups_.end() && known->second.count >= limits_.per_address;
    if (own_limit || count_ >= limits_.all) {
      Entry* leaver = choose(own_limit ? known->second.queues : queues_);
      if (leaver == nullptr) {
        place->entry_.gone = true;  // never was here
        return nullptr;
      }
      take_out(*leaver);
      leaver->gone = true;
      asked = std::move(leaver->leave);
      discount(*leaver);
    }
    Entry& entry = place->entry_;
    entry.address = address;
    entry.group = &groups_[address];
    entry.leave = std::move(leave);
    ++entry.group->count;
    ++count_;
    insert(entry, State::Waiting);
  }
  if (asked) asked();
  return place;
}

ConnectionBook::Entry* ConnectionBook::choose(Queues& queues) {
  const auto now = steady_clock::now();
  const auto first = [&](State state) {
    Queue& queue = queues[index_of(state)];
    return queue.empty() ? nullptr : queue.front();
  };
  Entry* waiting = first(State::Waiting);
  if (waiting != nullptr && now - waiting->since > kSlowHead) return waiting;
  Entry* moving = first(State::Moving);
  if (moving != nullptr && now - moving->since > kStalled) return moving;
  Entry* idle = first(State::Idle);
  return idle != nullptr ? idle : waiting;
}

void ConnectionBook::insert(Entry& entry, State state) {
  entry.state = state;
  entry.since = steady_clock::now();
  if (state == State::Working) return;
  Queue& all = queues_[index_of(state)];
  Queue& own = entry.group->queues[index_of(state)];
  entry.in_all = all.insert(all.end(), &entry);
  entry.in_group = own.insert(own.end(), &entry);
}

void ConnectionBook::take_out(Entry& entry) {
  if (entry.state == State::Working) return;
  queues_[index_of(entry.state)].erase(entry.in_all);
  entry.group->queues[index_of(entry.state)].erase(entry.in_group);
}

void ConnectionBook::discount(Entry& entry) {
  --count_;
  if (--entry.group->count == 0) groups_.erase(entry.address);
}

bool ConnectionBook::enter(Entry& entry, State state) {
  const std::lock_guard lock(mutex_);
  if (entry.gone) return false;
  take_out(entry);
  insert(entry, state);
  return true;
}

void ConnectionBook::remove(Entry& entry) {
  const std::lock_guard lock(mutex_);
  if (entry.gone) return;
  take_out(entry);
  discount(entry);
}

std::size_t ConnectionBook::size() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

}  // namespace sealgate::net::server

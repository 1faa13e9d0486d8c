#pragma once
// Who is connected, and who has to go when somebody new comes to a full house.
//
// Whoever holds connections open without using them must not keep out those who do. So a full server closes, in this
// order: a connection that has not finished its first request (or is slow with the headers of a later one) for more
// than two seconds, the oldest first; a body or an answer that has not moved for five seconds; the connection that
// has been idle between requests the longest; at last the oldest whose headers are still on their way. What is at
// work is never touched. The same order holds inside one address that has reached its own limit, which then gets in
// its own way and in nobody else's.

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace sealgate::net::server {

/// Thread-safe. Outlives its places.
class ConnectionBook {
 public:
  struct Limits {
    std::size_t all = 1000;
    std::size_t per_address = 0;  ///< 0: any
  };
  enum class State {
    Waiting,  ///< for the rest of a head, or for the first byte of the first one
    Moving,   ///< a body or an answer is on its way
    Idle,     ///< between two requests
    Working   ///< a handler has it
  };
  static constexpr std::chrono::seconds kSlowHead{2};
  static constexpr std::chrono::seconds kStalled{5};

  class Place;

  explicit ConnectionBook(Limits limits) : limits_(limits) {}

  /// Room for a connection of this address, or nullptr when nobody can be asked to leave. `leave` is called at most
  /// once, without a lock, from any thread, perhaps after the place is gone: it only asks. `exempt`: without the
  /// limit of an address.
  std::unique_ptr<Place> admit(const std::string& address, bool exempt, std::function<void()> leave);
  std::size_t size() const;

 private:
  struct Entry;
  using Queue = std::list<Entry*>;
  using Queues = std::array<Queue, 3>;  ///< by state; those at work are in none
  struct Group {
    std::size_t count = 0;
    Queues queues;
  };
  struct Entry {
    State state = State::Waiting;
    std::chrono::steady_clock::time_point since;
    std::string address;
    Group* group = nullptr;
    Queue::iterator in_all;
    Queue::iterator in_group;
    std::function<void()> leave;
    bool gone = false;  ///< was asked to leave; in no queue and not counted
  };

  static Entry* choose(Queues& queues);
  void insert(Entry& entry, State state);
  void take_out(Entry& entry);
  void discount(Entry& entry);
  bool enter(Entry& entry, State state);
  void remove(Entry& entry);

  const Limits limits_;
  mutable std::mutex mutex_;
  std::size_t count_ = 0;
  Queues queues_;
  std::unordered_map<std::string, Group> groups_;
};

/// Of one connection, for as long as it lives.
class ConnectionBook::Place {
 public:
  explicit Place(ConnectionBook& book) : book_(book) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { book_.remove(entry_); }
  /// False when the connection was asked to leave: then it does, and answers nothing more.
  bool enter(State state) { return book_.enter(entry_, state); }

 private:
  friend class ConnectionBook;
  ConnectionBook& book_;
  Entry entry_;
};

}  // namespace sealgate::net::server

#pragma once
// The connections of one process to its database: opened when needed, kept for the next, never more than the address
// allows. One that the server closed meanwhile is found out before it is given to anybody.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "store/postgres/sql/connection.h"

namespace sealgate::store::postgres {

/// Thread-safe. Must outlive what it lent.
class Pool {
 public:
  /// What every new connection is told before its first use.
  using Setup = std::function<Result<>(Connection&)>;

  Pool(Address address, Setup setup) : address_(std::move(address)), setup_(std::move(setup)) {}
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// A connection for a while; given back when this dies, closed instead when it is lost or inside a transaction.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  /// Waits while all are in use; store.busy after the statement time-out. Errors of Connection::open().
  Result<Lease> take();
  /// One beside the pool, for its owner alone.
  Result<std::unique_ptr<Connection>> open_another() const;

  const Address& address() const { return address_; }
  std::size_t open_connections() const;

 private:
  void give_back(std::unique_ptr<Connection> connection);
  static bool is_alive(Connection& connection);

  Address address_;
  Setup setup_;
  mutable std::mutex mutex_;
  std::condition_variable free_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t open_ = 0;  ///< idle and lent
};

}  // namespace sealgate::store::postgres

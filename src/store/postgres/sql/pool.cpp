#include "store/postgres/sql/pool.h"

#include <poll.h>

#include "store/common/errors.h"

namespace sealgate::store::postgres {

bool Pool::is_alive(Connection& connection) {
  // Nothing is under way on an idle connection: what can be read now is the server's goodbye.
  pollfd entry{connection.socket(), POLLIN, 0};
  if (::poll(&entry, 1, 0) <= 0) return true;
  return connection.take_notifications().has_value() && ::poll(&entry, 1, 0) <= 0;
}

Result<Pool::Lease> Pool::take() {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      if (is_alive(*connection)) return Lease(*this, std::move(connection));
      --open_;
    }
    if (open_ < address_.connections) break;
    if (free_.wait_for(lock, address_.statement_timeout) == std::cv_status::timeout && idle_.empty() &&
        open_ >= address_.connections) {
      return fail(kBusy, "all " + std::to_string(address_.connections) + " connections to the database are in use",
                  address_.description, "allow more with connections=N in the address of --store");
    }
  }
  ++open_;
  lock.unlock();
  auto connection = open_another();
  if (connection) return Lease(*this, std::move(*connection));
  lock.lock();
  --open_;
  free_.notify_one();
  return fail(connection.error());
}

Result<std::unique_ptr<Connection>> Pool::open_another() const {
  SG_TRY_ASSIGN(auto connection, Connection::open(address_));
  SG_TRY(setup_(*connection));
  return connection;
}

std::size_t Pool::open_connections() const {
  const std::scoped_lock lock(mutex_);
  return open_;
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  const bool usable = !connection->is_lost() && !connection->in_transaction();
  if (!usable) connection.reset();
  {
    const std::scoped_lock lock(mutex_);
    if (usable) {
      idle_.push_back(std::move(connection));
    } else {
      --open_;
    }
  }
  free_.notify_one();
}

}  // namespace sealgate::store::postgres

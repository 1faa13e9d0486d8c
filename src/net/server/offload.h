#pragma once
// The way from an I/O thread to a worker and back: co_await offload(workers, work).

#include <utility>

#include "net/server/asio.h"
#include "net/server/workers.h"

namespace sealgate::net::server {

/// Runs `work` on one of `workers` and resumes on the executor of the awaiting coroutine. `work` must not throw.
template <typename Work>
asio::awaitable<void> offload(Workers& workers, Work work) {
  return asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
      [&workers](auto handler, Work moved) {
        auto executor = asio::get_associated_executor(handler);
        workers.run([handler = std::move(handler), executor, moved = std::move(moved)]() mutable {
          moved();
          asio::post(executor, std::move(handler));
        });
      },
      asio::use_awaitable, std::move(work));
}

}  // namespace sealgate::net::server

#pragma once
// The one place that includes Asio; its function bodies are compiled once, in asio.cpp.

#ifndef BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_ASIO_SEPARATE_COMPILATION
#endif
#ifndef BOOST_ASIO_NO_DEPRECATED
#define BOOST_ASIO_NO_DEPRECATED
#endif
// The thread sanitizer does not know fences. Asio's queues are guarded by mutexes, which it does know.
#if defined(__SANITIZE_THREAD__) && !defined(BOOST_ASIO_DISABLE_FENCED_BLOCK)
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#endif
// GCC 12 takes the frame allocator of Asio's coroutines for mismatched once the sanitizers change what is inlined.
// The place it names is the user's coroutine, so there is no narrower scope.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sealgate::net::server {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using SystemError = boost::system::error_code;

/// Operations report failures as values: auto [error, count] = co_await socket.async_read_some(buffer, kAwait);
inline constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

}  // namespace sealgate::net::server

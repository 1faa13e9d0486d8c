// An answer that goes on until its source ends or the client is gone.

#include <sys/socket.h>

#include <cerrno>

#include "base/log.h"
#include "net/http1/chunked.h"
#include "net/server/offload.h"
#include "net/server/session.h"

namespace sealgate::net::server {

using std::chrono::steady_clock;
using State = ConnectionBook::State;

namespace {

std::optional<std::string> next_of(StreamedBody& body) noexcept {
  try {
    return body.next();
  } catch (const std::exception& thrown) {
    log(LogLevel::Error, "a streamed HTTP answer failed", {{"what", thrown.what()}});
    return std::nullopt;
  }
}

struct PieceWait {
  explicit PieceWait(const asio::any_io_executor& executor) : timer(executor, steady_clock::time_point::max()) {}
  void end(bool peer_gone) {
    if (over) return;
    over = true;
    gone = peer_gone;
    timer.cancel();
  }
  asio::steady_timer timer;
  bool over = false;
  bool gone = false;
};

/// Also at the end of what the peer sends, and when the connection has an error.
bool can_be_read(Tcp::socket& socket) {
  char octet = 0;
  const ssize_t got = ::recv(socket.native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EINTR);
}

/// What the system told may be old when another I/O thread was told it: the request itself, read long ago.
void end_when_peer_speaks(Tcp::socket& socket, const std::shared_ptr<PieceWait>& wait) {
  socket.async_wait(Tcp::socket::wait_read, [&socket, wait](const SystemError& error) {
    if (wait->over) return;  // the socket may be no more
    if (error || can_be_read(socket)) {
      wait->end(true);
    } else {
      end_when_peer_speaks(socket, wait);
    }
  });
}

}  // namespace

asio::awaitable<bool> Session::send_stream(StreamedBody& body, bool chunked) {
  while (true) {
    clear_deadline();
    if (!enter(State::Working)) co_return false;
    const bool listens = co_await wait_for_piece(body);
    if (!listens) {
      peer_gone_ = true;
      co_return false;
    }
    std::optional<std::string> piece;
    co_await offload(environment_.workers, [&piece, &body] { piece = next_of(body); });
    if (piece && piece->empty()) continue;
    std::string framed;
    if (chunked) {
      framed = piece ? http1::as_chunk(*piece) : "0\r\n\r\n";
    } else if (piece) {
      framed = std::move(*piece);
    }
    if (!framed.empty()) {
      set_deadline(environment_.options.stream_timeout);
      if (!enter(State::Moving)) co_return false;
      const SystemError error = co_await stream_->write(asio::buffer(framed), asio::const_buffer{});
      if (error) {
        peer_gone_ = true;
        co_return false;
      }
    }
    if (!piece) co_return true;
  }
}

/// False when the client is gone, or sends something although it has not got all of its answer.
asio::awaitable<bool> Session::wait_for_piece(StreamedBody& body) {
  const auto executor = stream_->socket().get_executor();
  const auto wait = std::make_shared<PieceWait>(executor);
  end_when_peer_speaks(stream_->socket(), wait);
  body.on_ready([executor, wait] { asio::post(executor, [wait] { wait->end(false); }); });
  // Both run on this strand, so not before the wait below has begun.
  auto [error] = co_await wait->timer.async_wait(kAwait);
  static_cast<void>(error);
  if (!wait->gone) {
    SystemError ignored;
    stream_->socket().cancel(ignored);
  }
  co_return !wait->gone && !cut_;
}

}  // namespace sealgate::net::server

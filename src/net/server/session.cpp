#include "net/server/session.h"

#include <algorithm>
#include <exception>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "net/errors.h"
#include "net/http1/chunked.h"
#include "net/http1/response_head.h"
#include "net/http_problem.h"
#include "net/server/offload.h"

namespace sealgate::net::server {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using State = ConnectionBook::State;

namespace {

constexpr std::size_t kFirstRead = std::size_t{8} * 1024;
/// After an answer that leaves part of a request unread: closing at once would make the peer's kernel throw the
/// answer away (RFC 9112, 9.6).
constexpr milliseconds kLingerTime{2'000};
constexpr std::size_t kAnswerPiece = std::size_t{256} * 1024;

/// What the refusal of a head or a body is called.
const ErrorCode& code_of(int status) {
  switch (status) {
    case 408:
      return kTooSlow;
    case 413:
    case 414:
    case 431:
      return kRequestTooLarge;
    default:
      return kMalformedRequest;
  }
}

}  // namespace

/// What one trip to a worker does: begin, block, finish, whichever are due.
struct Session::Work {
  Work(HttpHandler& to, HttpRequest what) : handler(to), request(std::move(what)), path(request.path) {}

  HttpHandler& handler;
  HttpRequest request;
  const std::string path;  ///< for the log; begin() takes the request
  bool begun = false;
  std::unique_ptr<HttpExchange> exchange;
  std::optional<HttpResponse> response;

  void step(ByteView block, bool complete) noexcept {
    try {
      if (!begun) begin();
      if (!response && !block.empty()) response = exchange->write(block);
      if (!response && complete) response = exchange->finish();
    } catch (const std::exception& thrown) {
      log(LogLevel::Error, "an HTTP handler failed", {{"path", path}, {"what", thrown.what()}});
      response = problem(500, kHandlerFailed, "internal error");
    } catch (...) {
      log(LogLevel::Error, "an HTTP handler failed", {{"path", path}});
      response = problem(500, kHandlerFailed, "internal error");
    }
    if (response) exchange.reset();
  }

  void take(LaterResponse& later) noexcept {
    try {
      response = later.take();
    } catch (const std::exception& thrown) {
      log(LogLevel::Error, "an HTTP handler failed", {{"path", path}, {"what", thrown.what()}});
      response = problem(500, kHandlerFailed, "internal error");
    }
  }

  void begin() {
    begun = true;
    HttpBegin result = handler.begin(std::move(request));
    if (auto* early = std::get_if<HttpResponse>(&result)) {
      response = std::move(*early);
    } else {
      exchange = std::move(std::get<std::unique_ptr<HttpExchange>>(result));
      if (!exchange) response = problem(500, kHandlerFailed, "internal error");
    }
  }
};

Session::Session(SessionEnvironment environment, std::unique_ptr<ServerStream> stream,
                 std::unique_ptr<ConnectionBook::Place> place)
    : environment_(environment),
      stream_(std::move(stream)),
      place_(std::move(place)),
      timer_(stream_->socket().get_executor()) {
  armed_ = deadline_ = steady_clock::time_point::max();
}

void Session::set_remote(std::string address, std::uint16_t port) {
  remote_address_ = std::move(address);
  remote_port_ = port;
}

void Session::start(std::function<void()> ended) {
  asio::co_spawn(
      stream_->socket().get_executor(), [self = shared_from_this()]() { return self->run(); },
      [self = shared_from_this(), ended = std::move(ended)](const std::exception_ptr& problem) {
        if (problem) log(LogLevel::Error, "an HTTP connection ended with an exception");
        self->timer_.cancel();
        SystemError ignored;
        self->stream_->socket().close(ignored);
        self->place_.reset();
        ended();
      });
}

void Session::drain() {
  asio::post(stream_->socket().get_executor(), [self = shared_from_this()] {
    self->draining_ = true;
    SystemError ignored;
    if (self->idle_) self->stream_->socket().cancel(ignored);
  });
}

void Session::cut() {
  asio::post(stream_->socket().get_executor(), [self = shared_from_this()] {
    self->draining_ = self->cut_ = true;
    SystemError ignored;
    self->stream_->socket().close(ignored);
  });
}

void Session::set_deadline(milliseconds from_now) {
  timed_out_ = false;
  deadline_ = steady_clock::now() + from_now;
  if (deadline_ < armed_) watch();
}

void Session::clear_deadline() {
  timed_out_ = false;
  deadline_ = steady_clock::time_point::max();
}

// The timer is set again only when it goes off or when a nearer deadline comes: most deadlines are moved on before.
void Session::watch() {
  armed_ = deadline_;
  timer_.expires_at(armed_);
  timer_.async_wait([weak = weak_from_this()](const SystemError& error) {
    const auto self = weak.lock();
    if (!self || error) return;
    self->armed_ = steady_clock::time_point::max();
    if (self->deadline_ == steady_clock::time_point::max()) return;
    if (self->deadline_ > steady_clock::now()) {
      self->watch();
      return;
    }
    self->timed_out_ = true;
    SystemError ignored;
    self->stream_->socket().cancel(ignored);
  });
}

void Session::consume(std::size_t count) {
  consumed_ += count;
  if (consumed_ == input_.size()) {
    input_.clear();
    consumed_ = 0;
  }
}

asio::awaitable<bool> Session::read_more(std::size_t wanted) {
  if (consumed_ > 0) {
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(consumed_));
    consumed_ = 0;
  }
  const std::size_t before = input_.size();
  input_.resize(before + wanted);
  const IoResult result = co_await stream_->read_some(asio::buffer(input_.data() + before, wanted));
  input_.resize(before + result.count);
  if (result.error && !timed_out_) peer_gone_ = true;
  co_return !result.error && !timed_out_;
}

asio::awaitable<void> Session::run() {
  set_deadline(environment_.options.header_timeout);
  const SystemError error = co_await stream_->handshake();
  if (error) co_return;
  client_certificate_ = stream_->client_certificate();
  if (!place_) {
    co_await refuse_for_now("too many connections");
  } else {
    while (co_await serve_one()) {
    }
  }
  if (answered_ && !peer_gone_ && !cut_) co_await linger();
}

asio::awaitable<void> Session::linger() {
  set_deadline(kLingerTime);
  co_await stream_->say_goodbye();
  SystemError error;
  stream_->socket().shutdown(Tcp::socket::shutdown_send, error);
  input_.resize(kFirstRead);
  while (!error && !timed_out_ && !cut_) {
    auto [failure, count] = co_await stream_->socket().async_read_some(asio::buffer(input_), kAwait);
    static_cast<void>(count);
    error = failure;
  }
}

asio::awaitable<bool> Session::wait_for_request() {
  answered_ = answered_ && !unread().empty();
  if (!unread().empty()) co_return true;
  idle_ = true;
  const auto& options = environment_.options;
  set_deadline(requests_ == 0 ? options.header_timeout : options.idle_timeout);
  if (!enter(requests_ == 0 ? State::Waiting : State::Idle)) co_return false;
  const bool came = !draining_ && co_await read_more(kFirstRead);
  idle_ = false;
  co_return came;
}

/// 0 when there is nothing to serve any more.
asio::awaitable<std::size_t> Session::read_head() {
  const auto& options = environment_.options;
  http1::HeadScanner scanner(options.max_header_bytes);
  set_deadline(options.header_timeout);
  if (requests_ > 0 && !enter(State::Waiting)) co_return 0;
  while (true) {
    const auto found = scanner.scan(unread());
    if (!found) {
      co_await refuse(found.error());
      co_return 0;
    }
    if (*found) co_return **found;
    const bool came = co_await read_more(kFirstRead);
    if (!came) {
      if (timed_out_) co_await refuse({408, "the headers took too long"});
      co_return 0;
    }
  }
}

asio::awaitable<bool> Session::serve_one() {
  const bool came = co_await wait_for_request();
  if (!came) co_return false;
  const std::size_t size = co_await read_head();
  if (size == 0) co_return false;
  const auto& options = environment_.options;
  auto head = http1::parse_request_head(unread().first(size),
                                        {options.max_header_bytes, options.max_headers, options.max_target_bytes});
  if (!head) co_return co_await refuse(head.error());
  consume(size);
  ++requests_;
  if (!enter(State::Working)) co_return false;
  co_return co_await serve(std::move(*head));
}

HttpRequest Session::make_request(http1::RequestHead head) {
  HttpRequest request;
  request.method = std::move(head.method);
  request.target = std::move(head.target);
  request.path = std::move(head.path);
  request.query = std::move(head.query);
  request.headers = std::move(head.headers);
  request.content_length = head.content_length;
  request.chunked = head.chunked;
  request.remote_address = remote_address_;
  request.remote_port = remote_port_;
  request.tls = stream_->is_tls();
  request.client_certificate = client_certificate_;
  return request;
}

asio::awaitable<void> Session::say_continue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  set_deadline(environment_.options.body_timeout);
  // A failure shows again when the body is read.
  co_await stream_->write(asio::buffer(kContinue), asio::const_buffer{});
}

asio::awaitable<bool> Session::serve(http1::RequestHead head) {
  const auto& options = environment_.options;
  Body body;
  body.chunked = head.chunked;
  body.left = head.content_length.value_or(0);
  body.began = steady_clock::now();
  if (body.left > options.max_body_bytes)
    co_return co_await refuse({413, "the body is larger than this server takes"});
  const bool head_only = head.method == "HEAD";
  const bool keep_alive = head.keep_alive;
  const bool chunked = head.minor_version >= 1;
  const bool wants_continue = head.expects_continue && unread().empty() && (body.chunked || body.left > 0);
  bool complete = !body.chunked && body.left == 0;
  if (!complete && environment_.workers.longest_wait() > options.max_worker_wait) {
    co_return co_await refuse_for_now("too much at once, try again");
  }

  Work work(environment_.handler, make_request(std::move(head)));
  if (wants_continue) {
    clear_deadline();
    co_await offload(environment_.workers, [&work] { work.step({}, false); });
    if (!work.response) co_await say_continue();
  }
  while (!work.response) {
    Fill fill = Fill::Complete;
    if (!complete) fill = co_await fill_block(body);
    if (fill == Fill::Refused || fill == Fill::Lost) {
      // The end of an exchange may undo what it stored: that is a worker's job too.
      co_await offload(environment_.workers, [&work] { work.exchange.reset(); });
      if (fill == Fill::Refused) co_await refuse(refusal_);
      co_return false;
    }
    complete = fill == Fill::Complete;
    clear_deadline();
    co_await offload(environment_.workers, [&work, this, complete] { work.step(block_, complete); });
    block_.clear();
  }
  if (work.response->later) {
    const std::shared_ptr<LaterResponse> later = std::move(work.response->later);
    co_await wait_for(*later);
    co_await offload(environment_.workers, [&work, &later] { work.take(*later); });
  }
  block_ = Bytes();  // idle connections keep no body buffer
  if (input_.empty()) input_ = Bytes();
  const bool close = work.response->close || !keep_alive || !complete;
  co_return co_await answer(std::move(*work.response), !close, head_only, chunked);
}

Session::Fill Session::refused_fill(http1::Refusal refusal) {
  refusal_ = refusal;
  return Fill::Refused;
}

/// Moves what can be decoded from input_ to block_.
Session::Fill Session::decode_chunks(Body& body) {
  const auto& options = environment_.options;
  while (!unread().empty() && !body.decoder.done() && block_.size() < options.block_size) {
    const std::size_t room = options.block_size - block_.size();
    const auto step = body.decoder.next(unread().first(std::min(unread().size(), room)));
    if (!step) return refused_fill(step.error());
    body.received += step->data.size();
    if (body.received > options.max_body_bytes)
      return refused_fill({413, "the body is larger than this server takes"});
    append(block_, step->data);
    consume(step->consumed);
  }
  return body.decoder.done() ? Fill::Complete : Fill::More;
}

asio::awaitable<Session::Fill> Session::fill_block(Body& body) {
  const auto& options = environment_.options;
  while (true) {
    if (body.chunked) {
      const Fill state = decode_chunks(body);
      if (state != Fill::More || block_.size() >= options.block_size) co_return state;
    } else {
      const std::size_t room = options.block_size - block_.size();
      const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(body.left, std::min(unread().size(), room)));
      append(block_, unread().first(take));
      consume(take);
      body.left -= take;
      body.received += take;
      if (body.left == 0) co_return Fill::Complete;
      if (block_.size() >= options.block_size) co_return Fill::More;
    }
    const auto age = std::chrono::duration_cast<milliseconds>(steady_clock::now() - body.began);
    if (options.min_body_rate > 0 && age > options.body_timeout &&
        body.received < options.min_body_rate * static_cast<std::uint64_t>(age.count()) / 1000) {
      co_return refused_fill({408, "the body comes too slowly"});
    }
    set_deadline(options.body_timeout);
    if (!enter(State::Moving)) co_return Fill::Lost;
    const std::uint64_t wanted = body.chunked ? options.block_size : body.left;
    const bool came =
        co_await read_more(static_cast<std::size_t>(std::min<std::uint64_t>(wanted, options.block_size)));
    if (!came) co_return timed_out_ ? refused_fill({408, "the body took too long"}) : Fill::Lost;
    if (!enter(State::Working)) co_return Fill::Lost;
  }
}

asio::awaitable<bool> Session::refuse(http1::Refusal refusal) {
  co_return co_await answer(problem(refusal.status, code_of(refusal.status), refusal.reason), false);
}

asio::awaitable<bool> Session::refuse_for_now(const char* why) {
  HttpResponse busy = problem(503, kBusy, why);
  busy.headers.add("Retry-After", std::to_string(environment_.options.retry_after.count()));
  co_return co_await answer(std::move(busy), false);
}

asio::awaitable<bool> Session::answer(HttpResponse response, bool keep_alive, bool head_only, bool chunked) {
  keep_alive = keep_alive && !draining_ && response.stream == nullptr;
  const std::string head = http1::write_response_head(response, keep_alive, SystemClock().now(), chunked);
  if (response.stream != nullptr && chunked) response.body = http1::as_chunk(response.body);
  std::string_view rest = head_only ? std::string_view{} : std::string_view(response.body);
  answered_ = true;
  std::string_view first = head;
  do {
    const std::string_view piece = rest.substr(0, kAnswerPiece);
    rest.remove_prefix(piece.size());
    set_deadline(environment_.options.body_timeout);
    if (!enter(State::Moving)) co_return false;
    const SystemError error = co_await stream_->write(asio::buffer(first), asio::buffer(piece));
    if (error) {
      peer_gone_ = true;
      co_return false;
    }
    first = {};
  } while (!rest.empty());
  if (!head_only && response.more_size > 0) {
    const bool sent = co_await send_rest(response.more_size, response.more);
    if (!sent) co_return false;
  }
  if (!head_only && response.stream != nullptr) {
    // Its end is told by the destructor, which may do something.
    std::shared_ptr<StreamedBody> stream = std::move(response.stream);
    const bool sent = co_await send_stream(*stream, chunked);
    co_await offload(environment_.workers, [&stream] { stream.reset(); });
    if (!sent) co_return false;
  }
  co_return keep_alive;
}

/// Cuts the connection when the content fails: its length was announced, so that the client can tell.
asio::awaitable<bool> Session::send_rest(std::uint64_t size,
                                         const std::function<Result<Bytes>(std::uint64_t, std::size_t)>& read) {
  for (std::uint64_t offset = 0; offset < size;) {
    clear_deadline();
    Result<Bytes> piece;
    if (!enter(State::Working)) co_return false;
    co_await offload(environment_.workers, [&piece, &read, offset] { piece = read(offset, kAnswerPiece); });
    if (!piece || piece->empty() || piece->size() > size - offset) {
      log(LogLevel::Error, "an HTTP answer broke off",
          {{"reason", piece ? std::string("its length is not as announced") : piece.error().to_string()}});
      peer_gone_ = true;
      co_return false;
    }
    set_deadline(environment_.options.body_timeout);
    if (!enter(State::Moving)) co_return false;
    const SystemError error = co_await stream_->write(asio::buffer(*piece), asio::const_buffer{});
    if (error) {
      peer_gone_ = true;
      co_return false;
    }
    offset += piece->size();
  }
  co_return true;
}

asio::awaitable<void> Session::wait_for(LaterResponse& later) {
  const auto executor = stream_->socket().get_executor();
  const auto ready = std::make_shared<asio::steady_timer>(executor, steady_clock::time_point::max());
  // Called back from anywhere; what is posted runs on this strand, so not before the wait below has begun.
  later.on_ready([executor, ready] { asio::post(executor, [ready] { ready->cancel(); }); });
  auto [error] = co_await ready->async_wait(kAwait);
  static_cast<void>(error);
}

}  // namespace sealgate::net::server

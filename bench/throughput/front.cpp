#include "bench/throughput/front.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <thread>
#include <vector>

#include "net/http_client.h"

namespace sealgate::bench {

namespace {

class Exchange final : public net::HttpExchange {
 public:
  Exchange(const std::function<bool(Bytes)>& keep, std::size_t size) : keep_(keep) { body_.reserve(size); }
  std::optional<net::HttpResponse> write(ByteView block) override {
    append(body_, block);
    return std::nullopt;
  }
  net::HttpResponse finish() override {
    net::HttpResponse response;
    response.status = keep_(std::move(body_)) ? 202 : 503;
    return response;
  }

 private:
  const std::function<bool(Bytes)>& keep_;
  Bytes body_;
};

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

net::HttpBegin Front::begin(net::HttpRequest request) {
  if (request.method == "GET" && request.path == "/stats") {
    net::HttpResponse response;
    response.body = stats_();
    return response;
  }
  if (request.method == "GET") return net::HttpResponse::plain(200, "ready");
  return std::make_unique<Exchange>(keep_, request.content_length.value_or(0));
}

void block_stop_signals() {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int serve_front(Front& front, std::size_t workers) {
  net::HttpServerOptions options;
  options.worker_threads = workers;
  options.io_threads = std::clamp<std::size_t>(std::thread::hardware_concurrency() / 4, 1, 4);  // as the gateway has
  auto server = net::HttpServer::create(options, front);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().to_string().c_str());
    return 1;
  }
  (*server)->start();
  std::printf("%u\n", unsigned{(*server)->port()});
  std::fflush(stdout);
  const sigset_t signals = stop_signals();
  int received = 0;
  sigwait(&signals, &received);
  (*server)->stop(std::chrono::steady_clock::now() + std::chrono::seconds(5));
  return 0;
}

class Deliveries::Impl {
 public:
  Impl(std::string url, std::size_t threads, std::function<bool(Item&)> next,
       std::function<void(std::uint64_t)> delivered)
      : url_(std::move(url)), next_(std::move(next)), delivered_(std::move(delivered)), client_(threads) {
    for (std::size_t at = 0; at < threads; ++at) threads_.emplace_back([this] { work(); });
  }
  ~Impl() {
    client_.cancel();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void work() {
    Item item;
    while (next_(item)) {
      if (post(item)) delivered_(item.id);
    }
  }

  /// Until the partner takes it; false only at the end of the program.
  bool post(const Item& item) {
    net::HttpClientRequest request;
    request.url = url_;
    request.headers.add("Content-Type", "application/octet-stream");
    request.body_size = item.body.size();
    request.body = [&item](Sink& sink) -> Result<> {
      SG_TRY(sink.write(item.body));
      return sink.finish();
    };
    for (;;) {
      const auto response = client_.send(request);
      if (response && response->status_class() == net::HttpStatusClass::Success) return true;
      if (!response && response.error().code.id == "net.cancelled") return false;
    }
  }

  std::string url_;
  std::function<bool(Item&)> next_;
  std::function<void(std::uint64_t)> delivered_;
  net::HttpClient client_;
  std::vector<std::thread> threads_;
};

Deliveries::Deliveries(std::string url, std::size_t threads, std::function<bool(Item&)> next,
                       std::function<void(std::uint64_t)> delivered)
    : impl_(std::make_unique<Impl>(std::move(url), threads, std::move(next), std::move(delivered))) {}
Deliveries::~Deliveries() = default;

}  // namespace sealgate::bench

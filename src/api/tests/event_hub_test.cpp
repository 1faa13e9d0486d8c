// Live views over a real server: who listens, what he gets, and what ends it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "api/errors.h"
#include "api/event_hub.h"
#include "net/tests/support.h"

namespace sealgate::api {
namespace {

using namespace std::chrono_literals;
using net::tests::Gate;
using net::tests::RawClient;
using net::tests::RunningServer;
using net::tests::TestHandler;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kGet = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";

/// A group that changes when a test says so, and a server that tells of it.
class Events : public testing::Test {
 protected:
  void start(EventTimes times = {5ms, 30ms, 20ms, 200ms}, net::HttpServerOptions options = {}) {
    state_.configuration = 1;
    state_.status = "{}";
    hub_ = std::make_unique<EventHub>(
        [this]() -> Result<std::shared_ptr<const GroupState>> {
          const std::lock_guard lock(mutex_);
          if (fails_) return fail(kInternal, "the store is away", {}, {});
          return std::make_shared<GroupState>(state_);
        },
        times);
    handler_.on_finish = [this](const net::HttpRequest& request, const std::string&) {
      EventHub::Request wanted;
      wanted.once = request.query == "once";
      wanted.allowed = [this] { return allowed_.load(); };
      if (const std::string* id = request.headers.find("Last-Event-ID")) wanted.last_id = *id;
      auto answer = hub_->follow(std::move(wanted));
      return answer ? std::move(*answer) : net::HttpResponse::plain(429, answer.error().what);
    };
    server_ = std::make_unique<RunningServer>(handler_, std::move(options));
  }
  void TearDown() override {
    if (!hub_) return;
    hub_->stop();
    server_.reset();
    EXPECT_EQ(hub_->listeners(), 0U);
  }
  void change(const std::function<void(GroupState&)>& how) {
    const std::lock_guard lock(mutex_);
    how(state_);
  }
  bool comes_to(std::size_t listeners) {
    for (const auto end = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < end;) {
      if (hub_->listeners() == listeners) return true;
      std::this_thread::yield();
    }
    return false;
  }

  std::mutex mutex_;
  GroupState state_;
  bool fails_ = false;
  std::atomic<bool> allowed_{true};
  TestHandler handler_;
  std::unique_ptr<EventHub> hub_;
  std::unique_ptr<RunningServer> server_;
};

TEST_F(Events, ComeWhenTheyHappenAndHeartbeatsBetweenThem) {
  start();
  RawClient client(server_->port());
  ASSERT_TRUE(client.send(kGet));
  const std::string head = client.read_until("event: status");
  EXPECT_THAT(head, HasSubstr("Transfer-Encoding: chunked"));
  EXPECT_THAT(head, HasSubstr("text/event-stream"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(head, HasSubstr("retry: 1000"));
  EXPECT_THAT(client.read_until(": alive"), Not(HasSubstr("event: configuration\ndata: {\"revision\":2}")));
  change([](GroupState& state) { state.configuration = 2; });
  EXPECT_THAT(client.read_until("{\"revision\":2}"), HasSubstr("event: configuration"));
  EXPECT_EQ(hub_->listeners(), 1U);
  client.close();
  EXPECT_TRUE(comes_to(0)) << "who is gone listens no more";
}

TEST_F(Events, GoOnWhereTheReaderStopped) {
  start();
  RawClient client(server_->port());
  ASSERT_TRUE(client.send("GET /events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: " + event_id(state_) + "\r\n\r\n"));
  EXPECT_THAT(client.read_until(": alive"), Not(HasSubstr("event: ")));
  change([](GroupState& state) { state.certificates = 7; });
  const std::string news = client.read_until("{\"revision\":7}");
  EXPECT_THAT(news, HasSubstr("event: certificates"));
  EXPECT_THAT(news, Not(HasSubstr("event: configuration")));
}

TEST_F(Events, EndAfterTheFirstForWhoWantsOne) {
  start();
  RawClient client(server_->port());
  ASSERT_TRUE(client.send("GET /events?once HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(client.read_all(), testing::EndsWith("0\r\n\r\n"));
  RawClient patient(server_->port());
  ASSERT_TRUE(
      patient.send("GET /events?once HTTP/1.1\r\nHost: x\r\nLast-Event-ID: " + event_id(state_) + "\r\n\r\n"));
  EXPECT_THAT(patient.read_all(), Not(HasSubstr("event: ")));
  RawClient old(server_->port());
  ASSERT_TRUE(old.send("GET /events?once HTTP/1.0\r\nHost: x\r\n\r\n"));
  const std::string plain = old.read_all();
  EXPECT_THAT(plain, Not(HasSubstr("chunked")));
  EXPECT_THAT(plain, HasSubstr("\r\n\r\nretry: 1000\n\n"));
}

TEST_F(Events, EndWithTheSession) {
  start();
  RawClient client(server_->port());
  ASSERT_TRUE(client.send(kGet));
  client.read_until("event: status");
  allowed_ = false;
  EXPECT_THAT(client.read_all(), testing::EndsWith("0\r\n\r\n"));
  EXPECT_TRUE(comes_to(0));
}

TEST_F(Events, AreForSoManyOnly) {
  net::HttpServerOptions options;
  options.max_connections = 2000;
  start({5ms, 10s, 10s, 10s}, options);
  std::vector<std::shared_ptr<net::StreamedBody>> held;
  for (std::size_t i = 0; i < EventHub::kMaxListeners; ++i) {
    auto answer = hub_->follow({});
    ASSERT_TRUE(answer);
    held.push_back(answer->stream);
  }
  RawClient client(server_->port());
  ASSERT_TRUE(client.send(kGet));
  EXPECT_THAT(client.read_answer(), HasSubstr("429"));
  held.clear();
  RawClient next(server_->port());
  ASSERT_TRUE(next.send(kGet));
  EXPECT_THAT(next.read_until("event: status"), HasSubstr("200 OK"));
}

TEST_F(Events, WaitWhileTheStoreIsAway) {
  {
    const std::lock_guard lock(mutex_);
    fails_ = true;
  }
  start();
  RawClient client(server_->port());
  ASSERT_TRUE(client.send(kGet));
  EXPECT_THAT(client.read_until(": alive"), Not(HasSubstr("event: ")));
  {
    const std::lock_guard lock(mutex_);
    fails_ = false;
  }
  EXPECT_THAT(client.read_until("event: status"), HasSubstr("event: configuration"));
}

TEST_F(Events, WhoTakesNothingIsCutAndHoldsUpNobody) {
  net::HttpServerOptions options;
  options.stream_timeout = 100ms;
  start({1ms, 10s, 10s, 10s}, options);
  change([](GroupState& state) { state.status = std::string(std::size_t{1} << 20U, 'x'); });
  RawClient slow(server_->port());
  ASSERT_TRUE(slow.send(kGet));
  ASSERT_TRUE(comes_to(1));
  RawClient quick(server_->port());
  ASSERT_TRUE(quick.send(kGet));
  ASSERT_TRUE(comes_to(2));
  std::thread reads([&] { quick.read_until("the end"); });
  int figures = 0;
  // Nobody reads the answers of the slow one: his buffers fill, and then he is cut.
  for (const auto end = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < end;) {
    if (hub_->listeners() == 1) break;
    change([&](GroupState& state) { state.figures = std::to_string(++figures); });
    std::this_thread::yield();
  }
  EXPECT_EQ(hub_->listeners(), 1U);
  change([](GroupState& state) {
    state.status = "the end";
    state.figures = "the end";
  });
  reads.join();
}

TEST_F(Events, ReachEverybodyWhileConnectionsComeAndAreCut) {
  net::HttpServerOptions options;
  options.worker_threads = 4;
  start({1ms, 5ms, 5ms, 50ms}, options);
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  std::atomic<int> heard{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      RawClient client(server_->port());
      if (!client.send(kGet)) return;
      if (client.read_until("{\"revision\":1000}").find("1000") != std::string::npos) ++heard;
    });
    threads.emplace_back([&] {
      while (!over) {
        RawClient hasty(server_->port());
        if (hasty.send(kGet)) hasty.read_until("retry");
      }
    });
  }
  threads.emplace_back([&] {
    for (std::uint64_t i = 2; i < 200; ++i) {
      change([&](GroupState& state) { state.certificates = i; });
      std::this_thread::yield();
    }
    change([](GroupState& state) { state.configuration = 1000; });
  });
  for (std::size_t i : {0U, 2U, 4U, 6U, 8U}) threads[i].join();
  over = true;
  for (std::size_t i : {1U, 3U, 5U, 7U}) threads[i].join();
  EXPECT_EQ(heard, 4);
  EXPECT_TRUE(comes_to(0));
}

TEST_F(Events, EndWhenTheServerStops) {
  start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<RawClient>(server_->port()));
    ASSERT_TRUE(clients.back()->send(kGet));
    clients.back()->read_until("event: status");
  }
  const auto before = std::chrono::steady_clock::now();
  hub_->stop();
  server_->server->stop(net::tests::soon());
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
  for (const auto& client : clients) EXPECT_THAT(client->read_all(), testing::EndsWith("0\r\n\r\n"));
}

}  // namespace
}  // namespace sealgate::api

// The running gateway on a store of its own: files and HTTP in, files out, suspend and resume, change of
// configuration while it runs, stop and start.

#include "hosts/gateway.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <fstream>
#include <thread>

#include "artifacts/documents.h"
#include "io/file.h"
#include "net/http_client.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::hosts {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

class GatewayTest : public testing::Test {
 protected:
  GatewayTest() {
    std::string pattern = testing::TempDir() + "sealgate-hosts-XXXXXX";
    root_ = ::mkdtemp(pattern.data());
    for (const char* folder : {"in", "out"}) std::filesystem::create_directory(root_ / folder);
  }
  ~GatewayTest() override {
    gateway_.reset();
    std::filesystem::remove_all(root_);
  }

  std::string configuration(const std::string& port_state = "started",
                            const std::string& filter_location = "Orders") {
    return "kind: Host\nname: Main\n---\n"
           "kind: ReceivePort\nname: Orders\nlocations:\n"
           "- name: Orders from folder\n  host: Main\n  adapter: FILE\n  settings:\n    folder: " +
           (root_ / "in").string() +
           "\n    mask: '*.xml'\n    polling_interval: 100ms\n  pipeline: PassThruReceive\n"
           "- name: Orders by HTTP\n  host: Main\n  adapter: HTTP\n  settings:\n    path: /orders\n"
           "    suspend_failed_requests: true\n  pipeline: PassThruReceive\n---\n"
           "kind: SendPort\nname: To folder\nhost: Main\nstate: " +
           port_state + "\nadapter: FILE\nsettings:\n  folder: " + (root_ / "out").string() +
           "\n  file_name: '%MessageID%.out'\npipeline: PassThruTransmit\nfilter: BTS.ReceivePortName == \"" +
           filter_location + "\"\n";
  }

  void apply(const std::string& yaml) {
    auto documents = artifacts::parse_documents(yaml, "test.yaml");
    ASSERT_TRUE(documents) << documents.error().to_string();
    auto store = store::SqliteStore::open({.data = root_ / "data"}, clock_);
    ASSERT_TRUE(store) << store.error().to_string();
    auto plan = artifacts::plan_apply((*store)->artifacts(), *documents, clock_.now());
    ASSERT_TRUE(plan) << plan.error().to_string();
    const auto stored = artifacts::commit((*store)->artifacts(), *plan, clock_.now());
    ASSERT_TRUE(stored) << stored.error().to_string();
  }

  void start() {
    GatewayOptions options;
    options.data = root_ / "data";
    options.listen_port = 0;
    auto gateway = Gateway::open(options, clock_);
    ASSERT_TRUE(gateway) << gateway.error().to_string();
    gateway_ = std::move(*gateway);
    const auto started = gateway_->start();
    ASSERT_TRUE(started) << started.error().to_string();
  }

  void drop(const std::string& name, const std::string& content) {
    const auto hidden = root_ / "in" / ("." + name);
    std::ofstream(hidden) << content;
    std::filesystem::rename(hidden, root_ / "in" / name);
  }

  std::vector<std::string> outputs() const {
    std::vector<std::string> contents;
    for (const auto& entry : std::filesystem::directory_iterator(root_ / "out")) {
      if (entry.path().filename().string().starts_with(".")) continue;
      const auto content = io::read_file(entry.path().string());
      contents.emplace_back(as_text(*content));
    }
    std::sort(contents.begin(), contents.end());
    return contents;
  }

  /// Waits until `count` files have appeared, woken by the file system.
  std::vector<std::string> wait_for_outputs(std::size_t count) {
    const io::FileDescriptor watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    ::inotify_add_watch(watch.get(), (root_ / "out").c_str(), IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
      auto found = outputs();
      if (found.size() >= count || std::chrono::steady_clock::now() > deadline) return found;
      struct pollfd ready = {watch.get(), POLLIN, 0};
      ::poll(&ready, 1, 1000);
      std::array<char, 4096> events{};
      while (::read(watch.get(), events.data(), events.size()) > 0) {
      }
    }
  }

  int post(const std::string& path, const std::string& body) {
    net::HttpClient client;
    net::HttpClientRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(gateway_->port()) + path;
    request.headers.add("Content-Type", "text/xml");
    request.body_size = body.size();
    request.body = [&body](Sink& sink) -> Result<> {
      SG_TRY(sink.write(as_bytes(body)));
      return sink.finish();
    };
    const auto response = client.send(request);
    return response ? response->status : -1;
  }

  std::vector<messaging::WorkSummary> work(messaging::WorkState state) {
    auto store = store::SqliteStore::open({.data = root_ / "data"}, clock_);
    messaging::ListQuery query;
    query.states = {state};
    auto listed = (*store)->box().list(query);
    return listed ? *listed : std::vector<messaging::WorkSummary>{};
  }

  SystemClock clock_;
  std::filesystem::path root_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(GatewayTest, FilesAndPostsComeOutOfTheSubscribedPort) {
  apply(configuration());
  start();
  drop("a.xml", "<a/>");
  EXPECT_EQ(post("/orders", "<b/>"), 202);
  EXPECT_EQ(wait_for_outputs(2), (std::vector<std::string>{"<a/>", "<b/>"}));
  EXPECT_FALSE(std::filesystem::exists(root_ / "in" / "a.xml"));
  EXPECT_EQ(post("/nowhere", "<c/>"), 404);
  EXPECT_EQ(post("/orders", ""), 400);
}

TEST_F(GatewayTest, WhatNobodyWantsIsSuspendedAndFlowsAfterTheFilterWasMended) {
  apply(configuration("started", "Invoices"));
  start();
  EXPECT_EQ(post("/orders", "<lonely/>"), 202);
  auto suspended = work(messaging::WorkState::Suspended);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_EQ(suspended[0].kind, messaging::WorkKind::Route);
  apply(configuration());
  ASSERT_TRUE(gateway_->refresh());
  {
    auto store = store::SqliteStore::open({.data = root_ / "data"}, clock_);
    ASSERT_TRUE((*store)->box().resume(suspended[0].id, true, clock_.now()));
  }
  EXPECT_EQ(wait_for_outputs(1), (std::vector<std::string>{"<lonely/>"}));
}

TEST_F(GatewayTest, ALocationThatSuspendsNothingLeavesTheMessageWithItsSender) {
  auto yaml = configuration("started", "Invoices");
  yaml.replace(yaml.find("suspend_failed_requests: true"), 29, "suspend_failed_requests: false");
  apply(yaml);
  start();
  EXPECT_EQ(post("/orders", "<lonely/>"), 500);
  EXPECT_TRUE(work(messaging::WorkState::Suspended).empty());
}

TEST_F(GatewayTest, AStoppedPortKeepsItsMessagesUntilResumed) {
  apply(configuration("stopped"));
  start();
  EXPECT_EQ(post("/orders", "<waits/>"), 202);
  const auto suspended = work(messaging::WorkState::Suspended);
  ASSERT_EQ(suspended.size(), 1U);
  EXPECT_EQ(suspended[0].port, "To folder");
  EXPECT_TRUE(outputs().empty());
  apply(configuration("started"));
  ASSERT_TRUE(gateway_->refresh());
  {
    auto store = store::SqliteStore::open({.data = root_ / "data"}, clock_);
    ASSERT_TRUE((*store)->box().resume(suspended[0].id, true, clock_.now()));
  }
  EXPECT_EQ(wait_for_outputs(1), (std::vector<std::string>{"<waits/>"}));
}

TEST_F(GatewayTest, ALocationThatIsTakenAwayStopsReceiving) {
  apply(configuration());
  start();
  EXPECT_EQ(post("/orders", "<a/>"), 202);
  auto yaml = configuration();
  yaml.replace(yaml.find("path: /orders"), 13, "path: /renamed");
  apply(yaml);
  ASSERT_TRUE(gateway_->refresh());
  EXPECT_EQ(post("/orders", "<b/>"), 404);
  EXPECT_EQ(post("/renamed", "<c/>"), 202);
  EXPECT_EQ(wait_for_outputs(2), (std::vector<std::string>{"<a/>", "<c/>"}));
}

TEST_F(GatewayTest, ManyMessagesAtOnceAllArriveOnce) {
  apply(configuration());
  start();
  std::vector<std::thread> senders;
  std::atomic<int> refused{0};
  for (int sender = 0; sender < 8; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < 25; ++i) {
        if (post("/orders", "<m n='" + std::to_string(sender * 25 + i) + "'/>") != 202) ++refused;
      }
    });
  }
  for (auto& sender : senders) sender.join();
  EXPECT_EQ(refused, 0);
  auto arrived = wait_for_outputs(200);
  EXPECT_EQ(arrived.size(), 200U);
  EXPECT_EQ(std::unique(arrived.begin(), arrived.end()), arrived.end());
}

TEST_F(GatewayTest, StopsAndStartsAgainWithItsWork) {
  apply(configuration());
  start();
  gateway_->stop(std::chrono::seconds(5));
  gateway_->stop(std::chrono::seconds(5));
  gateway_.reset();
  drop("late.xml", "<late/>");
  start();
  EXPECT_EQ(wait_for_outputs(1), (std::vector<std::string>{"<late/>"}));
}

TEST_F(GatewayTest, OnlyOneProcessServesADataFolder) {
  apply(configuration());
  start();
  GatewayOptions options;
  options.data = root_ / "data";
  options.listen_port = 0;
  const auto second = Gateway::open(options, clock_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code.id, "store.already-serving");
}

}  // namespace
}  // namespace sealgate::hosts

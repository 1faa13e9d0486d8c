#pragma once
// A running gateway on a store of its own in a scratch folder, with a folder "in" and one "out".

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <functional>
#include <thread>

#include "artifacts/documents.h"
#include "hosts/gateway.h"
#include "io/file.h"
#include "net/http_client.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::hosts {

inline constexpr auto kPatience = std::chrono::seconds(30);

class GatewayFixture : public ::testing::Test {
 protected:
  GatewayFixture() {
    std::string pattern = testing::TempDir() + "sealgate-hosts-XXXXXX";
    root_ = ::mkdtemp(pattern.data());
    for (const char* folder : {"in", "out"}) std::filesystem::create_directory(root_ / folder);
  }
  ~GatewayFixture() override {
    gateway_.reset();
    std::filesystem::remove_all(root_);
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

  /// The whole answer; status -1 when there was none.
  net::HttpClientResponse ask(const std::string& path, const std::string& body) {
    net::HttpClient client;
    net::HttpClientRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(gateway_->port()) + path;
    request.headers.add("Content-Type", "text/xml");
    request.response_limit = std::size_t{16} << 20U;
    request.body_size = body.size();
    request.body = [&body](Sink& sink) -> Result<> {
      SG_TRY(sink.write(as_bytes(body)));
      return sink.finish();
    };
    auto response = client.send(request);
    if (response) return std::move(*response);
    net::HttpClientResponse none;
    none.status = -1;
    return none;
  }

  int post(const std::string& path, const std::string& body) { return ask(path, body).status; }

  std::vector<messaging::WorkSummary> work(messaging::WorkState state) {
    auto store = store::SqliteStore::open({.data = root_ / "data"}, clock_);
    messaging::ListQuery query;
    query.states = {state};
    auto listed = (*store)->box().list(query);
    return listed ? *listed : std::vector<messaging::WorkSummary>{};
  }

  /// Waits until `count` deliveries are in this state; gives what is there at last.
  std::vector<messaging::WorkSummary> wait_for_work(messaging::WorkState state, std::size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
      auto found = work(state);
      if (found.size() >= count || std::chrono::steady_clock::now() > deadline) return found;
      std::this_thread::yield();
    }
  }

  void change_box(const std::function<void(messaging::MessageBox&)>& change) {
    auto store = store::SqliteStore::open({.data = root_ / "data"}, clock_);
    ASSERT_TRUE(store) << store.error().to_string();
    change((*store)->box());
  }

  SystemClock clock_;
  std::filesystem::path root_;
  std::unique_ptr<Gateway> gateway_;
};

}  // namespace sealgate::hosts

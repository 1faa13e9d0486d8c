// Answers that come later, answers that are too large for memory, and a client that passes them on as they come.

#include <gtest/gtest.h>

#include <thread>

#include "net/errors.h"
#include "net/http_client.h"
#include "net/tests/support.h"

namespace sealgate::net::tests {
namespace {

/// Ready when the test says so; the answer is read from its own thread.
class TestLater final : public LaterResponse {
 public:
  explicit TestLater(std::atomic<int>& destroyed) : destroyed_(destroyed) {}
  ~TestLater() override { ++destroyed_; }
  void on_ready(std::function<void()> ready) override {
    {
      const std::lock_guard lock(mutex_);
      ready_ = std::move(ready);
    }
    waited_for.open();
    if (at_once) fire();
  }
  HttpResponse take() override { return HttpResponse::plain(200, "at last"); }
  void fire() {
    const std::lock_guard lock(mutex_);
    ready_();
  }
  Gate waited_for;
  bool at_once = false;

 private:
  std::atomic<int>& destroyed_;
  std::mutex mutex_;
  std::function<void()> ready_;
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(HttpAnswers, NoThreadWaitsForWhatComesLater) {
  std::atomic<int> destroyed{0};
  std::vector<std::shared_ptr<TestLater>> laters;
  for (int i = 0; i < 20; ++i) laters.push_back(std::make_shared<TestLater>(destroyed));
  std::atomic<std::size_t> next{0};
  TestHandler handler;
  handler.on_finish = [&](const HttpRequest& request, const std::string&) {
    if (request.path == "/now") return HttpResponse::plain(200, "now");
    HttpResponse response;
    response.later = laters[next++];
    return response;
  };
  HttpServerOptions options;
  options.worker_threads = 1;
  RunningServer server(handler, options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (const auto& later : laters) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    ASSERT_TRUE(clients.back()->send(kGet));
    later->waited_for.wait();
  }
  RawClient other(server.port());
  ASSERT_TRUE(other.send("GET /now HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_NE(other.read_answer().find("now"), std::string::npos);
  for (const auto& later : laters) later->fire();
  for (const auto& client : clients) EXPECT_NE(client->read_answer().find("at last"), std::string::npos);
  laters.clear();
  server.server->stop(soon());
  EXPECT_EQ(destroyed, 20);
}

TEST(HttpAnswers, WhatIsReadyAtOnceIsAnsweredAtOnce) {
  std::atomic<int> destroyed{0};
  TestHandler handler;
  handler.on_finish = [&](const HttpRequest&, const std::string&) {
    auto later = std::make_shared<TestLater>(destroyed);
    later->at_once = true;
    HttpResponse response;
    response.later = later;
    return response;
  };
  const RunningServer server(handler);
  RawClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(kGet));
    EXPECT_NE(client.read_answer().find("at last"), std::string::npos);
  }
}

TEST(HttpAnswers, ALargeAnswerIsReadPieceByPieceAndPassedOnAsItComes) {
  constexpr std::uint64_t kSize = std::uint64_t{20} << 20U;
  std::atomic<std::size_t> largest{0};
  TestHandler handler;
  handler.on_finish = [&](const HttpRequest&, const std::string&) {
    HttpResponse response;
    response.headers.add("Content-Type", "text/odd");
    response.body = "head:";
    response.more_size = kSize;
    response.more = [&](std::uint64_t offset, std::size_t most) -> Result<Bytes> {
      largest = std::max(largest.load(), most);
      return Bytes(static_cast<std::size_t>(std::min<std::uint64_t>(most, kSize - offset)), 'x');
    };
    return response;
  };
  const RunningServer server(handler);
  class CountingSink final : public Sink {
   public:
    std::uint64_t count = 0;
    Result<> write(ByteView bytes) override {
      count += bytes.size();
      return {};
    }
    Result<> finish() override { return {}; }
  } sink;
  std::string type;
  HttpClient client;
  HttpClientRequest request;
  request.method = "GET";
  request.url = server.url();
  request.answer_target = [&](const HttpHeaders& headers) -> Result<Sink*> {
    type = *headers.find("Content-Type");
    return &sink;
  };
  const auto response = client.send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(sink.count, kSize + 5);
  EXPECT_EQ(type, "text/odd");
  EXPECT_TRUE(response->body.empty());
  EXPECT_LE(largest, std::size_t{1} << 20U);
}

TEST(HttpAnswers, AnAnswerThatBreaksOffIsNotTakenForComplete) {
  TestHandler handler;
  handler.on_finish = [](const HttpRequest&, const std::string&) {
    HttpResponse response;
    response.more_size = 1000;
    response.more = [](std::uint64_t offset, std::size_t) -> Result<Bytes> {
      if (offset > 0) return fail(kClientFailed, "gone");
      return Bytes(10, 'x');
    };
    return response;
  };
  const RunningServer server(handler);
  HttpClient client;
  HttpClientRequest request;
  request.method = "GET";
  request.url = server.url();
  EXPECT_FALSE(client.send(request));
}

TEST(HttpAnswers, AFullSinkEndsTheRequestAndOtherStatusesDoNotReachIt) {
  TestHandler handler;
  handler.on_finish = [](const HttpRequest& request, const std::string&) {
    return HttpResponse::plain(request.path == "/bad" ? 500 : 200, "text");
  };
  const RunningServer server(handler);
  class FullSink final : public Sink {
   public:
    Result<> write(ByteView) override { return fail(kBadHeader, "full"); }
    Result<> finish() override { return {}; }
  } sink;
  HttpClient client;
  HttpClientRequest request;
  request.method = "GET";
  request.url = server.url();
  request.answer_target = [&](const HttpHeaders&) -> Result<Sink*> { return &sink; };
  EXPECT_EQ(client.send(request).error().code, kBadHeader);
  request.url = server.url("/bad");
  const auto refused = client.send(request);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 500);
  EXPECT_EQ(refused->body, "text\n");
}

}  // namespace
}  // namespace sealgate::net::tests

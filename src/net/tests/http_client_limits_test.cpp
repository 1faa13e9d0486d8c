// Time limits of each phase, limits of answers, redirects over real sockets.

#include <gtest/gtest.h>

#include "net/errors.h"
#include "net/http_client.h"
#include "net/tests/odd_server.h"
#include "net/tests/support.h"

namespace sealgate::net::tests {
namespace {

using std::chrono::milliseconds;

HttpClientRequest large_post(const std::string& url, std::size_t size) {
  HttpClientRequest request;
  request.url = url;
  request.body_size = size;
  request.body = [size](Sink& sink) -> Result<> {
    const Bytes block(100'000, 0x20);
    for (std::size_t sent = 0; sent < size; sent += block.size()) SG_TRY(sink.write(block));
    return sink.finish();
  };
  return request;
}

std::string failure_of(const HttpClientRequest& request, ErrorCode code) {
  const auto response = HttpClient().send(request);
  EXPECT_FALSE(response);
  if (response) return {};
  EXPECT_EQ(response.error().code, code) << response.error().to_string();
  return response.error().what;
}

TEST(HttpClientLimits, TheTimeOfEachPhaseIsItsOwn) {
  Gate gate;
  const OddServer silent([&](int) { gate.wait(); });
  HttpClientRequest request = post_of(silent.url(), "x");
  request.answer_timeout = milliseconds(50);
  EXPECT_NE(failure_of(request, kTimeout).find("no answer"), std::string::npos);
  gate.open();
}

TEST(HttpClientLimits, AHandshakeThatDoesNotEnd) {
  Gate gate;
  const OddServer silent([&](int) { gate.wait(); });
  HttpClientRequest request = post_of("https" + silent.url().substr(4), "x");
  request.tls_timeout = milliseconds(50);
  EXPECT_NE(failure_of(request, kTimeout).find("handshake"), std::string::npos);
  gate.open();
}

TEST(HttpClientLimits, AServerThatStopsReading) {
  Gate gate;
  const OddServer silent([&](int) { gate.wait(); });
  HttpClientRequest request = large_post(silent.url(), 50'000'000);
  request.stall_timeout = milliseconds(100);
  EXPECT_NE(failure_of(request, kTimeout).find("of the message"), std::string::npos);
  gate.open();
}

TEST(HttpClientLimits, AServerThatStopsInItsAnswer) {
  Gate gate;
  const OddServer stops([&](int fd) {
    read_request(fd);
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    gate.wait();
  });
  HttpClientRequest request = post_of(stops.url(), "x");
  request.stall_timeout = milliseconds(100);
  EXPECT_NE(failure_of(request, kTimeout).find("of the answer"), std::string::npos);
  gate.open();
}

TEST(HttpClientLimits, ASlowPumpIsNotTheServersFault) {
  TestHandler handler;
  const RunningServer server(handler);
  HttpClientRequest request = post_of(server.url(), "x");
  request.stall_timeout = milliseconds(300);
  request.answer_timeout = milliseconds(300);
  request.body = [](Sink& sink) -> Result<> {
    const auto until = std::chrono::steady_clock::now() + milliseconds(500);
    while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
    SG_TRY(sink.write(as_bytes("x")));
    return sink.finish();
  };
  EXPECT_TRUE(HttpClient().send(request));
}

TEST(HttpClientLimits, AnEndlessAnswerThatNobodyWantsIsCutOffAndTheStatusCounts) {
  const OddServer endless([](int fd) {
    read_request(fd);
    say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(65536, 'x') + "\r\n";
    while (::send(fd, chunk.data(), chunk.size(), MSG_NOSIGNAL) > 0) {
    }
  });
  HttpClientRequest request = post_of(endless.url(), "x");
  request.response_limit = 1000;
  const auto response = HttpClient().send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body.size(), 1000U);
  EXPECT_TRUE(response->body_truncated);
}

class CountingSink final : public Sink {
 public:
  Result<> write(ByteView bytes) override {
    size += bytes.size();
    return {};
  }
  Result<> finish() override { return {}; }
  std::size_t size = 0;
};

TEST(HttpClientLimits, AnAnswerThatIsWantedHasALimit) {
  TestHandler handler;
  handler.on_finish = [](const HttpRequest&, const std::string&) {
    return HttpResponse::plain(200, std::string(100'000, 'x'));
  };
  const RunningServer server(handler);
  CountingSink sink;
  HttpClientRequest request = post_of(server.url(), "x");
  request.answer_target = [&sink](const HttpHeaders&) -> Result<Sink*> { return &sink; };
  request.answer_limit = 50'000;
  failure_of(request, kAnswerTooLarge);
  EXPECT_LE(sink.size, 50'000U);
  request.answer_limit = 100'001;  // with its line end
  EXPECT_TRUE(HttpClient().send(request));
}

TEST(HttpClientLimits, ARedirectCarriesTheWholeBodyAgain) {
  TestHandler target;
  const RunningServer second(target);
  TestHandler handler;
  handler.on_finish = [&](const HttpRequest&, const std::string&) {
    HttpResponse response = HttpResponse::plain(307, "elsewhere");
    response.headers.add("Location", second.url("/there"));
    return response;
  };
  const RunningServer first(handler);
  HttpClientRequest request = large_post(first.url(), 3'000'000);
  request.redirects = 1;
  const auto response = HttpClient().send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, "POST /there 3000000\n");
}

TEST(HttpClientLimits, ExpectIsSentOnlyWhenAskedFor) {
  TestHandler handler;
  std::string expected;
  handler.on_begin = [&](const HttpRequest& request) -> HttpBegin {
    const std::string* field = request.headers.find("Expect");
    expected = field == nullptr ? "none" : *field;
    return std::unique_ptr<HttpExchange>();
  };
  const RunningServer server(handler);
  HttpClientRequest request = large_post(server.url(), 3'000'000);
  ASSERT_TRUE(HttpClient().send(request));
  EXPECT_EQ(expected, "none");
  request.expect_continue = milliseconds(2000);
  ASSERT_TRUE(HttpClient().send(request));
  EXPECT_EQ(expected, "100-continue");
}

}  // namespace
}  // namespace sealgate::net::tests

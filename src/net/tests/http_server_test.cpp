// The server against raw sockets.

#include <gtest/gtest.h>

#include <thread>

#include "net/errors.h"
#include "net/tests/support.h"

namespace sealgate::net::tests {
namespace {

using std::chrono::milliseconds;

std::string post(std::string_view path, std::string_view body, std::string_view more = {}) {
  std::string text =
      "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  return text.append(more).append("\r\n").append(body);
}

std::string last_line(const std::string& answer) {
  const std::size_t start = answer.find("\r\n\r\n");
  return start == std::string::npos ? "" : answer.substr(start + 4);
}

TEST(HttpServer, AnswersOneRequestAfterAnotherOnOneConnection) {
  TestHandler handler;
  const RunningServer server(handler);
  RawClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(post("/a", "hello")));
    const std::string answer = client.read_answer();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_NE(answer.find("Connection: keep-alive\r\n"), std::string::npos);
    EXPECT_EQ(last_line(answer), "POST /a 5\n");
  }
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  TestHandler handler;
  const RunningServer server(handler);
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 50; ++i) all += post("/" + std::to_string(i), std::string(static_cast<std::size_t>(i), 'x'));
  all += "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  all += "GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(last_line(client.read_answer()), "POST /" + std::to_string(i) + " " + std::to_string(i) + "\n");
  }
  EXPECT_EQ(last_line(client.read_answer()), "POST /c 3\n");
  const std::string end = client.read_all();
  EXPECT_EQ(last_line(end), "GET /end 0\n");
  EXPECT_NE(end.find("Connection: close\r\n"), std::string::npos);
}

TEST(HttpServer, TakesARequestOneByteAtATime) {
  TestHandler handler;
  const RunningServer server(handler);
  RawClient client(server.port());
  for (const char c : post("/slow", "hello") +
                          "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n") {
    ASSERT_TRUE(client.send({&c, 1}));
  }
  EXPECT_EQ(last_line(client.read_answer()), "POST /slow 5\n");
  EXPECT_EQ(last_line(client.read_answer()), "POST /c 5\n");
}

TEST(HttpServer, PushesALargeBodyInBlocks) {
  TestHandler handler;
  handler.keep_body = 0;
  const RunningServer server(handler);
  RawClient client(server.port());
  constexpr std::size_t kSize = std::size_t{64} << 20;
  ASSERT_TRUE(client.send("POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n"));
  const std::string block(1 << 20, 'x');
  for (std::size_t sent = 0; sent < kSize; sent += block.size()) ASSERT_TRUE(client.send(block));
  EXPECT_EQ(last_line(client.read_answer()), "POST /big " + std::to_string(kSize) + "\n");
  EXPECT_LE(handler.largest_block, HttpServerOptions{}.block_size);
  // and the same in chunks of odd sizes
  ASSERT_TRUE(client.send("POST /big HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const std::string odd(99'991, 'y');
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(client.send("18697\r\n" + odd + "\r\n"));
  ASSERT_TRUE(client.send("0\r\n\r\n"));
  EXPECT_EQ(last_line(client.read_answer()), "POST /big 9999100\n");
  EXPECT_LE(handler.largest_block, HttpServerOptions{}.block_size);
}

TEST(HttpServer, ASlowHandlerSlowsTheSender) {
  TestHandler handler;
  Gate gate;
  handler.keep_body = 0;
  handler.on_block = [&](ByteView) -> std::optional<HttpResponse> {
    gate.wait();
    return std::nullopt;
  };
  const RunningServer server(handler);
  RawClient client(server.port());
  constexpr std::size_t kSize = std::size_t{256} << 20;
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n"));
  std::atomic<std::size_t> sent{0};
  std::thread sender([&] {
    const std::string block(1 << 20, 'x');
    while (sent < kSize && client.send(block)) sent += block.size();
  });
  handler.wait_for(handler.begun, 1);
  EXPECT_LT(sent, kSize);  // nothing but socket buffers can have taken it
  gate.open();
  sender.join();
  EXPECT_EQ(last_line(client.read_answer()), "POST / " + std::to_string(kSize) + "\n");
}

TEST(HttpServer, AnswersExpectContinue) {
  TestHandler handler;
  handler.on_begin = [](const HttpRequest& request) -> HttpBegin {
    if (request.path == "/no") return HttpResponse::plain(404, "no");
    return std::unique_ptr<HttpExchange>();
  };
  const RunningServer server(handler);
  RawClient client(server.port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.send("hello"));
  EXPECT_EQ(last_line(client.read_answer()), "POST / 5\n");
  // A refused one is told so instead, and never sends.
  ASSERT_TRUE(client.send("POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
  const std::string answer = client.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 ")) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

TEST(HttpServer, HeadHasTheLengthAndNoBody) {
  TestHandler handler;
  const RunningServer server(handler);
  RawClient client(server.port());
  ASSERT_TRUE(client.send("HEAD /h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  const std::string answer = client.read_all();
  EXPECT_NE(answer.find("Content-Length: 10\r\n"), std::string::npos) << answer;
  EXPECT_EQ(last_line(answer), "");
}

TEST(HttpServer, RefusesAndClosesOnSmugglingAndNonsense) {
  TestHandler handler;
  const RunningServer server(handler);
  const struct {
    const char* request;
    const char* status;
  } cases[] = {
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled "
       "HTTP/1.1\r\nHost: "
       "x\r\n\r\n",
       "400"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nGET /smuggled HTTP/1.1\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", "400"},
      {"GET / HTTP/1.1\nHost: x\n\n", "400"},
      {"\x16\x03\x01\x02\x01\x01\xfc\x03\x03\n", "400"},
      {"GET / HTTP/3.0\r\nHost: x\r\n\r\n", "505"},
  };
  for (const auto& one : cases) {
    RawClient client(server.port());
    ASSERT_TRUE(client.send(one.request));
    const std::string answer = client.read_all();
    EXPECT_TRUE(answer.starts_with(std::string("HTTP/1.1 ") + one.status)) << one.request << answer;
    EXPECT_EQ(answer.find("\r\nDate:"), answer.rfind("\r\nDate:")) << "a second request was served: " << answer;
  }
  EXPECT_EQ(handler.finished, 0);
}

TEST(HttpServer, EnforcesTheBodyLimitInBothFramings) {
  TestHandler handler;
  HttpServerOptions options;
  options.max_body_bytes = 1000;
  const RunningServer server(handler, options);
  RawClient at_limit(server.port());
  ASSERT_TRUE(at_limit.send(post("/", std::string(1000, 'x'))));
  EXPECT_EQ(last_line(at_limit.read_answer()), "POST / 1000\n");
  RawClient announced(server.port());
  ASSERT_TRUE(announced.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"));
  EXPECT_TRUE(announced.read_all().starts_with("HTTP/1.1 413 "));
  EXPECT_EQ(handler.begun, 1);
  RawClient chunked(server.port());
  ASSERT_TRUE(chunked.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                           std::string(1001, 'x')));
  EXPECT_TRUE(chunked.read_all().starts_with("HTTP/1.1 413 "));
  EXPECT_EQ(handler.finished, 1);
}

TEST(HttpServer, ABodyThatNeverEndsIsNeverFinished) {
  TestHandler handler;
  const RunningServer server(handler);
  for (const std::string& text :
       {std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n") + std::string(70'000, 'x'),
        std::string("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n") +
            std::string(70'000, 'x') + "\r\n"}) {
    RawClient client(server.port());
    ASSERT_TRUE(client.send(text));
    client.end_sending();
    EXPECT_EQ(client.read_all(), "");
  }
  handler.wait_for(handler.broken, 2);
  EXPECT_EQ(handler.finished, 0);
}

TEST(HttpServer, AnEarlyAnswerReachesAClientThatStillSends) {
  TestHandler handler;
  handler.on_begin = [](const HttpRequest&) -> HttpBegin { return HttpResponse::plain(404, "nothing here"); };
  const RunningServer server(handler);
  RawClient client(server.port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n"));
  const std::string block(100'000, 'x');
  for (int i = 0; i < 20 && client.send(block); ++i) {
  }
  EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 404 "));
}

TEST(HttpServer, AnEarlyAnswerOfAReadBodyKeepsTheConnection) {
  TestHandler handler;
  handler.on_begin = [](const HttpRequest&) -> HttpBegin { return HttpResponse::plain(404, "nothing here"); };
  const RunningServer server(handler);
  RawClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(client.send(post("/", "small")));
    EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 404 "));
  }
}

TEST(HttpServer, AHandlerThatThrowsIsA500) {
  TestHandler handler;
  handler.on_finish = [](const HttpRequest&, const std::string&) -> HttpResponse {
    throw std::runtime_error("oops");
  };
  const RunningServer server(handler);
  RawClient client(server.port());
  ASSERT_TRUE(client.send(post("/", "x")));
  const std::string answer = client.read_answer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 "));
  EXPECT_EQ(answer.find("oops"), std::string::npos);
}

TEST(HttpServer, TimesOutSlowHeadersBodiesAndIdleConnections) {
  TestHandler handler;
  HttpServerOptions options;
  options.header_timeout = options.body_timeout = options.idle_timeout = milliseconds(80);
  const RunningServer server(handler, options);
  RawClient header(server.port());
  ASSERT_TRUE(header.send("POST / HTTP/1.1\r\nHo"));
  EXPECT_TRUE(header.read_all().starts_with("HTTP/1.1 408 "));
  RawClient body(server.port());
  ASSERT_TRUE(body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe"));
  EXPECT_TRUE(body.read_all().starts_with("HTTP/1.1 408 "));
  RawClient silent(server.port());
  EXPECT_EQ(silent.read_all(), "");
  RawClient idle(server.port());
  ASSERT_TRUE(idle.send(post("/", "x")));
  EXPECT_EQ(last_line(idle.read_answer()), "POST / 1\n");
  EXPECT_EQ(idle.read_all(), "");
}

TEST(HttpServer, CutsASenderThatOnlyDrips) {
  TestHandler handler;
  HttpServerOptions options;
  options.body_timeout = milliseconds(100);
  options.min_body_rate = 1'000'000'000;
  const RunningServer server(handler, options);
  RawClient client(server.port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n"));
  while (client.send("x")) {  // always in time for the progress limit, never fast enough; ends when the server closed
  }
  EXPECT_EQ(handler.finished, 0);
}

TEST(HttpServer, TellsClientsPastTheCapToComeBackWhenAllAreAtWork) {
  TestHandler handler;
  Gate gate;
  handler.on_finish = [&](const HttpRequest&, const std::string&) {
    gate.wait();
    return HttpResponse::plain(202, "done");
  };
  HttpServerOptions options;
  options.max_connections = 2;
  const RunningServer server(handler, options);
  RawClient first(server.port());
  RawClient second(server.port());
  ASSERT_TRUE(first.send(post("/", "x")));
  ASSERT_TRUE(second.send(post("/", "x")));
  handler.wait_for(handler.begun, 2);
  RawClient third(server.port());
  ASSERT_TRUE(third.send(post("/", "x")));
  const std::string answer = third.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
  EXPECT_NE(answer.find("Retry-After: 5\r\n"), std::string::npos);
  EXPECT_NE(answer.find("\"code\":\"net.busy\""), std::string::npos) << answer;
  gate.open();
  EXPECT_TRUE(first.read_answer().starts_with("HTTP/1.1 202 "));
  EXPECT_TRUE(second.read_answer().starts_with("HTTP/1.1 202 "));
}

TEST(HttpServer, WhoIdlesLongestMakesRoomForWhoComes) {
  TestHandler handler;
  HttpServerOptions options;
  options.max_connections = 2;
  const RunningServer server(handler, options);
  RawClient oldest(server.port());
  ASSERT_TRUE(oldest.send(post("/", "x")));
  EXPECT_NE(oldest.read_answer(), "");
  RawClient younger(server.port());
  ASSERT_TRUE(younger.send(post("/", "x")));
  EXPECT_NE(younger.read_answer(), "");
  RawClient third(server.port());
  ASSERT_TRUE(third.send(post("/", "new")));
  EXPECT_EQ(last_line(third.read_answer()), "POST / 3\n");
  EXPECT_EQ(oldest.read_answer(), "") << "was closed";
  ASSERT_TRUE(younger.send(post("/", "still served")));
  EXPECT_EQ(last_line(younger.read_answer()), "POST / 12\n");
}

TEST(HttpServer, AnAddressWithTooManyIsOnlyInItsOwnWay) {
  TestHandler handler;
  HttpServerOptions options;
  options.max_connections = 100;
  options.max_connections_per_address = 3;
  const RunningServer server(handler, options);
  RawClient other(server.port(), "127.0.0.2");
  ASSERT_TRUE(other.send(post("/", "x")));
  EXPECT_NE(other.read_answer(), "");
  std::vector<std::unique_ptr<RawClient>> many;
  for (int i = 0; i < 30; ++i) {
    many.push_back(std::make_unique<RawClient>(server.port()));
    ASSERT_TRUE(many.back()->send(post("/", "x")));
    EXPECT_NE(many.back()->read_answer(), "") << i;
  }
  EXPECT_EQ(many.front()->read_answer(), "");
  EXPECT_LE(server.server->connections(), 5U);
  ASSERT_TRUE(other.send(post("/", "mine")));
  EXPECT_EQ(last_line(other.read_answer()), "POST / 4\n");

  options.exempt_networks = {*Network::parse("127.0.0.1")};
  const RunningServer exempt(handler, options);
  many.clear();
  for (int i = 0; i < 10; ++i) {
    many.push_back(std::make_unique<RawClient>(exempt.port()));
    ASSERT_TRUE(many.back()->send(post("/", "x")));
    EXPECT_NE(many.back()->read_answer(), "");
  }
  EXPECT_EQ(exempt.server->connections(), 10U);
}

TEST(HttpServer, RefusalsTellProgramsWhatIsWrong) {
  TestHandler handler;
  HttpServerOptions options;
  options.max_body_bytes = 10;
  const RunningServer server(handler, options);
  const auto said = [&](const std::string& request) {
    RawClient client(server.port());
    EXPECT_TRUE(client.send(request));
    return client.read_all();
  };
  std::string answer = said("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n");
  EXPECT_NE(answer.find("Content-Type: application/problem+json\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("{\"type\":\"about:blank\",\"title\":\"Content Too Large\",\"status\":413,"),
            std::string::npos)
      << answer;
  EXPECT_NE(answer.find("\"code\":\"net.request-too-large\"}"), std::string::npos) << answer;
  answer = said("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_NE(answer.find("\"code\":\"net.malformed-request\""), std::string::npos) << answer;
}

TEST(HttpServer, SaysComeBackAtOnceWhileHandlersAreTooSlow) {
  TestHandler handler;
  Gate gate;
  handler.on_finish = [&](const HttpRequest&, const std::string&) {
    gate.wait();
    return HttpResponse::plain(202, "done");
  };
  HttpServerOptions options;
  options.worker_threads = 1;
  options.max_worker_wait = milliseconds(0);
  const RunningServer server(handler, options);
  RawClient running(server.port());
  ASSERT_TRUE(running.send(post("/", "x")));
  handler.wait_for(handler.begun, 1);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    ASSERT_TRUE(clients.back()->send(post("/", "y")));
  }
  // Some wait for the worker by now; the last one must not have to.
  const std::string refused = clients.back()->read_all();
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
  EXPECT_NE(refused.find("Retry-After: 5\r\n"), std::string::npos);
  clients.pop_back();
  gate.open();
  EXPECT_TRUE(running.read_answer().starts_with("HTTP/1.1 202 "));
  for (const auto& client : clients) {
    const std::string answer = client->read_answer();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 202 ") || answer.starts_with("HTTP/1.1 503 ")) << answer;
  }
  ASSERT_TRUE(running.send(post("/", "z")));
  EXPECT_TRUE(running.read_answer().starts_with("HTTP/1.1 202 "));
}

TEST(HttpServer, AHundredClientsAtOnceEachGetTheirOwnAnswer) {
  TestHandler handler;
  HttpServerOptions options;
  options.io_threads = 2;
  const RunningServer server(handler, options);
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 100; ++i) {
    threads.emplace_back([&, i] {
      RawClient client(server.port());
      const std::string body(static_cast<std::size_t>(i) * 1'001, 'x');
      for (int round = 0; round < 5; ++round) {
        if (!client.send(post("/" + std::to_string(i), body))) return;
        if (last_line(client.read_answer()) ==
            "POST /" + std::to_string(i) + " " + std::to_string(body.size()) + "\n")
          ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 500);
}

TEST(HttpServer, StopFinishesWhatRunsAndClosesWhatIdles) {
  TestHandler handler;
  Gate gate;
  handler.on_finish = [&](const HttpRequest&, const std::string&) {
    gate.wait();
    return HttpResponse::plain(202, "done");
  };
  RunningServer server(handler);
  RawClient running(server.port());
  RawClient idle(server.port());
  ASSERT_TRUE(running.send(post("/", "x")));
  handler.wait_for(handler.begun, 1);
  server.server->stop_accepting();
  EXPECT_EQ(idle.read_all(), "");
  gate.open();
  const std::string answer = running.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 202 ")) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  running.close();
  const auto deadline = soon();
  server.server->stop(deadline);
  EXPECT_LT(std::chrono::steady_clock::now(), deadline);
  EXPECT_EQ(server.server->connections(), 0U);
  EXPECT_FALSE(RawClient(server.port()).connected());
}

TEST(HttpServer, StopCutsAtTheDeadlineWhoNeverSendsTheRest) {
  TestHandler handler;
  RunningServer server(handler);
  RawClient client(server.port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + std::string(70'000, 'x')));
  handler.wait_for(handler.begun, 1);
  server.server->stop(std::chrono::steady_clock::now() + milliseconds(100));
  EXPECT_EQ(handler.finished, 0);
  EXPECT_EQ(handler.broken, 1);
  server.server->stop(soon());  // twice is harmless
}

TEST(HttpServer, StopWithoutStart) {
  TestHandler handler;
  auto server = HttpServer::create({}, handler);
  ASSERT_TRUE(server);
  (*server)->stop(soon());
}

TEST(HttpServer, SaysWhyItCannotListen) {
  TestHandler handler;
  const RunningServer server(handler);
  HttpServerOptions taken;
  taken.port = server.port();
  const auto second = HttpServer::create(taken, handler);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, kCannotListen);
  EXPECT_NE(second.error().where.find(std::to_string(server.port())), std::string::npos);
  HttpServerOptions no_address;
  no_address.address = "localhost";
  EXPECT_EQ(HttpServer::create(no_address, handler).error().code, kCannotListen);
}

}  // namespace
}  // namespace sealgate::net::tests

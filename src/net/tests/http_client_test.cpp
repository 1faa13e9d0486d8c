// The client against our server, and against sockets that misbehave.

#include "net/http_client.h"

#include <gtest/gtest.h>

#include <thread>

#include "net/errors.h"
#include "net/tests/odd_server.h"
#include "net/tests/support.h"
#include "net/tests/tls_support.h"

namespace sealgate::net::tests {
namespace {

using std::chrono::milliseconds;

TEST(HttpClient, PostsAndReusesItsConnection) {
  TestHandler handler;
  handler.on_finish = [](const HttpRequest& request, const std::string& body) {
    HttpResponse response = HttpResponse::plain(202, request.method + " " + body);
    response.headers.add("X-Seen", *request.headers.find("X-Test"));
    response.headers.add("X-Type", request.headers.contains("Content-Type") ? "yes" : "no");
    response.headers.add("X-Empty", request.headers.contains("X-Nothing") ? "yes" : "no");
    return response;
  };
  const RunningServer server(handler);
  HttpClient client;
  for (int i = 0; i < 3; ++i) {
    HttpClientRequest request = post_of(server.url(), "hello");
    request.headers = {{"X-Test", "a, b"}, {"X-Nothing", ""}};
    const auto response = client.send(request);
    ASSERT_TRUE(response) << response.error().to_string();
    EXPECT_EQ(response->status, 202);
    EXPECT_EQ(response->body, "POST hello\n");
    EXPECT_EQ(*response->headers.find("x-seen"), "a, b");
    EXPECT_EQ(*response->headers.find("X-Type"), "no");
    EXPECT_EQ(*response->headers.find("X-Empty"), "yes");
    EXPECT_EQ(response->connection_reused, i > 0);
  }
  EXPECT_EQ(server.server->connections(), 1U);
}

TEST(HttpClient, KeepsNoConnectionThatIsNotToBeKept) {
  TestHandler handler;
  handler.on_finish = [](const HttpRequest& request, const std::string&) {
    const std::string* connection = request.headers.find("Connection");
    return HttpResponse::plain(200, connection == nullptr ? "" : *connection);
  };
  const RunningServer server(handler);
  HttpClient client;
  for (const bool keep : {true, false, false}) {
    HttpClientRequest request = post_of(server.url(), "hello");
    request.keep_alive = keep;
    const auto response = client.send(request);
    ASSERT_TRUE(response) << response.error().to_string();
    EXPECT_EQ(response->body, keep ? "\n" : "close\n");
    EXPECT_FALSE(response->connection_reused);
  }
}

TEST(HttpClient, SpeaksOtherMethodsAndEmptyBodies) {
  TestHandler handler;
  const RunningServer server(handler);
  HttpClient client;
  for (const std::string method : {"GET", "POST", "DELETE", "PUT"}) {
    HttpClientRequest request;
    request.method = method;
    request.url = server.url("/x");
    const auto response = client.send(request);
    ASSERT_TRUE(response) << response.error().to_string();
    EXPECT_EQ(response->body, method + " /x 0\n");
  }
  const auto empty = client.send(post_of(server.url("/x"), ""));
  ASSERT_TRUE(empty) << empty.error().to_string();
  EXPECT_EQ(empty->body, "POST /x 0\n");
}

TEST(HttpClient, PumpsLargeBodiesWithALengthAndInChunks) {
  TestHandler handler;
  handler.keep_body = 0;
  const RunningServer server(handler);
  HttpClient client;
  constexpr std::size_t kBlocks = 1000;
  const Bytes block(100'003, 0x55);
  for (const bool chunked : {false, true}) {
    HttpClientRequest request;
    request.url = server.url();
    if (!chunked) request.body_size = kBlocks * block.size();
    request.body = [&](Sink& sink) -> Result<> {
      for (std::size_t i = 0; i < kBlocks; ++i) SG_TRY(sink.write(block));
      return sink.finish();
    };
    const auto response = client.send(request);
    ASSERT_TRUE(response) << response.error().to_string();
    EXPECT_EQ(response->body, "POST / 100003000\n");
  }
}

TEST(HttpClient, RefusesToLetAHeaderBreakOut) {
  HttpClient client;
  for (const HttpHeader& bad : {HttpHeader{"X", "a\r\nY: b"}, HttpHeader{"X", "a\nb"}, HttpHeader{"X\r\nY", "a"},
                                HttpHeader{"X:", "a"}, HttpHeader{"", "a"}, HttpHeader{"Content-Length", "3"},
                                HttpHeader{"Host", "other"}, HttpHeader{"transfer-encoding", "chunked"},
                                HttpHeader{"Expect", "x"}, HttpHeader{"Proxy-Authorization", "Basic x"}}) {
    HttpClientRequest request = post_of("http://127.0.0.1:1/", "x");
    request.headers = {bad};
    const auto response = client.send(request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, kBadHeader) << bad.name;
  }
}

TEST(HttpClient, RefusesUrlsThatAreNotHttp) {
  HttpClient client;
  for (const std::string url : {"", "orders", "file:///etc/passwd", "ftp://x/", "gopher://x/", "http://user:pw@x/",
                                "http://", "http://x/\r\nX: y", "http://x/ y", "mailto:a@b"}) {
    const auto response = client.send(post_of(url, "x"));
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().code, kBadUrl) << url;
  }
}

TEST(HttpClient, DoesNotFollowRedirects) {
  TestHandler handler;
  handler.on_begin = [](const HttpRequest&) -> HttpBegin {
    HttpResponse response = HttpResponse::plain(307, "elsewhere");
    response.headers.add("Location", "/other");
    return response;
  };
  const RunningServer server(handler);
  const auto response = HttpClient().send(post_of(server.url(), "x"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 307);
  EXPECT_EQ(response->status_class(), HttpStatusClass::Redirect);
  EXPECT_EQ(handler.begun, 1);
}

TEST(HttpClient, JudgesTheAddressThatItReallyConnectsTo) {
  TestHandler handler;
  const RunningServer server(handler);
  HttpClient client;
  HttpClientRequest request = post_of(server.url(), "x");
  std::string asked;
  bool allowed = true;
  request.accept_address = [&](const std::string& address) {
    asked = address;
    return allowed;
  };
  ASSERT_TRUE(client.send(request));
  EXPECT_EQ(asked, "127.0.0.1");
  // A connection that was opened for somebody else's rules is not used either.
  ASSERT_TRUE(client.send(post_of(server.url(), "x")));
  allowed = false;
  const auto refused = client.send(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, kAddressRefused);
  EXPECT_NE(refused.error().what.find("127.0.0.1"), std::string::npos);
}

TEST(HttpClient, IgnoresProxiesOfTheEnvironment) {
  TestHandler handler;
  const RunningServer server(handler);
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const auto response = HttpClient().send(post_of(server.url(), "x"));
  ::unsetenv("http_proxy");
  EXPECT_TRUE(response) << response.error().to_string();
}

TEST(HttpClient, KeepsOnlyTheStartOfALongAnswer) {
  TestHandler handler;
  handler.on_finish = [](const HttpRequest&, const std::string&) {
    return HttpResponse::plain(200, std::string(5'000'000, 'x'));
  };
  const RunningServer server(handler);
  HttpClientRequest request = post_of(server.url(), "x");
  request.response_limit = 1000;
  const auto response = HttpClient().send(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body.size(), 1000U);
  EXPECT_TRUE(response->body_truncated);
}

TEST(HttpClient, AnEarlyRefusalIsAnAnswerNotAFailure) {
  TestHandler handler;
  handler.on_begin = [](const HttpRequest&) -> HttpBegin { return HttpResponse::plain(404, "no such door"); };
  const RunningServer server(handler);
  const auto response = HttpClient().send(post_of(server.url(), std::string(50'000'000, 'x')));
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "no such door\n");
}

TEST(HttpClient, AFailingPumpCutsTheConnection) {
  TestHandler handler;
  const RunningServer server(handler);
  HttpClient client;
  HttpClientRequest request = post_of(server.url(), "");
  for (const bool chunked : {false, true}) {
    request.body_size = chunked ? std::nullopt : std::optional<std::uint64_t>(1'000'000);
    request.body = [](Sink& sink) -> Result<> {
      SG_TRY(sink.write(Bytes(300'000, 0x41)));
      return fail(kBadResponse, "the store broke");
    };
    const auto response = client.send(request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().what, "the store broke");
  }
  handler.wait_for(handler.broken, 2);
  EXPECT_EQ(handler.finished, 0);
}

TEST(HttpClient, ABodyOfTheWrongSizeNeverArrivesWhole) {
  TestHandler handler;
  const RunningServer server(handler);
  HttpClient client;
  for (const std::uint64_t size : {std::uint64_t{4}, std::uint64_t{6}}) {
    HttpClientRequest request = post_of(server.url(), "hello");
    request.body_size = size;
    const auto response = client.send(request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, kClientFailed);
  }
  EXPECT_EQ(handler.finished, 0);
}

TEST(HttpClient, NamesWhatWentWrong) {
  HttpClient client;
  EXPECT_EQ(client.send(post_of("http://127.0.0.1:1/", "x")).error().code, kUnreachable);
  EXPECT_EQ(client.send(post_of("http://no-such-host.invalid/", "x")).error().code, kUnreachable);
  {
    const OddServer closes([](int fd) { read_request(fd); });
    EXPECT_EQ(client.send(post_of(closes.url(), "x")).error().code, kConnectionLost);
  }
  {
    const OddServer nonsense([](int fd) {
      read_request(fd);
      say(fd, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
    });
    EXPECT_EQ(client.send(post_of(nonsense.url(), "x")).error().code, kBadResponse);
  }
  {
    const OddServer cut([](int fd) {
      read_request(fd);
      say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    });
    EXPECT_EQ(client.send(post_of(cut.url(), "x")).error().code, kConnectionLost);
  }
  {
    const OddServer huge([](int fd) {
      read_request(fd);
      say(fd, "HTTP/1.1 200 OK\r\n");
      const std::string line = "X: " + std::string(60'000, 'x') + "\r\n";
      for (int i = 0; i < 10; ++i) say(fd, line);
      say(fd, "Content-Length: 0\r\n\r\n");
    });
    const auto response = client.send(post_of(huge.url(), "x"));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code.error_class, ErrorClass::Transport) << response.error().to_string();
  }
}

TEST(HttpClient, TimesOut) {
  Gate gate;
  const OddServer silent([&](int) { gate.wait(); });
  HttpClientRequest request = post_of(silent.url(), "x");
  request.total_timeout = milliseconds(50);
  EXPECT_EQ(HttpClient().send(request).error().code, kTimeout);
  gate.open();
}

TEST(HttpClient, CanBeCancelledFromAnotherThread) {
  Gate done;
  Gate reached;
  const OddServer silent([&](int fd) {
    read_request(fd);
    reached.open();
    done.wait();
  });
  HttpClient client;
  std::thread canceller([&] {
    reached.wait();
    client.cancel();
  });
  EXPECT_EQ(client.send(post_of(silent.url(), "x")).error().code, kCancelled);
  done.open();
  canceller.join();
  EXPECT_EQ(client.send(post_of(silent.url(), "x")).error().code, kCancelled);
}

TEST(HttpClient, BeginsAgainWhenAKeptConnectionWasDead) {
  TestHandler handler;
  HttpServerOptions options;
  auto first = std::make_unique<RunningServer>(handler, options);
  options.port = first->port();
  HttpClient client;
  const std::string url = first->url();
  ASSERT_TRUE(client.send(post_of(url, "x")));
  first.reset();  // closes the kept connection
  const RunningServer second(handler, options);
  int pumps = 0;
  HttpClientRequest request = post_of(url, "");
  request.body_size = 5;
  request.body = [&](Sink& sink) -> Result<> {
    ++pumps;
    SG_TRY(sink.write(as_bytes("hello")));
    return sink.finish();
  };
  const auto response = client.send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, "POST / 5\n");
  EXPECT_GE(pumps, 1);
}

TEST(HttpClient, SendsBasicCredentials) {
  TestHandler handler;
  handler.on_finish = [](const HttpRequest& request, const std::string&) {
    const std::string* sent = request.headers.find("Authorization");
    return HttpResponse::plain(200, sent != nullptr ? *sent : "none");
  };
  const RunningServer server(handler);
  HttpClient client;
  HttpClientRequest request = post_of(server.url(), "x");
  request.authentication = HttpAuthentication::Basic;
  request.user = "user";
  request.password = std::make_shared<const Secret>(Secret::from_text("p:w"));
  EXPECT_EQ(client.send(request)->body, "Basic dXNlcjpwOnc=\n");
  EXPECT_EQ(client.send(post_of(server.url(), "x"))->body, "none\n") << "credentials stayed with the connection";
}

TEST(HttpClient, AnswersADigestChallengeWithOneBody) {
  TestHandler handler;
  std::vector<std::string> bodies;
  handler.on_finish = [&](const HttpRequest& request, const std::string& body) {
    const std::string* sent = request.headers.find("Authorization");
    bodies.push_back(body);
    if (sent != nullptr) return HttpResponse::plain(200, sent->substr(0, 22));
    HttpResponse response = HttpResponse::plain(401, "who are you");
    response.headers.add("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\", algorithm=MD5");
    return response;
  };
  const RunningServer server(handler);
  HttpClientRequest request = post_of(server.url(), "hello");
  request.authentication = HttpAuthentication::Digest;
  request.user = "user";
  request.password = std::make_shared<const Secret>(Secret::from_text("pw"));
  const auto response = HttpClient().send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, "Digest username=\"user\"\n");
  EXPECT_EQ(bodies, (std::vector<std::string>{"", "hello"}));
}

TEST(HttpClient, ManyThreadsShareOneClient) {
  TestHandler handler;
  const RunningServer server(handler);
  HttpClient client;
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        const auto response = client.send(post_of(server.url("/" + std::to_string(i)), std::string(10'000, 'x')));
        if (response && response->body == "POST /" + std::to_string(i) + " 10000\n") ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
}

TEST(HttpClient, ClassifiesStatuses) {
  EXPECT_EQ(classify_status(200), HttpStatusClass::Success);
  EXPECT_EQ(classify_status(204), HttpStatusClass::Success);
  EXPECT_EQ(classify_status(302), HttpStatusClass::Redirect);
  EXPECT_EQ(classify_status(400), HttpStatusClass::ClientError);
  for (const int status : {408, 425, 429}) EXPECT_EQ(classify_status(status), HttpStatusClass::Busy);
  EXPECT_EQ(classify_status(503), HttpStatusClass::ServerError);
}

TEST(Tls, ServesAndVerifiesBothWays) {
  const TlsIdentity server_identity = make_identity("server");
  const TlsIdentity client_identity = make_identity("client");
  for (const bool der : {false, true}) {
    TestHandler handler;
    handler.on_finish = [](const HttpRequest& request, const std::string& body) {
      return HttpResponse::plain(
          200, request.client_certificate ? request.client_certificate->sha1_thumbprint + body : "none");
    };
    HttpServerOptions options;
    options.tls = der ? to_der(server_identity) : server_identity;
    options.tls->client_certificates = ClientCertificateMode::Request;
    const RunningServer server(handler, options);
    HttpClient client;
    HttpClientRequest request = post_of(server.url("/", "https"), "hello");
    EXPECT_EQ(client.send(request).error().code, kTlsNotTrusted);
    request.trusted_ca_pem = server_identity.certificate_chain;
    auto response = client.send(request);
    ASSERT_TRUE(response) << response.error().to_string();
    EXPECT_EQ(response->body, "none\n");
    request.client_certificate = der ? to_der(client_identity) : client_identity;
    for (int i = 0; i < 2; ++i) {
      response = client.send(request);
      ASSERT_TRUE(response) << response.error().to_string();
      EXPECT_EQ(response->body.size(), 40U + 5U + 1U) << response->body;
      EXPECT_EQ(response->connection_reused, i > 0);
    }
    request.url = "https://localhost:" + std::to_string(server.port()) + "/";  // not a name of the certificate
    EXPECT_EQ(client.send(request).error().code, kTlsNotTrusted);
    request.verify_server = false;
    EXPECT_TRUE(client.send(request));
  }
}

TEST(Tls, CarriesLargeBodiesAndStops) {
  TestHandler handler;
  handler.keep_body = 0;
  HttpServerOptions options;
  const TlsIdentity identity = make_identity("server");
  options.tls = identity;
  RunningServer server(handler, options);
  HttpClientRequest request = post_of(server.url("/", "https"), std::string(20'000'000, 'x'));
  request.trusted_ca_pem = identity.certificate_chain;
  HttpClient client;
  const auto response = client.send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, "POST / 20000000\n");
  server.server->stop(soon());
}

TEST(Tls, PlainTextAndHalfHandshakesDoNoHarm) {
  TestHandler handler;
  HttpServerOptions options;
  const TlsIdentity identity = make_identity("server");
  options.tls = identity;
  const RunningServer server(handler, options);
  RawClient plain(server.port());
  ASSERT_TRUE(plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(plain.read_all().find("HTTP/1.1 200"), std::string::npos);
  RawClient half(server.port());
  ASSERT_TRUE(half.send(std::string("\x16\x03\x01\x02", 4)));
  half.close();
  HttpClientRequest request = post_of(server.url("/", "https"), "x");
  request.trusted_ca_pem = identity.certificate_chain;
  EXPECT_TRUE(HttpClient().send(request));
  EXPECT_EQ(handler.begun, 1);
}

TEST(Tls, SaysWhatIsWrongWithAnIdentity) {
  TestHandler handler;
  const TlsIdentity one = make_identity("one");
  const TlsIdentity other = make_identity("other");
  for (const TlsIdentity& bad :
       {TlsIdentity{to_bytes("junk"), one.private_key}, TlsIdentity{{}, one.private_key},
        TlsIdentity{one.certificate_chain, other.private_key}, TlsIdentity{one.certificate_chain, nullptr},
        TlsIdentity{one.certificate_chain, std::make_shared<const Secret>(Secret::from_text("x"))}}) {
    HttpServerOptions options;
    options.tls = bad;
    const auto server = HttpServer::create(options, handler);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().code, kBadTlsIdentity);
    EXPECT_FALSE(server.error().remedy.empty());
  }
  HttpServerOptions options;
  options.tls = one;
  const RunningServer server(handler, options);
  HttpClientRequest request = post_of(server.url("/", "https"), "x");
  request.trusted_ca_pem = one.certificate_chain;
  request.client_certificate = TlsIdentity{to_bytes("junk"), one.private_key};
  EXPECT_EQ(HttpClient().send(request).error().code, kBadTlsIdentity);
  request.client_certificate = TlsIdentity{{}, one.private_key};
  EXPECT_EQ(HttpClient().send(request).error().code, kBadTlsIdentity);
}

}  // namespace
}  // namespace sealgate::net::tests

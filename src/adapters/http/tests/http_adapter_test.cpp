// HTTP receive and send over real sockets, and the one against the other.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <thread>

#include "adapters/common/tests/support.h"
#include "adapters/http/errors.h"
#include "adapters/http/http_receiver.h"
#include "adapters/http/http_sender.h"
#include "adapters/http/mime_fields.h"
#include "net/errors.h"

namespace sealgate::adapters::http {
namespace {

using adapters::tests::kStoreDown;
using adapters::tests::TestMessage;

constexpr ErrorCode kDisabled{"test.disabled", ErrorClass::NotFound};

struct Stored {
  SubmitRequest request;
  std::string bytes;
  std::string property(std::string_view name) const {
    for (const auto& entry : request.context) {
      if (entry.name == name) return entry.value;
    }
    return "(none)";
  }
};

/// Keeps what was committed; answers as it is told.
class TestSubmitter final : public Submitter {
 public:
  Result<> forget(const std::string&, const std::vector<std::string>&) override { return {}; }
  SubmitOutcome outcome{SubmitKind::Accepted, "11111111-2222", false, ""};
  std::optional<Error> begin_error;
  std::optional<Error> write_error;
  std::optional<Error> commit_error;
  std::function<void()> on_commit;

  Result<std::unique_ptr<Submission>> begin(SubmitRequest request) override {
    if (begin_error) return fail(*begin_error);
    return std::make_unique<TestSubmission>(*this, std::move(request));
  }
  std::vector<Stored> stored() {
    const std::lock_guard lock(mutex_);
    return stored_;
  }

 private:
  class TestSubmission final : public Submission {
   public:
    TestSubmission(TestSubmitter& owner, SubmitRequest request) : owner_(owner), stored_{std::move(request), {}} {}
    Result<> write(ByteView bytes) override {
      if (owner_.write_error) return fail(*owner_.write_error);
      stored_.bytes.append(as_text(bytes));
      return {};
    }
    Result<> finish() override {
      finished_ = true;
      return {};
    }
    Result<SubmitOutcome> commit() override {
      EXPECT_TRUE(finished_);
      if (owner_.on_commit) owner_.on_commit();
      if (owner_.commit_error) return fail(*owner_.commit_error);
      const std::lock_guard lock(owner_.mutex_);
      owner_.stored_.push_back(std::move(stored_));
      return owner_.outcome;
    }

   private:
    TestSubmitter& owner_;
    Stored stored_;
    bool finished_ = false;
  };
  std::mutex mutex_;
  std::vector<Stored> stored_;
};

class HttpAdapter : public ::testing::Test {
 protected:
  HttpAdapter() : receiver_({}, submitter_) {
    HttpLocation orders;
    orders.name = "Orders";
    orders.path = "/in/orders";
    orders.max_body_bytes = 1'000'000;
    EXPECT_TRUE(receiver_.set_locations({orders}).empty());
    EXPECT_TRUE(receiver_.start());
  }
  ~HttpAdapter() override { receiver_.stop(std::chrono::steady_clock::now()); }

  std::string url(const std::string& path = "/in/orders") const {
    return "http://127.0.0.1:" + std::to_string(receiver_.port()) + path;
  }
  net::HttpClientResponse post(const std::string& body, net::HttpHeaders headers = {},
                               const std::string& path = "/in/orders", const std::string& method = "POST") {
    net::HttpClientRequest request;
    request.method = method;
    request.url = url(path);
    request.headers = std::move(headers);
    request.body_size = body.size();
    request.body = [&](Sink& sink) -> Result<> {
      SG_TRY(sink.write(as_bytes(body)));
      return sink.finish();
    };
    auto response = client_->send(request);
    EXPECT_TRUE(response) << response.error().to_string();
    return response ? *response : net::HttpClientResponse{};
  }
  HttpSender sender(HttpSendOptions options = {}) {
    if (options.url.empty()) options.url = url();
    return HttpSender(std::move(options), client_);
  }
  void suspend_failed(bool value) {
    HttpLocation orders;
    orders.name = "Orders";
    orders.path = "/in/orders";
    orders.suspend_failed_requests = value;
    EXPECT_TRUE(receiver_.set_locations({orders}).empty());
  }

  TestSubmitter submitter_;
  HttpReceiver receiver_;
  std::shared_ptr<net::HttpClient> client_ = std::make_shared<net::HttpClient>();
};

TEST_F(HttpAdapter, APlainBodyIsTheMessageAndItsTypeIsContext) {
  const auto response = post("<order/>",
                             {{"Content-Type", "text/xml; charset=utf-8"},
                              {"MIME-Version", "1.0"},
                              {"Sealgate-Delivery-Id", "abc"},
                              {"Message-ID", "<other@x>"},
                              {"Authorization", "Basic secret"}},
                             "/in/orders?from=acme&x=%20");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(*response.headers.find("Sealgate-Message-Id"), "11111111-2222");
  EXPECT_EQ(response.body, "{\"message_id\":\"11111111-2222\",\"status\":\"accepted\"}\n");
  const auto stored = submitter_.stored();
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].request.location, "Orders");
  EXPECT_EQ(stored[0].bytes, "<order/>");
  EXPECT_EQ(stored[0].property("HTTP.ContentType"), "text/xml; charset=utf-8");
  EXPECT_EQ(stored[0].property("HTTP.MimeEntity"), "false");
  EXPECT_EQ(stored[0].property("HTTP.RemoteAddress"), "127.0.0.1");
  EXPECT_EQ(stored[0].property("HTTP.RequestPath"), "/in/orders");
  EXPECT_EQ(stored[0].property("HTTP.QueryString"), "from=acme&x=%20");
  EXPECT_EQ(stored[0].property("HTTP.DeliveryId"), "abc");
  EXPECT_EQ(stored[0].property("BTS.InboundTransportType"), "HTTP");
  EXPECT_NE(stored[0].property("HTTP.InboundHttpHeaders").find("Sealgate-Delivery-Id: abc\r\n"), std::string::npos);
  EXPECT_EQ(stored[0].property("HTTP.InboundHttpHeaders").find("secret"), std::string::npos);
}

TEST_F(HttpAdapter, AnEntityGetsItsMimeFieldsBack) {
  for (const std::string type : {"multipart/signed; boundary=\"b\"",
                                 "Application/PKCS7-MIME; smime-type=enveloped-data", "application/x-pkcs7-mime"}) {
    post("body", {{"Message-ID", "<m@x>"},
                  {"mime-version", "1.0"},
                  {"X-Other", "y"},
                  {"Content-Type", type},
                  {"Content-Transfer-Encoding", "binary"},
                  {"Content-Disposition", "attachment; filename=smime.p7m"}});
    const Stored last = submitter_.stored().back();
    EXPECT_EQ(last.bytes, "mime-version: 1.0\r\nContent-Type: " + type +
                              "\r\nContent-Transfer-Encoding: binary\r\nContent-Disposition: attachment; "
                              "filename=smime.p7m\r\n\r\nbody");
    EXPECT_EQ(last.property("HTTP.MimeEntity"), "true");
    EXPECT_EQ(last.property("HTTP.DeliveryId"), "m@x");
  }
}

TEST_F(HttpAdapter, TheLocationCanForceEitherForm) {
  HttpLocation always;
  always.name = "Always";
  always.path = "/always";
  always.mime_headers = MimeHeaders::Always;
  HttpLocation never;
  never.name = "Never";
  never.path = "/never";
  never.mime_headers = MimeHeaders::Never;
  ASSERT_TRUE(receiver_.set_locations({always, never}).empty());
  post("x", {{"Content-Type", "text/xml"}}, "/always");
  EXPECT_EQ(submitter_.stored().back().bytes, "Content-Type: text/xml\r\n\r\nx");
  post("x", {{"Content-Type", "multipart/mixed; boundary=b"}}, "/never");
  EXPECT_EQ(submitter_.stored().back().bytes, "x");
}

TEST_F(HttpAdapter, RefusesWhatIsNoMessage) {
  EXPECT_EQ(post("").status, 400);
  EXPECT_EQ(post("x", {}, "/elsewhere").status, 404);
  EXPECT_EQ(post("x", {}, "/in/orders/").status, 404);
  EXPECT_EQ(post("x", {}, "/in/orders", "PUT").status, 405);
  EXPECT_EQ(*post("", {}, "/in/orders", "GET").headers.find("Allow"), "POST");
  EXPECT_EQ(post("x", {{"Content-Encoding", "gzip"}}).status, 415);
  EXPECT_EQ(post("x", {{"Content-Type", "text/plain"}, {"content-type", "multipart/signed"}}).status, 400);
  EXPECT_EQ(post(std::string(1'000'001, 'x')).status, 413);
  net::HttpClientRequest chunked;
  chunked.url = url();
  chunked.body = [](Sink& sink) -> Result<> { return sink.finish(); };
  EXPECT_EQ(client_->send(chunked)->status, 400);
  chunked.body = [](Sink& sink) -> Result<> {
    SG_TRY(sink.write(Bytes(1'000'001, 0x41)));
    return sink.finish();
  };
  EXPECT_EQ(client_->send(chunked)->status, 413);
  EXPECT_TRUE(submitter_.stored().empty());
}

TEST_F(HttpAdapter, AnswersByTheOutcomeTable) {
  submitter_.outcome = {SubmitKind::Suspended, "id-1", false, "no key \"fits\""};
  EXPECT_EQ(post("x").status, 500);
  suspend_failed(true);
  const auto suspended = post("x");
  EXPECT_EQ(suspended.status, 202);
  EXPECT_EQ(suspended.body, "{\"message_id\":\"id-1\",\"status\":\"suspended\"}\n");
  submitter_.outcome.kind = SubmitKind::AuthenticationFailed;
  const auto unknown = post("x");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_TRUE(unknown.headers.contains("WWW-Authenticate"));
  submitter_.outcome.kind = SubmitKind::Rejected;
  const auto rejected = post("x");
  EXPECT_EQ(rejected.status, 500);
  EXPECT_EQ(rejected.body.find("key"), std::string::npos) << "the reason is for our log, not for the sender";
  submitter_.outcome = {SubmitKind::Accepted, "id-1", true, ""};
  EXPECT_EQ(post("x").body, "{\"message_id\":\"id-1\",\"status\":\"accepted\",\"duplicate\":true}\n");
}

TEST_F(HttpAdapter, AFailingStoreIsNeverAcknowledged) {
  submitter_.commit_error = Error{kStoreDown, "the store is down", {}, {}};
  const auto down = post("x");
  EXPECT_EQ(down.status, 503);
  EXPECT_TRUE(down.headers.contains("Retry-After"));
  EXPECT_FALSE(down.headers.contains("Sealgate-Message-Id"));
  submitter_.write_error = submitter_.commit_error;
  EXPECT_EQ(post("x").status, 503);
  submitter_.begin_error = submitter_.commit_error;
  EXPECT_EQ(post("x").status, 503);
  submitter_.begin_error = Error{kDisabled, "the location is disabled", {}, {}};
  EXPECT_EQ(post("x").status, 404);
  EXPECT_TRUE(submitter_.stored().empty());
}

TEST_F(HttpAdapter, AnswersOnlyAfterTheCommit) {
  std::mutex mutex;
  std::condition_variable changed;
  bool in_commit = false;
  bool go_on = false;
  std::atomic<bool> answered{false};
  submitter_.on_commit = [&] {
    std::unique_lock lock(mutex);
    in_commit = true;
    changed.notify_all();
    changed.wait(lock, [&] { return go_on; });
  };
  std::thread client([&] {
    EXPECT_EQ(post("x").status, 202);
    answered = true;
  });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return in_commit; });
    EXPECT_FALSE(answered);
    go_on = true;
    changed.notify_all();
  }
  client.join();
}

TEST_F(HttpAdapter, LocationsComeAndGoWhileItRuns) {
  HttpLocation orders;
  orders.name = "Orders";
  orders.path = "/in/orders";
  HttpLocation rival = orders;
  rival.name = "Rival";
  EXPECT_EQ(receiver_.set_locations({orders, rival}).at("Rival").code, kPathTaken);
  EXPECT_EQ(post("x").status, 202);
  rival.path = "orders";
  EXPECT_EQ(receiver_.set_locations({rival, orders}).at("Rival").code, kBadPath);
  EXPECT_EQ(post("x").status, 202);
  HttpLocation moved;
  moved.name = "Orders";
  moved.path = "/moved";
  moved.return_message_id = false;
  EXPECT_TRUE(receiver_.set_locations({moved}).empty());
  EXPECT_EQ(post("x").status, 404);
  const auto response = post("x", {}, "/moved");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.body, "");
  EXPECT_FALSE(response.headers.contains("Sealgate-Message-Id"));
  EXPECT_TRUE(receiver_.set_locations({}).empty());
  EXPECT_EQ(post("x", {}, "/moved").status, 404);
}

TEST_F(HttpAdapter, ARequestFindsTheLocationsOfBeforeOrThoseOfAfter) {
  HttpLocation first;
  first.name = "First";
  first.path = "/in/orders";
  HttpLocation second;
  second.name = "Second";
  second.path = "/other";
  std::atomic<bool> ends{false};
  std::thread changes([&] {
    while (!ends) {
      std::swap(first.path, second.path);
      EXPECT_TRUE(receiver_.set_locations({first, second}).empty());
    }
  });
  for (int i = 0; i < 200; ++i) EXPECT_EQ(post("x").status, 202);
  ends = true;
  changes.join();
}

TEST_F(HttpAdapter, CurlDeliversWithExpectChunksAndFolding) {
  const std::string command =
      "printf 'from curl' | curl -s -m 20 -T - -X POST -H 'Expect: 100-continue' -H 'Content-Type: text/plain' " +
      url() + " -w '%{http_code}'";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::array<char, 4096> buffer{};
  const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe);
  EXPECT_EQ(::pclose(pipe), 0);
  EXPECT_EQ(std::string(buffer.data(), size), "{\"message_id\":\"11111111-2222\",\"status\":\"accepted\"}\n202");
  EXPECT_EQ(submitter_.stored().back().bytes, "from curl");
}

TEST_F(HttpAdapter, SendsWhatItReceives) {
  const HttpSender http = [this] {
    HttpSendOptions options;
    options.url = url();
    return HttpSender(options, client_);
  }();
  // An entity: out of the header block, over the wire, back into the same bytes.
  TestMessage message(
      "MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=\"b\"; micalg=sha-256\r\n\r\n--b\r\n\r\n" +
          std::string(300'000, 'x'),
      BodyForm::MimeEntity);
  HttpSender entity_sender = sender();
  SendOutcome outcome = entity_sender.send(message);
  ASSERT_EQ(outcome.kind, SendKind::Delivered) << outcome.error->to_string();
  EXPECT_EQ(submitter_.stored().back().bytes, message.bytes);
  EXPECT_EQ(submitter_.stored().back().property("HTTP.DeliveryId"), message.delivery);
  EXPECT_EQ(outcome.details[0].name, "HTTP.ResponseStatusCode");
  EXPECT_EQ(outcome.details[0].value, "202");
  // A payload: the bytes alone, type from the settings, in chunks.
  TestMessage payload(std::string(100'000, 'p'));
  HttpSendOptions options;
  options.chunked = true;
  options.content_type = "application/edifact";
  HttpSender chunked = sender(options);
  ASSERT_EQ(chunked.send(payload).kind, SendKind::Delivered);
  const Stored stored = submitter_.stored().back();
  EXPECT_EQ(stored.bytes, payload.bytes);
  EXPECT_EQ(stored.property("HTTP.ContentType"), "application/edifact");
  EXPECT_NE(stored.property("HTTP.InboundHttpHeaders").find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_NE(stored.property("HTTP.InboundHttpHeaders").find("Message-ID: <" + payload.delivery + "@sealgate>\r\n"),
            std::string::npos);
}

TEST_F(HttpAdapter, FoldedFieldsGoOutOnOneLineAndTheRestStaysBehind) {
  TestMessage message(
      "Subject: private\nContent-Type: multipart/signed;\n\tboundary=\"b\";\n  micalg=sha1\nMessage-ID: "
      "<forged@x>\n\nbody",
      BodyForm::MimeEntity);
  HttpSendOptions options;
  options.headers = {{"Content-Type", "text/plain"}, {"X-Fixed", "1"}, {"Message-ID", "<forged@y>"}};
  message.context = {{"HTTP.UserHttpHeaders", "X-User: 2\r\nX-Fixed: 3\r\n\r\n"}};
  HttpSender http = sender(options);
  ASSERT_EQ(http.send(message).kind, SendKind::Delivered);
  const Stored stored = submitter_.stored().back();
  EXPECT_EQ(stored.bytes, "Content-Type: multipart/signed; boundary=\"b\"; micalg=sha1\r\n\r\nbody");
  const std::string headers = stored.property("HTTP.InboundHttpHeaders");
  EXPECT_EQ(headers.find("private"), std::string::npos);
  EXPECT_EQ(headers.find("forged"), std::string::npos);
  EXPECT_NE(headers.find("X-User: 2\r\n"), std::string::npos);
  EXPECT_NE(headers.find("X-Fixed: 3\r\n"), std::string::npos)
      << "the message's own headers come before the settings";
}

TEST_F(HttpAdapter, EveryAttemptCarriesTheSameIdentity) {
  TestMessage message("x");
  message.delivery = "d@contoso";
  HttpSender http = sender();
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(http.send(message).kind, SendKind::Delivered);
    const std::string headers = submitter_.stored().back().property("HTTP.InboundHttpHeaders");
    EXPECT_NE(headers.find("Message-ID: <d@contoso>\r\n"), std::string::npos);
    EXPECT_NE(headers.find("Sealgate-Delivery-Id: d@contoso\r\n"), std::string::npos);
  }
}

TEST_F(HttpAdapter, TellsRetryFromPermanent) {
  TestMessage message(std::string(50'000, 'x'));
  HttpSendOptions options;
  options.url = url("/nowhere");
  HttpSender missing = sender(options);
  SendOutcome outcome = missing.send(message);
  EXPECT_EQ(outcome.kind, SendKind::RetryLater);
  EXPECT_EQ(outcome.error->code, kRefused);
  EXPECT_EQ(outcome.details[0].value, "404");
  EXPECT_EQ(outcome.details[1].value, "client-error");
  options.url = "http://127.0.0.1:1/";
  HttpSender unreachable = sender(options);
  EXPECT_EQ(unreachable.send(message).kind, SendKind::RetryLater);
  options.url = "ftp://partner/";
  HttpSender wrong = sender(options);
  EXPECT_EQ(wrong.send(message).kind, SendKind::PermanentFailure);
  options.url = url();
  options.headers = {{"X", "a\r\nInjected: b"}};
  HttpSender injecting = sender(options);
  EXPECT_EQ(injecting.send(message).kind, SendKind::PermanentFailure);
  message.before_block = [](std::size_t at) -> Result<> {
    if (at > 0) return fail(Error{kStoreDown, "the store is down", {}, {}});
    return {};
  };
  HttpSender http = sender();
  outcome = http.send(message);
  EXPECT_EQ(outcome.kind, SendKind::RetryLater);
  EXPECT_EQ(outcome.error->code, kStoreDown);
  EXPECT_TRUE(submitter_.stored().empty());
}

TEST_F(HttpAdapter, AnEntityWithoutAHeadIsRefused) {
  HttpSender http = sender();
  for (const std::string& bytes :
       {std::string(), std::string("Content-Type: text/plain\r\n"), std::string("no head"),
        std::string(" folded: first\r\n\r\nx"), std::string("no colon\r\n\r\nx"),
        std::string("Content-Type: a\x01\r\n\r\nx"), "Content-Type: " + std::string(70'000, 'x') + "\r\n\r\n"}) {
    TestMessage message(bytes, BodyForm::MimeEntity);
    EXPECT_EQ(http.send(message).kind, SendKind::PermanentFailure) << bytes.substr(0, 40);
  }
  TestMessage bare("\r\nbody", BodyForm::MimeEntity);
  EXPECT_EQ(http.send(bare).kind, SendKind::Delivered);
  EXPECT_EQ(submitter_.stored().back().bytes, "body");
}

TEST_F(HttpAdapter, AHundredPostsAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> accepted{0};
  for (int i = 0; i < 100; ++i) {
    threads.emplace_back([&, i] {
      if (post(std::string(static_cast<std::size_t>(i + 1) * 1000, 'x')).status == 202) ++accepted;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, 100);
  EXPECT_EQ(submitter_.stored().size(), 100U);
}

TEST(HttpReceiver, UnknownPathsGoToTheFallback) {
  class Health final : public net::HttpHandler {
   public:
    net::HttpBegin begin(net::HttpRequest request) override { return net::HttpResponse::plain(200, request.path); }
  } health;
  TestSubmitter submitter;
  HttpReceiver receiver({}, submitter, &health);
  EXPECT_EQ(receiver.port(), 0);
  receiver.stop(std::chrono::steady_clock::now());
  ASSERT_TRUE(receiver.start());
  net::HttpClientRequest request;
  request.method = "GET";
  request.url = "http://127.0.0.1:" + std::to_string(receiver.port()) + "/health";
  const auto response = net::HttpClient().send(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "/health\n");
  receiver.stop(std::chrono::steady_clock::now());
}

}  // namespace
}  // namespace sealgate::adapters::http

#include "revocation/downloader.h"

#include <atomic>
#include <memory>

#include <gtest/gtest.h>

#include "net/errors.h"
#include "revocation/errors.h"
#include "revocation/tests/support.h"

namespace sealgate::revocation {
namespace {

using tests::Publisher;

class Downloads : public testing::Test {
 protected:
  Downloads() { downloader_.allow_private_hosts({"127.0.0.1"}); }
  Result<Bytes> get(const std::string& path) { return downloader_.get(server_.url(path), rules_); }
  void expect_error(const std::string& path, ErrorCode code) {
    const auto got = get(path);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code.id, code.id) << got.error().to_string();
  }

  Publisher server_;
  Downloader downloader_;
  DownloadRules rules_{.max_bytes = 1000};
};

TEST_F(Downloads, GetWithinTheLimit) {
  server_.publish("/exact", as_bytes(std::string(1000, 'x')));
  EXPECT_EQ(get("/exact")->size(), 1000U);
  server_.publish("/over", as_bytes(std::string(1001, 'x')));
  expect_error("/over", kTooLarge);
  server_.publish("/empty", as_bytes(""));
  EXPECT_TRUE(get("/empty")->empty());
  expect_error("/missing", kBadAnswer);
}

TEST_F(Downloads, AnAnswerWithoutALengthIsCutAtTheLimit) {
  // 200 MB in pieces: the transfer ends at the limit, not at the end. The server may go on with the next piece when
  // this test is over.
  const auto given = std::make_shared<std::atomic<std::uint64_t>>(0);
  server_.publish("/endless", [given](const std::string&) {
    net::HttpResponse response;
    response.more_size = 200'000'000;
    response.more = [given](std::uint64_t, std::size_t most) -> Result<Bytes> {
      *given += most;
      return Bytes(most, 'x');
    };
    return response;
  });
  expect_error("/endless", kTooLarge);
  EXPECT_LT(given->load(), 20'000'000U);
}

TEST_F(Downloads, RedirectsAreFollowedALittleAndJudgedEachTime) {
  server_.publish("/there", as_bytes("here it is"));
  server_.publish("/one", [](const std::string&) { return Publisher::redirect_to("/there"); });
  EXPECT_EQ(as_text(*get("/one")), "here it is");
  server_.publish("/loop", [](const std::string&) { return Publisher::redirect_to("/loop"); });
  const int before = server_.asked();
  expect_error("/loop", kTooManyRedirects);
  EXPECT_EQ(server_.asked() - before, rules_.max_redirects + 1);
  server_.publish("/file", [](const std::string&) { return Publisher::redirect_to("file:///etc/passwd"); });
  expect_error("/file", net::kBadUrl);
  server_.publish("/nowhere", [&](const std::string&) {
    net::HttpResponse response;
    response.status = 302;
    return response;
  });
  expect_error("/nowhere", kBadAnswer);
  // The same server by another name is another host, and that one is not allowed.
  std::string other = server_.url("/there");
  other.replace(other.find("127.0.0.1"), 9, "127.0.0.2");
  server_.publish("/away", [other](const std::string&) { return Publisher::redirect_to(other); });
  expect_error("/away", net::kAddressRefused);
}

TEST_F(Downloads, PrivateAddressesOnlyWhereTheirHostIsAllowed) {
  server_.publish("/list", as_bytes("x"));
  downloader_.allow_private_hosts({});
  expect_error("/list", net::kAddressRefused);
  // A name that leads to the loopback address is judged by where it leads.
  std::string by_name = server_.url("/list");
  by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
  EXPECT_EQ(downloader_.get(by_name, rules_).error().code.id, net::kAddressRefused.id);
  downloader_.allow_private_hosts({"LOCALHOST"});
  EXPECT_TRUE(downloader_.get(by_name, rules_));
  expect_error("/list", net::kAddressRefused);
}

TEST_F(Downloads, TimeIsLimitedOverAll) {
  server_.publish_without_end("/slow");
  rules_.total_time = std::chrono::milliseconds(300);
  expect_error("/slow", net::kTimeout);
}

TEST_F(Downloads, PostsAndNeverFollows) {
  server_.publish("/echo", [](const std::string& body) { return Publisher::answer_of("got " + body); });
  EXPECT_EQ(as_text(*downloader_.post(server_.url("/echo"), "text/plain", as_bytes("it"), rules_)), "got it");
  server_.publish("/moved", [](const std::string&) { return Publisher::redirect_to("/echo"); });
  EXPECT_EQ(downloader_.post(server_.url("/moved"), "text/plain", as_bytes("it"), rules_).error().code, kBadAnswer);
}

}  // namespace
}  // namespace sealgate::revocation

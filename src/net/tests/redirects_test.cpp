// Which redirects are followed and what goes along, by the rules alone.

#include "net/client/redirects.h"

#include <gtest/gtest.h>

#include "net/errors.h"

namespace sealgate::net::client {
namespace {

constexpr const char* kPublic = "8.8.8.8";

HttpClientRequest request_to(const std::string& url, int redirects = 3) {
  HttpClientRequest request;
  request.url = url;
  request.redirects = redirects;
  request.authentication = HttpAuthentication::Basic;
  request.user = "alice";
  request.password = std::make_shared<const Secret>(Secret::from_text("secret"));
  request.client_certificate = TlsIdentity{};
  request.headers = {{"Authorization", "Bearer x"}, {"Cookie", "a=b"}, {"Content-Type", "text/xml"}};
  return request;
}

HttpClientResponse answer(int status, const std::string& location, const std::string& peer = kPublic) {
  HttpClientResponse response;
  response.status = status;
  response.headers = {{"Location", location}};
  response.peer_address = peer;
  return response;
}

TEST(Redirects, FollowsWhatKeepsTheMethodAndNothingElse) {
  for (const int status : {301, 302, 307, 308}) {
    const HttpClientRequest request = request_to("https://a.example/x");
    const auto next = Redirects(request).next(answer(status, "/y"));
    ASSERT_TRUE(next && *next) << status;
    EXPECT_EQ((*next)->url, "https://a.example/y");
    EXPECT_EQ((*next)->method, "POST");
  }
  for (const int status : {200, 300, 303, 304, 305, 306, 401, 500}) {
    const HttpClientRequest request = request_to("https://a.example/x");
    const auto next = Redirects(request).next(answer(status, "/y"));
    ASSERT_TRUE(next) << status;
    EXPECT_FALSE(*next) << status;
  }
  const HttpClientRequest none = request_to("https://a.example/x", 0);
  EXPECT_FALSE(*Redirects(none).next(answer(307, "/y")));
  HttpClientResponse nowhere = answer(307, "/y");
  nowhere.headers = {};
  const HttpClientRequest request = request_to("https://a.example/x");
  EXPECT_FALSE(*Redirects(request).next(nowhere));
}

TEST(Redirects, EndAtTheirNumber) {
  const HttpClientRequest request = request_to("https://a.example/0", 2);
  Redirects redirects(request);
  EXPECT_TRUE(*redirects.next(answer(307, "1")));
  EXPECT_TRUE(*redirects.next(answer(307, "2")));
  const auto third = redirects.next(answer(307, "3"));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, kRedirectRefused);
}

TEST(Redirects, NeverLeadToLessSafety) {
  for (const char* target : {"http://a.example/x", "HTTP://a.example:443/x", "file:///etc/passwd", "ftp://a.example/",
                             "https://user:word@a.example/", "https://a.example/\r\nX: y", "gopher://a"}) {
    const HttpClientRequest request = request_to("https://a.example/x");
    const auto next = Redirects(request).next(answer(307, target));
    ASSERT_FALSE(next) << target;
    EXPECT_EQ(next.error().code, kRedirectRefused) << target;
  }
}

TEST(Redirects, ToAnotherHostGoNoCredentials) {
  for (const char* target : {"https://b.example/x", "https://a.example:8443/x", "https://a.example.b.example/x"}) {
    const HttpClientRequest request = request_to("https://a.example/x");
    Redirects redirects(request);
    auto next = redirects.next(answer(307, target));
    ASSERT_TRUE(next && *next) << target;
    EXPECT_EQ((*next)->authentication, HttpAuthentication::None) << target;
    EXPECT_TRUE((*next)->user.empty() && (*next)->password == nullptr && !(*next)->client_certificate) << target;
    EXPECT_EQ((*next)->headers.size(), 1U) << target;
    // Nor when it leads back: who sent it there may have chosen the way back, too.
    next = redirects.next(answer(307, "https://a.example/y"));
    ASSERT_TRUE(next && *next) << target;
    EXPECT_EQ((*next)->authentication, HttpAuthentication::None) << target;
  }
  for (const auto& [from, to] : {std::pair{"https://a.example/x", "https://A.example:443/y"},
                                 std::pair{"http://a.example/x", "https://a.example/x"}}) {
    const HttpClientRequest request = request_to(from);
    const auto next = Redirects(request).next(answer(308, to));
    ASSERT_TRUE(next && *next) << to;
    EXPECT_EQ((*next)->user, "alice") << to;
    EXPECT_TRUE((*next)->client_certificate) << to;
  }
}

TEST(Redirects, FromAPublicAddressLeadToPublicOnesOnly) {
  for (const char* target :
       {"https://127.0.0.1/x", "https://10.1.2.3/x", "https://169.254.169.254/latest/meta-data", "https://[::1]/x",
        "https://[fd00::1]/x", "https://0x7f000001/x", "https://2130706433/x"}) {
    const HttpClientRequest request = request_to("https://a.example/x");
    const auto next = Redirects(request).next(answer(307, target));
    // Odd spellings of an address that get through here meet the check of the socket.
    if (next && *next) {
      EXPECT_FALSE((*next)->accept_address("127.0.0.1")) << target;
    } else {
      EXPECT_EQ(next.error().code, kRedirectRefused) << target;
    }
  }
  const HttpClientRequest request = request_to("https://a.example/x");
  const auto named = Redirects(request).next(answer(307, "https://inner.a.example/x"));
  ASSERT_TRUE(named && *named);
  EXPECT_FALSE((*named)->accept_address("192.168.1.1"));
  EXPECT_FALSE((*named)->accept_address("::ffff:10.0.0.1"));
  EXPECT_TRUE((*named)->accept_address(kPublic));
  // What is private already may stay so.
  const auto inside = Redirects(request).next(answer(307, "https://10.0.0.2/x", "10.0.0.1"));
  ASSERT_TRUE(inside && *inside);
  EXPECT_FALSE((*inside)->accept_address);
}

TEST(Redirects, KeepTheRulesThatTheRequestHas) {
  HttpClientRequest request = request_to("https://a.example/x");
  request.accept_address = [](const std::string& address) { return address != kPublic; };
  const auto next = Redirects(request).next(answer(307, "https://b.example/x"));
  ASSERT_TRUE(next && *next);
  EXPECT_FALSE((*next)->accept_address(kPublic));
  EXPECT_TRUE((*next)->accept_address("1.1.1.1"));
  EXPECT_FALSE((*next)->accept_address("10.0.0.1"));
}

TEST(Redirects, ThroughAProxyAreJudgedByWhatTheyName) {
  HttpClientRequest request = request_to("http://a.example/x");
  request.proxy = "http://10.0.0.9:3128";
  const auto next = Redirects(request).next(answer(307, "http://192.168.0.1/x", "10.0.0.9"));
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, kRedirectRefused);
  const auto named = Redirects(request).next(answer(307, "http://b.example/x", "10.0.0.9"));
  ASSERT_TRUE(named && *named);
  EXPECT_FALSE((*named)->accept_address);  // it would judge the proxy
}

}  // namespace
}  // namespace sealgate::net::client

// What the sender asks for before an attempt, and what it never lets through.

#include "adapters/http/http_sender.h"

#include <gtest/gtest.h>

#include "adapters/common/tests/support.h"
#include "adapters/http/errors.h"
#include "net/errors.h"

namespace sealgate::adapters::http {
namespace {

using adapters::tests::TestMessage;

constexpr ErrorCode kStoreDown{"test.store-down", ErrorClass::Transport};
constexpr ErrorCode kNoTicket{"test.no-ticket", ErrorClass::Policy};
// Nobody listens there: what gets as far as a connection fails with net.unreachable.
constexpr const char* kNobody = "http://127.0.0.1:1/";

SendOutcome send(HttpSendOptions options, TestMessage& message) {
  options.url = kNobody;
  HttpSender sender(std::move(options), std::make_shared<net::HttpClient>());
  return sender.send(message);
}
SendOutcome send(HttpSendOptions options) {
  TestMessage message;
  return send(std::move(options), message);
}

HttpSendOptions authenticating(net::HttpAuthentication authentication, CredentialSource credentials) {
  HttpSendOptions options;
  options.authentication = authentication;
  options.credentials = std::move(credentials);
  return options;
}

CredentialSource user(std::string name) {
  return [name = std::move(name)](const OutboundMessage&) -> Result<Credentials> {
    return Credentials{name, std::make_shared<const Secret>(Secret::from_text("secret"))};
  };
}

TEST(HttpSenderCredentials, AreAskedForBeforeEachAttempt) {
  int asked = 0;
  HttpSendOptions options =
      authenticating(net::HttpAuthentication::Basic, [&asked](const OutboundMessage&) -> Result<Credentials> {
        ++asked;
        return Credentials{"alice", std::make_shared<const Secret>(Secret::from_text("secret"))};
      });
  options.url = kNobody;
  HttpSender sender(options, std::make_shared<net::HttpClient>());
  TestMessage message;
  for (int i = 1; i <= 3; ++i) {
    const SendOutcome outcome = sender.send(message);
    EXPECT_EQ(outcome.error->code, net::kUnreachable);
    EXPECT_EQ(outcome.error->to_string().find("secret"), std::string::npos);
    EXPECT_EQ(asked, i);
  }
  send(authenticating(net::HttpAuthentication::None, [&asked](const OutboundMessage&) -> Result<Credentials> {
    ++asked;
    return Credentials{};
  }));
  EXPECT_EQ(asked, 3);
}

TEST(HttpSenderCredentials, WhatComesBackByItselfIsTriedAgainTheRestIsNot) {
  for (const auto& [code, kind] :
       {std::pair{kStoreDown, SendKind::RetryLater}, std::pair{kNoTicket, SendKind::PermanentFailure}}) {
    const auto refuse = [code = code](const OutboundMessage&) -> Result<Credentials> {
      return fail(code, "no credentials");
    };
    SendOutcome outcome = send(authenticating(net::HttpAuthentication::Digest, refuse));
    EXPECT_EQ(outcome.kind, kind);
    EXPECT_EQ(outcome.error->code, code);
    HttpSendOptions proxied;
    proxied.proxy = "http://127.0.0.1:1";
    proxied.proxy_credentials = refuse;
    outcome = send(proxied);
    EXPECT_EQ(outcome.kind, kind);
    EXPECT_EQ(outcome.error->code, code);
  }
  const SendOutcome none = send(authenticating(net::HttpAuthentication::Basic, {}));
  EXPECT_EQ(none.kind, SendKind::PermanentFailure);
  EXPECT_EQ(none.error->code, kBadCredentials);
}

TEST(HttpSenderCredentials, AUserCannotBreakOutOfItsHeader) {
  for (const net::HttpAuthentication way :
       {net::HttpAuthentication::Basic, net::HttpAuthentication::Digest, net::HttpAuthentication::Ntlm}) {
    for (const std::string name : {"a\r\nX-Evil: 1", "a\nb", "", "a\x7f"}) {
      const SendOutcome outcome = send(authenticating(way, user(name)));
      EXPECT_EQ(outcome.kind, SendKind::PermanentFailure) << name;
      EXPECT_EQ(outcome.error->code, kBadCredentials) << name;
    }
  }
  EXPECT_EQ(send(authenticating(net::HttpAuthentication::Basic, user("a:b"))).error->code, kBadCredentials);
  EXPECT_EQ(send(authenticating(net::HttpAuthentication::Digest, user("a:b"))).error->code, net::kUnreachable);
}

TEST(HttpSenderHeaders, NothingOfAMessageBecomesAHeaderOfItsOwn) {
  for (const char* lines : {"X: a\rX-Evil: 1", "X\x01: a", "X Y: a", "no colon", "Host: other", "Content-Length: 3",
                            "Transfer-Encoding: chunked", "Connection: close", "Expect: 100-continue",
                            "Proxy-Authorization: Basic eDp5"}) {
    TestMessage message;
    message.context = {{"HTTP.UserHttpHeaders", lines}};
    const SendOutcome outcome = send({}, message);
    EXPECT_EQ(outcome.kind, SendKind::PermanentFailure) << lines;
    EXPECT_EQ(outcome.error->code, net::kBadHeader) << lines;
  }
  TestMessage entity;
  entity.form = BodyForm::MimeEntity;
  entity.bytes = "Content-Type: text/plain\rX-Evil: 1\r\n\r\nbody";
  EXPECT_EQ(send({}, entity).kind, SendKind::PermanentFailure);
}

TEST(HttpSenderOptions, WhatCannotBeUsedIsSaidEachTime) {
  HttpSendOptions options;
  options.unusable = Error{kNoTicket, "a certificate is missing", "send port Out", "import it"};
  const SendOutcome outcome = send(options);
  EXPECT_EQ(outcome.kind, SendKind::PermanentFailure);
  EXPECT_EQ(outcome.error->code, kNoTicket);
}

}  // namespace
}  // namespace sealgate::adapters::http

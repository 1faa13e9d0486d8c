// Who may come in: what proxies say, client certificates, limits of a location.

#include "adapters/http/access.h"

#include <gtest/gtest.h>

#include "adapters/http/errors.h"
#include "mime/base64.h"

namespace sealgate::adapters::http {
namespace {

net::HttpRequest request_from(const std::string& address, net::HttpHeaders headers = {}) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = request.path = "/in";
  request.remote_address = address;
  request.headers = std::move(headers);
  return request;
}

ProxyRules rules(ForwardedField field = ForwardedField::XForwardedFor) {
  return {{*Network::parse("10.0.0.0/8"), *Network::parse("::1")}, field, ""};
}

TEST(Forwarded, OnlyATrustedProxySpeaksForOthers) {
  const net::HttpHeaders claims{{"X-Forwarded-For", "192.0.2.7"}};
  EXPECT_EQ(client_address(request_from("10.0.0.1", claims), rules()), "192.0.2.7");
  EXPECT_EQ(client_address(request_from("203.0.113.1", claims), rules()), "203.0.113.1");
  EXPECT_EQ(client_address(request_from("10.0.0.1", claims), ProxyRules{}), "10.0.0.1");
  EXPECT_EQ(client_address(request_from("10.0.0.1", {{"Forwarded", "for=192.0.2.7"}}), rules()), "10.0.0.1")
      << "the field that nobody cleans is not looked at";
}

TEST(Forwarded, TheLastWhoIsNoProxyIsTheClient) {
  const auto client = [](const std::string& value) {
    return client_address(request_from("10.0.0.1", {{"X-Forwarded-For", value}}), rules());
  };
  EXPECT_EQ(client("198.51.100.1, 192.0.2.7"), "192.0.2.7") << "what the client wrote itself counts for nothing";
  EXPECT_EQ(client("192.0.2.7, 10.0.0.2, 10.0.0.3"), "192.0.2.7");
  EXPECT_EQ(client("10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(client("192.0.2.7:4711"), "192.0.2.7");
  EXPECT_EQ(client("[2001:db8::7]:4711"), "2001:db8::7");
  EXPECT_EQ(client("::ffff:192.0.2.7"), "192.0.2.7");
  for (const auto* nothing : {"", "unknown", "localhost", ",", "192.0.2.7,", "192.0.2.7, unknown", "[::1"}) {
    EXPECT_EQ(client(nothing), "10.0.0.1") << nothing;
  }
  EXPECT_EQ(
      client_address(
          request_from("10.0.0.1", {{"X-Forwarded-For", "198.51.100.1"}, {"x-forwarded-for", "192.0.2.7"}}), rules()),
      "192.0.2.7");
}

TEST(Forwarded, ReadsTheFieldOfItsRfc) {
  const auto client = [](const std::string& value) {
    return client_address(request_from("10.0.0.1", {{"Forwarded", value}}), rules(ForwardedField::Forwarded));
  };
  EXPECT_EQ(client("for=192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client("for=198.51.100.1, For=192.0.2.7;proto=https;by=10.0.0.1"), "192.0.2.7");
  EXPECT_EQ(client("proto=https; for=\"[2001:db8::7]:4711\""), "2001:db8::7");
  EXPECT_EQ(client("for=192.0.2.7, for=10.0.0.2"), "192.0.2.7");
  for (const auto* nothing :
       {"", "for=_hidden", "for=unknown", "by=192.0.2.7", "for=\"192.0.2.7", "for=\", for=192.0.2.7", "for",
        "=192.0.2.7", "for=192.0.2.7 x", "for=\"a\\", "for=192.0.2.7, by=10.0.0.1"}) {
    EXPECT_EQ(client(nothing), "10.0.0.1") << nothing;
  }
}

TEST(Forwarded, ReadsCertificatesAsProxiesWriteThem) {
  const Bytes der = to_bytes("no certificate, but nobody here looks inside");
  const std::string base64 = mime::base64_encode(der);
  const auto read = certificate_of_field("-----BEGIN%20CERTIFICATE-----%0A" + base64.substr(0, 20) + "%0A" +
                                         base64.substr(20) + "%0A-----END%20CERTIFICATE-----%0A");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->der, der);
  EXPECT_EQ(read->sha1_thumbprint.size(), 40U);
  EXPECT_TRUE(certificate_of_field("-----BEGIN CERTIFICATE----- " + base64 + " -----END CERTIFICATE-----"));
  for (const std::string& text :
       {std::string(), std::string("(null)"), base64, "-----BEGIN CERTIFICATE-----" + base64,
        std::string("-----BEGIN CERTIFICATE----------END CERTIFICATE-----"),
        std::string("-----BEGIN%2CERTIFICATE-----"), std::string("%"), std::string("%2"),
        std::string("-----BEGIN CERTIFICATE-----!!!-----END CERTIFICATE-----")}) {
    EXPECT_FALSE(certificate_of_field(text)) << text;
  }
}

class Admission : public ::testing::Test {
 protected:
  Admission() { location_.name = "In"; }
  std::string code(net::HttpRequest request) {
    const auto admission = access_.admit(request, location_);
    last_ = std::move(request);
    if (!admission.refusal) return "in";
    const std::string& body = admission.refusal->body;
    const std::size_t at = body.find("\"code\":\"") + 8;
    return std::to_string(admission.refusal->status) + " " + body.substr(at, body.find('"', at) - at);
  }
  static net::HttpRequest with_certificate(const std::string& der) {
    net::HttpRequest request = request_from("192.0.2.1");
    request.client_certificate = net::TlsClientCertificate{to_bytes(der), "AB", "CD"};
    return request;
  }
  void judge_good_as_good(HttpRules rules = {}) {
    rules.judge_certificate = [](const net::TlsClientCertificate& shown, const std::string&) -> Result<> {
      if (as_text(shown.der) == "good") return {};
      return fail(kBadClientCertificate, "it has expired");
    };
    access_.set_rules(std::move(rules));
  }
  Access access_;
  HttpLocation location_;
  net::HttpRequest last_;
};

TEST_F(Admission, ACertificateCountsWhenItIsGoodAndSomebodyLooks) {
  judge_good_as_good();
  EXPECT_EQ(code(with_certificate("good")), "in");
  EXPECT_FALSE(last_.client_certificate) << "nobody looks";
  location_.access.client_certificate = ClientCertificateUse::Evidence;
  EXPECT_EQ(code(with_certificate("good")), "in");
  EXPECT_TRUE(last_.client_certificate);
  EXPECT_EQ(code(with_certificate("bad")), "in");
  EXPECT_FALSE(last_.client_certificate) << "proves nothing";
  EXPECT_EQ(code(request_from("192.0.2.1")), "in");
  location_.access.client_certificate = ClientCertificateUse::Required;
  EXPECT_EQ(code(with_certificate("good")), "in");
  EXPECT_EQ(code(with_certificate("bad")), "403 " + std::string(kBadClientCertificate.id));
  EXPECT_EQ(code(request_from("192.0.2.1")), "403 " + std::string(kNoClientCertificate.id));
  access_.set_rules({});
  EXPECT_EQ(code(with_certificate("good")), "403 " + std::string(kBadClientCertificate.id)) << "nobody judges";
}

TEST_F(Admission, AProxyPassesOnTheCertificateOfItsClientAndNotItsOwn) {
  HttpRules rules;
  rules.proxies = {{*Network::parse("10.0.0.1")}, ForwardedField::XForwardedFor, "X-Client-Certificate"};
  judge_good_as_good(rules);
  location_.access.client_certificate = ClientCertificateUse::Required;
  const std::string pem =
      "-----BEGIN CERTIFICATE-----" + mime::base64_encode(as_bytes("good")) + "-----END CERTIFICATE-----";
  const net::HttpHeaders passed{{"x-client-certificate", pem}, {"X-Forwarded-For", "192.0.2.7"}};
  EXPECT_EQ(code(request_from("10.0.0.1", passed)), "in");
  EXPECT_EQ(last_.remote_address, "192.0.2.7");
  EXPECT_TRUE(last_.client_certificate);
  EXPECT_FALSE(last_.headers.contains("X-Client-Certificate"));
  EXPECT_EQ(code(request_from("192.0.2.9", passed)), "403 " + std::string(kNoClientCertificate.id))
      << "anybody can write it";
  EXPECT_FALSE(last_.headers.contains("X-Client-Certificate"));
  EXPECT_EQ(code(request_from("10.0.0.1", {{"X-Client-Certificate", pem}, {"X-Client-Certificate", pem}})),
            "400 " + std::string(kAmbiguousHeader.id));
  net::HttpRequest own = with_certificate("good");
  own.remote_address = "10.0.0.1";
  EXPECT_EQ(code(std::move(own)), "403 " + std::string(kNoClientCertificate.id))
      << "that of the proxy is not the client's";
}

TEST_F(Admission, LimitsAreOfTheClientAndNotOfTheProxy) {
  HttpRules rules;
  rules.proxies.trusted = {*Network::parse("10.0.0.1")};
  access_.set_rules(rules);
  location_.access.allowed_clients = {*Network::parse("192.0.2.0/24")};
  location_.access.requests_per_second = 2;
  const auto from = [&](const std::string& client) {
    return code(request_from("10.0.0.1", {{"X-Forwarded-For", client}}));
  };
  EXPECT_EQ(from("198.51.100.1"), "403 " + std::string(kClientNotAllowed.id));
  EXPECT_EQ(code(request_from("10.0.0.1")), "403 " + std::string(kClientNotAllowed.id));
  EXPECT_EQ(from("192.0.2.1"), "in");
  EXPECT_EQ(from("192.0.2.1"), "in");
  EXPECT_EQ(from("192.0.2.1"), "429 " + std::string(kTooManyRequests.id));
  EXPECT_EQ(from("192.0.2.2"), "in");
}

}  // namespace
}  // namespace sealgate::adapters::http

#include <gtest/gtest.h>

#include <algorithm>

#include "probe/client_part.h"
#include "probe/errors.h"
#include "probe/report.h"

namespace sealgate::probe {
namespace {

using Strings = std::vector<std::string>;

net::HttpHeaders fields(std::initializer_list<std::string> values) {
  net::HttpHeaders headers;
  for (const std::string& value : values) headers.add("WWW-Authenticate", value);
  return headers;
}

Deadline soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(30);
}

/// A server that prefers its ciphers in this order; it takes no other version.
struct Scripted {
  TlsVersion version = TlsVersion::Tls12;
  Strings ciphers;
  int asked = 0;

  Result<Handshake> operator()(const HandshakeOffer& offer) {
    ++asked;
    Handshake answer;
    answer.end = HandshakeEnd::Alert;
    answer.reason = "handshake failure";
    if (offer.lowest != version) return answer;
    for (const std::string& each : ciphers) {
      if (offer.ciphers.find(":!" + each) != std::string::npos) continue;
      answer.end = HandshakeEnd::Done;
      answer.cipher = answer.cipher_openssl = each;
      return answer;
    }
    return answer;
  }
};

TEST(Challenges, OneOfEachFieldAndSeveralOfOne) {
  EXPECT_EQ(challenges_of(fields({"Basic realm=\"a, b\"", "Negotiate"})),
            (Strings{"Basic realm=\"a, b\"", "Negotiate"}));
  EXPECT_EQ(
      challenges_of(fields({"Digest realm=\"x\", nonce=\"n\", qop=\"auth,auth-int\", Basic realm=\"y\", NTLM"})),
      (Strings{"Digest realm=\"x\", nonce=\"n\", qop=\"auth,auth-int\"", "Basic realm=\"y\"", "NTLM"}));
}

TEST(Challenges, QuotesWithinQuotesAndBlanksAroundTheSignOfEquality) {
  EXPECT_EQ(challenges_of(fields({"Basic realm=\"a \\\", Digest\""})), (Strings{"Basic realm=\"a \\\", Digest\""}));
  EXPECT_EQ(challenges_of(fields({"Basic realm=x, charset = UTF-8"})), (Strings{"Basic realm=x, charset = UTF-8"}));
}

TEST(Challenges, BrokenAndHugeFieldsAreBounded) {
  EXPECT_TRUE(challenges_of(fields({"", " , ,"})).empty());
  EXPECT_EQ(challenges_of(fields({"Basic realm=\"never closed, Digest"})).size(), 1U);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "A,";
  EXPECT_LE(challenges_of(fields({many})).size(), 20U);
}

TEST(Offers, EachCipherIsFoundInTheOrderOfTheServer) {
  Scripted server{TlsVersion::Tls12, {"ONE", "TWO", "THREE"}};
  const auto found = find_accepted({}, std::ref(server), soon());
  ASSERT_EQ(found.size(), 4U);
  EXPECT_FALSE(found[0].accepted);
  EXPECT_EQ(found[0].reason, "handshake failure");
  EXPECT_TRUE(found[2].accepted);
  EXPECT_TRUE(found[2].complete);
  Strings names;
  for (const auto& cipher : found[2].ciphers) names.push_back(cipher.name);
  EXPECT_EQ(names, server.ciphers);
}

TEST(Offers, AServerThatChoosesTheSameForEverEndsIt) {
  int asked = 0;
  const auto stubborn = [&](const HandshakeOffer&) -> Result<Handshake> {
    ++asked;
    Handshake answer;
    answer.end = HandshakeEnd::Done;
    answer.cipher = answer.cipher_openssl = "SAME";
    return answer;
  };
  const auto found = find_accepted({}, stubborn, soon());
  EXPECT_EQ(asked, 8);  // two for each version
  EXPECT_EQ(found[2].ciphers.size(), 1U);
}

TEST(Offers, AServerWithAnEndlessListIsLeft) {
  int asked = 0;
  const auto endless = [&](const HandshakeOffer&) -> Result<Handshake> {
    Handshake answer;
    answer.end = HandshakeEnd::Done;
    answer.cipher = answer.cipher_openssl = "C" + std::to_string(++asked);
    return answer;
  };
  const auto found = find_accepted({}, endless, soon());
  EXPECT_EQ(asked, kMaxOffers);
  EXPECT_FALSE(found[0].complete);
}

TEST(Offers, NothingIsAskedAfterTheDeadline) {
  Scripted server{TlsVersion::Tls12, {"ONE"}};
  const auto found = find_accepted({}, std::ref(server), std::chrono::steady_clock::now());
  EXPECT_EQ(server.asked, 0);
  EXPECT_TRUE(std::ranges::none_of(found, &AcceptedVersion::complete));
}

TEST(Offers, WeakCiphersAreKnownByTheirNames) {
  EXPECT_TRUE(is_weak_cipher("TLS_RSA_WITH_NULL_SHA256"));
  EXPECT_TRUE(is_weak_cipher("TLS_DH_anon_WITH_AES_128_CBC_SHA"));
  EXPECT_TRUE(is_weak_cipher("TLS_RSA_WITH_3DES_EDE_CBC_SHA"));
  EXPECT_FALSE(is_weak_cipher("TLS_AES_256_GCM_SHA384"));
  EXPECT_FALSE(is_weak_cipher("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"));
}

TEST(Report, TheFirstErrorIsTheVerdict) {
  Report report;
  report.add(audit::Severity::Warning, kExpiresSoon, "soon");
  EXPECT_FALSE(report.verdict);
  EXPECT_EQ(report.decisive(), nullptr);
  report.add(audit::Severity::Error, kWrongName, "name");
  report.add(audit::Severity::Error, kRevoked, "revoked");
  ASSERT_TRUE(report.verdict);
  EXPECT_EQ(*report.verdict, kWrongName);
  EXPECT_EQ(report.decisive()->what, "name");
}

TEST(Reach, WhatCannotBeAnAddressIsUnknown) {
  const auto bad = resolve("no such host", std::chrono::steady_clock::now() + std::chrono::seconds(2));
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, kUnknownHost);
  const auto numeric = resolve("127.0.0.1", soon());
  ASSERT_TRUE(numeric);
  EXPECT_EQ(*numeric, (Strings{"127.0.0.1"}));
}

}  // namespace
}  // namespace sealgate::probe

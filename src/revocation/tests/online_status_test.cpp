// What a waiting message gets over the network, and how long it waits.

#include "revocation/online_status.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <thread>

#include "revocation/tests/support.h"

namespace sealgate::revocation {
namespace {

using namespace tests;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

class Online : public testing::Test {
 protected:
  Online() {
    settings_.ocsp = true;
    settings_.allowed_private_hosts = {"127.0.0.1"};
    EXPECT_TRUE(store_->add({certificates::StoreName::TrustedRoots, {}}, {ca_.certificate}));
    configure();
    responder("/ocsp", {});
  }

  void configure() {
    downloader_.allow_private_hosts(settings_.allowed_private_hosts);
    online_.configure(settings_);
  }

  /// Answers with `reply`, and the nonce of the request.
  void responder(const std::string& path, OcspReply reply, bool repeat_nonce = true) {
    if (reply.subject == nullptr) reply.subject = &user_;
    if (reply.issuer == nullptr) reply.issuer = &ca_;
    server_.publish(path, [reply, repeat_nonce](const std::string& body) mutable {
      if (repeat_nonce) reply.request = to_bytes(body);
      return Publisher::answer_of(std::string(as_text(make_ocsp_reply(reply))));
    });
  }

  certificates::StatusEvidence ask(bool needed = true) {
    return online_.session()->fetch_status(user_.certificate, ca_.certificate, needed);
  }

  Publisher server_;
  Identity ca_ = issue_ca("Authority");
  Identity user_ = issue({.subject = {{"CN", "User"}},
                          .issuer = &ca_,
                          .extensions = {{NID_info_access, "OCSP;URI:" + server_.url("/ocsp") +
                                                               ",caIssuers;URI:" + server_.url("/ca.cer")},
                                         {NID_crl_distribution_points, "URI:" + server_.url("/ca.crl")}},
                          .serial = 5});
  std::unique_ptr<certificates::CertificateStore> store_ = certificates::make_memory_certificate_store();
  MemoryMemos memos_;
  TestClock clock_;
  Downloader downloader_;
  Updater updater_{*store_, memos_, downloader_, clock_};
  OnlineStatus online_{updater_, downloader_, clock_, {}, milliseconds(2'000)};
  artifacts::RevocationSettings settings_;
};

TEST_F(Online, AsksOnceAndKeepsTheAnswerUntilItIsOver) {
  EXPECT_EQ(ask().ocsp_responses.size(), 1U);
  EXPECT_EQ(ask(false).ocsp_responses.size(), 1U) << "also where a list says it already";
  EXPECT_EQ(server_.asked(), 1);
  clock_.set(kNow + hours(1));
  responder("/ocsp", {.this_update = kNow + hours(1), .next_update = kNow + hours(24 * 30)});
  EXPECT_EQ(ask().ocsp_responses.size(), 1U);
  EXPECT_EQ(server_.asked(), 2);
  clock_.set(kNow + hours(2));
  responder("/ocsp", {.this_update = kNow + hours(2), .next_update = kNow + hours(3)});
  EXPECT_EQ(ask().ocsp_responses.size(), 1U);
  EXPECT_EQ(server_.asked(), 3) << "no answer is kept for a month";
}

TEST_F(Online, BadAnswersAreNoneAndTheListIsFetchedInstead) {
  const certificates::Crl list = issue_crl(ca_, {});
  server_.publish("/ca.crl", list.der());
  const Identity stranger = issue_ca("Authority");
  const Identity plain = issue_responder(ca_, false);
  const std::vector<std::function<void()>> bad = {
      [&] { responder("/ocsp", {.signer = &stranger}); },
      [&] { responder("/ocsp", {.signer = &plain}); },
      [&] { responder("/ocsp", {.this_update = kNow - hours(48), .next_update = kNow - hours(24)}); },
      [&] {
        const Bytes other = certificates::make_ocsp_request(user_.certificate, ca_.certificate, Bytes(16, 7)).value();
        responder("/ocsp", {.request = other}, false);
      },
      [&] { server_.publish("/ocsp", as_bytes("<html></html>")); },
      [&] { server_.publish("/ocsp", as_bytes(std::string(300'000, 'x'))); },
      [&] { server_.publish("/ocsp", [](const std::string&) { return net::HttpResponse::plain(500, "no"); }); },
  };
  for (std::size_t i = 0; i < bad.size(); ++i) {
    bad[i]();
    clock_.set(clock_.now() + milliseconds(1));
    settings_.refresh = hours(1) + milliseconds(static_cast<int>(i));
    configure();  // forgets what is kept
    const auto evidence = ask();
    EXPECT_TRUE(evidence.ocsp_responses.empty()) << i;
    ASSERT_EQ(evidence.crls.size(), 1U) << i;
  }
  EXPECT_EQ(store_->list_crls()->size(), 1U) << "what was fetched for a message is kept for all";
  EXPECT_TRUE(load_state(memos_, server_.url("/ca.crl")).value()->demanded) << "and followed from now on";
}

TEST_F(Online, AResponderThatFailedIsLeftAloneForAWhile) {
  settings_.ocsp = true;
  server_.publish("/ocsp", [](const std::string&) { return net::HttpResponse::plain(503, "later"); });
  EXPECT_TRUE(ask().ocsp_responses.empty());
  const int asked = server_.asked();
  EXPECT_TRUE(ask().ocsp_responses.empty());
  EXPECT_EQ(server_.asked(), asked) << "neither the responder nor the source of lists";
  clock_.set(kNow + minutes(2));
  responder("/ocsp", {});
  EXPECT_EQ(ask().ocsp_responses.size(), 1U);
}

TEST_F(Online, NobodyIsAskedWhereItIsOff) {
  settings_.ocsp = false;
  configure();
  EXPECT_TRUE(ask(false).ocsp_responses.empty());
  EXPECT_EQ(server_.asked(), 0);
  EXPECT_TRUE(online_.session()->fetch_issuers(user_.certificate).empty());
  EXPECT_EQ(server_.asked(), 0);
}

TEST_F(Online, PrivateAddressesInCertificatesLeadNowhere) {
  settings_.allowed_private_hosts.clear();
  configure();
  const auto evidence = ask();
  EXPECT_TRUE(evidence.ocsp_responses.empty() && evidence.crls.empty());
  EXPECT_EQ(server_.asked(), 0);
}

TEST_F(Online, AMessageWaitsForSoLongAndNoLonger) {
  server_.publish_without_end("/ocsp");
  server_.publish_without_end("/ca.crl");
  const auto start = std::chrono::steady_clock::now();
  const auto evidence = ask();
  EXPECT_TRUE(evidence.ocsp_responses.empty() && evidence.crls.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(6'000));
}

TEST_F(Online, ManyMessagesAtOnceAskOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> answered{0};
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] { answered += static_cast<int>(ask().ocsp_responses.size()); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 16);
  EXPECT_EQ(server_.asked(), 1);
}

TEST_F(Online, IssuersAreFetchedWhenThatIsAskedForAndTheyFitTheName) {
  settings_.fetch_issuers = true;
  configure();
  server_.publish("/ca.cer", ca_.certificate.der());
  const auto session = online_.session();
  const auto issuers = session->fetch_issuers(user_.certificate);
  ASSERT_EQ(issuers.size(), 1U);
  EXPECT_EQ(issuers.front(), ca_.certificate);
  EXPECT_EQ(session->fetch_issuers(user_.certificate).size(), 1U);
  EXPECT_EQ(server_.asked(), 1);
  for (int i = 0; i < 10; ++i) static_cast<void>(session->fetch_issuers(user_.certificate));
  EXPECT_TRUE(session->fetch_issuers(user_.certificate).empty()) << "one message makes us look so often";
  const Identity other = issue_ca("Another");
  settings_.refresh += milliseconds(1);
  configure();
  server_.publish("/ca.cer", other.certificate.der());
  EXPECT_TRUE(online_.session()->fetch_issuers(user_.certificate).empty());
}

TEST(Sources, OfTheGroupOfCertificatesAndOfListsEachOnce) {
  const Identity ca = issue_ca("Authority");
  const Identity user =
      issue({.subject = {{"CN", "User"}},
             .issuer = &ca,
             .extensions = {{NID_crl_distribution_points, "URI:http://a.example/1,URI:http://a.example/2"},
                            {NID_freshest_crl, "URI:http://a.example/delta"}}});
  artifacts::RevocationSettings settings;
  settings.sources = {"http://a.example/2", "/var/lists"};
  const std::vector<certificates::Certificate> certificates{user.certificate, user.certificate};
  const auto sources = sources_of(settings, certificates, {});
  ASSERT_EQ(sources.size(), 4U);
  EXPECT_EQ(sources[0], (Source{"http://a.example/2", SourceKind::Address, true}));
  EXPECT_EQ(sources[1], (Source{"/var/lists", SourceKind::Folder, true}));
  EXPECT_EQ(sources[2], (Source{"http://a.example/1", SourceKind::Address, false}));
  EXPECT_EQ(sources[3], (Source{"http://a.example/delta", SourceKind::Address, false}));
}

}  // namespace
}  // namespace sealgate::revocation

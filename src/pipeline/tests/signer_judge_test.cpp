// How the policy of party, location and group decides about signers whose revocation is known, unknown or asked for.

#include "pipeline/signer_judge.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "certificates/tests/test_ocsp.h"
#include "messaging/property_names.h"
#include "pipeline/decoder_component.h"
#include "smime/encoder.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;
using namespace certificates::testing;
using artifacts::RevocationPolicy;

/// Gives what the test says, and counts.
class Service final : public certificates::StatusService {
 public:
  std::unique_ptr<certificates::StatusFetcher> session() override { return std::make_unique<Session>(*this); }
  certificates::StatusEvidence evidence;
  std::vector<Certificate> issuers;
  int asked = 0;

 private:
  class Session final : public certificates::StatusFetcher {
   public:
    explicit Session(Service& service) : service_(service) {}
    certificates::StatusEvidence fetch_status(const Certificate&, const Certificate&, bool) override {
      ++service_.asked;
      return service_.evidence;
    }
    std::vector<Certificate> fetch_issuers(const Certificate&) override { return service_.issuers; }

   private:
    Service& service_;
  };
};

class SignerPolicy : public testing::Test {
 protected:
  SignerPolicy() {
    std::string pattern = testing::TempDir() + "sealgate-judge-XXXXXX";
    root_ = ::mkdtemp(pattern.data());
    store_ = std::move(*store::SqliteStore::open({.data = root_ / "data"}, clock_));
    host_.name = "Main";
    view_.trusted_roots.push_back(authority_.certificate);
    artifacts_.group.emplace();
    artifacts::ReceiveLocation location;
    location.name = "Orders in";
    artifacts::ReceivePort port;
    port.name = "Orders";
    port.locations.push_back(location);
    artifacts_.receive_ports.push_back(port);
    context_.write(names::kReceiveLocationName, std::string("Orders in"));
  }
  ~SignerPolicy() override {
    store_.reset();
    std::filesystem::remove_all(root_);
  }

  /// A message of the partner's; `inserted` goes behind its certificate, into the SignedData.
  Result<Decoded> receive(ByteView inserted = {}) {
    BufferSink wire;
    smime::EncodeOptions options;
    options.sign = smime::SignOptions{
        .form = smime::SignatureForm::Opaque, .certificate = partner_.certificate, .key = partner_.key};
    options.wire_encoding = mime::TransferEncoding::Binary;
    options.time = kNow;
    auto encoder = smime::Encoder::create(std::move(options), wire);
    EXPECT_TRUE(encoder) << encoder.error().to_string();
    EXPECT_TRUE((*encoder)->write(as_bytes("<order/>")));
    EXPECT_TRUE((*encoder)->finish());
    Bytes bytes = wire.take();
    if (!inserted.empty()) {
      const ByteView der = partner_.certificate.der();
      const auto found = std::search(bytes.begin(), bytes.end(), der.begin(), der.end());
      EXPECT_NE(found, bytes.end());
      bytes.insert(found + static_cast<std::ptrdiff_t>(der.size()), inserted.begin(), inserted.end());
    }
    auto body = std::move(*store_->box().create_body());
    EXPECT_TRUE(body->write(bytes));
    EXPECT_TRUE(body->finish());
    evidence_.clear();
    Environment environment{artifacts_, view_, store_->box(), kNow + std::chrono::hours(1), &evidence_};
    return decode(environment, host_, settings_, *body->take(), context_);
  }

  std::string outcome(ByteView inserted = {}) {
    const auto received = receive(inserted);
    return received ? "passes" : std::string(received.error().code.id);
  }
  bool recorded(std::string_view name) const {
    return std::ranges::any_of(evidence_, [&](const auto& detail) { return detail.first == name; });
  }
  void set(std::optional<RevocationPolicy> location, RevocationPolicy group) {
    artifacts_.receive_ports[0].locations[0].revocation = location;
    artifacts_.group->revocation.policy = group;
  }
  artifacts::Party& party() {
    if (artifacts_.parties.empty()) {
      artifacts::Party party;
      party.name = "Partner";
      party.verification_certificates.push_back({partner_.certificate.thumbprint_sha256()});
      artifacts_.parties.push_back(party);
    }
    return artifacts_.parties[0];
  }

  std::filesystem::path root_;
  SystemClock clock_;
  std::unique_ptr<store::SqliteStore> store_;
  Identity authority_ = issue_ca("Authority");
  Identity partner_ = issue({.subject = {{"CN", "Partner"}}, .issuer = &authority_, .serial = 5});
  artifacts::ArtifactSet artifacts_;
  artifacts::Host host_;
  artifacts::DecoderSettings settings_;
  CertificateView view_;
  messaging::MessageContext context_;
  messaging::TrackingDetails evidence_;
};

TEST_F(SignerPolicy, TheStricterOfPartyAndLocationElseTheGroup) {
  using enum RevocationPolicy;
  struct Case {
    std::optional<RevocationPolicy> party, location;
    RevocationPolicy group;
    bool passes;
  };
  for (const Case& row :
       {Case{{}, {}, Require, false}, Case{{}, {}, Prefer, true}, Case{{}, {}, Off, true},
        Case{Prefer, {}, Require, true}, Case{{}, Prefer, Require, true}, Case{Require, Prefer, Off, false},
        Case{Prefer, Require, Off, false}, Case{Off, Prefer, Require, true}, Case{Off, {}, Require, true}}) {
    party().revocation = row.party;
    set(row.location, row.group);
    EXPECT_EQ(outcome(), row.passes ? "passes" : "certificates.chain-crl-missing");
  }
}

TEST_F(SignerPolicy, PreferRecordsWhatNobodyKnowsAndStopsWhatIsRevoked) {
  set(RevocationPolicy::Prefer, RevocationPolicy::Require);
  const auto passed = receive();
  ASSERT_TRUE(passed);
  EXPECT_EQ(passed->message.context.text(names::kRevocationUnknown),
            partner_.certificate.thumbprint().to_hex() + " chain:crl-missing");
  EXPECT_TRUE(recorded("revocation.unknown"));
  view_.crls = {issue_crl(authority_, {})};
  const auto known = receive();
  ASSERT_TRUE(known);
  EXPECT_FALSE(known->message.context.text(names::kRevocationUnknown));
  EXPECT_TRUE(recorded("revocation"));
  view_.crls = {issue_crl(authority_, {5})};
  EXPECT_EQ(outcome(), "certificates.chain-revoked");
  // Over since yesterday: clears nobody, names whom it names.
  view_.crls = {issue_crl(authority_, {5}, kNow - std::chrono::hours(48))};
  EXPECT_EQ(outcome(), "certificates.chain-revoked");
  settings_.check_revocation = false;
  EXPECT_EQ(outcome(), "passes") << "the pipeline turns everything off";
}

TEST_F(SignerPolicy, AsksWhoCanBeAskedOnlyWhereItMatters) {
  Service service;
  view_.online = &service;
  service.evidence.crls = {issue_crl(authority_, {})};
  EXPECT_EQ(outcome(), "passes");
  EXPECT_EQ(service.asked, 1);
  service.evidence.crls = {issue_crl(authority_, {5})};
  EXPECT_EQ(outcome(), "certificates.chain-revoked");
  set(RevocationPolicy::Off, RevocationPolicy::Require);
  EXPECT_EQ(outcome(), "passes");
  EXPECT_EQ(service.asked, 2);
}

TEST_F(SignerPolicy, MissingIssuersAreFetchedAndTrustedNoMoreForThat) {
  const Identity middle =
      issue({.subject = {{"CN", "Middle"}}, .issuer = &authority_, .extensions = ca_extensions(), .serial = 8});
  partner_ = issue({.subject = {{"CN", "Partner"}}, .issuer = &middle, .serial = 5});
  set({}, RevocationPolicy::Off);
  Service service;
  view_.online = &service;
  EXPECT_EQ(outcome(), "certificates.chain-no-issuer");
  service.issuers = {middle.certificate};
  EXPECT_EQ(outcome(), "passes");
  const Identity root = issue_ca("Nobody's root");
  const Identity impostor =
      issue({.subject = {{"CN", "Middle"}}, .issuer = &root, .extensions = ca_extensions(), .serial = 8});
  service.issuers = {impostor.certificate, root.certificate};
  EXPECT_NE(outcome(), "passes");
}

/// RFC 5652 section 10.2.1: [1] RevocationInfoChoices with one [1] OtherRevocationInfoFormat.
Bytes stapled(const Bytes& response, Byte last_of_oid = 0x02) {
  const auto wrap = [](Byte tag, const Bytes& content) {
    Bytes out{tag, 0x82, static_cast<Byte>(content.size() >> 8), static_cast<Byte>(content.size() & 0xFF)};
    append(out, content);
    return out;
  };
  Bytes other{0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x10, last_of_oid};
  append(other, response);
  return wrap(0xA1, wrap(0xA1, other));
}

TEST_F(SignerPolicy, AnOcspAnswerInTheMessageCountsWhenTheIssuerGaveIt) {
  OcspReply reply{.subject = &partner_, .issuer = &authority_, .next_update = kNow + std::chrono::hours(2)};
  const Bytes good = make_ocsp_reply(reply);
  EXPECT_EQ(outcome(stapled(good)), "passes");
  EXPECT_EQ(outcome(stapled(good, 0x04)), "certificates.chain-crl-missing") << "another format";
  const Identity stranger = issue_ca("Authority");
  reply.signer = &stranger;
  EXPECT_EQ(outcome(stapled(make_ocsp_reply(reply))), "certificates.chain-crl-missing");
  reply.signer = nullptr;
  reply.status = V_OCSP_CERTSTATUS_REVOKED;
  EXPECT_EQ(outcome(stapled(make_ocsp_reply(reply))), "certificates.chain-revoked");
  Bytes damaged = good;
  damaged.resize(damaged.size() / 2);
  EXPECT_NE(outcome(stapled(damaged)), "passes");
}

}  // namespace
}  // namespace sealgate::pipeline

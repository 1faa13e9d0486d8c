#include "certificates/certificate.h"

#include <gtest/gtest.h>

#include <thread>

#include "certificates/certificate_cache.h"
#include "certificates/tests/test_certificates.h"
#include "certificates/usage.h"

namespace sealgate::certificates {
namespace {

using testing::Identity;
using testing::issue;
using testing::issue_ca;
using testing::kNow;

Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

Identity rich() {
  return issue(
      {.subject = {{"C", "DE"}, {"O", "Fabrikam, Söhne"}, {"CN", "Orders"}, {"emailAddress", "a@example.com"}},
       .extensions = {{NID_subject_alt_name, "email:A@Example.com,email:b@example.com,DNS:edi.example.com"},
                      {NID_key_usage, "digitalSignature,keyAgreement"},
                      {NID_ext_key_usage, "emailProtection,clientAuth"},
                      {NID_subject_key_identifier, "hash"},
                      {NID_crl_distribution_points, "URI:http://crl.example.com/a.crl"}},
       .serial = 0x1234});
}

TEST(Certificate, TellsWhatIsInIt) {
  const Certificate certificate = rich().certificate;
  EXPECT_EQ(certificate.subject(), "emailAddress=a@example.com,CN=Orders,O=Fabrikam\\, S\\C3\\B6hne,C=DE");
  EXPECT_EQ(certificate.display_subject(), "emailAddress=a@example.com,CN=Orders,O=Fabrikam\\, Söhne,C=DE");
  EXPECT_EQ(certificate.issuer(), certificate.subject());
  EXPECT_EQ(certificate.short_name(), "Orders");
  EXPECT_EQ(certificate.serial(), (Bytes{0x12, 0x34}));
  EXPECT_EQ(certificate.serial_hex(), "1234");
  EXPECT_EQ(certificate.email_addresses(), (std::vector<std::string>{"a@example.com", "b@example.com"}));
  EXPECT_EQ(certificate.dns_names(), (std::vector<std::string>{"edi.example.com"}));
  EXPECT_EQ(certificate.crl_distribution_points(), (std::vector<std::string>{"http://crl.example.com/a.crl"}));
  EXPECT_EQ(certificate.extended_key_usage(), (std::vector<std::string>{"1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2"}));
  EXPECT_TRUE(certificate.allows(KeyUsage::DigitalSignature));
  EXPECT_FALSE(certificate.allows(KeyUsage::KeyEncipherment));
  EXPECT_EQ(certificate.subject_key_id()->size(), 20U);
  EXPECT_TRUE(certificate.matches_key_id(*certificate.subject_key_id()));
  EXPECT_FALSE(certificate.matches_key_id(Bytes(20, 0)));
  EXPECT_FALSE(certificate.matches_key_id({}));
  EXPECT_EQ(certificate.key_description(), "EC P-256");
  EXPECT_EQ(certificate.key_security_bits(), 128);
  EXPECT_EQ(certificate.version(), 3);
  EXPECT_TRUE(certificate.self_signed());
  EXPECT_FALSE(certificate.is_ca());
  EXPECT_EQ(certificate.not_before(), kNow - std::chrono::hours(24));
  EXPECT_TRUE(certificate.valid_at(certificate.not_after()));
  EXPECT_FALSE(certificate.valid_at(certificate.not_after() + std::chrono::milliseconds(1)));
  EXPECT_EQ(certificate.public_key()->spki_der().value(), certificate.spki_der());
  EXPECT_EQ(certificate.spki_sha256().size(), 32U);
}

TEST(Certificate, MatchesIssuerAndSerialByMeaning) {
  const Identity ca =
      issue({.subject = {{"O", "Tests"}, {"CN", "Big Authority"}}, .extensions = testing::ca_extensions()});
  const Identity shouting =
      issue({.subject = {{"O", "TESTS"}, {"CN", "big   AUTHORITY "}}, .extensions = testing::ca_extensions()});
  const Certificate certificate = issue({.issuer = &ca, .serial = 0x80}).certificate;
  EXPECT_EQ(certificate.serial(), (Bytes{0x00, 0x80}));
  EXPECT_TRUE(certificate.matches_issuer_and_serial(ca.certificate.subject_der(), Bytes{0x00, 0x80}));
  EXPECT_TRUE(certificate.matches_issuer_and_serial(shouting.certificate.subject_der(), Bytes{0x00, 0x00, 0x80}));
  EXPECT_FALSE(certificate.matches_issuer_and_serial(ca.certificate.subject_der(), Bytes{0x80}));  // negative
  EXPECT_FALSE(certificate.matches_issuer_and_serial(ca.certificate.subject_der(), Bytes{}));
  EXPECT_FALSE(certificate.matches_issuer_and_serial(certificate.subject_der(), Bytes{0x00, 0x80}));
  EXPECT_FALSE(certificate.matches_issuer_and_serial(Bytes{0x30, 0x80, 0xFF}, Bytes{0x00, 0x80}));
  EXPECT_FALSE(certificate.matches_issuer_and_serial({}, Bytes{0x00, 0x80}));
}

TEST(Certificate, LoadsNegativeSerialNumbers) {
  const Certificate certificate = issue({.serial = -129}).certificate;
  EXPECT_EQ(certificate.serial(), (Bytes{0xFF, 0x7F}));
  EXPECT_EQ(certificate.serial_hex(), "-81");
  EXPECT_TRUE(certificate.matches_issuer_and_serial(certificate.issuer_der(), Bytes{0xFF, 0x7F}));
}

TEST(Certificate, WithoutKeyIdentifierTheDigestOfTheKeyCounts) {
  const Certificate plain = issue({}).certificate;
  EXPECT_FALSE(plain.subject_key_id());
  const Identity with = rich();
  const Certificate twin = issue({.key = with.key}).certificate;
  EXPECT_TRUE(twin.matches_key_id(*with.certificate.subject_key_id()));
}

TEST(Certificate, TruncatedAnywhereIsRefused) {
  const Bytes der = copy(rich().certificate.der());
  for (std::size_t length = 0; length < der.size(); ++length) {
    const auto loaded = Certificate::from_der(ByteView(der).first(length));
    ASSERT_FALSE(loaded) << length;
    EXPECT_EQ(loaded.error().code.id, "certificates.malformed-certificate");
  }
}

TEST(Certificate, FlippedBitsNeverCrashAnyQuestion) {
  const Bytes der = copy(rich().certificate.der());
  std::size_t loaded_count = 0;
  for (std::size_t bit = 0; bit < der.size() * 8; ++bit) {
    Bytes damaged = der;
    damaged[bit / 8] = static_cast<Byte>(damaged[bit / 8] ^ (1U << (bit % 8)));
    const auto loaded = Certificate::from_der(damaged);
    if (!loaded) continue;
    ++loaded_count;
    EXPECT_NE(loaded->thumbprint(), rich().certificate.thumbprint());
    loaded->display_subject();
    loaded->short_name();
    loaded->email_addresses();
    loaded->dns_names();
    loaded->crl_distribution_points();
    loaded->basic_constraints();
    loaded->serial_hex();
    loaded->signature_algorithm();
    loaded->key_description();
    loaded->valid_at(kNow);
    for (const Usage usage : kAllUsages) check_usage(*loaded, usage);
    EXPECT_FALSE(loaded->self_signed() && copy(loaded->der()) == der);
  }
  EXPECT_GT(loaded_count, der.size());
}

TEST(Certificate, IgnoresPaddingButNotOtherData) {
  Bytes der = copy(rich().certificate.der());
  const std::size_t size = der.size();
  append(der, as_bytes(std::string_view("\r\n\0\0", 4)));
  const auto padded = Certificate::from_der(der);
  ASSERT_TRUE(padded);
  EXPECT_EQ(padded->der().size(), size);
  der.push_back(0x30);
  const auto trailing = Certificate::from_der(der);
  ASSERT_FALSE(trailing);
  EXPECT_EQ(trailing.error().where, "offset " + std::to_string(size));
}

TEST(Certificate, EqualEncodingsAreParsedOnce) {
  const Bytes der = copy(rich().certificate.der());
  const Certificate first = Certificate::from_der(der).value();
  EXPECT_EQ(Certificate::from_der(der)->native(), first.native());
  Bytes padded = der;
  padded.push_back('\n');
  EXPECT_EQ(*Certificate::from_der(padded), first);
  EXPECT_EQ(Certificate::from_der(padded)->der().size(), der.size());
}

TEST(CertificateCache, ForgetsWhatWasNotUsedForLongest) {
  const auto name = [](char digit) { return Thumbprint::parse(std::string(64, digit)).value(); };
  CertificateCache<int> cache(2);
  cache.insert(name('1'), std::make_shared<const int>(1));
  cache.insert(name('2'), std::make_shared<const int>(2));
  cache.insert(name('2'), std::make_shared<const int>(22));
  EXPECT_EQ(*cache.find(name('1')), 1);
  cache.insert(name('3'), std::make_shared<const int>(3));
  EXPECT_EQ(cache.find(name('2')), nullptr);
  EXPECT_EQ(*cache.find(name('1')), 1);
  EXPECT_EQ(*cache.find(name('3')), 3);
}

TEST(Certificate, LoadsFromManyThreads) {
  std::vector<Bytes> encodings;
  for (int index = 0; index < 8; ++index) encodings.push_back(copy(issue({.serial = index}).certificate.der()));
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        const Bytes& der = encodings[static_cast<std::size_t>(round) % encodings.size()];
        const Certificate certificate = Certificate::from_der(der).value();
        EXPECT_EQ(copy(certificate.der()), der);
        EXPECT_TRUE(certificate.public_key());
        EXPECT_TRUE(certificate.self_issued());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Certificate, EmptyNameAndNoExtensions) {
  const Certificate certificate = issue({.subject = {}}).certificate;
  EXPECT_EQ(certificate.subject(), "");
  EXPECT_EQ(certificate.short_name(), "");
  EXPECT_FALSE(certificate.key_usage());
  EXPECT_FALSE(certificate.extended_key_usage());
  EXPECT_FALSE(certificate.basic_constraints());
  EXPECT_TRUE(certificate.allows(KeyUsage::CrlSign));
  for (const Usage usage :
       {Usage::Sign, Usage::Verify, Usage::Encrypt, Usage::Decrypt, Usage::HttpsClient, Usage::HttpsServer}) {
    EXPECT_TRUE(check_usage(certificate, usage).allowed) << to_string(usage);
  }
}

TEST(Certificate, NamesWithZerosAreNoAddresses) {
  const Certificate certificate =
      issue({.extensions = {{NID_subject_alt_name, "otherName:1.2.3.4;UTF8:x,email:good@example.com"}}}).certificate;
  EXPECT_EQ(certificate.email_addresses(), (std::vector<std::string>{"good@example.com"}));
}

struct UsageCase {
  std::string name;
  std::vector<std::pair<int, std::string>> extensions;
  std::vector<Usage> allowed;
};

TEST(Usage, FollowsKeyUsageAndExtendedKeyUsage) {
  const std::vector<Usage> signing{Usage::Sign, Usage::Verify, Usage::PartyResolution};
  const UsageCase cases[] = {
      {"digital signature",
       {{NID_key_usage, "digitalSignature"}},
       {Usage::Sign, Usage::Verify, Usage::PartyResolution, Usage::HttpsClient, Usage::HttpsServer}},
      {"non repudiation only", {{NID_key_usage, "nonRepudiation"}}, signing},
      {"key encipherment does not fit an EC key", {{NID_key_usage, "keyEncipherment"}}, {}},
      {"key agreement", {{NID_key_usage, "keyAgreement"}}, {Usage::Encrypt, Usage::Decrypt, Usage::HttpsClient}},
      {"e-mail only",
       {{NID_ext_key_usage, "emailProtection"}},
       {Usage::Sign, Usage::Verify, Usage::PartyResolution, Usage::Encrypt, Usage::Decrypt}},
      {"client authentication only", {{NID_ext_key_usage, "clientAuth"}}, {Usage::HttpsClient}},
      {"server authentication only", {{NID_ext_key_usage, "serverAuth"}}, {Usage::HttpsServer}},
      {"any extended usage", {{NID_ext_key_usage, "anyExtendedKeyUsage"}}, {kAllUsages.begin(), kAllUsages.end()}},
      {"certificate authority", testing::ca_extensions(), {}},
  };
  for (const UsageCase& test : cases) {
    const Certificate certificate = issue({.extensions = test.extensions}).certificate;
    for (const Usage usage : kAllUsages) {
      const bool wanted = std::find(test.allowed.begin(), test.allowed.end(), usage) != test.allowed.end();
      const UsageCheck check = check_usage(certificate, usage);
      EXPECT_EQ(check.allowed, wanted) << test.name << ", " << to_string(usage) << ": " << check.reason;
      EXPECT_EQ(check.reason.empty(), check.allowed);
      EXPECT_EQ(check.status().has_value(), check.allowed);
    }
  }
}

TEST(Usage, DependsOnTheKindOfKey) {
  const auto allowed = [](const crypto::PrivateKey& key, Usage usage, const char* key_usage) {
    std::vector<std::pair<int, std::string>> extensions;
    if (key_usage != nullptr) extensions.emplace_back(NID_key_usage, key_usage);
    const Identity ca = issue_ca("Authority");
    return check_usage(issue({.issuer = &ca, .key = key, .extensions = extensions}).certificate, usage).allowed;
  };
  const auto rsa = crypto::generate_rsa(2048).value();
  EXPECT_TRUE(allowed(rsa, Usage::Encrypt, "keyEncipherment"));
  EXPECT_TRUE(allowed(rsa, Usage::Encrypt, "dataEncipherment"));
  EXPECT_FALSE(allowed(rsa, Usage::Encrypt, "keyAgreement"));
  const auto ed25519 = crypto::generate_ed25519().value();
  EXPECT_TRUE(allowed(ed25519, Usage::Sign, nullptr));
  EXPECT_FALSE(allowed(ed25519, Usage::Decrypt, nullptr));
  const auto x25519 = crypto::generate_x25519().value();
  EXPECT_FALSE(allowed(x25519, Usage::Verify, nullptr));
  EXPECT_TRUE(allowed(x25519, Usage::Encrypt, nullptr));
}

TEST(Usage, NamesReadBack) {
  for (const Usage usage : kAllUsages) EXPECT_EQ(parse_usage(to_string(usage)), usage);
  EXPECT_EQ(parse_usage("SIGN"), Usage::Sign);
  EXPECT_FALSE(parse_usage("cook"));
}

}  // namespace
}  // namespace sealgate::certificates

// Message integrity checks: what they look like, and over what they are.

#include <gtest/gtest.h>

#include "as2/errors.h"
#include "as2/received_mic.h"
#include "as2/sent_mics.h"
#include "as2/tests/as2_support.h"
#include "mime/base64.h"

namespace sealgate::as2::testing {
namespace {

using crypto::DigestAlgorithm;

std::string sha256(std::string_view text) {
  return mime::base64_encode(crypto::digest(DigestAlgorithm::Sha256, as_bytes(text))->view());
}

std::string shown(std::string_view field) {
  const auto mic = parse_mic(field);
  return mic ? format_mic(*mic) : std::string(mic.error().code.id);
}

TEST(Mics, AreReadInEverySpelling) {
  const std::string value = sha256("x");
  EXPECT_EQ(shown(value + ", sha256"), value + ", sha256");
  EXPECT_EQ(shown(value + ",SHA-256"), value + ", SHA-256");
  EXPECT_EQ(shown("  " + value + " ,\tsha2_256 "), value + ", sha2_256");
  EXPECT_EQ(shown(value), value + ", sha256");
  EXPECT_EQ(shown(value.substr(0, 20) + " " + value.substr(20) + ", sha256"), value + ", sha256");  // wrapped
  EXPECT_EQ(shown("BNIQV5N+hShfIa+06dXMM4fkS8A=,sha1"), "BNIQV5N+hShfIa+06dXMM4fkS8A=, sha1");
  for (const std::string& bad :
       {std::string(), std::string(","), std::string("null"), std::string("*, sha256"), value + ", sha1",
        value + ", whirlpool", std::string("AAAA"), std::string(5000, 'A')}) {
    EXPECT_EQ(shown(bad), "as2.bad-mic") << bad;
  }
}

constexpr std::string_view kDocument = "ISA*00*\nGS*PO\r\n\xff\n";

struct Sealed {
  std::string message;
  SentMics mics;
  std::string octets;
};

Sealed seal(bool sign, bool encrypt, smime::Compression compression, bool tolerant = true) {
  const std::array algorithms = {DigestAlgorithm::Sha256, DigestAlgorithm::Sha1};
  SentMicCollector collector(algorithms, tolerant);
  smime::EncodeOptions options;
  options.time = kNow;
  options.compression = compression;
  options.wire_encoding = mime::TransferEncoding::Binary;
  options.part_encoding = mime::TransferEncoding::Binary;
  if (sign) options.sign = signer(world().acme);
  if (encrypt) options.encrypt = encrypted_to(world().gateway);
  BufferSink octets;
  TeeSink both(octets, collector.octets());
  options.receipt_octets = &both;
  options.payload_octets = &collector.payload();
  BufferSink out;
  const auto encoder = smime::Encoder::create(std::move(options), out);
  EXPECT_TRUE(encoder);
  TeeSink entry(collector.content(), **encoder);
  EXPECT_TRUE(feed(entry, kDocument, 3));
  return {std::string(as_text(out.bytes())), collector.result(), std::string(as_text(octets.bytes()))};
}

std::optional<Mic> received(const std::string& message, std::vector<MicAlgorithm> listed,
                            MicChoice choice = MicChoice::SignatureIfListed) {
  ReceivedMic mic(listed, DigestAlgorithm::Sha1, choice);
  smime::DecodeOptions options = decode_options(world().gateway);
  options.receipt = &mic;
  Collector collector;
  smime::Decoder decoder(std::move(options), collector);
  const auto decoded = feed(decoder, message, 11);
  EXPECT_TRUE(decoded) << decoded.error().to_string();
  return mic.result(decoder.report());
}

TEST(Mics, OfBothSidesAreTheSameInEveryNesting) {
  for (const bool sign : {false, true}) {
    for (const bool encrypt : {false, true}) {
      for (const auto compression :
           {smime::Compression::None, smime::Compression::BeforeSigning, smime::Compression::AfterSigning}) {
        if (!sign && !encrypt && compression == smime::Compression::None) continue;
        SCOPED_TRACE(::testing::Message() << sign << encrypt << static_cast<int>(compression));
        const Sealed sealed = seal(sign, encrypt, compression);
        const auto mic = received(sealed.message, {{DigestAlgorithm::Sha256, "SHA-256"}});
        ASSERT_TRUE(mic);
        EXPECT_EQ(format_mic(*mic), sha256(sealed.octets) + ", SHA-256");
        EXPECT_EQ(sealed.mics.match(*mic), MicForm::Exact);
        if (!sign || compression != smime::Compression::BeforeSigning) {
          EXPECT_TRUE(sealed.octets.ends_with("\r\n\r\n" + std::string(kDocument)));
        } else {
          EXPECT_TRUE(sealed.octets.starts_with("Content-Type: application/pkcs7-mime; smime-type=compressed-data"));
        }
      }
    }
  }
}

TEST(Mics, OfAPlainMessageAreOverItsBody) {
  const std::string message = "Content-Type: application/edi-x12\r\n\r\n" + std::string(kDocument);
  EXPECT_EQ(format_mic(*received(message, {{DigestAlgorithm::Sha256, "sha256"}})), sha256(kDocument) + ", sha256");
  EXPECT_EQ(received(message, {})->algorithm, DigestAlgorithm::Sha1);  // RFC 4130 7.4.3, nothing asked for
  EXPECT_EQ(received(message, {{DigestAlgorithm::Sha512, "sha512"}})->algorithm, DigestAlgorithm::Sha512);
}

TEST(Mics, HaveTheDigestThatThePartnerMeans) {
  const std::string message = seal(true, true, smime::Compression::None).message;  // signed with SHA-256
  const MicAlgorithm sha1{DigestAlgorithm::Sha1, "SHA1"};
  const MicAlgorithm sha2{DigestAlgorithm::Sha256, "sha-256"};
  EXPECT_EQ(received(message, {})->spelling, "sha256");
  EXPECT_EQ(received(message, {sha1})->spelling, "SHA1");
  EXPECT_EQ(received(message, {sha1, sha2})->spelling, "sha-256");
  EXPECT_EQ(received(message, {sha1, sha2}, MicChoice::FirstListed)->spelling, "SHA1");
  EXPECT_EQ(received(message, {sha1}, MicChoice::Signature)->algorithm, DigestAlgorithm::Sha256);
}

// Without micalg, the digest is known only when the signature was read.
TEST(Mics, WaitForTheSignatureWhereMicalgIsMissing) {
  const Sealed sealed = seal(true, false, smime::Compression::None);
  std::string message = sealed.message;
  message.erase(message.find("; micalg=sha-256"), 16);
  EXPECT_EQ(format_mic(*received(message, {})), sha256(sealed.octets) + ", sha256");
  EXPECT_EQ(received(message, {{DigestAlgorithm::Sha384, "sha384"}})->algorithm, DigestAlgorithm::Sha384);
}

std::optional<MicForm> match(const SentMics& mics, std::string_view what) {
  return mics.match(Mic{DigestAlgorithm::Sha256, "", *crypto::digest(DigestAlgorithm::Sha256, as_bytes(what))});
}

TEST(Mics, OfPartnersWithKnownMistakesAreRecognised) {
  const Sealed sealed = seal(true, true, smime::Compression::BeforeSigning);
  const Sealed plain = seal(true, false, smime::Compression::None);
  const std::string& octets = plain.octets;
  std::string crlf = octets;
  for (std::size_t at = 0; (at = crlf.find('\n', at)) != std::string::npos; ++at) {
    if (crlf[at - 1] != '\r') crlf.insert(at++, "\r");
  }
  std::string lf = octets;
  std::erase(lf, '\r');
  EXPECT_EQ(match(plain.mics, octets), MicForm::Exact);
  EXPECT_EQ(match(plain.mics, crlf), MicForm::Crlf);
  EXPECT_EQ(match(plain.mics, lf), MicForm::Lf);
  EXPECT_EQ(match(plain.mics, crlf.substr(0, crlf.size() - 2)), MicForm::Stripped);
  EXPECT_EQ(match(plain.mics, crlf + "\r\n"), MicForm::Extended);
  EXPECT_EQ(match(plain.mics, kDocument), MicForm::Content);
  EXPECT_EQ(match(sealed.mics, kDocument), MicForm::Content);
  EXPECT_EQ(match(sealed.mics, octets), MicForm::Payload);  // the same entity, before it was compressed
  EXPECT_EQ(match(plain.mics, "another document"), std::nullopt);
  EXPECT_EQ(match(plain.mics, ""), std::nullopt);
}

TEST(Mics, StrictOnesKnowOneForm) {
  const Sealed sealed = seal(true, false, smime::Compression::None, false);
  EXPECT_EQ(match(sealed.mics, sealed.octets), MicForm::Exact);
  EXPECT_EQ(match(sealed.mics, kDocument), std::nullopt);
  EXPECT_EQ(sealed.mics.all().size(), 2U);
  EXPECT_TRUE(sealed.mics.knows(DigestAlgorithm::Sha1));
  EXPECT_FALSE(sealed.mics.knows(DigestAlgorithm::Sha512));
}

TEST(Mics, AreStoredAndReadAgain) {
  const SentMics mics = seal(true, true, smime::Compression::BeforeSigning).mics;
  const auto again = SentMics::parse(mics.to_text());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->to_text(), mics.to_text());
  EXPECT_EQ(match(*again, kDocument), MicForm::Content);
  EXPECT_TRUE(SentMics::parse("")->empty());
  for (const char* bad : {"exact", "exact sha256", "exact sha256 AAAA", "near sha256 AAAA", "\n", "exact x AAAA"}) {
    EXPECT_EQ(SentMics::parse(bad).error().code, kBadMic) << bad;
  }
}

// Large messages are not kept: they are digested as they pass.
TEST(Mics, OfLargeMessagesAreTheSame) {
  const std::array algorithms = {DigestAlgorithm::Sha256};
  SentMicCollector collector(algorithms, true);
  crypto::Digest whole(DigestAlgorithm::Sha256);
  const std::string block(100'000, 'x');
  for (int i = 0; i < 40; ++i) {
    whole.update(block + "\n");
    ASSERT_TRUE(collector.octets().write(as_bytes(block + "\n")));
  }
  ASSERT_TRUE(collector.octets().finish());
  EXPECT_EQ(collector.result().match(Mic{DigestAlgorithm::Sha256, "", *whole.finish()}), MicForm::Exact);
  EXPECT_EQ(collector.result().all().size(), 4U);  // exact is lf here
}

}  // namespace
}  // namespace sealgate::as2::testing

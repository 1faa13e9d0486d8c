// Whole exchanges in memory: a message is made, taken, answered, and the answer is judged.

#include <gtest/gtest.h>

#include "as2/attachments.h"
#include "as2/errors.h"
#include "as2/file_name.h"
#include "as2/inbound.h"
#include "as2/mdn_judge.h"
#include "as2/message_writer.h"
#include "as2/tests/as2_support.h"
#include "smime/errors.h"

namespace sealgate::as2::testing {
namespace {

using crypto::DigestAlgorithm;
using smime::Compression;

const std::string kDocument = "UNA:+.? '\nUNB+UNOA:2+A+B'\r\n\xff\n";

struct Recipe {
  bool sign = true;
  bool encrypt = true;
  Compression compression = Compression::None;
  std::string version = "1.2";
  std::string file_name = {};
  const Identity* signer = &world().acme;
  const Identity* recipient = &world().gateway;
};

OutgoingMessage outgoing(const Recipe& recipe) {
  OutgoingMessage message;
  message.headers.from = {"ACME Corp"};
  message.headers.to = {"gateway"};
  message.headers.message_id = "<1@acme>";
  message.headers.version = recipe.version;
  message.headers.subject = "order";
  message.headers.file_name = recipe.file_name;
  message.headers.features = Features({std::string(kMultipleAttachments)});
  ReceiptRequest request;
  request.notify_to = "as2@acme.example";
  request.wants_signature = true;
  request.mic_algorithms = {{DigestAlgorithm::Sha256, "sha-256"}};
  message.headers.receipt = request;
  message.seal.time = kNow;
  message.seal.content_type = "application/edifact";
  message.seal.compression = recipe.compression;
  if (recipe.sign) message.seal.sign = signer(*recipe.signer);
  if (recipe.encrypt) message.seal.encrypt = encrypted_to(*recipe.recipient);
  return message;
}

struct Request {
  mime::Headers headers;
  std::string body;
  SentMics mics;
  std::string entity() const { return headers.serialise() + "\r\n" + body; }
};

Request written(OutgoingMessage message, std::string_view document, std::size_t step = 5) {
  BufferSink body;
  auto writer = MessageWriter::create(std::move(message), body);
  EXPECT_TRUE(writer) << writer.error().to_string();
  EXPECT_NE((*writer)->headers().find("Content-Type"), nullptr) << "the header is not known from the start";
  EXPECT_TRUE(feed(**writer, document, step));
  return {(*writer)->headers(), std::string(as_text(body.bytes())), (*writer)->mics()};
}

struct Taken {
  Answer answer;
  MdnOptions receipt;
  std::string document;
  std::string file_name;
  std::size_t parts = 0;
  smime::Report report;
};

Taken take(const Request& request, const Identity& own = world().gateway, bool require_signature = false) {
  InboundMessage inbound(request.headers);
  EXPECT_FALSE(inbound.fault());
  smime::DecodeOptions options = decode_options(own);
  options.receipt = &inbound.mic();
  options.require_signature = require_signature;
  Collector collector;
  smime::Decoder decoder(std::move(options), collector);
  const auto decoded = feed(decoder, request.entity(), 7);
  Taken taken;
  taken.answer = inbound.judge(decoded, decoder.report());
  taken.receipt = inbound.receipt(taken.answer, "<2@gateway>", "Sealgate:0.1");
  taken.receipt.sign = signer(world().gateway);
  taken.receipt.time = kNow;
  taken.document = collector.part(1);
  taken.parts = collector.parts();
  if (taken.parts > 0) taken.file_name = preserved_file_name(collector.names.at(1));
  taken.report = decoder.report();
  return taken;
}

Judgement judged(const MdnOptions& receipt, const Request& request) {
  const auto built = build_mdn(receipt);
  EXPECT_TRUE(built) << built.error().to_string();
  const Read read = read_mdn(built->headers.serialise() + "\r\n" + std::string(as_text(built->body)));
  EXPECT_TRUE(read.mdn);
  SentMessage sent;
  sent.message_id = "<1@acme>";
  sent.from = {"ACME Corp"};
  sent.to = {"gateway"};
  sent.mics = request.mics;
  sent.signature_asked = true;
  return judge_mdn(read.headers, *read.mdn, &sent);
}

TEST(Exchange, EveryNestingIsAcknowledgedWithTheExactMic) {
  for (const bool sign : {false, true}) {
    for (const bool encrypt : {false, true}) {
      for (const auto compression : {Compression::None, Compression::BeforeSigning, Compression::AfterSigning}) {
        SCOPED_TRACE(::testing::Message() << sign << encrypt << static_cast<int>(compression));
        const Request request =
            written(outgoing({.sign = sign, .encrypt = encrypt, .compression = compression}), kDocument);
        const Taken taken = take(request);
        ASSERT_TRUE(taken.answer.disposition.positive()) << taken.answer.reason->to_string();
        EXPECT_EQ(taken.document, kDocument);
        ASSERT_TRUE(taken.answer.mic);
        EXPECT_EQ(taken.answer.mic->spelling, "sha-256");
        const Judgement judgement = judged(taken.receipt, request);
        EXPECT_EQ(judgement.verdict, Verdict::Acknowledged) << judgement.reason;
        EXPECT_EQ(judgement.matched, MicForm::Exact);
      }
    }
  }
}

TEST(Exchange, HeadersAreOnOneLineEach) {
  Request request = written(outgoing({.file_name = std::string(150, 'n') + ".xml"}), kDocument);
  for (const auto& field : request.headers.fields()) {
    EXPECT_EQ(field.value.find_first_of("\r\n"), std::string::npos);
    EXPECT_TRUE(field.raw.empty());
  }
  EXPECT_EQ(request.headers.count("MIME-Version"), 1U);
  EXPECT_EQ(request.headers.value("Content-Transfer-Encoding"), "binary");
  EXPECT_EQ(request.headers.value("EDIINT-Features"), "multiple-attachments");
  EXPECT_EQ(request.headers.value("AS2-From"), "\"ACME Corp\"");
  // Nothing of the document is told outside of the layers.
  EXPECT_EQ(request.headers.serialise().find("nnn"), std::string::npos);
}

TEST(Exchange, FileNamesArrive) {
  for (const std::string name : {"order.xml", "order 1.xml", "Bestellung \xc3\xa4.xml", "a'b;c=d.txt"}) {
    EXPECT_EQ(take(written(outgoing({.file_name = name}), kDocument)).file_name, name);
  }
  EXPECT_EQ(take(written(outgoing({.file_name = "../x/order.xml"}), kDocument)).file_name, "order.xml");
  EXPECT_EQ(take(written(outgoing({}), kDocument)).file_name, "");
  const Request plain = written(outgoing({.sign = false, .encrypt = false, .file_name = "order.xml"}), kDocument);
  EXPECT_EQ(read_message_headers(plain.headers).file_name, "order.xml");
}

TEST(Exchange, SeveralDocuments) {
  for (const bool layered : {true, false}) {
    OutgoingMessage message = outgoing({.sign = layered, .encrypt = layered});
    message.seal.payload_is_entity = true;
    BufferSink body;
    const auto writer = MessageWriter::create(std::move(message), body);
    ASSERT_TRUE(writer);
    AttachmentsWriter attachments(**writer, Bytes(16, 7));
    for (const char* name : {"order.xml", "drawing.pdf", "../evil"}) {
      auto part = attachments.begin({.content_type = "application/xml", .file_name = name, .content_id = {}});
      ASSERT_TRUE(part);
      ASSERT_TRUE((*part)->write(as_bytes(kDocument)));
      ASSERT_TRUE((*part)->finish());
    }
    ASSERT_TRUE(attachments.close());
    const Request request{(*writer)->headers(), std::string(as_text(body.bytes())), (*writer)->mics()};
    const Taken taken = take(request);
    ASSERT_TRUE(taken.answer.disposition.positive());
    EXPECT_EQ(taken.parts, 3U);
    EXPECT_EQ(taken.document, kDocument);
    EXPECT_EQ(taken.report.parts.at(1).file_name, "drawing.pdf");
    EXPECT_EQ(taken.report.parts.at(2).file_name, "evil");
    EXPECT_EQ(taken.report.content_type, "multipart/related");
    EXPECT_EQ(judged(taken.receipt, request).matched, MicForm::Exact);
    if (!layered) {
      EXPECT_TRUE(request.headers.value("Content-Type")->find("type=\"application/xml\"") != std::string::npos);
    }
  }
}

TEST(Exchange, AttachmentsMayLackTheirTypes) {
  Request request;
  request.headers = written(outgoing({.sign = false, .encrypt = false}), "").headers;
  ASSERT_TRUE(request.headers.set("Content-Type", "multipart/related; boundary=b"));
  request.body = "--b\r\nContent-Disposition: attachment; filename=a.xml\r\n\r\n<a/>\r\n--b\r\n\r\ntwo\r\n--b--\r\n";
  const Taken taken = take(request);
  EXPECT_TRUE(taken.answer.disposition.positive());
  EXPECT_EQ(taken.parts, 2U);
  EXPECT_EQ(taken.file_name, "a.xml");
}

TEST(Exchange, ReceiptsAnswerInTheStyleOfTheRequest) {
  OutgoingMessage message = outgoing({.version = "1.3"});
  message.headers.from = {"ACME", true};
  const Taken taken = take(written(std::move(message), kDocument));
  EXPECT_EQ(taken.receipt.headers.to.text, "ACME");
  const auto built = build_mdn(taken.receipt);
  ASSERT_TRUE(built);
  EXPECT_EQ(built->headers.value("AS2-To"), "\"ACME\"");
  EXPECT_EQ(built->headers.value("AS2-Version"), "1.3");
  EXPECT_EQ(built->headers.value("AS2-Product"), "Sealgate:0.1");
  EXPECT_EQ(built->headers.value("Disposition-Notification-To"), std::nullopt);
}

// --- what fails ----------------------------------------------------------------------------------------------------

std::string told(const Taken& taken) {
  return to_string(taken.answer.disposition) + (taken.answer.mic ? " with MIC" : "");
}

constexpr const char* kDecryption = "automatic-action/MDN-sent-automatically; processed/error: decryption-failed";

TEST(Refusals, OfEncryptedMessagesAreAllTheSame) {
  const Request good = written(outgoing({}), kDocument + std::string(2000, 'x'));
  EXPECT_EQ(told(take(good, world().acme)), kDecryption);  // a key that is not ours
  for (const Compression compression : {Compression::None, Compression::BeforeSigning, Compression::AfterSigning}) {
    const Request sealed = written(outgoing({.compression = compression}), kDocument + std::string(2000, 'x'));
    std::size_t refused = 0;
    for (std::size_t back = 1; back < sealed.body.size(); back += 13) {
      Request damaged = sealed;
      damaged.body[damaged.body.size() - back] ^= 0x40;
      const Taken taken = take(damaged);
      if (taken.answer.disposition.positive()) continue;  // where nothing depends on it
      ++refused;
      if (taken.report.layers.empty() || taken.report.layers.front().type != smime::LayerType::Enveloped) continue;
      EXPECT_EQ(told(taken), kDecryption) << back << ' ' << taken.answer.reason->to_string();
    }
    EXPECT_GT(refused, 20U);
  }
  // Not signed inside, where it must be.
  EXPECT_EQ(told(take(written(outgoing({.sign = false}), kDocument), world().gateway, true)), kDecryption);
}

TEST(Refusals, OfWhatIsProvenSayWhy) {
  EXPECT_EQ(told(take(written(outgoing({.signer = &world().mallory}), kDocument))),
            "automatic-action/MDN-sent-automatically; processed/error: authentication-failed");
}

TEST(Refusals, OfMessagesInTheClearSayWhy) {
  Request changed = written(outgoing({.encrypt = false}), kDocument);
  changed.body.replace(changed.body.find("UNB"), 3, "UNX");
  EXPECT_EQ(told(take(changed)), "automatic-action/MDN-sent-automatically; processed/error: integrity-check-failed");
  EXPECT_EQ(told(take(written(outgoing({.encrypt = false, .signer = &world().mallory}), kDocument))),
            "automatic-action/MDN-sent-automatically; processed/error: authentication-failed");
  EXPECT_EQ(told(take(written(outgoing({.sign = false, .encrypt = false}), kDocument), world().gateway, true)),
            "automatic-action/MDN-sent-automatically; processed/error: insufficient-message-security");
  Request cut = written(outgoing({.encrypt = false}), kDocument);
  cut.body.resize(cut.body.size() / 2);
  EXPECT_EQ(told(take(cut)), "automatic-action/MDN-sent-automatically; processed/error: unexpected-processing-error");
  Request zipped = written(outgoing({.sign = false, .encrypt = false, .compression = Compression::AfterSigning}),
                           std::string(5000, 'x'));
  zipped.body[zipped.body.size() / 2] ^= 0x7F;
  EXPECT_EQ(told(take(zipped)), "automatic-action/MDN-sent-automatically; processed/error: decompression-failed");
}

TEST(Refusals, OfRequestsThatCannotBeMet) {
  const auto refused = [](const std::string& lines) {
    InboundMessage inbound(
        parsed("AS2-From: A\r\nAS2-To: B\r\nMessage-ID: <1@a>\r\nDisposition-Notification-To: x\r\n" + lines));
    EXPECT_TRUE(inbound.fault());
    return to_string(inbound.judge({}, {}).disposition);
  };
  EXPECT_EQ(refused("Disposition-Notification-Options: signed-receipt-protocol=required, pgp\r\n"),
            "automatic-action/MDN-sent-automatically; failed/failure: unsupported format");
  EXPECT_EQ(refused("Disposition-Notification-Options: signed-receipt-micalg=required, crc32\r\n"),
            "automatic-action/MDN-sent-automatically; failed/failure: unsupported MIC-algorithms");
  EXPECT_EQ(refused("AS2-Version: 7\r\n"),
            "automatic-action/MDN-sent-automatically; processed/error: unexpected-processing-error");
  InboundMessage same(parsed("AS2-From: A\r\nAS2-To: A\r\nMessage-ID: <1@a>\r\n"));
  EXPECT_EQ(to_string(same.refuse(*same.fault()).disposition),
            "automatic-action/MDN-sent-automatically; failed/failure: sender-equals-receiver");
}

TEST(Refusals, OfOurOwnTroubleSayNothingOfTheContent) {
  InboundMessage inbound(parsed("AS2-From: A\r\nAS2-To: B\r\nMessage-ID: <1@a>\r\n"));
  const Answer answer =
      inbound.judge(fail(ErrorCode{"store.disk-full", ErrorClass::Environment}, "the disk is full"), {});
  EXPECT_EQ(to_string(answer.disposition),
            "automatic-action/MDN-sent-automatically; processed/error: unexpected-processing-error");
  EXPECT_FALSE(answer.mic);
}

// CMS of a kind that nobody opened is not a document.
TEST(Refusals, OfContentThatWasNotOpened) {
  const Request request = written(outgoing({}), kDocument);
  for (const char* type :
       {"application/pkcs7-mime", "application/x-pkcs7-mime; name=smime.p7m",
        "application/pkcs7-mime; smime-type=strange", "APPLICATION/X-PKCS7-MIME; smime-type=enveloped-data"}) {
    Request other = request;
    ASSERT_TRUE(other.headers.set("Content-Type", type));
    EXPECT_EQ(take(other).document, kDocument) << type;
    Request unknown = other;  // an object identifier that is no layer's
    unknown.body.replace(unknown.body.find("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"), 9,
                         "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x63");
    const Taken taken = take(unknown);
    EXPECT_FALSE(taken.answer.disposition.positive()) << type;
    EXPECT_EQ(taken.parts, 0U) << type;
  }
  OutgoingMessage gcm = outgoing({});
  gcm.seal.encrypt->cipher = crypto::ContentCipher::Aes256Gcm;
  EXPECT_EQ(take(written(std::move(gcm), kDocument)).document, kDocument);
}

}  // namespace
}  // namespace sealgate::as2::testing

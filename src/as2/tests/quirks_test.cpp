// What partners' products are known to do (docs/as2.md has the table), where no other test of this folder shows it: a
// message or receipt that they validly send must work, and must get the right MIC.

#include <gtest/gtest.h>

#include "as2/errors.h"
#include "as2/inbound.h"
#include "as2/mdn_judge.h"
#include "as2/message_writer.h"
#include "as2/tests/as2_support.h"
#include "mime/base64.h"

namespace sealgate::as2::testing {
namespace {

using crypto::DigestAlgorithm;

struct Taken {
  Result<> decoded;
  std::string mic;
  std::string document;
  smime::Report report;
};

Taken take(const std::string& entity, smime::DecodeOptions options = decode_options(world().gateway)) {
  const std::vector<MicAlgorithm> listed = {{DigestAlgorithm::Sha256, "sha256"}};
  ReceivedMic mic(listed);
  options.receipt = &mic;
  Collector collector;
  smime::Decoder decoder(std::move(options), collector);
  Taken taken;
  taken.decoded = feed(decoder, entity, 13);
  taken.report = decoder.report();
  if (const auto value = mic.result(taken.report)) taken.mic = mime::base64_encode(value->value.view());
  taken.document = collector.part(1);
  return taken;
}

std::string sha256(std::string_view text) {
  return mime::base64_encode(crypto::digest(DigestAlgorithm::Sha256, as_bytes(text))->view());
}

std::string outcome(const Taken& taken) {
  return taken.decoded ? "ok" : taken.decoded.error().to_string();
}

/// A clear signed message whose signed part is exactly `part`.
std::string clear_signed(const std::string& part, bool attach = true) {
  smime::EncodeOptions options;
  options.sign = signer(world().acme);
  options.sign->attach_certificate = attach;
  options.payload_is_entity = options.keep_line_ends = true;
  options.time = kNow;
  BufferSink out;
  const auto encoder = smime::Encoder::create(std::move(options), out);
  EXPECT_TRUE(feed(**encoder, part));
  return std::string(as_text(out.bytes()));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

OutgoingMessage from_a_to_b() {
  OutgoingMessage message;
  message.headers.from = {"A"};
  message.headers.to = {"B"};
  message.headers.message_id = "<1@a>";
  return message;
}

// A part without Content-Transfer-Encoding is binary: its line ends are not touched (RSSBus, Sterling).
TEST(Quirk03, MissingTransferEncodingIsBinary) {
  const std::string part = "Content-Type: application/EDI-X12\r\nX-b: 1\r\nx-A:  2 \r\n\r\nISA*00*\nGS*PO\nIEA\n";
  const std::string message = clear_signed(part);
  const Taken taken = take(message);
  EXPECT_EQ(outcome(taken), "ok");
  EXPECT_EQ(taken.document, "ISA*00*\nGS*PO\nIEA\n");
  EXPECT_EQ(taken.mic, sha256(part));
}

// Signed over the CRLF form by a product that sends LF.
TEST(Quirk03, SignedOverTheCanonicalFormIsTakenAndTheMicStaysExact) {
  const std::string part = "Content-Type: text/plain\r\n\r\none\r\ntwo\r\n";
  const std::string message = replaced(clear_signed(part), "one\r\ntwo\r\n", "one\ntwo\n");
  const Taken taken = take(message);
  EXPECT_EQ(outcome(taken), "ok");
  EXPECT_EQ(taken.report.layers.at(0).digest_variant, "crlf");
  EXPECT_EQ(taken.mic, sha256("Content-Type: text/plain\r\n\r\none\ntwo\n"));
}

TEST(Quirk03, WhatStandsBehindTheLastDelimiterDoesNotMatter) {
  const std::string part = "Content-Type: text/plain\r\n\r\nx";
  const std::string message = clear_signed(part);
  const std::string end = message.substr(message.size() - 4);
  ASSERT_EQ(end, "--\r\n");
  for (const std::string& tail : {std::string("--"), std::string("--\r\n\r\n"),
                                  std::string("--\r\n\r\nan epilogue\r\n"), std::string("--\n")}) {
    const Taken taken = take(message.substr(0, message.size() - 4) + tail);
    EXPECT_EQ(outcome(taken), "ok");
    EXPECT_EQ(taken.mic, sha256(part));
  }
}

TEST(Quirk03, SignatureInBase64WithLineFeeds) {
  const std::string part = "Content-Type: text/plain\r\n\r\nx";
  std::string message = clear_signed(part);
  const auto signature = message.rfind("\r\n\r\n", message.size() - 10);
  std::string lines = message.substr(signature + 4);
  std::erase(lines, '\r');
  EXPECT_EQ(outcome(take(message.substr(0, signature + 4) + lines)), "ok");
}

TEST(Quirk02, TabsAndFoldsInTheHeadersOfParts) {
  const std::string message = clear_signed("Content-Type: text/plain\r\n\r\nx");
  std::string folded = replaced(message, "multipart/signed; ", "multipart/signed;\t");
  folded = replaced(folded, "; micalg=", ";\r\n\tmicalg=");
  EXPECT_EQ(outcome(take(folded)), "ok");
}

TEST(Quirk07, ParametersOfSignedMessagesInEverySpelling) {
  const std::string message = clear_signed("Content-Type: text/plain\r\n\r\nx");
  const std::string micalg = "micalg=sha-256";
  const std::string protocol = "protocol=\"application/pkcs7-signature\"";
  for (const char* spelling : {"micalg=sha256", "micalg=SHA256", "micalg=\"sha-256\"", "micalg=sha2_256",
                               "micalg=rsa-sha256", "micalg=sha1", "x=y"}) {
    EXPECT_EQ(outcome(take(replaced(message, micalg, spelling))), "ok") << spelling;
  }
  EXPECT_EQ(outcome(take(replaced(message, protocol + ";", ""))), "ok");
  EXPECT_EQ(outcome(take(replaced(message, protocol, "protocol=\"application/x-pkcs7-signature\""))), "ok");
  std::string x_type = replaced(message, protocol, "protocol=application/x-pkcs7-signature");
  x_type =
      replaced(x_type, "Content-Type: application/pkcs7-signature", "content-type:Application/X-PKCS7-Signature");
  EXPECT_EQ(outcome(take(x_type)), "ok");
}

TEST(Quirk07, MicalgIsWrittenAsThePartnerKnowsIt) {
  for (const bool old_names : {false, true}) {
    OutgoingMessage message = from_a_to_b();
    message.seal.sign = signer(world().acme);
    message.seal.sign->old_micalg_names = old_names;
    message.seal.time = kNow;
    BufferSink body;
    const auto writer = MessageWriter::create(std::move(message), body);
    ASSERT_TRUE(writer);
    EXPECT_EQ((*writer)->headers().content_type().parameter("micalg"), old_names ? "sha256" : "sha-256");
  }
  EXPECT_EQ(mic_algorithm_name(DigestAlgorithm::Sha1, MicSpelling::Plain), "sha1");
  EXPECT_EQ(mic_algorithm_name(DigestAlgorithm::Sha1, MicSpelling::Hyphen), "sha-1");
}

// The attribute breaks Sterling and DataPower; nothing of ours has it.
TEST(Quirk08, NoAlgorithmProtection) {
  const std::string message = clear_signed("Content-Type: text/plain\r\n\r\nx");
  const auto at = message.rfind("\r\n\r\n", message.size() - 10);
  const auto signature = mime::base64_decode(message.substr(at, message.find("\r\n--", at + 4) - at));
  ASSERT_TRUE(signature);
  EXPECT_EQ(as_text(*signature).find("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x34"), std::string_view::npos);
  EXPECT_NE(as_text(*signature).find("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"), std::string_view::npos);
}

TEST(Quirk09, SignerThatIsNotInTheMessage) {
  const std::string message = clear_signed("Content-Type: text/plain\r\n\r\nx", false);
  EXPECT_NE(outcome(take(message)), "ok");
  smime::DecodeOptions options = decode_options(world().gateway);
  options.certificates = {world().acme.certificate};
  EXPECT_EQ(outcome(take(message, std::move(options))), "ok");
}

TEST(Quirk09, OctetsBehindTheEndOfALayer) {
  smime::EncodeOptions options;
  options.encrypt = encrypted_to(world().gateway);
  options.wire_encoding = mime::TransferEncoding::Binary;
  options.time = kNow;
  BufferSink out;
  const auto encoder = smime::Encoder::create(std::move(options), out);
  ASSERT_TRUE(feed(**encoder, "document"));
  const std::string message(as_text(out.bytes()));
  for (const std::string& tail : {std::string("\n"), std::string("\r\n\r\n"), std::string(8, '\0')}) {
    const Taken taken = take(message + tail);
    EXPECT_EQ(outcome(taken), "ok");
    EXPECT_EQ(taken.document, "document");
  }
}

// phase2 6.0.0 digests what came, as2-lib 5.1.7 what it decompressed: told, and refused unless it was allowed.
TEST(Quirk03, MicsOfProductsThatCountWrongly) {
  OutgoingMessage message = from_a_to_b();
  message.seal.sign = signer(world().acme);
  message.seal.encrypt = encrypted_to(world().gateway);
  message.seal.compression = smime::Compression::BeforeSigning;
  message.seal.content_type = "text/plain";
  message.seal.time = kNow;
  BufferSink body;
  const auto writer = MessageWriter::create(std::move(message), body);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(feed(**writer, "document"));
  const SentMics mics = (*writer)->mics();
  const auto form = [&](std::string_view octets) {
    return mics.match(Mic{DigestAlgorithm::Sha256, "", *crypto::digest(DigestAlgorithm::Sha256, as_bytes(octets))});
  };
  const std::string wire(as_text(body.bytes()));
  EXPECT_EQ(form(wire), MicForm::Wire);
  // Jakarta Mail begins a line where one is full.
  const std::string type =
      "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; \r\n\tname=smime.p7m\r\n\r\n";
  EXPECT_EQ(form(type + wire), MicForm::Wire);
  EXPECT_EQ(form("Content-Type: application/pkcs7-mime\r\n\r\n" + wire), std::nullopt);
  EXPECT_EQ(form("Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\ndocument"), MicForm::Payload);
  EXPECT_EQ(form("document"), MicForm::Content);
}

TEST(Quirk03, MicsOverWhatCameWhereItWasOnlySigned) {
  for (const bool layered : {true, false}) {
    OutgoingMessage message = from_a_to_b();
    if (layered) message.seal.sign = signer(world().acme);
    message.seal.content_type = "text/plain";
    message.seal.time = kNow;
    BufferSink body;
    const auto writer = MessageWriter::create(std::move(message), body);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(feed(**writer, "document"));
    const std::string came = std::string(*(*writer)->headers().value("Content-Type"));
    const std::size_t boundary = came.find("boundary=");
    ASSERT_EQ(boundary != std::string::npos, layered);
    const std::string type =
        layered ? "multipart/signed; protocol=\"application/pkcs7-signature\"; \r\n\tmicalg=sha-256; \r\n\t" +
                      came.substr(boundary)
                : came;
    const auto value = crypto::digest(
        DigestAlgorithm::Sha256, as_bytes("Content-Type: " + type + "\r\n\r\n" + std::string(as_text(body.bytes()))));
    // What has no layer has its check over the body alone.
    EXPECT_EQ((*writer)->mics().match(Mic{DigestAlgorithm::Sha256, "", *value}),
              layered ? std::optional(MicForm::Wire) : std::nullopt);
  }
}

TEST(Quirk15, SterlingsReceipt) {
  const Read read = read_mdn(
      "AS2-To: A\r\nAS2-From: B\r\nContent-Type: "
      "multipart/report;Report-Type=disposition-notification;boundary=\"_=1Sterling2\"\r\n\r\n"
      "--_=1Sterling2\r\n\r\nYour message was successfully received and processed.\r\n\r\n--_=1Sterling2\r\n"
      "Content-Type: message/disposition-notification\r\n\r\nOriginal-Recipient: rfc822;A\r\nFinal-Recipient: "
      "rfc822;A\r\n"
      "Original-Message-ID: id@without-brackets\r\nReceived-Content-MIC: BNIQV5N+hShfIa+06dXMM4fkS8A=,sha1\r\n"
      "Disposition: Automatic-action/mdn-sent-automatically;processed\r\n\r\n--_=1Sterling2--\r\n");
  ASSERT_TRUE(read.mdn);
  EXPECT_TRUE(read.mdn->mdn.disposition.positive());
  EXPECT_EQ(read.mdn->mdn.mic->algorithm, DigestAlgorithm::Sha1);
  EXPECT_EQ(read.mdn->mdn.text, "Your message was successfully received and processed.\n");
}

// SHA-512 in base64 is longer than a line of some products.
TEST(Quirk03, WrappedMic) {
  const std::string value =
      mime::base64_encode(crypto::digest(DigestAlgorithm::Sha512, as_bytes(std::string_view("x")))->view());
  const auto mdn = parse_notification("Disposition: processed\r\nReceived-Content-MIC: " + value.substr(0, 60) +
                                      "\r\n " + value.substr(60) + ",\r\n\tsha-512\r\n");
  ASSERT_TRUE(mdn && mdn->mic);
  EXPECT_EQ(mime::base64_encode(mdn->mic->value.view()), value);
}

}  // namespace
}  // namespace sealgate::as2::testing

// Receipts: what partners send, what it means, what we send.

#include <gtest/gtest.h>

#include "as2/errors.h"
#include "as2/mdn_judge.h"
#include "as2/mdn_writer.h"
#include "as2/tests/as2_support.h"
#include "cms/errors.h"

namespace sealgate::as2::testing {
namespace {

using crypto::DigestAlgorithm;
using Modifier = Disposition::Modifier;
using Type = Disposition::Type;

std::string disposition(std::string_view field) {
  const auto parsed_field = parse_disposition(field);
  if (!parsed_field) return std::string(parsed_field.error().code.id);
  const char* types[] = {"processed", "failed", "other"};
  const char* modifiers[] = {"", "/warning", "/error", "/failure"};
  return std::string(types[static_cast<int>(parsed_field->type)]) +
         modifiers[static_cast<int>(parsed_field->modifier)] +
         (parsed_field->detail.empty() ? "" : ": " + parsed_field->detail) + (parsed_field->positive() ? " +" : " -");
}

TEST(Dispositions, AreReadAsPartnersWriteThem) {
  EXPECT_EQ(disposition("automatic-action/MDN-sent-automatically; processed"), "processed +");
  EXPECT_EQ(disposition("automatic-action/MDN-sent-automatically;processed"), "processed +");
  EXPECT_EQ(disposition("Automatic-action/mdn-sent-automatically ; PROCESSED "), "processed +");
  EXPECT_EQ(disposition("processed"), "processed +");
  EXPECT_EQ(disposition("x/y; processed/error: authentication-failed"), "processed/error: authentication-failed -");
  EXPECT_EQ(disposition("x/y; processed/Error:decryption-failed"), "processed/error: decryption-failed -");
  EXPECT_EQ(disposition("x/y; processed / error : a, b/c"), "processed/error: a, b/c -");
  EXPECT_EQ(disposition("x/y; processed/warning: duplicate-document"), "processed/warning: duplicate-document +");
  EXPECT_EQ(disposition("x/y; processed/warning: authentication-failed, processing continued"),
            "processed/warning: authentication-failed, processing continued +");
  EXPECT_EQ(disposition("x/y; failed/Failure: unsupported format"), "failed/failure: unsupported format -");
  EXPECT_EQ(disposition("x/y; failed"), "failed -");
  EXPECT_EQ(disposition("x/y; error: old form"), "processed/error: old form -");
  EXPECT_EQ(disposition("x/y; failure: old form"), "failed/failure: old form -");
  EXPECT_EQ(disposition("x/y; processed/warning: a, error: b"), "processed/error: b -");
  EXPECT_EQ(disposition("x/y; processed/error,warning"), "processed/error -");
  EXPECT_EQ(disposition("x/y; processed/mailbox-terminated"), "processed/error: mailbox-terminated -");
  EXPECT_EQ(disposition("x/y; displayed"), "other: displayed -");
  EXPECT_EQ(disposition("x/y;"), "as2.bad-disposition");
  EXPECT_EQ(disposition(""), "as2.bad-disposition");
}

TEST(Dispositions, AreWrittenAsRfc4130HasThem) {
  for (const char* text : {"automatic-action/MDN-sent-automatically; processed",
                           "automatic-action/MDN-sent-automatically; processed/error: decryption-failed",
                           "automatic-action/MDN-sent-automatically; failed/failure: unsupported MIC-algorithms"}) {
    EXPECT_EQ(to_string(*parse_disposition(text)), text);
  }
}

// --- what comes ----------------------------------------------------------------------------------------------------

const std::string kFields =
    "Reporting-UA: Peer\r\nOriginal-Recipient: rfc822; B\r\nFinal-Recipient: rfc822; \"B\"\r\n"
    "Original-Message-ID: <1@acme>\r\nDisposition: automatic-action/MDN-sent-automatically; processed\r\n"
    "Received-Content-MIC: BNIQV5N+hShfIa+06dXMM4fkS8A=, sha1\r\n";
const std::string kReport =
    "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n";

std::string part(const std::string& header, const std::string& body) {
  return "--b\r\n" + header + "\r\n" + body + "\r\n";
}
const std::string kText = part("Content-Type: text/plain\r\n", "Thanks");
const std::string kNotification = part("Content-Type: message/disposition-notification\r\n", kFields);

std::string outcome(const std::string& http) {
  const Read read = read_mdn(http);
  if (!read.mdn) return std::string(read.mdn.error().code.id);
  return read.mdn->mdn.original_message_id + ' ' + read.mdn->mdn.text + (read.mdn->fault ? " fault" : "");
}

TEST(MdnReading, AnyOrderAndNumberOfParts) {
  EXPECT_EQ(outcome(kReport + kText + kNotification + "--b--\r\n"), "<1@acme> Thanks");
  EXPECT_EQ(outcome(kReport + kNotification + kText + "--b--"), "<1@acme> Thanks");
  EXPECT_EQ(
      outcome(kReport + kText + kNotification + part("Content-Type: text/rfc822-headers\r\n", "AS2-To: B") + "--b--"),
      "<1@acme> Thanks");
  EXPECT_EQ(outcome(kReport + kText + kNotification + part("Content-Type: message/rfc822\r\n", "AS2-To: B\r\n\r\nx") +
                    "--b--"),
            "<1@acme> Thanks");
  EXPECT_EQ(outcome(kReport + part("", "Thanks") + kNotification + "--b--\r\n\r\nepilogue"), "<1@acme> Thanks");
  EXPECT_EQ(outcome(kReport + kNotification + "--b--"), "<1@acme> ");
}

TEST(MdnReading, LooseContainers) {
  EXPECT_EQ(outcome("Content-Type: multipart/report; boundary=b\r\n\r\n" + kText + kNotification + "--b--"),
            "<1@acme> Thanks");
  EXPECT_EQ(outcome("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + kText + kNotification + "--b--"),
            "<1@acme> Thanks");
  EXPECT_EQ(outcome("Content-Type: \"multipart/report; boundary=b\"\r\n\r\n" + kText + kNotification + "--b--"),
            "<1@acme> Thanks");
  EXPECT_EQ(outcome("Content-Type: message/disposition-notification\r\n\r\n" + kFields), "<1@acme> ");
  EXPECT_EQ(outcome("Content-Type: message/disposition-notification\r\n" + kFields + "\r\n"), "<1@acme> ");
  EXPECT_EQ(outcome(kReport + part("Content-Type: message/disposition-notification\r\n" + kFields, "") + "--b--"),
            "<1@acme> ");
  std::string lf = kReport + kText + kNotification + "--b--\r\n";
  std::erase(lf, '\r');
  EXPECT_EQ(outcome(lf), "<1@acme> Thanks");
}

TEST(MdnReading, ClosingDelimiterMissingIsAFault) {
  EXPECT_EQ(outcome(kReport + kText + kNotification), "<1@acme> Thanks fault");
}

TEST(MdnReading, FieldsInAnyCaseAndBase64) {
  const std::string upper =
      "Content-Type: "
      "MESSAGE/DISPOSITION-NOTIFICATION\r\n\r\n\r\nORIGINAL-MESSAGE-ID:<1@acme>\r\ndisposition:processed\r\n";
  EXPECT_EQ(outcome(upper), "<1@acme> ");
  EXPECT_EQ(outcome("Content-Type: message/disposition-notification\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                    "RGlzcG9zaXRpb246IHByb2Nlc3NlZA0K\r\n"),
            " ");
}

TEST(MdnReading, WhatIsNoReceipt) {
  EXPECT_EQ(outcome(""), "as2.not-a-receipt");
  EXPECT_EQ(outcome("Content-Type: text/html\r\n\r\n<html>Error 500</html>"), "as2.not-a-receipt");
  EXPECT_EQ(outcome("<html>\n"), "as2.not-a-receipt");
  EXPECT_EQ(outcome("Content-Type: text/plain\r\n\r\n" + kFields), "as2.not-a-receipt");
  EXPECT_EQ(outcome("Content-Type: message/disposition-notification\r\n\r\nOriginal-Message-ID: x\r\n"),
            "as2.not-a-receipt");
  EXPECT_EQ(outcome("Content-Type: message/disposition-notification\r\n\r\nDisposition:\r\n"), "as2.bad-disposition");
  EXPECT_EQ(outcome(kReport + kNotification + kNotification + "--b--"), "as2.ambiguous-receipt");
  EXPECT_EQ(outcome("Content-Type: message/disposition-notification\r\n\r\n" + kFields + std::string(100'000, 'x')),
            "as2.receipt-too-large");
  EXPECT_EQ(outcome("Content-Type: multipart/report\r\n\r\n"), "mime.no-boundary");
}

TEST(MdnReading, TextIsCutAndCleaned) {
  const Read read = read_mdn(
      kReport + part("Content-Type: text/plain; charset=iso-8859-1\r\n", "\xe4\x1b[2J" + std::string(200'000, 'x')) +
      kNotification + "--b--");
  ASSERT_TRUE(read.mdn);
  EXPECT_TRUE(read.mdn->mdn.text.starts_with("\xc3\xa4[2Jx"));
  EXPECT_LE(read.mdn->mdn.text.size(), kMaxMdnText + 10);
}

TEST(MdnReading, ABrokenMicIsToldApart) {
  std::string fields = kFields;
  fields.replace(fields.find("BNIQ"), 4, "????");
  const Read read = read_mdn("Content-Type: message/disposition-notification\r\n\r\n" + fields);
  ASSERT_TRUE(read.mdn);
  EXPECT_FALSE(read.mdn->mdn.mic);
  EXPECT_EQ(read.mdn->mdn.mic_fault->code, kBadMic);
}

TEST(MdnReading, RecipientsInEveryStyle) {
  for (const char* field : {"rfc822; B C", "rfc822;B C", "RFC822 ; \"B C\"", "B C", "\"B C\""}) {
    EXPECT_EQ(recipient_name(field), "B C") << field;
  }
}

// --- what we send --------------------------------------------------------------------------------------------------

MdnOptions answer() {
  MdnOptions options;
  options.headers.from = {"B"};
  options.headers.to = {"A C"};
  options.headers.message_id = "<2@gateway>";
  options.headers.version = "1.2";
  options.reporting_ua = "Sealgate";
  options.original_message_id = "<1@acme>";
  options.recipient = {"B"};
  options.text = "Received.\nThank you.";
  options.time = kNow;
  options.mic = *parse_mic("BNIQV5N+hShfIa+06dXMM4fkS8A=, sha1");
  return options;
}

std::string on_the_wire(const BuiltMdn& mdn) {
  return mdn.headers.serialise() + "\r\n" + std::string(as_text(mdn.body));
}

TEST(MdnWriting, IsReadAgainSignedAndNot) {
  for (const bool sign : {false, true}) {
    MdnOptions options = answer();
    if (sign) options.sign = signer(world().gateway);
    const auto built = build_mdn(options);
    ASSERT_TRUE(built) << built.error().to_string();
    for (const auto& field : built->headers.fields()) EXPECT_EQ(field.value.find_first_of("\r\n"), std::string::npos);
    EXPECT_EQ(built->headers.count("MIME-Version"), 1U);
    for (const std::size_t step : {1U, 50U, 10'000U}) {
      const Read read = read_mdn(on_the_wire(*built), world().acme, step);
      ASSERT_TRUE(read.mdn) << read.mdn.error().to_string();
      EXPECT_EQ(read.mdn->is_signed, sign);
      EXPECT_FALSE(read.mdn->fault);
      EXPECT_EQ(read.mdn->signer.has_value(), sign);
      EXPECT_EQ(read.mdn->mdn.original_message_id, "<1@acme>");
      EXPECT_EQ(read.mdn->mdn.original_recipient, "rfc822; B");
      EXPECT_EQ(read.mdn->mdn.mic_text, "BNIQV5N+hShfIa+06dXMM4fkS8A=, sha1");
      EXPECT_EQ(read.mdn->mdn.text, "Received.\nThank you.");
      EXPECT_TRUE(read.mdn->mdn.disposition.positive());
      EXPECT_EQ(read.headers.from.text, "B");
      EXPECT_EQ(read.headers.to.text, "A C");
      EXPECT_FALSE(read.headers.fault);
    }
  }
}

// A location that takes both learns from the inside which it got.
TEST(MdnWriting, IsToldFromAMessage) {
  const auto found = [](const std::string& http) {
    Collector collector;
    smime::Decoder decoder(decode_options(world().acme), collector);
    static_cast<void>(feed(decoder, http));
    return is_mdn(decoder.report());
  };
  MdnOptions options = answer();
  EXPECT_TRUE(found(on_the_wire(*build_mdn(options))));
  options.sign = signer(world().gateway);
  EXPECT_TRUE(found(on_the_wire(*build_mdn(options))));
  EXPECT_TRUE(found("Content-Type: message/disposition-notification\r\n\r\n" + kFields));
  EXPECT_FALSE(found("Content-Type: application/edi-x12\r\n\r\nISA*"));
  EXPECT_FALSE(found("Content-Type: multipart/related; boundary=b\r\n\r\n" + kText + kNotification + "--b--"));
}

TEST(MdnWriting, ANegativeOneDoesNotNameWhatFailed) {
  MdnOptions options = answer();
  options.disposition = {.type = Type::Processed, .modifier = Modifier::Error, .detail = "decryption-failed"};
  const Read read = read_mdn(on_the_wire(*build_mdn(options)));
  EXPECT_EQ(read.mdn->mdn.disposition_text,
            "automatic-action/MDN-sent-automatically; processed/error: decryption-failed");
  EXPECT_EQ(read.mdn->mdn.mic_text, "");
}

TEST(MdnWriting, PartnersWordsStayInTheirPlace) {
  MdnOptions options = answer();
  options.original_message_id = "strange id;without<brackets>";
  options.text = "\xc3\xa4\r\n.\r\n--b\r\n\r\nDisposition: failed";
  options.recipient = {"B \"x\\"};
  const Read read = read_mdn(on_the_wire(*build_mdn(options)));
  ASSERT_TRUE(read.mdn);
  EXPECT_EQ(read.mdn->mdn.original_message_id, "strange id;without<brackets>");
  EXPECT_EQ(recipient_name(read.mdn->mdn.final_recipient), "B \"x\\");
  EXPECT_TRUE(read.mdn->mdn.disposition.positive());
  for (auto change : {+[](MdnOptions& o) { o.original_message_id = "x\r\nDisposition: failed"; },
                      +[](MdnOptions& o) { o.reporting_ua = "x\nDisposition: failed"; },
                      +[](MdnOptions& o) { o.recipient.text = "x\nDisposition: failed"; },
                      +[](MdnOptions& o) {
                        o.disposition.modifier = Modifier::Error;
                        o.disposition.detail = "x\r\nA: b";
                      },
                      +[](MdnOptions& o) { o.mic->spelling = "sha1\r\nA: b"; }}) {
    MdnOptions broken = answer();
    change(broken);
    EXPECT_FALSE(build_mdn(broken));
  }
}

TEST(MdnWriting, WhoMayNotSignDoesNot) {
  MdnOptions options = answer();
  options.sign = signer(world().gateway);
  options.time = kNow + std::chrono::hours(24 * 4000);
  EXPECT_FALSE(build_mdn(options));
}

// --- what it means -------------------------------------------------------------------------------------------------

SentMessage sent() {
  SentMessage message;
  message.message_id = "<1@acme>";
  message.from = {"A C"};
  message.to = {"B"};
  message.signature_asked = true;
  const Mic mic = *parse_mic("BNIQV5N+hShfIa+06dXMM4fkS8A=, sha1");
  message.mics = SentMics({{MicForm::Exact, mic.algorithm, mic.value}});
  return message;
}

struct Case {
  MdnOptions options = answer();
  SentMessage message = sent();
  JudgeOptions judge_options = {};
  const Identity* by = &world().gateway;
  std::string change_from = {}, change_to = {};

  Judgement judge(bool known = true) {
    if (by != nullptr) options.sign = signer(*by);
    std::string http = on_the_wire(*build_mdn(options));
    if (!change_from.empty()) http.replace(http.find(change_from), change_from.size(), change_to);
    const Read read = read_mdn(http);
    EXPECT_TRUE(read.mdn);
    return judge_mdn(read.headers, *read.mdn, known ? &message : nullptr, judge_options);
  }
  std::string verdict(bool known = true) {
    const Judgement judgement = judge(known);
    return std::string(to_string(judgement.verdict)) + (judgement.final() ? "!" : "");
  }
};

TEST(MdnJudging, AcknowledgedIsWhatThePartnerSignedForOurContent) {
  Case good;
  const Judgement judgement = good.judge();
  EXPECT_EQ(judgement.verdict, Verdict::Acknowledged);
  EXPECT_EQ(judgement.matched, MicForm::Exact);
  EXPECT_TRUE(judgement.is_signed);
  EXPECT_TRUE(judgement.remarks.empty());
}

TEST(MdnJudging, OtherContent) {
  Case other;
  other.options.mic = *parse_mic("AAAAAAAAAAAAAAAAAAAAAAAAAAA=, sha1");
  EXPECT_EQ(other.verdict(), "mic-mismatch!");
  Case none;
  none.options.mic.reset();
  EXPECT_EQ(none.verdict(), "mic-missing!");
  none.judge_options.accept_missing_mic = true;
  EXPECT_EQ(none.verdict(), "acknowledged!");
  none.judge_options.accept_missing_mic = false;
  none.message.signature_asked = false;
  EXPECT_EQ(none.verdict(), "mic-missing!") << "it is signed all the same";
  Case bare;
  bare.options.mic.reset();
  bare.by = nullptr;
  bare.message.signature_asked = false;
  EXPECT_EQ(bare.verdict(), "acknowledged!") << "an unsigned one may leave it out (RFC 4130 7.4.3)";
  Case digest;
  digest.options.mic = *parse_mic("1B2M2Y8AsgTpgAmY7PhCfg==, md5");
  EXPECT_EQ(digest.verdict(), "mic-mismatch!");
  EXPECT_NE(digest.judge().reason.find("md5"), std::string::npos);
}

TEST(MdnJudging, FormsOfTheMicThatCount) {
  for (const auto& [form, verdict] : {std::pair{MicForm::Lf, "acknowledged!"}, {MicForm::Content, "mic-mismatch!"}}) {
    Case loose;
    loose.message.mics = SentMics({{form, DigestAlgorithm::Sha1, loose.options.mic->value}});
    EXPECT_EQ(loose.verdict(), verdict);
    EXPECT_EQ(loose.judge().matched, form);
  }
}

TEST(MdnJudging, ForgedAndChanged) {
  Case mallory;
  mallory.by = &world().mallory;
  EXPECT_EQ(mallory.verdict(), "bad-signature");
  Case changed;
  changed.change_from = "Reporting-UA: Sealgate";
  changed.change_to = "Reporting-UA: Mallory!";
  EXPECT_EQ(changed.verdict(), "bad-signature");
  Case unknown;
  EXPECT_EQ(unknown.verdict(false), "unknown-message");
  Case other;
  other.options.original_message_id = "<3@acme>";
  EXPECT_EQ(other.verdict(), "unknown-message");
  Case nothing;
  nothing.options.original_message_id.clear();
  EXPECT_EQ(nothing.verdict(), "unknown-message");
  nothing.judge_options.own_connection = true;
  EXPECT_EQ(nothing.verdict(), "acknowledged!");
  Case partner;
  partner.options.headers.from = {"Mallory"};
  EXPECT_EQ(partner.verdict(), "wrong-partner");
  Case without_brackets;
  without_brackets.options.original_message_id = "1@acme";
  EXPECT_EQ(without_brackets.verdict(), "acknowledged!");
}

TEST(MdnJudging, Unsigned) {
  Case positive;
  positive.by = nullptr;
  EXPECT_EQ(positive.verdict(), "not-signed");
  positive.judge_options.own_connection = true;
  EXPECT_EQ(positive.verdict(), "not-signed");
  positive.judge_options.accept_unsigned = true;
  EXPECT_EQ(positive.verdict(), "acknowledged!");
  EXPECT_FALSE(positive.judge().is_signed);
  EXPECT_EQ(positive.judge().remarks.size(), 1U);
  Case negative;
  negative.by = nullptr;
  negative.options.disposition = {.type = Type::Failed};
  EXPECT_EQ(negative.verdict(), "not-signed");  // anybody could send it
  negative.judge_options.own_connection = true;
  EXPECT_EQ(negative.verdict(), "refused!");
  Case not_asked;
  not_asked.by = nullptr;
  not_asked.message.signature_asked = false;
  EXPECT_EQ(not_asked.verdict(), "acknowledged!");
}

TEST(MdnJudging, WhatThePartnerSays) {
  Case error;
  error.options.disposition = {
      .type = Type::Processed, .modifier = Modifier::Error, .detail = "authentication-failed"};
  EXPECT_EQ(error.verdict(), "refused!");
  EXPECT_NE(error.judge().reason.find("authentication-failed"), std::string::npos);
  Case warning;
  warning.options.disposition = {
      .type = Type::Processed, .modifier = Modifier::Warning, .detail = "duplicate-document"};
  EXPECT_EQ(warning.verdict(), "acknowledged!");
  Case recipient;
  recipient.options.recipient = {"Somebody"};
  EXPECT_EQ(recipient.verdict(), "acknowledged!");
  EXPECT_EQ(recipient.judge().remarks.size(), 1U);
}

// An unsigned notification beside a signed one, or beside signed text, is nobody's word.
TEST(MdnJudging, ASignatureOverSomethingElseProvesNothing) {
  MdnOptions options = answer();
  options.sign = signer(world().gateway);
  const std::string genuine = on_the_wire(*build_mdn(options));
  const std::string signed_entity = genuine.substr(genuine.find("Content-Type: multipart/signed"));
  const Read both = read_mdn("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + kNotification + "--b\r\n" +
                             signed_entity + "\r\n--b--");
  ASSERT_FALSE(both.mdn);
  EXPECT_EQ(both.mdn.error().code, kAmbiguousReceipt);
  smime::EncodeOptions text;
  text.sign = signer(world().gateway);
  text.content_type = "text/plain";
  text.time = kNow;
  BufferSink out;
  const auto encoder = smime::Encoder::create(std::move(text), out);
  ASSERT_TRUE(feed(**encoder, "hello"));
  const Read beside = read_mdn("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + kNotification + "--b\r\n" +
                               std::string(as_text(out.bytes())) + "\r\n--b--");
  ASSERT_TRUE(beside.mdn);
  EXPECT_FALSE(beside.mdn->is_signed);
}

}  // namespace
}  // namespace sealgate::as2::testing

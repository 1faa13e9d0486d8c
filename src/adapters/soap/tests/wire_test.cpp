// Content types, actions and answers, as partners send them and as they should not.

#include "adapters/soap/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/soap/replies.h"
#include "soap/errors.h"

namespace sealgate::adapters::soap {
namespace {

using ::testing::HasSubstr;

std::string value(const ContextEntries& entries, std::string_view name) {
  for (const ContextEntry& entry : entries) {
    if (entry.name == name) return entry.value;
  }
  return "(none)";
}

TEST(Wire, VersionsByContentType) {
  EXPECT_EQ(version_of("text/xml"), Version::Soap11);
  EXPECT_EQ(version_of("Text/XML; charset=\"UTF-8\""), Version::Soap11);
  EXPECT_EQ(version_of("application/soap+xml;action=\"a\""), Version::Soap12);
  EXPECT_FALSE(version_of("application/xml"));
  EXPECT_FALSE(version_of("multipart/related; type=\"application/xop+xml\""));
  EXPECT_FALSE(version_of(""));
}

TEST(Wire, ParametersWithQuotesAndSemicolons) {
  const std::string type = "application/soap+xml; charset=utf-8; Action=\"urn:a;b=c\" ; x=y";
  EXPECT_EQ(parameter_of(type, "action"), "urn:a;b=c");
  EXPECT_EQ(parameter_of(type, "CHARSET"), "utf-8");
  EXPECT_EQ(parameter_of(type, "x"), "y");
  EXPECT_EQ(parameter_of(type, "z"), "");
  EXPECT_EQ(parameter_of("text/xml", "charset"), "");
  EXPECT_EQ(parameter_of("text/xml; action=\"unfinished; charset=utf-8", "charset"), "");
  EXPECT_EQ(parameter_of("", ""), "");
}

TEST(Wire, OnlyCharsetsThatTheReaderReadsAlike) {
  EXPECT_TRUE(has_known_charset("text/xml"));
  EXPECT_TRUE(has_known_charset("text/xml; charset=UTF-16"));
  EXPECT_FALSE(has_known_charset("text/xml; charset=iso-8859-1"));
  EXPECT_FALSE(has_known_charset("text/xml; charset=utf-7"));
}

TEST(Wire, ActionsCannotBreakOut) {
  EXPECT_TRUE(is_good_action(""));
  EXPECT_TRUE(is_good_action("urn:orders/submit?x=1"));
  for (const char* bad : {"a\"b", "a b", "a\r\nX: y", "a\\", "<a>", "\x7f", "\xC3\xA4"})
    EXPECT_FALSE(is_good_action(bad));
  EXPECT_FALSE(is_good_action(std::string(1001, 'a')));
}

Result<Envelope> envelope(const std::string& headers) {
  return Envelope::parse(as_bytes(sealgate::soap::write_envelope(Version::Soap11, {headers}, "<Order/>")), {});
}

TEST(Wire, HeaderBlocksBecomeContext) {
  const auto parsed =
      envelope("<h:A xmlns:h=\"urn:h\">1</h:A><h:A xmlns:h=\"urn:h\">2</h:A><h:\xC3\x84 xmlns:h=\"urn:h\"/>");
  ASSERT_TRUE(parsed);
  const auto context = context_of(*parsed, "urn:act");
  ASSERT_TRUE(context);
  EXPECT_EQ(value(*context, "SOAP.MethodName"), "Order");
  EXPECT_EQ(value(*context, "SOAP.Action"), "urn:act");
  EXPECT_THAT(value(*context, "SOAPHeader.A"), HasSubstr(">1<"));
  EXPECT_THAT(value(*context, "SOAPHeader.UnknownHeaders"), HasSubstr(">2<"));
  const auto nothing = context_of(*parsed, "", [](const xmlNode*) { return false; });
  ASSERT_TRUE(nothing);
  EXPECT_EQ(value(*nothing, "SOAPHeader.A"), "(none)");
}

TEST(Wire, HeaderBlocksAreBounded) {
  const auto parsed = envelope("<h:A xmlns:h=\"urn:h\">" + std::string(70'000, 'x') + "</h:A>");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(context_of(*parsed, "").error().code, sealgate::soap::kHeadersTooLarge);
}

net::HttpResponse plain(int status, std::string body = {}) {
  net::HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.headers.add("Sealgate-Message-Id", "id-1");
  response.headers.add("Content-Type", "application/json");
  return response;
}

TEST(Replies, EveryPlainAnswerHasOneInSoap) {
  const ReplyForm form{Version::Soap12, "Orders", {}, nullptr};
  const auto receipt = wrap_response(plain(202, "{}"), {}, form);
  EXPECT_EQ(receipt.status, 202);
  EXPECT_EQ(receipt.body, "");
  EXPECT_TRUE(receipt.headers.contains("Sealgate-Message-Id"));
  EXPECT_FALSE(receipt.headers.contains("Content-Type"));
  const auto response = wrap_response(plain(200, "<?xml version='1.0'?><Told/>"), {}, form);
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("<soap:Body><Told/></soap:Body>"));
  EXPECT_THAT(wrap_response(plain(200, "no XML"), {}, form).body, HasSubstr("adapter.soap.no-response"));
  EXPECT_THAT(wrap_response(plain(200, "no XML"), {}, form).body, HasSubstr("soap:Receiver"));
  for (const int status : {400, 401, 404, 405, 413, 415, 429, 503, 504}) {
    const auto fault = wrap_response(plain(status), {}, form);
    EXPECT_EQ(fault.status, status);
    EXPECT_THAT(fault.body, HasSubstr("<soap:Fault>"));
  }
}

TEST(Replies, AFaultAsResponseIsAFault) {
  const ReplyForm form{Version::Soap11, "Orders", {}, nullptr};
  const std::string own = "<f:Fault xmlns:f=\"" + std::string(sealgate::soap::kSoap11) + "\"/>";
  EXPECT_EQ(wrap_response(plain(200, own), {}, form).status, 500);
  const std::string foreign = "<f:Fault xmlns:f=\"urn:f\"/>";
  EXPECT_EQ(wrap_response(plain(200, foreign), {}, form).status, 200);
}

TEST(Replies, CodesAreToldUnlessTheySpeakOfKeys) {
  const ReplyForm form{Version::Soap11, "Orders", {}, nullptr};
  const auto body_for = [&](const char* reason) {
    Seen seen;
    SubmitOutcome outcome;
    outcome.kind = SubmitKind::Rejected;
    outcome.reason = reason;
    seen.take(outcome);
    return wrap_response(plain(500), seen, form).body;
  };
  EXPECT_THAT(body_for("what (where); remedy [pipeline.not-recognized]"), HasSubstr("pipeline.not-recognized"));
  EXPECT_THAT(body_for("what [cms.decrypt-failed]"), HasSubstr("adapter.soap.refused"));
  EXPECT_THAT(body_for("no code at all"), HasSubstr("adapter.soap.refused"));
  EXPECT_THAT(body_for("nobody wants it [messaging.no-subscriber]"), HasSubstr("soap:Server"));
}

TEST(Replies, ASuspendedRequestOfTwoWaysIsAFault) {
  const ReplyForm form{Version::Soap11, "Orders", {}, nullptr};
  Seen seen;
  SubmitOutcome outcome;
  outcome.kind = SubmitKind::Suspended;
  outcome.two_way = true;
  seen.take(outcome);
  EXPECT_EQ(wrap_response(plain(202), seen, form).status, 500);
}

}  // namespace
}  // namespace sealgate::adapters::soap

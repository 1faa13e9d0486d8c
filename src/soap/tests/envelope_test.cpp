// Envelopes and faults: what is taken, what is refused, and that what is written can be read.

#include "soap/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "soap/errors.h"
#include "soap/fault.h"
#include "xml/errors.h"

namespace sealgate::soap {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kOpen11 = "<e:Envelope xmlns:e=\"" + std::string(kSoap11) + "\">";
const std::string kOpen12 = "<e:Envelope xmlns:e=\"" + std::string(kSoap12) + "\">";

std::string around(const std::string& inside, const std::string& open = kOpen11) {
  return open + inside + "</e:Envelope>";
}
std::string with_body(const std::string& body, const std::string& open = kOpen11) {
  return around("<e:Body>" + body + "</e:Body>", open);
}
Result<Envelope> read(const std::string& text, TreeLimits limits = {}) {
  return Envelope::parse(as_bytes(text), limits);
}
std::string_view refusal(const std::string& text, TreeLimits limits = {}) {
  const auto envelope = read(text, limits);
  return envelope ? std::string_view("(taken)") : envelope.error().code.id;
}
std::string payload(const Envelope& envelope) {
  const auto element = envelope.body_element();
  if (!element || *element == nullptr) return "(none)";
  return standalone(*element).value_or("(failed)");
}

TEST(Envelope, BothVersionsAreRead) {
  const auto old = read(with_body("<o:Order xmlns:o='urn:o'>1</o:Order>"));
  ASSERT_TRUE(old);
  EXPECT_EQ(old->version(), Version::Soap11);
  EXPECT_EQ(payload(*old), "<o:Order xmlns:o=\"urn:o\" xmlns:e=\"" + std::string(kSoap11) + "\">1</o:Order>");
  const auto newer = read(with_body("<Order/>", kOpen12));
  ASSERT_TRUE(newer);
  EXPECT_EQ(newer->version(), Version::Soap12);
}

TEST(Envelope, NamespacesThatValuesNameStay) {
  const auto envelope = read("<e:Envelope xmlns:e=\"" + std::string(kSoap11) +
                             "\" xmlns:t='urn:types' xmlns='urn:default'><e:Body><Order kind='t:big' xmlns:u='urn:u'>"
                             "t:small &#252; &lt;</Order></e:Body></e:Envelope>");
  ASSERT_TRUE(envelope);
  const std::string text = payload(*envelope);
  EXPECT_THAT(text, HasSubstr("xmlns:t=\"urn:types\""));
  EXPECT_THAT(text, HasSubstr("xmlns=\"urn:default\""));
  EXPECT_THAT(text, HasSubstr("t:small \xC3\xBC &lt;"));
  EXPECT_TRUE(parse_tree(as_bytes(text), {}));
}

TEST(Envelope, AnUndeclaredDefaultNamespaceStaysUndeclared) {
  const auto envelope = read("<Envelope xmlns=\"" + std::string(kSoap11) +
                             "\"><Body><Order xmlns=''><Line/></Order></Body></Envelope>");
  ASSERT_TRUE(envelope);
  const auto again = parse_tree(as_bytes(payload(*envelope)), {});
  ASSERT_TRUE(again);
  EXPECT_EQ(namespace_of(xmlDocGetRootElement(again->get())), "");
}

TEST(Envelope, WhatIsNoEnvelopeIsRefused) {
  EXPECT_EQ(refusal("<Order/>"), kNotAnEnvelope.id);
  EXPECT_EQ(refusal("<Envelope xmlns='urn:other'><Body/></Envelope>"), kVersionMismatch.id);
  EXPECT_EQ(refusal("Order"), xml::kNotWellFormed.id);
  EXPECT_EQ(refusal(""), xml::kNotWellFormed.id);
  EXPECT_EQ(refusal(around("")), kBadEnvelope.id);
  EXPECT_EQ(refusal(around("<e:Body/><e:Body/>")), kBadEnvelope.id);
  EXPECT_EQ(refusal(around("<e:Body/><e:Header/>")), kBadEnvelope.id);
  EXPECT_EQ(refusal(around("<e:Header/><e:Header/><e:Body/>")), kBadEnvelope.id);
  EXPECT_EQ(refusal(around("<e:Body/><x xmlns='urn:x'/>")), kBadEnvelope.id);
  EXPECT_EQ(refusal(around("text<e:Body/>")), kBadEnvelope.id);
  EXPECT_EQ(refusal(around("<e:Header><NoNamespace/></e:Header><e:Body/>")), kBadEnvelope.id);
  EXPECT_EQ(refusal(around("<e:Header><h:H xmlns:h='urn:h' e:mustUnderstand='yes'/></e:Header><e:Body/>")),
            kBadEnvelope.id);
  EXPECT_EQ(refusal(around("<?go now?><e:Body/>")), kBadEnvelope.id);
}

TEST(Envelope, EntitiesAndDocumentTypesAreRefused) {
  const std::string xxe = "<!DOCTYPE e [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + with_body("<a>&x;</a>");
  EXPECT_EQ(refusal(xxe), xml::kDtdRefused.id);
  const std::string laughs = "<!DOCTYPE e [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>" + with_body("&b;");
  EXPECT_EQ(refusal(laughs), xml::kDtdRefused.id);
  EXPECT_EQ(refusal(with_body("<a>&x;</a>")), xml::kEntityRefused.id);
  EXPECT_EQ(refusal("<!DOCTYPE e SYSTEM 'http://127.0.0.1:1/x.dtd'>" + with_body("<a/>")), xml::kDtdRefused.id);
}

TEST(Envelope, LimitsHold) {
  TreeLimits small;
  small.bytes = 300;
  EXPECT_EQ(refusal(with_body("<a>" + std::string(300, 'x') + "</a>"), small), kTooLarge.id);
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "<a>";
  EXPECT_EQ(refusal(with_body(deep)), xml::kTooDeep.id);
  std::string blocks;
  for (std::size_t i = 0; i <= kMaximumHeaderBlocks; ++i) blocks += "<h xmlns='urn:h'/>";
  EXPECT_EQ(refusal(around("<e:Header>" + blocks + "</e:Header><e:Body/>")), kHeadersTooLarge.id);
}

TEST(Envelope, TruncatedAnywhereIsAnError) {
  const std::string whole = around("<e:Header><h:H xmlns:h='urn:h'>x</h:H></e:Header><e:Body><a b='c'/></e:Body>");
  ASSERT_TRUE(read(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read(whole.substr(0, size))) << size;
  }
}

TEST(Envelope, OneElementInTheBody) {
  const auto two = read(with_body("<a/><b/>"));
  ASSERT_TRUE(two);
  EXPECT_EQ(two->body_element().error().code, kBodyNotOne);
  const auto text = read(with_body("<a/>text"));
  ASSERT_TRUE(text);
  EXPECT_EQ(text->body_element().error().code, kBodyNotOne);
  const auto none = read(with_body(" \n "));
  ASSERT_TRUE(none);
  EXPECT_EQ(none->body_element().value(), nullptr);
}

TEST(Envelope, WhatMustBeUnderstoodByUs) {
  const auto envelope = read(around(
      "<e:Header xmlns:h='urn:h'><h:A e:mustUnderstand='1'/><h:B e:mustUnderstand='0'/><h:C e:mustUnderstand='1' "
      "e:actor='urn:another'/><h:D e:mustUnderstand='1' e:actor='http://schemas.xmlsoap.org/soap/actor/next'/>"
      "</e:Header><e:Body/>"));
  ASSERT_TRUE(envelope);
  const auto names = [&](const std::vector<std::string>& understood) {
    std::vector<std::string> all;
    for (const auto& block : envelope->not_understood(understood)) all.push_back(block.name());
    return all;
  };
  EXPECT_EQ(names({}), (std::vector<std::string>{"urn:h#A", "urn:h#D"}));
  EXPECT_EQ(names({"urn:h#A"}), (std::vector<std::string>{"urn:h#D"}));
  EXPECT_TRUE(names({"urn:h#*"}).empty());
  const auto newer =
      read(around("<e:Header><h:A xmlns:h='urn:h' e:mustUnderstand='true' "
                  "e:role='http://www.w3.org/2003/05/soap-envelope/role/none'/></e:Header><e:Body/>",
                  kOpen12));
  ASSERT_TRUE(newer);
  EXPECT_TRUE(newer->not_understood({}).empty());
}

TEST(Embeddable, DocumentsOfAnyEncodingBecomePartsOfAnEnvelope) {
  const std::string latin = "<?xml version='1.0' encoding='ISO-8859-1'?><!-- c --><?style x?><a b='\xFC'>\xFC</a>\n";
  const auto inner = embeddable(as_bytes(latin), {});
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->text, "<a b=\"\xC3\xBC\">\xC3\xBC</a>");
  EXPECT_EQ(inner->root_local, "a");
  const auto envelope = read(write_envelope(Version::Soap12, {"<h:H xmlns:h=\"urn:h\"/>"}, inner->text));
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->headers().size(), 1U);
  EXPECT_THAT(payload(*envelope), HasSubstr("\xC3\xBC</a>"));
}

TEST(Embeddable, WhatIsNoXmlIsRefused) {
  EXPECT_EQ(embeddable(as_bytes("ISA*00*"), {}).error().code, kNotXml);
  EXPECT_EQ(embeddable(as_bytes("<a/><b/>"), {}).error().code, kNotXml);
  EXPECT_EQ(embeddable(as_bytes("<a><?pi x?></a>"), {}).error().code, kNotXml);
  EXPECT_EQ(embeddable(as_bytes("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"), {}).error().code, xml::kDtdRefused);
  TreeLimits small;
  small.bytes = 10;
  EXPECT_EQ(embeddable(as_bytes("<a>12345678</a>"), small).error().code, kTooLarge);
}

TEST(Fault, ComesBackAsItWent) {
  Fault fault;
  fault.code = FaultCode::Sender;
  fault.reason = "no <such> \"order\" & more";
  fault.error_id = "soap.bad-envelope";
  for (const Version version : {Version::Soap11, Version::Soap12}) {
    const auto envelope = read(write_fault(version, fault));
    ASSERT_TRUE(envelope);
    EXPECT_EQ(envelope->version(), version);
    const auto back = read_fault(*envelope);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->code, version == Version::Soap11 ? "Client" : "Sender");
    EXPECT_EQ(back->reason, "no <such> \"order\" & more [soap.bad-envelope]");
    EXPECT_THAT(back->detail, HasSubstr("<sg:Code>soap.bad-envelope</sg:Code>"));
  }
  EXPECT_EQ(http_status_of(Version::Soap11, FaultCode::Sender), 500);
  EXPECT_EQ(http_status_of(Version::Soap12, FaultCode::Sender), 400);
  EXPECT_EQ(http_status_of(Version::Soap12, FaultCode::Receiver), 500);
}

TEST(Fault, SubcodesAndHeaders) {
  Fault fault;
  fault.code = FaultCode::MustUnderstand;
  fault.about_header = true;
  fault.error_id = "soap.not-understood";
  fault.not_understood = {"urn:h#A"};
  EXPECT_THAT(write_fault(Version::Soap11, fault), Not(HasSubstr("<detail>")));
  EXPECT_THAT(write_fault(Version::Soap12, fault), HasSubstr("NotUnderstood"));
  fault.subcode_uri = "urn:s";
  fault.subcode = "InvalidSecurity";
  EXPECT_THAT(write_fault(Version::Soap11, fault), HasSubstr("<faultcode>sub:InvalidSecurity</faultcode>"));
  const auto envelope = read(write_fault(Version::Soap12, fault));
  ASSERT_TRUE(envelope);
  EXPECT_EQ(read_fault(*envelope)->code, "MustUnderstand InvalidSecurity");
  fault.code = FaultCode::VersionMismatch;
  EXPECT_THAT(write_fault(Version::Soap11, fault), HasSubstr("SupportedEnvelope"));
}

TEST(Fault, ErrorsTellNoSecrets) {
  const Error inner{ErrorCode{"store.down", ErrorClass::Environment}, "disk /var/x is full", {}, {}};
  EXPECT_EQ(fault_of(inner).code, FaultCode::Receiver);
  EXPECT_THAT(write_fault(Version::Soap11, fault_of(inner)), Not(HasSubstr("/var/x")));
  const Error decrypt{ErrorCode{"x.decrypt", ErrorClass::Decrypt}, "padding is wrong", {}, {}};
  EXPECT_EQ(fault_of(decrypt).code, FaultCode::Sender);
  EXPECT_THAT(write_fault(Version::Soap11, fault_of(decrypt)), Not(HasSubstr("padding")));
}

TEST(Fault, HostileFaultsAreTamed) {
  const auto envelope =
      read(with_body("<e:Fault><faultcode>e:Server</faultcode><faultstring>a\n\tb</faultstring>"
                     "<detail><x>" +
                     std::string(9000, 'y') + "</x></detail></e:Fault>"));
  ASSERT_TRUE(envelope);
  const auto fault = read_fault(*envelope);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->summary(), "Server: a  b");
  EXPECT_LE(fault->detail.size(), 4000U);
  EXPECT_FALSE(read_fault(*read(with_body("<Fault/>"))));
}

}  // namespace
}  // namespace sealgate::soap

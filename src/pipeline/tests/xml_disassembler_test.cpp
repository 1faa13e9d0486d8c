#include "pipeline/xml_disassembler.h"

#include "pipeline/errors.h"
#include "pipeline/tests/xml_fixture.h"
#include "xml/errors.h"

namespace sealgate::pipeline {
namespace {

class XmlDisassembler : public testing::XmlPipelineTest {
 protected:
  void SetUp() override { apply(kArtifacts); }

  static constexpr std::string_view kArtifacts = R"(
kind: Schema
name: Order
message_type: urn:orders#Order
namespaces:
  o: urn:orders
promoted:
  - name: Order.Id
    xpath: /o:Order/@id
  - name: Order.Total
    xpath: /o:Order/o:Total
    type: integer
  - name: Order.Rush
    xpath: /o:Order/Rush
    type: boolean
  - name: Order.Due
    xpath: /o:Order/Due
    type: date-time
  - name: Order.Note
    xpath: /o:Order/Note
    promote: false
xsd: |
  <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:orders" xmlns="urn:orders"
      elementFormDefault="unqualified">
    <xs:element name="Total" type="xs:integer"/>
    <xs:element name="Order">
      <xs:complexType>
        <xs:sequence>
          <xs:element ref="Total"/>
          <xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/>
        </xs:sequence>
        <xs:attribute name="id" use="required"/>
      </xs:complexType>
    </xs:element>
  </xs:schema>
---
kind: Schema
name: Batch
message_type: urn:batch#Batch
namespaces: {b: "urn:batch"}
envelope_body: /b:Batch/Body
promoted:
  - name: Batch.Sender
    xpath: /b:Batch/Head/Sender
  - name: Batch.Count
    xpath: /b:Batch/Trailer/@count
    type: integer
  - name: Order.Id
    xpath: /b:Batch/Head/Sender
---
kind: Schema
name: Outer
message_type: Outer
envelope_body: /Outer
promoted:
  - name: Outer.Mark
    xpath: /Outer/@mark
---
kind: Pipeline
name: Checked
direction: receive
stages:
  disassemble:
    - component: xml_disassembler
      validate_document: true
---
kind: Pipeline
name: Recovering
direction: receive
stages:
  disassemble:
    - component: xml_disassembler
      validate_document: true
      recoverable_interchange: true
---
kind: Pipeline
name: Lenient
direction: receive
stages:
  disassemble:
    - component: xml_disassembler
      allow_unrecognized_message: true
      dtd: ignore
---
kind: Pipeline
name: Two chances
direction: receive
stages:
  disassemble:
    - component: xml_disassembler
      document_schemas: [Batch]
      envelope_schemas: [Outer]
    - component: xml_disassembler
      document_schemas: [Order]
      envelope_schemas: [Outer]
---
kind: Pipeline
name: Few
direction: receive
stages:
  disassemble:
    - component: xml_disassembler
      maximum_messages: 2
)";

  static std::string order(int id, std::string_view total) {
    return "<o:Order id=\"" + std::to_string(id) + "\"><o:Total>" + std::string(total) + "</o:Total></o:Order>";
  }
  static std::string batch(const std::string& content) {
    return "<b:Batch xmlns:b='urn:batch' xmlns:o='urn:orders'><Head><Sender>Contoso</Sender></Head><Body>" + content +
           "</Body><Trailer count='3'/></b:Batch>";
  }
};

constexpr const char* kOrder =
    "<?xml version='1.0'?><o:Order xmlns:o='urn:orders' id='A-17'><o:Total> 1200 </o:Total><Rush>1</Rush>"
    "<Due>2026-12-24</Due><Note>long</Note></o:Order>";

TEST_F(XmlDisassembler, PromotesByTypeAndKeepsTheBytes) {
  const auto received = receive(kOrder);
  ASSERT_TRUE(received) << received.error().to_string();
  ASSERT_EQ(received->messages.size(), 1U);
  const messaging::Message& message = received->messages[0].message;
  EXPECT_EQ(property(message, "BTS.MessageType"), "urn:orders#Order");
  EXPECT_EQ(property(message, "Order.Id"), "A-17");
  EXPECT_EQ(message.context.integer("Order.Total"), 1200);
  EXPECT_EQ(message.context.boolean("Order.Rush"), true);
  EXPECT_EQ(message.context.time("Order.Due"), *parse_rfc3339("2026-12-24T00:00:00Z"));
  EXPECT_EQ(property(message, "Order.Note"), "long (written)");
  EXPECT_EQ(property(message, "BTS.InterchangeSequenceNumber"), "1 (written)");
  EXPECT_EQ(testing::text_of(*message.parts[0].body), kOrder);
  EXPECT_EQ(property(message, "BTS.SourcePartyID"), "s-1-5-7");
}

TEST_F(XmlDisassembler, WrongValuesAreErrorsWithoutTheValue) {
  const auto with_total = [&](const std::string& total) {
    return receive("<o:Order xmlns:o='urn:orders' id='1'><o:Total>" + total + "</o:Total></o:Order>");
  };
  const auto wrong = with_total("secret");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, kBadPropertyValue);
  EXPECT_EQ(wrong.error().to_string().find("secret"), std::string::npos);
  EXPECT_EQ(property(with_total(""), "Order.Total"), "(none)");
  EXPECT_EQ(property(with_total("99999999999999999999"), "Order.Total"), "error pipeline.bad-property-value");
  EXPECT_EQ(property(with_total("+7"), "Order.Total"), "7");
  EXPECT_EQ(property(receive("<o:Order xmlns:o='urn:orders' id='" + std::string(257, 'x') + "'/>"), "Order.Id"),
            "error pipeline.property-too-long");
  EXPECT_EQ(property(receive("<o:Order xmlns:o='urn:orders' id='" + std::string(256, 'x') + "'/>"), "Order.Id"),
            std::string(256, 'x'));
}

TEST_F(XmlDisassembler, UnknownDocumentsNeedALeave) {
  EXPECT_EQ(property(receive("<Other/>"), "BTS.MessageType"), "error pipeline.not-recognized");
  EXPECT_EQ(property(receive("no xml"), "BTS.MessageType"), "error pipeline.not-recognized");
  EXPECT_EQ(property(receive(""), "BTS.MessageType"), "error pipeline.not-recognized");
  EXPECT_EQ(property(receive("<!DOCTYPE a><a/>"), "BTS.MessageType"), "error xml.dtd-refused");
  // Once it is recognised, what is wrong with it is told as it is.
  EXPECT_EQ(property(receive("<o:Order xmlns:o='urn:orders' id='1'>"), "BTS.MessageType"),
            "error xml.not-well-formed");
  pipeline_ = "Lenient";
  EXPECT_EQ(property(receive("<Other xmlns='urn:x'/>"), "BTS.MessageType"), "urn:x#Other");
  EXPECT_EQ(property(receive("<!DOCTYPE a><a/>"), "BTS.MessageType"), "a");
  EXPECT_EQ(property(receive("no xml"), "BTS.MessageType"), "error pipeline.not-recognized");
}

TEST_F(XmlDisassembler, TheFirstDisassemblerThatRecognizesTakesIt) {
  pipeline_ = "Two chances";
  EXPECT_EQ(property(receive(kOrder), "Order.Id"), "A-17");
  const auto neither = receive("<Other/>");
  ASSERT_FALSE(neither);
  EXPECT_EQ(neither.error().code, kNotRecognized);
}

TEST_F(XmlDisassembler, SplitsAnEnvelope) {
  for (const std::size_t chunk : {0U, 1U, 7U}) {
    const auto received = receive(batch(" " + order(1, "10") + "<!-- between -->" + order(2, "20")), chunk);
    ASSERT_TRUE(received) << received.error().to_string();
    ASSERT_EQ(received->messages.size(), 2U);
    const auto& first = received->messages[0].message;
    const auto& second = received->messages[1].message;
    EXPECT_EQ(testing::text_of(*first.parts[0].body),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?><o:Order xmlns:o=\"urn:orders\" xmlns:b=\"urn:batch\" "
              "id=\"1\"><o:Total>10</o:Total></o:Order>");
    EXPECT_EQ(property(second, "BTS.MessageType"), "urn:orders#Order");
    EXPECT_EQ(property(second, "Order.Total"), "20");
    // Its own property comes before the envelope's; what stands behind the body counts, too.
    EXPECT_EQ(property(second, "Order.Id"), "2");
    EXPECT_EQ(property(first, "Batch.Sender"), "Contoso");
    EXPECT_EQ(property(first, "Batch.Count"), "3");
    EXPECT_EQ(property(first, "BTS.InterchangeID"), property(second, "BTS.InterchangeID"));
    EXPECT_EQ(property(first, "BTS.InterchangeSequenceNumber"), "1 (written)");
    EXPECT_EQ(property(second, "BTS.InterchangeSequenceNumber"), "2 (written)");
  }
}

TEST_F(XmlDisassembler, EnvelopesNest) {
  const auto received = receive("<Outer mark='m'>" + batch(order(1, "1") + order(2, "2")) +
                                "<o:Order xmlns:o='urn:orders' id='3'><o:Total>3</o:Total></o:Order></Outer>");
  ASSERT_TRUE(received) << received.error().to_string();
  ASSERT_EQ(received->messages.size(), 3U);
  EXPECT_EQ(property(received->messages[1].message, "Batch.Sender"), "Contoso");
  EXPECT_EQ(property(received->messages[1].message, "Outer.Mark"), "m");
  EXPECT_EQ(property(received->messages[2].message, "Batch.Sender"), "(none)");
  EXPECT_EQ(property(received->messages[2].message, "Outer.Mark"), "m");
}

TEST_F(XmlDisassembler, WithoutRecoveryOneBadPieceFailsTheWhole) {
  EXPECT_EQ(property(receive(batch(order(1, "10") + "<Other/>" + order(2, "20"))), "x"),
            "error pipeline.unknown-document");
  EXPECT_EQ(property(receive(batch(order(1, "10") + order(2, "x"))), "x"), "error pipeline.bad-property-value");
  EXPECT_EQ(property(receive(batch("")), "x"), "error pipeline.empty-envelope");
  EXPECT_EQ(property(receive("<b:Batch xmlns:b='urn:batch'/>"), "x"), "error pipeline.empty-envelope");
  pipeline_ = "Checked";
  EXPECT_EQ(property(receive(batch(order(1, "10") + order(2, "x"))), "x"), "error xml.not-valid");
  EXPECT_EQ(property(receive(batch("<o:Order><o:Total>1</o:Total></o:Order>")), "x"), "error xml.not-valid");
}

TEST_F(XmlDisassembler, WithRecoveryBadPiecesAreBesideTheGoodOnes) {
  pipeline_ = "Recovering";
  const auto received = receive(batch(order(1, "10") + order(2, "x") + "<Other a='1'>t</Other>" + order(4, "40")));
  ASSERT_TRUE(received) << received.error().to_string();
  ASSERT_EQ(received->messages.size(), 2U);
  ASSERT_EQ(received->rejected.size(), 2U);
  EXPECT_EQ(received->rejected[0].error.code, xml::kNotValid);
  EXPECT_NE(testing::text_of(*received->rejected[0].body.body).find("<o:Total>x</o:Total>"), std::string::npos);
  EXPECT_EQ(received->rejected[1].error.code, kUnknownDocument);
  EXPECT_NE(testing::text_of(*received->rejected[1].body.body).find(">t</Other>"), std::string::npos);
  EXPECT_EQ(received->rejected[1].context.text("Batch.Sender"), "Contoso");
  EXPECT_TRUE(received->rejected_resumable);
  // A rejected piece that is tried again keeps its place.
  context_ = received->rejected[1].context;
  pipeline_ = "Lenient";
  const auto again = receive(testing::text_of(*received->rejected[1].body.body));
  EXPECT_EQ(property(again, "BTS.InterchangeSequenceNumber"), "4 (written)");
  EXPECT_EQ(property(again, "BTS.InterchangeID"),
            received->rejected[1].context.text_or_empty("BTS.InterchangeID") + " (written)");
  EXPECT_EQ(property(again, "Batch.Sender"), "Contoso");
}

TEST_F(XmlDisassembler, WhatIsNotXmlToItsEndFailsAsAWhole) {
  pipeline_ = "Recovering";
  const std::string document = batch(order(1, "10") + order(2, "20"));
  for (std::size_t length = 1; length < document.size(); length += 3) {
    EXPECT_FALSE(receive(document.substr(0, length))) << length;
  }
}

TEST_F(XmlDisassembler, TheNumberOfPiecesIsLimited) {
  pipeline_ = "Few";
  EXPECT_EQ(receive(batch(order(1, "1") + order(2, "2")))->messages.size(), 2U);
  EXPECT_EQ(property(receive(batch(order(1, "1") + order(2, "2") + order(3, "3"))), "x"),
            "error pipeline.too-many-messages");
}

TEST_F(XmlDisassembler, NamespacesInScopeComeAlong) {
  const auto received = receive(
      "<Outer xmlns='' mark='m' xmlns:p='urn:p'><x:Order xmlns:x='urn:orders' xmlns:p='urn:q' id='1'>"
      "<x:Total>1</x:Total></x:Order></Outer>");
  ASSERT_TRUE(received) << received.error().to_string();
  EXPECT_EQ(testing::text_of(*received->messages[0].message.parts[0].body),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><x:Order xmlns:x=\"urn:orders\" xmlns:p=\"urn:q\" id=\"1\">"
            "<x:Total>1</x:Total></x:Order>");
}

}  // namespace
}  // namespace sealgate::pipeline

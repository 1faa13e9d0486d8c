#include "pipeline/xml_assembler.h"

#include "pipeline/errors.h"
#include "pipeline/tests/xml_fixture.h"
#include "xml/errors.h"

namespace sealgate::pipeline {
namespace {

constexpr std::string_view kArtifacts = R"(
kind: Schema
name: Order
message_type: Order
promoted:
  - name: Order.Id
    xpath: /Order/@id
  - name: Order.Total
    xpath: /Order/Total
    type: integer
  - name: Order.State
    xpath: /Order/State
    demote: always
  - name: Order.Note
    xpath: /Order/Note
    demote: never
---
kind: Schema
name: Envelope
message_type: urn:e#Envelope
namespaces: {e: "urn:e"}
envelope_body: /e:Envelope/e:Body
promoted:
  - name: Batch.Sender
    xpath: /e:Envelope/Head/Sender
  - name: Batch.Version
    xpath: /e:Envelope/@version
  - name: Batch.Missing
    xpath: /e:Envelope/Missing
---
kind: Pipeline
name: Plain
direction: send
stages:
  assemble:
    - component: xml_assembler
      add_xml_declaration: false
---
kind: Pipeline
name: Enveloped
direction: send
stages:
  assemble:
    - component: xml_assembler
      add_xml_declaration: false
      envelope_schemas: [Envelope]
      processing_instructions: <?use this?>
---
kind: Pipeline
name: Latin
direction: send
stages:
  assemble:
    - component: xml_assembler
      target_charset: iso-8859-1
      document_schemas: [Order]
      add_processing_instructions: create
      processing_instruction_scope: envelope
      processing_instructions: <?new?>
---
kind: Map
name: To order
source: Invoice
target: Order
xslt: |
  <xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
    <xsl:output omit-xml-declaration="yes"/>
    <xsl:template match="/Invoice"><Order id="{@number}"><Total><xsl:value-of select="Sum"/></Total></Order></xsl:template>
  </xsl:stylesheet>
---
kind: Map
name: Wrong target
source: Wrong
target: Order
xslt: |
  <xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
    <xsl:template match="/"><Else/></xsl:template>
  </xsl:stylesheet>
)";

class XmlAssembler : public testing::XmlPipelineTest {
 protected:
  void SetUp() override {
    apply(kArtifacts);
    pipeline_ = "Plain";
  }
};

TEST_F(XmlAssembler, FillsWhatIsEmpty) {
  context_.promote("Order.Id", std::string("A<1>"));
  context_.promote("Order.Total", std::int64_t{12});
  context_.promote("Order.State", std::string("sent"));
  context_.promote("Order.Note", std::string("never"));
  EXPECT_EQ(send("<Order id=''><Total/><State><a>old</a></State><Note/></Order>"),
            "<Order id=\"A&lt;1&gt;\"><Total>12</Total><State>sent</State><Note/></Order>");
  EXPECT_EQ(send("<Order id='B'><Total>7</Total><State>old</State></Order>"),
            "<Order id=\"B\"><Total>7</Total><State>sent</State></Order>");
  EXPECT_EQ(send("<Order><Total><!--c--></Total><Total/></Order>"),
            "<Order><Total><!--c-->12</Total><Total/></Order>");
  EXPECT_EQ(send("<Order><Total><x/></Total></Order>"), "<Order><Total><x/></Total></Order>");
  EXPECT_EQ(send("<Another><Total/></Another>"), "<Another><Total/></Another>");
}

TEST_F(XmlAssembler, MakesAnEnvelope) {
  pipeline_ = "Enveloped";
  context_.promote("Batch.Sender", std::string("Contoso & Co"));
  context_.write("Batch.Version", std::int64_t{2});
  EXPECT_EQ(
      send("<?own?><Order xmlns='urn:o'/>"),
      "<e:Envelope xmlns:e=\"urn:e\" version=\"2\"><Head><Sender>Contoso &amp; Co</Sender></Head><e:Body><?own?>"
      "<?use this?><Order xmlns=\"urn:o\"/></e:Body></e:Envelope>");
}

TEST_F(XmlAssembler, EncodingDeclarationAndInstructions) {
  pipeline_ = "Latin";
  EXPECT_EQ(send("\xef\xbb\xbf<?old?><Order>\xc3\xa9\xe2\x82\xac</Order>"),
            "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><?new?><Order>\xe9&#8364;</Order>");
  EXPECT_EQ(send("<Another/>"), "error pipeline.unknown-document");
  pipeline_ = "XMLTransmit";
  EXPECT_EQ(send("\xef\xbb\xbf<Order/>"), "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?><Order/>");
  EXPECT_EQ(send("<?xml version='1.0' encoding='ISO-8859-1'?><Order>\xe9</Order>"),
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><Order>\xe9</Order>");
  EXPECT_EQ(send("no xml"), "error xml.not-well-formed");
}

TEST_F(XmlAssembler, MapsComeFirst) {
  maps_ = {"To order", "Wrong target"};
  EXPECT_EQ(send("<Invoice number='17'><Sum>3</Sum></Invoice>", "Invoice"),
            "<Order id=\"17\"><Total>3</Total></Order>");
  EXPECT_EQ(send("<Invoice number='17'/>"), "<Invoice number=\"17\"/>");  // of no known type
  EXPECT_EQ(send("<Wrong/>", "Wrong"), "error pipeline.unexpected-map-result");
  maps_ = {"Gone"};
  EXPECT_EQ(send("<Wrong/>", "Wrong"), "error pipeline.no-such-map");
  pipeline_ = "Gone";
  EXPECT_EQ(send("<Wrong/>"), "error pipeline.no-such-pipeline");
}

TEST_F(XmlAssembler, MapsOfAReceivePortRunAfterThePipeline) {
  apply("kind: Schema\nname: Invoice\nmessage_type: Invoice\n");
  pipeline_ = "XMLReceive";
  maps_ = {"To order"};
  const auto received = receive("<Invoice number='17'><Sum>3</Sum></Invoice>");
  ASSERT_TRUE(received) << received.error().to_string();
  const auto& message = received->messages[0].message;
  EXPECT_EQ(testing::text_of(*message.parts[0].body), "<Order id=\"17\"><Total>3</Total></Order>\n");
  EXPECT_EQ(property(message, "BTS.MessageType"), "Order");
  EXPECT_EQ(property(message, "Order.Id"), "17");
  EXPECT_EQ(message.context.integer("Order.Total"), 3);
}

TEST_F(XmlAssembler, ValidatorsHoldMessagesAgainstTheirSchemas) {
  apply(R"(
kind: Schema
name: Item
message_type: Item
xsd: |
  <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="Item" type="xs:int"/></xs:schema>
---
kind: Pipeline
name: Valid
direction: receive
stages:
  validate:
    - component: xml_validator
---
kind: Pipeline
name: Valid orders
direction: receive
stages:
  validate:
    - component: xml_validator
      schemas: [Order]
---
kind: Pipeline
name: Recovering
direction: receive
stages:
  validate:
    - component: xml_validator
      recoverable_interchange: true
)");
  const auto outcome = [&](const std::string& pipeline, const std::string& document) {
    pipeline_ = pipeline;
    const auto received = receive(document);
    if (!received) return std::string(received.error().code.id);
    return std::to_string(received->messages.size()) + "+" + std::to_string(received->rejected.size());
  };
  EXPECT_EQ(outcome("Valid", "<Item>17</Item>"), "1+0");
  EXPECT_EQ(outcome("Valid", "<Item>x</Item>"), "xml.not-valid");
  EXPECT_EQ(outcome("Valid", "<Nothing/>"), "pipeline.unknown-document");
  EXPECT_EQ(outcome("Valid", "<Item>"), "xml.not-well-formed");
  EXPECT_EQ(outcome("Valid orders", "<Item>17</Item>"), "pipeline.unknown-document");
  EXPECT_EQ(outcome("Valid orders", "<Order/>"), "xml.bad-schema");  // it has no XSD
  EXPECT_EQ(outcome("Recovering", "<Item>x</Item>"), "0+1");
}

}  // namespace
}  // namespace sealgate::pipeline

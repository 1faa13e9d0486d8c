#include "xml/xsd.h"

#include <gtest/gtest.h>

#include <thread>

#include "xml/errors.h"
#include "xml/tests/support.h"

namespace sealgate::xml {
namespace {

std::string schema(const std::string& content, const std::string& attributes = {}) {
  return "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' " + attributes + ">" + content + "</xs:schema>";
}

class Validating final : public NullHandler {
 public:
  explicit Validating(XsdValidator& validator) : validator_(validator) {}
  Result<> start_element(const StartElement& element) override { return validator_.start_element(element); }
  Result<> end_element(const Name& name) override { return validator_.end_element(name); }
  Result<> text(std::string_view text) override { return validator_.text(text); }

 private:
  XsdValidator& validator_;
};

Result<> validate(const Xsd& xsd, std::string_view document, std::size_t chunk = 0) {
  SG_TRY_ASSIGN(const auto validator, XsdValidator::create(xsd, [] { return "here"; }));
  Validating handler(*validator);
  Reader reader({}, handler);
  SG_TRY(test::push(reader, document, chunk));
  return validator->finish();
}

std::string outcome(const Result<>& result) {
  return result ? "ok" : std::string(result.error().code.id);
}

const Xsd& orders() {
  static const Xsd xsd(schema(R"(
    <xs:element name="order"><xs:complexType><xs:sequence>
      <xs:element name="item" maxOccurs="unbounded"><xs:complexType>
        <xs:sequence><xs:element name="price" type="xs:decimal"/></xs:sequence>
        <xs:attribute name="code" use="required"><xs:simpleType><xs:restriction base="xs:string">
          <xs:pattern value="[A-Z]+"/></xs:restriction></xs:simpleType></xs:attribute>
      </xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>)",
                              "targetNamespace='urn:o' elementFormDefault='qualified'"));
  return xsd;
}

TEST(Xsd, ValidatesOnAStream) {
  const std::string good = "<order xmlns='urn:o'><item code='A'><price>1.5</price></item></order>";
  for (const std::size_t chunk : {0U, 1U, 5U}) EXPECT_EQ(outcome(validate(orders(), good, chunk)), "ok");
  const auto words = [](std::string_view document) {
    const auto result = validate(orders(), document);
    EXPECT_EQ(outcome(result), "xml.not-valid") << document;
    return result ? std::string() : result.error().what;
  };
  EXPECT_NE(words("<other/>").find("No matching global declaration"), std::string::npos);
  EXPECT_NE(words("<order xmlns='urn:o'/>").find("Missing child element"), std::string::npos);
  EXPECT_NE(words("<order xmlns='urn:o'><else/></order>").find("not expected"), std::string::npos);
  EXPECT_NE(words("<order xmlns='urn:o'><item><price>1</price></item></order>").find("'code' is required"),
            std::string::npos);
  // What the document holds is not told.
  for (const char* secret : {"<order xmlns='urn:o'><item code='A'><price>secret</price></item></order>",
                             "<order xmlns='urn:o'><item code='secret'><price>1</price></item></order>",
                             "<order xmlns='urn:o'>secret</order>"}) {
    EXPECT_EQ(words(secret).find("secret"), std::string::npos) << words(secret);
  }
  EXPECT_NE(words("<order xmlns='urn:o'><item code='a'><price>1</price></item></order>").find("pattern"),
            std::string::npos);
}

TEST(Xsd, NamespacesOfTheRootCountForTypes) {
  const Xsd typed(
      schema("<xs:complexType name='base'/><xs:complexType name='more'><xs:complexContent><xs:extension "
             "base='t:base'><xs:sequence><xs:element name='x'/></xs:sequence></xs:extension>"
             "</xs:complexContent></xs:complexType><xs:element name='a' type='t:base'/>",
             "targetNamespace='urn:t' xmlns:t='urn:t'"));
  EXPECT_EQ(outcome(validate(typed,
                             "<q:a xmlns:q='urn:t' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' "
                             "i:type='q:more'><x/></q:a>")),
            "ok");
  EXPECT_EQ(outcome(validate(typed, "<q:a xmlns:q='urn:t'><x/></q:a>")), "xml.not-valid");
}

TEST(Xsd, HintsInTheDocumentLoadNothing) {
  EXPECT_EQ(outcome(validate(orders(),
                             "<order xmlns='urn:o' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' "
                             "i:schemaLocation='urn:o file:///etc/passwd'><item code='A'><price>1</price></item>"
                             "</order>")),
            "ok");
}

TEST(Xsd, FaultsOfTheSchemaItself) {
  const auto code = [](const std::string& text) { return outcome(Xsd(text).check()); };
  EXPECT_EQ(code("<a/>"), "xml.bad-schema");
  EXPECT_EQ(code("not xml"), "xml.bad-schema");
  EXPECT_EQ(code(schema("<xs:element name='a' type='missing'/>")), "xml.bad-schema");
  EXPECT_EQ(code(schema("<xs:nonsense/>")), "xml.bad-schema");
  EXPECT_EQ(code("<!DOCTYPE a>" + schema("")), "xml.bad-schema");
  EXPECT_EQ(code(schema("<xs:import namespace='urn:x' schemaLocation='file:///etc/passwd'/>")), "xml.schema-import");
  EXPECT_EQ(code(schema("<xs:include schemaLocation='http://127.0.0.1:1/'/>")), "xml.schema-import");
  EXPECT_EQ(code(schema("<xs:redefine schemaLocation='x'/>")), "xml.schema-import");
  EXPECT_EQ(code(""), "ok");
  EXPECT_EQ(outcome(validate(Xsd(), "<a/>")), "xml.bad-schema");
  const Xsd wrong(
      "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>\n\n<xs:element name='a' type='b'/></xs:schema>");
  EXPECT_EQ(wrong.check().error().where, "line 3");
}

TEST(Xsd, KnowsItsRootElements) {
  ASSERT_TRUE(orders().check());
  EXPECT_EQ(orders().root_types(), (std::vector<std::string>{"urn:o#order"}));
}

TEST(Xsd, TextAndKeysHaveLimits) {
  const Xsd text(schema("<xs:element name='a' type='xs:string'/>"));
  const std::string long_text(kMaximumValidatedText + 1, 'x');
  EXPECT_EQ(outcome(validate(text, "<a>" + long_text + "</a>")), "xml.text-too-long");
  const Xsd keyed(
      schema("<xs:element name='r'><xs:complexType><xs:sequence><xs:element name='i' maxOccurs='unbounded'>"
             "<xs:complexType><xs:attribute name='k'/></xs:complexType></xs:element></xs:sequence>"
             "</xs:complexType><xs:key name='key'><xs:selector xpath='i'/><xs:field xpath='@k'/></xs:key>"
             "</xs:element>"));
  EXPECT_EQ(outcome(validate(keyed, "<r><i k='1'/><i k='2'/></r>")), "ok");
  EXPECT_EQ(outcome(validate(keyed, "<r><i k='1'/><i k='1'/></r>")), "xml.not-valid");
}

TEST(Xsd, OneSchemaServesManyThreads) {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  const Xsd shared(orders().text());
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const bool valid =
            validate(shared, "<order xmlns='urn:o'><item code='A'><price>1</price></item></order>").has_value();
        const bool invalid = !validate(shared, "<order xmlns='urn:o'><item code='a'/></order>");
        good += valid && invalid ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 200);
}

}  // namespace
}  // namespace sealgate::xml

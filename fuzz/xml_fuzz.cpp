// Any document: the reader says the same however the bytes were cut, the writer says what was read in every encoding
// that can hold it, and schema, paths and map work on it without harm. Input: one byte for the step, one for the
// choices, then a document.

#include <cstdio>
#include <cstdlib>

#include "xml/errors.h"
#include "xml/path.h"
#include "xml/tests/support.h"
#include "xml/xsd.h"
#include "xml/xslt.h"

namespace {

using namespace sealgate;
using namespace sealgate::xml;

constexpr const char* kEncodings[] = {"UTF-8", "UTF-16", "UTF-16LE", "US-ASCII", "ISO-8859-1", "windows-1252"};
constexpr std::string_view kSchema = R"~(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="Order"><xs:complexType><xs:sequence>
    <xs:element name="Line" minOccurs="0" maxOccurs="unbounded"><xs:complexType mixed="true"><xs:sequence>
      <xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>
      <xs:attribute name="id" type="xs:ID"/><xs:attribute name="n" type="xs:decimal"/></xs:complexType></xs:element>
    <xs:element name="Total" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string">
      <xs:pattern value="[0-9]+(\.[0-9]{2})?"/></xs:restriction></xs:simpleType></xs:element>
    <xs:element name="On" type="xs:dateTime" minOccurs="0"/>
  </xs:sequence></xs:complexType>
  <xs:unique name="once"><xs:selector xpath="Line"/><xs:field xpath="@n"/></xs:unique></xs:element></xs:schema>)~";
constexpr std::string_view kMap = R"~(<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>
  <xsl:template match="Line"><L v="{normalize-space(.)}"><xsl:for-each select="*"><xsl:sort/><xsl:value-of select="@n * 2"/></xsl:for-each></L>
  </xsl:template></xsl:stylesheet>)~";

/// Feeds a validator and a matcher as the disassembler does; what they refuse ends them, not the document.
class Judges final : public Handler {
 public:
  explicit Judges(const Xsd& xsd) : matcher_(views(), 100) {
    auto made = XsdValidator::create(xsd, [] { return std::string(); });
    if (!made) std::abort();
    validator_ = std::move(*made);
  }
  Result<> start_element(const StartElement& element) override {
    matcher_.start_element(element);
    return judge([&] { return validator_->start_element(element); });
  }
  Result<> end_element(const Name& name) override {
    matcher_.end_element();
    return judge([&] { return validator_->end_element(name); });
  }
  Result<> text(std::string_view text) override {
    matcher_.text(text);
    return judge([&] { return validator_->text(text); });
  }
  Result<> comment(std::string_view /*text*/) override { return {}; }
  Result<> processing_instruction(std::string_view /*target*/, std::string_view /*data*/) override { return {}; }
  void finish() {
    if (validator_) (void)validator_->finish();
    for (std::size_t path = 0; path < paths().size(); ++path) {
      if (matcher_.value(path) && matcher_.value(path)->size() > 100) std::abort();
    }
  }

 private:
  static const std::vector<Path>& paths() {
    static const std::vector<Path> paths = [] {
      std::vector<Path> all;
      for (const char* text : {"/Order/Line/@id", "/Order/Line/text()", "/Order", "/*[local-name()='Order']/Total"}) {
        auto path = Path::parse(text, {});
        if (!path) std::abort();
        all.push_back(*path);
      }
      return all;
    }();
    return paths;
  }
  static std::vector<const Path*> views() {
    std::vector<const Path*> all;
    for (const Path& path : paths()) all.push_back(&path);
    return all;
  }
  template <class Step>
  Result<> judge(const Step& step) {
    if (validator_ && !step()) validator_.reset();
    return {};
  }

  PathMatcher matcher_;
  std::unique_ptr<XsdValidator> validator_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view document = as_text(ByteView(data + 2, size - 2));
  const ReaderOptions options{(data[1] & 0x80U) != 0 ? Dtd::Ignore : Dtd::Prohibit, {}};
  const std::string whole = test::events(document, options);
  const std::string cut = test::events(document, options, data[0] + std::size_t{1});
  if (whole.starts_with("error ")) {
    // A document with two faults: which of them is seen first depends on the cuts.
    if (!cut.starts_with("error ")) std::abort();
    return 0;
  }
  if (cut != whole) std::abort();

  const char* const encoding = kEncodings[(data[1] & 0x7fU) % std::size(kEncodings)];
  BufferSink written;
  const auto writer = Writer::create({encoding, true, (data[1] & 0x40U) != 0}, written);
  if (!writer) std::abort();
  Reader copy(options, **writer);
  if (const auto result = test::push(copy, document); !result) {
    if (result.error().code.id != kNotEncodable.id) std::abort();
  } else if (!(*writer)->flush() || test::events(as_text(written.bytes()), {}) != whole) {
    std::abort();
  }

  static const Xsd schema{std::string(kSchema)};
  static const Xslt map{std::string(kMap)};
  for (const auto& fault : {schema.check(), map.check()}) {
    if (!fault) std::fprintf(stderr, "%s\n", fault.error().what.c_str()), std::abort();
  }
  Judges judges(schema);
  Reader reader(options, judges);
  if (!test::push(reader, document)) std::abort();
  judges.finish();
  CountingSink result;
  Transformer transformer(map, {}, result);
  (void)test::push(transformer, document);
  return 0;
}

#include "xml/xslt.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "xml/errors.h"
#include "xml/tests/support.h"

namespace sealgate::xml {
namespace {

std::string sheet(const std::string& content, const std::string& attributes = {}) {
  return "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' " + attributes + ">" +
         content + "</xsl:stylesheet>";
}

/// The result, or "error CODE".
std::string transform(const std::string& map, const std::string& document, const TransformLimits& limits = {},
                      std::string* type = nullptr) {
  BufferSink target;
  Transformer transformer(Xslt(map), limits, target);
  const auto result = test::push(transformer, document, 7);
  if (!result) return "error " + std::string(result.error().code.id);
  if (type != nullptr) *type = transformer.result_type();
  return std::string(as_text(target.bytes()));
}

constexpr const char* kBare = "<xsl:output omit-xml-declaration='yes' indent='no'/>";

TEST(Xslt, TransformsADocument) {
  std::string type;
  EXPECT_EQ(
      transform(sheet(std::string(kBare) +
                          "<xsl:template match='/o:a'><p:b xmlns:p='urn:p' y='{@x}'><xsl:copy-of select='node()'/>"
                          "</p:b></xsl:template>",
                      "xmlns:o='urn:o' exclude-result-prefixes='o'"),
                "<?pi?><a xmlns='urn:o' x='1&amp;2'>t<!--c--><c xmlns=''><?p d?><![CDATA[<]]></c></a>", {}, &type),
      "<p:b xmlns:p=\"urn:p\" y=\"1&amp;2\">t<!--c--><c xmlns=\"\"><?p d?>&lt;</c></p:b>");
  EXPECT_EQ(type, "urn:p#b");
}

TEST(Xslt, OutputMethodsAndEncodings) {
  std::string type = "x";
  EXPECT_EQ(
      transform(
          sheet("<xsl:output method='text'/><xsl:template match='/'>a<xsl:value-of select='.'/></xsl:template>"),
          "<r>b</r>", {}, &type),
      "ab");
  EXPECT_EQ(type, "");
  EXPECT_EQ(
      transform(sheet("<xsl:output encoding='ISO-8859-1'/><xsl:template match='/'><a><xsl:value-of select='.'/></a>"
                      "</xsl:template>"),
                "<r>\xc3\xa9</r>"),
      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<a>\xe9</a>\n");
}

TEST(Xslt, FaultsOfTheMapItself) {
  const auto code = [](const std::string& text) {
    const auto result = Xslt(text).check();
    return result ? "ok" : std::string(result.error().code.id);
  };
  EXPECT_EQ(code("<a/>"), "xml.bad-map");
  EXPECT_EQ(code("nothing"), "xml.bad-map");
  EXPECT_EQ(code(sheet("<xsl:template match='['/>")), "xml.bad-map");
  EXPECT_EQ(code(sheet("<xsl:template match='/'><xsl:value-of select='1+'/></xsl:template>")), "xml.bad-map");
  EXPECT_EQ(code(sheet("<xsl:output encoding='UTF-7'/>")), "xml.bad-map");
  EXPECT_EQ(code("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + sheet("")), "xml.bad-map");
  EXPECT_EQ(code(sheet("<xsl:import href='file:///etc/passwd'/>")), "xml.map-reference");
  EXPECT_EQ(code(sheet("<xsl:include href='http://127.0.0.1:1/x'/>")), "xml.map-reference");
  EXPECT_EQ(code(sheet("<xsl:template match='/'><xsl:value-of select=\"document('x')\"/></xsl:template>")),
            "xml.map-reference");
  EXPECT_EQ(code(sheet("", "xmlns:e='urn:e' extension-element-prefixes='e'")), "xml.map-reference");
  EXPECT_EQ(code(sheet("<m:script xmlns:m='urn:schemas-microsoft-com:xslt'/>")), "xml.map-reference");
}

TEST(Xslt, NothingIsReadOrWrittenElsewhere) {
  // Blanks keep the word from being found before it runs.
  EXPECT_EQ(
      transform(sheet("<xsl:template match='/'><xsl:value-of select=\"document ('/etc/hostname')\"/></xsl:template>"),
                "<a/>"),
      "error xml.map-failed");
  const std::filesystem::path out = std::filesystem::temp_directory_path() / "sealgate-xslt-test-out";
  std::filesystem::remove(out);
  (void)transform(
      sheet("<xsl:template match='/'><xsl:document href='" + out.string() + "'>x</xsl:document></xsl:template>",
            "version='1.1'"),
      "<a/>");
  EXPECT_EQ(transform("<xsl:stylesheet version='1.1' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'><xsl:template "
                      "match='/'><xsl:document href='" +
                          out.string() + "'>x</xsl:document></xsl:template></xsl:stylesheet>",
                      "<a/>")
                .substr(0, 5),
            "error");
  EXPECT_FALSE(std::filesystem::exists(out));
  EXPECT_EQ(
      transform(
          sheet("<xsl:template match='/'><xsl:value-of select='e:node-set(.)' xmlns:e='http://exslt.org/common'/>"
                "</xsl:template>"),
          "<a/>"),
      "error xml.map-failed");
}

TEST(Xslt, EndlessMapsEnd) {
  const auto begin = std::chrono::steady_clock::now();
  // Deeper and deeper.
  EXPECT_EQ(transform(sheet("<xsl:template match='/' name='t'><xsl:call-template name='t'/></xsl:template>"), "<a/>"),
            "error xml.map-failed");
  // Never deep, but twice as much at every level.
  const std::string wide = sheet(
      "<xsl:template match='/'><xsl:call-template name='t'><xsl:with-param name='n' "
      "select='200'/></xsl:call-template>"
      "</xsl:template><xsl:template name='t'><xsl:param name='n'/><xsl:if test='$n &gt; 0'><xsl:call-template "
      "name='t'>"
      "<xsl:with-param name='n' select='$n - 1'/></xsl:call-template><xsl:call-template name='t'>"
      "<xsl:with-param name='n' select='$n - 1'/></xsl:call-template></xsl:if></xsl:template>");
  TransformLimits few;
  few.steps = 200'000;
  EXPECT_EQ(transform(wide, "<a/>", few), "error xml.map-too-long");
  TransformLimits brief;
  brief.seconds = 0.2;
  EXPECT_EQ(transform(wide, "<a/>", brief), "error xml.map-too-long");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

TEST(Xslt, CostlyPathsEnd) {
  std::string document = "<a>";
  for (int i = 0; i < 3000; ++i) document += "<b/>";
  document += "</a>";
  TransformLimits few;
  few.steps = 20'000;  // a million looks at nodes
  EXPECT_EQ(
      transform(sheet("<xsl:template match='/'><xsl:value-of select='count(//b[count(//b[count(//b) = 1]) = 1])'/>"
                      "</xsl:template>"),
                document, few),
      "error xml.map-too-long");
}

TEST(Xslt, HugeResultsAreLimited) {
  TransformLimits limits;
  limits.output = 100'000;
  const std::string doubling = sheet(
      "<xsl:output method='text'/><xsl:template match='/'><xsl:call-template name='t'><xsl:with-param name='s' "
      "select=\"'0123456789'\"/><xsl:with-param name='n' select='14'/></xsl:call-template></xsl:template>"
      "<xsl:template name='t'><xsl:param name='s'/><xsl:param name='n'/><xsl:choose><xsl:when test='$n = 0'>"
      "<xsl:value-of select='$s'/></xsl:when><xsl:otherwise><xsl:call-template name='t'><xsl:with-param name='s' "
      "select='concat($s, $s)'/><xsl:with-param name='n' select='$n - 1'/></xsl:call-template></xsl:otherwise>"
      "</xsl:choose></xsl:template>");
  EXPECT_EQ(transform(doubling, "<a/>", limits), "error xml.map-too-large");
  limits = {};
  limits.memory = 32 * 1024 * 1024;
  std::string more = doubling;
  more.replace(more.find("'14'"), 4, "'40'");
  EXPECT_EQ(transform(more, "<a/>", limits), "error xml.map-too-large");
  limits = {};
  limits.input = 10;
  EXPECT_EQ(transform(doubling, "<a>12345678</a>", limits), "error xml.too-large");
}

TEST(Xslt, AMapCanEndItself) {
  EXPECT_EQ(transform(sheet("<xsl:template match='/'><xsl:message terminate='yes'>no</xsl:message></xsl:template>"),
                      "<a/>"),
            "error xml.map-stopped");
  EXPECT_EQ(transform(sheet(std::string(kBare) +
                            "<xsl:template match='/'><xsl:message>note</xsl:message><b/></xsl:template>"),
                      "<a/>"),
            "<b/>");
}

TEST(Xslt, HostileDocuments) {
  const std::string copy = sheet("<xsl:template match='/'><xsl:copy-of select='.'/></xsl:template>");
  EXPECT_EQ(transform(copy, "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"), "error xml.dtd-refused");
  EXPECT_EQ(transform(copy, "<a>"), "error xml.not-well-formed");
  EXPECT_EQ(transform(copy, ""), "error xml.not-well-formed");
}

TEST(Xslt, OneMapServesManyThreads) {
  const Xslt map(sheet(std::string(kBare) +
                       "<xsl:key name='k' match='i' use='@n'/><xsl:template match='/'><b><xsl:value-of "
                       "select=\"key('k', '3')\"/></b></xsl:template>"));
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        BufferSink target;
        Transformer transformer(map, {}, target);
        if (!test::push(transformer, "<a><i n='2'>no</i><i n='3'>yes</i></a>")) continue;
        good += as_text(target.bytes()) == "<b>yes</b>" ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 200);
}

}  // namespace
}  // namespace sealgate::xml

#include "xml/reader.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include "xml/errors.h"
#include "xml/tests/support.h"

namespace sealgate::xml {
namespace {

using test::events;

TEST(XmlReader, ReportsElementsAttributesNamespacesAndText) {
  EXPECT_EQ(
      events("<?xml version='1.0'?><!--c--><?pi some data?><a xmlns='urn:a' xmlns:p='urn:p' x='1 &amp; 2&#10;'>"
             "t&lt;&#233;<p:b p:y=\"'\"/><![CDATA[<raw>]]></a>"),
      "<!--c--><?pi|some data?><a|urn:a xmlns:=urn:a xmlns:p=urn:p x|=1 & 2\n>[t<\xc3\xa9]<p:b|urn:p p:y|urn:p='>"
      "</p:b>[<raw>]</a>");
}

TEST(XmlReader, ChunksDoNotMatter) {
  std::string document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<o:Order xmlns:o=\"urn:o\" id=\"a&quot;b\">";
  for (int i = 0; i < 50; ++i) {
    document += "<o:Line n='" + std::to_string(i) + "'>\xe2\x82\xac " +
                std::string(static_cast<std::size_t>(i), 'x') + "&amp;<![CDATA[]]]]></o:Line><!-- \xc3\xa4 -->\n";
  }
  document += "</o:Order>\n";
  const std::string whole = events(document);
  ASSERT_TRUE(whole.starts_with("<o:Order")) << whole;
  for (const std::size_t chunk : {1U, 2U, 3U, 5U, 7U, 64U, 1000U})
    EXPECT_EQ(events(document, {}, chunk), whole) << chunk;
}

TEST(XmlReader, EveryTruncationIsAnError) {
  const std::string document = "<?xml version='1.0'?><a b='c'><!--d--><e>f&amp;g</e><![CDATA[h]]><?i j?></a>";
  for (std::size_t length = 0; length < document.size(); ++length) {
    EXPECT_EQ(events(std::string_view(document).substr(0, length)), "error xml.not-well-formed") << length;
    EXPECT_EQ(events(std::string_view(document).substr(0, length), {}, 1), "error xml.not-well-formed") << length;
  }
}

TEST(XmlReader, EncodingsByMarkAndDeclaration) {
  const std::string expected = "<a|>[\xc3\xa9]</a>";
  EXPECT_EQ(events("<a>\xc3\xa9</a>"), expected);
  EXPECT_EQ(events("\xef\xbb\xbf<a>\xc3\xa9</a>"), expected);
  EXPECT_EQ(events("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>"), expected);
  EXPECT_EQ(events("<?xml version='1.0' encoding='windows-1252'?><a>\x80</a>"), "<a|>[\xe2\x82\xac]</a>");
  const auto utf16 = [](std::string_view text, bool little, bool mark) {
    std::string wide = !mark ? "" : little ? "\xff\xfe" : "\xfe\xff";
    for (const char c : text) {
      const std::string pair = little ? std::string{c, '\0'} : std::string{'\0', c};
      wide += pair;
    }
    return wide;
  };
  for (const bool little : {true, false}) {
    EXPECT_EQ(events(utf16("<a>\xe9</a>", little, true)), expected) << little;
    EXPECT_EQ(events(utf16("<a>\xe9</a>", little, true), {}, 1), expected) << little;
    EXPECT_EQ(events(utf16("<?xml version='1.0' encoding='UTF-16'?><a>\xe9</a>", little, true)), expected) << little;
    EXPECT_EQ(events(utf16("<?xml version='1.0' encoding='UTF-16'?><a>\xe9</a>", little, false)), expected) << little;
  }
}

TEST(XmlReader, OtherEncodingsAndWrongBytesAreRefused) {
  EXPECT_EQ(events("<?xml version='1.0' encoding='UTF-7'?><a/>"), "error xml.unknown-encoding");
  EXPECT_EQ(events("<?xml version='1.0' encoding='UCS-4'?><a/>"), "error xml.not-well-formed");
  EXPECT_EQ(events("<?xml version='1.0' encoding='ISO-8859-1//IGNORE'?><a/>"), "error xml.not-well-formed");
  EXPECT_EQ(events(std::string("\0\0\0<\0\0\0a", 8)), "error xml.unknown-encoding");
  EXPECT_EQ(events("\x4c\x6f\xa7\x94"), "error xml.unknown-encoding");
  for (const char* bad : {"<a>\xe9</a>", "<a>\xc0\xaf</a>", "<a>\xed\xa0\x80</a>", "<a b='\xff'/>", "<a>\x01</a>",
                          "<a>&#0;</a>", "<a>&#xd800;</a>", "<a>\xf8\x88\x80\x80\x80</a>"}) {
    EXPECT_EQ(events(bad), "error xml.not-well-formed") << bad;
  }
  EXPECT_EQ(events(std::string("<a>\0</a>", 8)), "error xml.not-well-formed");
}

TEST(XmlReader, NotWellFormed) {
  for (const char* bad :
       {"", " ", "x", "<a>", "<a></b>", "<a/><b/>", "<a b=1/>", "<a b='1' b='2'/>", "<a>&amp</a>", "<p:a/>",
        "<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='1' q:b='2'/>", "<a><!-- -- --></a>", "<a>]]></a>", "<a b='<'/>",
        "text<a/>", "<a/>text", "<?xml version='1.0'?>", "<1/>", "<a xmlns:p=''/>"}) {
    EXPECT_EQ(events(bad), "error xml.not-well-formed") << bad;
  }
}

constexpr std::string_view kBillionLaughs =
    "<!DOCTYPE l [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;'>"
    "<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'><!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;'>]><l>&e;</l>";

TEST(XmlReader, NoDtdUnlessAskedFor) {
  for (const std::string_view document : {std::string_view("<!DOCTYPE a><a/>"), kBillionLaughs,
                                          std::string_view("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>")}) {
    EXPECT_EQ(events(document), "error xml.dtd-refused") << document;
    EXPECT_EQ(events(document, {}, 1), "error xml.dtd-refused") << document;
  }
}

TEST(XmlReader, IgnoredDtdGivesNothingToTheDocument) {
  const ReaderOptions ignore{Dtd::Ignore, {}};
  EXPECT_EQ(events(kBillionLaughs, ignore), "error xml.entity-refused");
  EXPECT_EQ(events("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a>&x;</a>", ignore), "error xml.entity-refused");
  EXPECT_EQ(events("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", ignore),
            "error xml.entity-refused");
  EXPECT_EQ(events("<!DOCTYPE a [<!ENTITY x 'v'>]><a b='&x;'/>", ignore), "error xml.entity-refused");
  EXPECT_EQ(events("<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/x'> %p;]><a/>", ignore),
            "error xml.entity-refused");
  EXPECT_EQ(events("<!DOCTYPE a [<!ATTLIST a d CDATA 'default' xmlns CDATA 'urn:d'>]><a e='1'/>", ignore),
            "<a| e|=1></a>");
  EXPECT_EQ(events("<!DOCTYPE a [<!ENTITY amp 'evil'>]><a>&amp;</a>", ignore), "<a|>[&]</a>");
}

TEST(XmlReader, LimitsHaveTheirOwnCodes) {
  const auto limited = [](auto change) {
    ReaderOptions options;
    change(options.limits);
    return options;
  };
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "<a>";
  EXPECT_EQ(events(deep), "error xml.too-deep");
  EXPECT_EQ(events(deep, limited([](Limits& l) { l.depth = 100'000; })), "error xml.too-deep");
  EXPECT_EQ(events("<a><b/></a>", limited([](Limits& l) { l.depth = 2; })), "<a|><b|></b></a>");
  EXPECT_EQ(events("<a><b><c/></b></a>", limited([](Limits& l) { l.depth = 2; })), "error xml.too-deep");
  std::string many = "<a";
  for (int i = 0; i < 1001; ++i) many += " a" + std::to_string(i) + "=''";
  EXPECT_EQ(events(many + "/>"), "error xml.too-many-attributes");
  EXPECT_EQ(events("<" + std::string(1001, 'n') + "/>"), "error xml.name-too-long");
  EXPECT_EQ(events("<a " + std::string(1001, 'n') + "='1'/>"), "error xml.name-too-long");
  EXPECT_EQ(events("<a xmlns='urn:" + std::string(1000, 'n') + "'/>"), "error xml.name-too-long");
  EXPECT_EQ(events("<a b='" + std::string(1'000'000, 'v') + "'/>"), "error xml.markup-too-long");
  EXPECT_EQ(events("<a><!--" + std::string(1'000'000, 'v') + "--></a>"), "error xml.markup-too-long");
  EXPECT_EQ(events("<a><?p " + std::string(1'000'000, 'v') + "?></a>"), "error xml.markup-too-long");
  EXPECT_EQ(events(std::string(1'000'000, ' ') + "<a/>"), "error xml.markup-too-long");
  EXPECT_EQ(events("<!DOCTYPE a [" + std::string(1'000'000, ' ') + "]><a/>", {Dtd::Ignore, {}}),
            "error xml.markup-too-long");
  EXPECT_EQ(events("<a>12345</a>", limited([](Limits& l) { l.text = 4; })), "error xml.text-too-long");
  EXPECT_EQ(events("<a>1234<b/>1234</a>", limited([](Limits& l) { l.text = 4; })), "<a|>[1234]<b|></b>[1234]</a>");
  EXPECT_EQ(events("<a>1234</a>", limited([](Limits& l) { l.total = 10; }), 1), "error xml.too-large");
}

TEST(XmlReader, ManyDistinctNamesAreRefused) {
  std::string document = "<a>";
  for (int i = 0; i < 200'000; ++i) document += "<name-that-is-long-" + std::to_string(i) + "/>";
  EXPECT_EQ(events(document + "</a>"), "error xml.too-many-names");
}

TEST(XmlReader, MemoryDoesNotGrowWithTheDocument) {
  NullHandler nothing;
  Reader reader({}, nothing);
  std::string block;
  while (block.size() < 64 * 1024) block += "<line number='17'>some text &amp; more<!-- and a comment --></line>\n";
  ASSERT_TRUE(reader.write(as_bytes("<document>")));
  ASSERT_TRUE(reader.write(as_bytes(block)));
  const auto before = mallinfo2().uordblks;
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(reader.write(as_bytes(block)));  // 64 MiB
  EXPECT_LT(mallinfo2().uordblks, before + 1024 * 1024);
  ASSERT_TRUE(reader.write(as_bytes("</document>")));
  EXPECT_TRUE(reader.finish());
}

TEST(XmlReader, ErrorsTellTheLine) {
  NullHandler nothing;
  Reader reader({}, nothing);
  const auto result = test::push(reader, "<a>\n<b>\n</c></a>");
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().where.starts_with("line 3, column ")) << result.error().where;
}

class Refusing final : public NullHandler {
 public:
  Result<> start_element(const StartElement& element) override {
    ++calls;
    return element.name.local == "b" ? fail(kNotValid, "enough") : Result<>();
  }
  int calls = 0;
};

TEST(XmlReader, AnErrorOfTheHandlerEndsTheDocument) {
  Refusing handler;
  Reader reader({}, handler);
  auto result = reader.write(as_bytes("<a><b/><c/><d/>"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().what, "enough");
  EXPECT_EQ(handler.calls, 2);
}

TEST(XmlReader, TellsTheEncoding) {
  NullHandler nothing;
  const auto encoding = [&](std::string_view document) {
    Reader reader({}, nothing);
    EXPECT_TRUE(test::push(reader, document));
    return reader.encoding() + (reader.has_byte_order_mark() ? "+" : "");
  };
  EXPECT_EQ(encoding("<a/>"), "");
  EXPECT_EQ(encoding("\xef\xbb\xbf<a/>"), "+");
  EXPECT_EQ(encoding("<?xml version='1.0' encoding='ISO-8859-15'?><a/>"), "ISO-8859-15");
  EXPECT_EQ(encoding(std::string_view("\xff\xfe<\0a\0/\0>\0", 10)), "UTF-16LE+");
}

}  // namespace
}  // namespace sealgate::xml

#include "xml/writer.h"

#include <gtest/gtest.h>

#include "xml/errors.h"
#include "xml/tests/support.h"

namespace sealgate::xml {
namespace {

using test::events;
using test::rewrite;

TEST(XmlWriter, SaysTheSameAgain) {
  const std::string document =
      "<?p d?><!--c--><o:a xmlns:o='urn:o' xmlns='urn:d' x='&lt;&amp;&quot;&#9;&#10;&#13;'>t&lt;&#13;&gt;<b/><c> </c>"
      "<![CDATA[<&]]><d xmlns=''/></o:a>";
  for (const char* encoding : {"UTF-8", "utf-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ISO-8859-1", "windows-1252"}) {
    for (const bool mark : {false, true}) {
      WriterOptions options;
      options.encoding = encoding;
      options.byte_order_mark = mark;
      const auto written = rewrite(document, options);
      ASSERT_TRUE(written) << encoding << written.error().to_string();
      EXPECT_EQ(events(*written), events(document)) << encoding;
    }
  }
}

TEST(XmlWriter, WhatTheEncodingLacksBecomesAReference) {
  const std::string document = "<a b='\xe2\x82\xac'>\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80</a>";
  WriterOptions options;
  options.encoding = "ISO-8859-1";
  options.declaration = false;
  EXPECT_EQ(*rewrite(document, options), "<a b=\"&#8364;\">\xe9&#8364;&#128512;</a>");
  options.encoding = "us-ascii";
  EXPECT_EQ(*rewrite(document, options), "<a b=\"&#8364;\">&#233;&#8364;&#128512;</a>");
  for (const char* bad : {"<\xc3\xa9/>", "<a><!--\xc3\xa9--></a>", "<a><?p \xc3\xa9?></a>"}) {
    const auto written = rewrite(bad, options);
    ASSERT_FALSE(written) << bad;
    EXPECT_EQ(written.error().code, kNotEncodable);
  }
}

TEST(XmlWriter, DeclarationAndMark) {
  WriterOptions options;
  options.byte_order_mark = true;
  EXPECT_EQ(*rewrite("<a></a>", options), "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>");
  options.declaration = false;
  options.encoding = "ISO-8859-1";
  EXPECT_EQ(*rewrite("<a></a>", options), "<a/>");
  for (const char* bad : {"", "utf-7", "iso-8859-1//translit", "ebcdic", "iso-8859-", "iso-8859-99"}) {
    options.encoding = bad;
    const auto written = rewrite("<a/>", options);
    ASSERT_FALSE(written) << bad;
    EXPECT_EQ(written.error().code, kUnknownEncoding);
  }
}

TEST(XmlWriter, WritesInPieces) {
  // A text longer than the buffer, with a character that falls onto its end.
  std::string document = "<a>";
  for (int i = 0; i < 100'000; ++i) document += "\xc3\xa9";
  document += "</a>";
  WriterOptions options;
  options.encoding = "ISO-8859-1";
  const auto written = rewrite(document, options);
  ASSERT_TRUE(written);
  EXPECT_EQ(events(*written), events(document));
}

}  // namespace
}  // namespace sealgate::xml

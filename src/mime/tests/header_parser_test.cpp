#include "mime/header_parser.h"

#include "mime/errors.h"
#include "mime/tests/helpers.h"

namespace sealgate::mime {
namespace {

using testing::chunk_sizes;
using testing::random_words;

struct Parsed {
  Result<> result;
  HeaderBlock block;
  std::string body;  ///< what was held back, then what was not consumed
  bool done = false;
};

Parsed parse(std::string_view text, std::size_t chunk, HeaderParserOptions options = {}, Limits limits = {}) {
  Parsed parsed;
  HeaderParser parser(limits, options);
  bool moved_held = false;
  for (std::size_t at = 0; at < text.size(); at += std::min(chunk, text.size() - at)) {
    const std::string_view piece = text.substr(at, chunk);
    const auto consumed = parser.feed(as_bytes(piece));
    if (!consumed) {
      parsed.result = tl::unexpected<Error>(consumed.error());
      return parsed;
    }
    if (parser.done()) {
      if (!moved_held) parsed.body += as_text(parser.held_back());
      moved_held = true;
      parsed.body += piece.substr(*consumed);
    } else {
      EXPECT_EQ(*consumed, piece.size());
    }
  }
  parsed.done = parser.done();
  parsed.result = parser.finish();
  if (!moved_held) parsed.body += as_text(parser.held_back());
  if (parsed.result) parsed.block = parser.take();
  return parsed;
}

std::string summary(const Parsed& parsed) {
  if (!parsed.result) return std::string(parsed.result.error().code.id);
  std::string text = "mbox=" + parsed.block.mbox_line + (parsed.block.blank_line ? " blank" : " open") +
                     " bad=" + std::to_string(parsed.block.bad_lines) + "\n";
  for (const HeaderField& field : parsed.block.headers.fields()) {
    text += '[' + field.name + "|" + field.value + "|" + field.raw + "]\n";
  }
  return text + "raw=" + std::string(as_text(parsed.block.raw)) + "\nbody=" + parsed.body;
}

TEST(HeaderParser, KeepsOrderRawBytesAndFolds) {
  const std::string text =
      "Content-Type: multipart/signed;\r\n\tboundary=x\r\nSUBJECT :  a b \r\nX-Empty:\r\nsubject: "
      "second\n\r\nbody\r\n";
  for (const std::size_t chunk : chunk_sizes()) {
    const Parsed parsed = parse(text, chunk);
    ASSERT_TRUE(parsed.result);
    const auto& fields = parsed.block.headers.fields();
    ASSERT_EQ(fields.size(), 4U);
    EXPECT_EQ(fields[0].name, "Content-Type");
    EXPECT_EQ(fields[0].value, "multipart/signed;\tboundary=x");
    EXPECT_EQ(fields[0].raw, "Content-Type: multipart/signed;\r\n\tboundary=x\r\n");
    EXPECT_EQ(fields[1].name, "SUBJECT");
    EXPECT_EQ(fields[1].value, "a b");
    EXPECT_EQ(fields[2].value, "");
    EXPECT_EQ(parsed.block.headers.count("Subject"), 2U);
    EXPECT_EQ(parsed.block.headers.find_all("subject")[1]->value, "second");
    EXPECT_EQ(parsed.body, "body\r\n");
    EXPECT_TRUE(parsed.block.blank_line);
    EXPECT_EQ(as_text(parsed.block.raw), text.substr(0, text.size() - 6));
    EXPECT_EQ(parsed.block.headers.serialise(), text.substr(0, text.size() - 8));
  }
}

TEST(HeaderParser, EmptyHeaderIsOneBlankLine) {
  for (const std::string_view text : {"\r\nbody", "\nbody"}) {
    const Parsed parsed = parse(text, 1);
    EXPECT_TRUE(parsed.block.headers.empty());
    EXPECT_TRUE(parsed.block.blank_line);
    EXPECT_EQ(parsed.body, "body");
  }
}

TEST(HeaderParser, TakesMboxLineAndLeadingBlankLinesWhenAsked) {
  HeaderParserOptions options;
  options.skip_leading_blank_lines = true;
  for (const std::size_t chunk : chunk_sizes()) {
    const Parsed parsed = parse("\r\n\nFrom me@example.com Sat Nov 21\nFrom: a@b\n\nx", chunk, options);
    EXPECT_EQ(parsed.block.mbox_line, "From me@example.com Sat Nov 21");
    ASSERT_EQ(parsed.block.headers.fields().size(), 1U);
    EXPECT_EQ(parsed.block.headers.fields()[0].name, "From");
    EXPECT_EQ(parsed.body, "x");
  }
  options.accept_mbox_line = false;
  EXPECT_EQ(parse("From me@example.com\nFrom: a@b\n\nx", 1, options).body, "From me@example.com\nFrom: a@b\n\nx");
  EXPECT_EQ(parse("From : a@b\n\nx", 1).block.headers.fields().at(0).value, "a@b");
}

TEST(HeaderParser, WithoutHeaderEverythingIsBody) {
  for (const std::string_view text :
       {"Hello world\r\nA: b\r\n\r\nx", "\x30\x80\x06\x09 binary", "no end", "-----BEGIN CMS-----\nMII",
        " folded: first\n\n", "a", "<?xml version=\"1.0\"?>", "\rx"}) {
    for (const std::size_t chunk : chunk_sizes()) {
      const Parsed parsed = parse(text, chunk);
      ASSERT_TRUE(parsed.result);
      EXPECT_EQ(parsed.body, text);
      EXPECT_TRUE(parsed.block.headers.empty());
      EXPECT_TRUE(parsed.block.raw.empty());
    }
  }
  HeaderParserOptions options;
  options.headerless_is_body = false;
  const Parsed kept = parse("Hello world\r\nA: b\r\n\r\nx", 1, options);
  EXPECT_EQ(kept.block.bad_lines, 1U);
  EXPECT_EQ(kept.block.headers.value("a"), "b");
  EXPECT_EQ(kept.body, "x");
}

TEST(HeaderParser, KeepsBadLinesInPlace) {
  const Parsed parsed = parse("A: 1\nnot a field\n more of it\nB: 2\n\n", 3);
  ASSERT_EQ(parsed.block.headers.fields().size(), 3U);
  EXPECT_EQ(parsed.block.headers.fields()[1].name, "");
  EXPECT_EQ(parsed.block.headers.fields()[1].raw, "not a field\n more of it\n");
  EXPECT_EQ(parsed.block.bad_lines, 1U);
  EXPECT_EQ(parsed.block.headers.find(""), nullptr);
  EXPECT_EQ(parsed.block.headers.serialise(), "A: 1\nnot a field\n more of it\nB: 2\n");
}

TEST(HeaderParser, ValuesNeverHoldLineEnds) {
  const Parsed parsed = parse("A: one\rBcc: two\r\n\r x\r\n y\r\n\r\n", 2);
  for (const HeaderField& field : parsed.block.headers.fields()) {
    EXPECT_EQ(field.value.find_first_of("\r\n"), std::string::npos);
  }
  EXPECT_EQ(parsed.block.headers.count("Bcc"), 0U);
}

TEST(HeaderParser, HeldAtEveryTruncation) {
  const std::string text = "From me\r\nA: b\r\n c\r\nDD :e\n\r\nbody";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string whole = summary(parse(text.substr(0, size), static_cast<std::size_t>(-1)));
    for (const std::size_t chunk : chunk_sizes()) EXPECT_EQ(summary(parse(text.substr(0, size), chunk)), whole);
  }
  EXPECT_FALSE(parse("A: b\r\n", 1).block.blank_line);
  EXPECT_EQ(parse("A: b", 1).block.headers.value("A"), "b");
}

TEST(HeaderParser, EnforcesItsLimits) {
  Limits limits;
  limits.max_header_bytes = 100;
  limits.max_header_fields = 5;
  std::string many;
  for (int i = 0; i < 6; ++i) many += "A: b\n";
  for (const std::size_t chunk : chunk_sizes()) {
    const Parsed large = parse("A: " + std::string(100, 'x') + "\n\n", chunk, {}, limits);
    ASSERT_FALSE(large.result);
    EXPECT_EQ(large.result.error().code, kHeaderTooLarge);
    EXPECT_EQ(large.result.error().code.error_class, ErrorClass::Policy);
    const Parsed fields = parse(many + "\n", chunk, {}, limits);
    ASSERT_FALSE(fields.result);
    EXPECT_EQ(fields.result.error().code, kTooManyHeaderFields);
    EXPECT_TRUE(parse("A: " + std::string(95, 'x') + "\n\n", chunk, {}, limits).result) << "the limit is inclusive";
    EXPECT_FALSE(parse("A: " + std::string(96, 'x') + "\n\n", chunk, {}, limits).result);
  }
}

TEST(HeaderParser, AHeaderOf100MegabytesFailsEarly) {
  HeaderParser parser{Limits{}};
  const Bytes block(std::size_t{1} << 20, 'x');
  ASSERT_TRUE(parser.feed(as_bytes("Subject: ")));
  std::size_t fed = 0;
  for (; fed < 100; ++fed) {
    const auto result = parser.feed(block);
    if (!result) {
      EXPECT_EQ(result.error().code, kHeaderTooLarge);
      break;
    }
  }
  EXPECT_EQ(fed, 0U);
}

TEST(HeaderParser, ALongFirstLineWithoutColonIsNoHeader) {
  const std::string text(300'000, 'x');
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{4096}, text.size()})
    EXPECT_EQ(parse(text, chunk).body, text);
}

TEST(HeaderParser, ChunkSizeNeverMatters) {
  const std::vector<std::string> words = {
      "\r", "\n", "\r\n", ":", " ", "\t", "A", "From ", "b: c", std::string(1, '\0'), "\xFF"};
  Limits limits;
  limits.max_header_bytes = 40;
  limits.max_header_fields = 6;
  for (int round = 0; round < 3000; ++round) {
    const std::string text = random_words(words, 30);
    HeaderParserOptions options;
    options.skip_leading_blank_lines = round % 2 == 0;
    options.headerless_is_body = round % 3 != 0;
    options.accept_mbox_line = round % 5 != 0;
    const std::string whole = summary(parse(text, static_cast<std::size_t>(-1), options, limits));
    for (const std::size_t chunk : {1U, 2U, 3U, 7U}) {
      ASSERT_EQ(summary(parse(text, chunk, options, limits)), whole) << testing::visible(text);
    }
  }
}

}  // namespace
}  // namespace sealgate::mime

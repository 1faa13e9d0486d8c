#include "mime/multipart_splitter.h"

#include <memory>

#include "mime/errors.h"
#include "mime/line_scan.h"
#include "mime/tests/helpers.h"

namespace sealgate::mime {
namespace {

using testing::chunk_sizes;
using testing::feed_all;
using testing::random_words;

struct Split {
  std::string preamble;
  std::string epilogue;
  std::vector<std::string> parts;
  std::vector<PartEnd> ends;
  bool closed = false;
  friend bool operator==(const Split&, const Split&) = default;
};

class Collector final : public MultipartHandler {
 public:
  Result<Sink*> begin_part(std::size_t index) override {
    EXPECT_EQ(index, split.parts.size() + 1);
    part_ = std::make_unique<BufferSink>();
    return part_.get();
  }
  Result<> end_part(std::size_t index, PartEnd end) override {
    split.parts.emplace_back(as_text(part_->bytes()));
    split.ends.push_back(end);
    EXPECT_EQ(index, split.parts.size());
    return {};
  }
  Split split;

 private:
  std::unique_ptr<BufferSink> part_;
};

Split split(std::string_view text, std::string_view boundary, std::size_t chunk) {
  Collector collector;
  BufferSink preamble;
  BufferSink epilogue;
  MultipartSplitter splitter(boundary, collector, &preamble, &epilogue);
  EXPECT_TRUE(feed_all(splitter, text, chunk));
  collector.split.preamble = as_text(preamble.bytes());
  collector.split.epilogue = as_text(epilogue.bytes());
  collector.split.closed = splitter.closed();
  EXPECT_EQ(splitter.parts(), collector.split.parts.size());
  return collector.split;
}

/// The same grammar over a whole string, line by line: slow and obvious.
Split reference(std::string_view text, std::string_view boundary) {
  Split result;
  const std::string dashes = "--" + std::string(boundary);
  std::string* current = &result.preamble;
  while (!text.empty()) {
    const auto newline = text.find('\n');
    const std::string_view line = text.substr(0, newline == std::string_view::npos ? text.size() : newline + 1);
    text.remove_prefix(line.size());
    bool is_delimiter = false;
    bool close = false;
    if (!result.closed && line.starts_with(dashes) && (current->empty() || current->back() == '\n')) {
      std::string_view rest = line.substr(dashes.size());
      if (rest.ends_with("\r\n")) {
        rest.remove_suffix(2);
      } else if (rest.ends_with("\n") || (rest.ends_with("\r") && text.empty())) {
        rest.remove_suffix(1);
      }
      if (rest.starts_with("--")) {
        close = true;
        rest.remove_prefix(2);
      }
      is_delimiter = rest.find_first_not_of(" \t") == std::string_view::npos && rest.size() <= kMaxTransportPadding;
    }
    if (!is_delimiter) {
      *current += line;
      continue;
    }
    if (current->ends_with("\r\n")) {
      current->erase(current->size() - 2);
    } else if (current->ends_with("\n")) {
      current->pop_back();
    }
    if (!result.parts.empty()) result.ends.push_back(close ? PartEnd::CloseDelimiter : PartEnd::Delimiter);
    if (close) {
      result.closed = true;
      current = &result.epilogue;
    } else {
      result.parts.emplace_back();
      current = &result.parts.back();
    }
  }
  if (!result.parts.empty() && !result.closed) result.ends.push_back(PartEnd::EndOfInput);
  return result;
}

TEST(MultipartSplitter, TheLineEndBeforeADelimiterBelongsToIt) {
  const std::string text =
      "preamble\r\n--b\r\nA: 1\r\n\r\none\r\n\r\n--b  \t\r\n\r\ntwo\r\n--b--\r\nepilogue\r\n--b\r\nmore";
  for (const std::size_t chunk : chunk_sizes()) {
    const Split got = split(text, "b", chunk);
    EXPECT_EQ(got.preamble, "preamble");
    EXPECT_EQ(got.parts, (std::vector<std::string>{"A: 1\r\n\r\none\r\n", "\r\ntwo"}));
    EXPECT_EQ(got.epilogue, "epilogue\r\n--b\r\nmore");
    EXPECT_EQ(got.ends, (std::vector<PartEnd>{PartEnd::Delimiter, PartEnd::CloseDelimiter}));
    EXPECT_TRUE(got.closed);
  }
}

TEST(MultipartSplitter, OddButReal) {
  struct Case {
    const char* text;
    std::vector<std::string> parts;
    bool closed;
  };
  const Case cases[] = {
      {"--b\none\n--b\ntwo\n--b--\n", {"one", "two"}, true},
      {"--b\r\none\n--b\r\ntwo\r\n--b--", {"one", "two"}, true},
      {"--b\r\none", {"one"}, false},
      {"--b\r\none\r\n", {"one\r\n"}, false},
      {"--b\r\none\r\n--b", {"one", ""}, false},
      {"--b\r\none\r\n--b-", {"one\r\n--b-"}, false},
      {"--b\r\n--b\r\n\r\n--b--\r\n", {"", ""}, true},
      {"--b\r\none\r--b\r\ntwo\r\n--b--", {"one\r--b\r\ntwo"}, true},
      {"--b\r\n--bb\r\n--b--b\r\n --b\r\n--b x\r\n--B\r\n-b\r\n--b--",
       {"--bb\r\n--b--b\r\n --b\r\n--b x\r\n--B\r\n-b"},
       true},
      {"--b\r\none\r\n\r\n--b--\r\n\r\n", {"one\r\n"}, true},
      {"--b\r\none\r\r\n--b--", {"one\r"}, true},
      {"", {}, false},
      {"no delimiter at all", {}, false},
      {"--b--\r\n", {}, true},
  };
  for (const Case& c : cases) {
    for (const std::size_t chunk : chunk_sizes()) {
      const Split got = split(c.text, "b", chunk);
      EXPECT_EQ(got.parts, c.parts) << testing::visible(c.text) << chunk;
      EXPECT_EQ(got.closed, c.closed) << testing::visible(c.text);
    }
    EXPECT_EQ(reference(c.text, "b").parts, c.parts) << testing::visible(c.text);
  }
}

TEST(MultipartSplitter, PaddingHasALimit) {
  for (const std::size_t blanks : {kMaxTransportPadding, kMaxTransportPadding + 1}) {
    const std::string text = "--b" + std::string(blanks, ' ') + "\r\nx\r\n--b--";
    for (const std::size_t chunk : chunk_sizes()) EXPECT_EQ(split(text, "b", chunk), reference(text, "b"));
  }
}

TEST(MultipartSplitter, AgreesWithTheReferenceOnHostileInput) {
  const std::vector<std::string> words = {
      "\r", "\n",        "\r\n", "--b", "--bc", "\r\n--bc",           "\n--bc--",
      "--", "-",         " ",    "\t",  "x",    std::string(1, '\0'), "\r\n--bc\r\n",
      "c",  "--bc--\r\n"};
  for (int round = 0; round < 20000; ++round) {
    const std::string text = random_words(words, 1 + testing::random_below(40));
    const Split expected = reference(text, "bc");
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{17}, text.size()}) {
      ASSERT_EQ(split(text, "bc", chunk), expected) << testing::visible(text) << " in pieces of " << chunk;
    }
  }
}

TEST(MultipartSplitter, TruncatedAtEveryByte) {
  const std::string text =
      "pre\r\n--=_b=1\r\nA: b\r\n\r\nbody\r\n--=_b=1  \r\n\r\n--=_b=\r\n\r\n--=_b=1--  \r\nepilogue\r\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    for (const std::size_t chunk : chunk_sizes()) EXPECT_EQ(split(cut, "=_b=1", chunk), reference(cut, "=_b=1"));
  }
}

/// A splitter per level, as readers chain them.
class Nested final : public MultipartHandler {
 public:
  explicit Nested(std::string inner) : inner_splitter_(inner, inner_) {}
  Result<Sink*> begin_part(std::size_t index) override { return index == 1 ? &inner_splitter_ : nullptr; }
  Result<> end_part(std::size_t /*index*/, PartEnd /*end*/) override { return {}; }
  Collector inner_;
  MultipartSplitter inner_splitter_;
};

TEST(MultipartSplitter, OuterDelimiterEndsAnUnclosedInnerMultipart) {
  // The inner boundary is a continuation of the outer one.
  const std::string text = "--b\r\n--b-inner\r\none\r\n--b-inner\r\ntwo\r\n--b\r\nouter\r\n--b--\r\n";
  for (const std::size_t chunk : chunk_sizes()) {
    Nested nested("b-inner");
    MultipartSplitter outer("b", nested);
    ASSERT_TRUE(feed_all(outer, text, chunk));
    EXPECT_EQ(nested.inner_.split.parts, (std::vector<std::string>{"one", "two"}));
    EXPECT_EQ(nested.inner_.split.ends.back(), PartEnd::EndOfInput);
    EXPECT_FALSE(nested.inner_splitter_.closed());
    EXPECT_TRUE(outer.closed());
    EXPECT_EQ(outer.parts(), 2U);
  }
}

TEST(MultipartSplitter, RefusesImpossibleBoundaries) {
  for (const std::string& boundary : {std::string(), std::string("a "), std::string("a\r\nb"), std::string("a\0b", 3),
                                      std::string(kMaxBoundaryLength + 1, 'x')}) {
    Collector collector;
    MultipartSplitter splitter(boundary, collector);
    const auto written = splitter.write(as_bytes("x"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, kBadBoundary);
    MultipartSplitter unused(boundary, collector);
    EXPECT_FALSE(unused.finish());
  }
}

TEST(LineScan, AgreesWithASimpleLoop) {
  for (int round = 0; round < 5000; ++round) {
    const std::string text =
        random_words({"\n", "-", "x", "\n-", "\n--", "yyyyyyyyyyyyy"}, testing::random_below(40));
    const std::size_t from = testing::random_below(text.size() + 1);
    std::size_t expected = text.size();
    for (std::size_t i = from; i < text.size(); ++i) {
      if (text[i] == '\n' && std::string_view("--").starts_with(text.substr(i + 1, 2))) {
        expected = i;
        break;
      }
    }
    const Bytes exact = to_bytes(text);
    ASSERT_EQ(detail::find_line_of_dashes(exact, from), expected) << testing::visible(text) << from;
  }
}

}  // namespace
}  // namespace sealgate::mime

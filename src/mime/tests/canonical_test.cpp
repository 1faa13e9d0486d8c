#include "mime/canonical.h"

#include "mime/tests/helpers.h"

namespace sealgate::mime {
namespace {

using testing::chunk_sizes;
using testing::feed_all;
using testing::random_words;

struct Output {
  std::string bytes;
  bool changed = false;
};

template <typename Canonical>
Output run(std::string_view data, std::size_t chunk) {
  BufferSink target;
  Canonical sink(target);
  EXPECT_TRUE(feed_all(sink, data, chunk));
  return {std::string(as_text(target.bytes())), sink.changed()};
}

std::string crlf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  return out;
}

std::string lf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) != "\r\n") out += text[i];
  }
  return out;
}

std::string stripped(std::string text) {
  if (text.ends_with("\r\n")) {
    text.resize(text.size() - 2);
  } else if (text.ends_with("\n")) {
    text.pop_back();
  }
  return text;
}

TEST(Canonical, EqualsTheObviousFormAtEveryChunkSize) {
  for (int round = 0; round < 3000; ++round) {
    const std::string text = random_words({"\r", "\n", "\r\n", "a", "some words", ""}, testing::random_below(30));
    for (const std::size_t chunk : chunk_sizes()) {
      const Output canonical = run<CrlfCanonicaliser>(text, chunk);
      ASSERT_EQ(canonical.bytes, crlf(text)) << testing::visible(text);
      ASSERT_EQ(canonical.changed, canonical.bytes != text);
      const Output normal = run<LfNormaliser>(text, chunk);
      ASSERT_EQ(normal.bytes, lf(text)) << testing::visible(text);
      ASSERT_EQ(normal.changed, normal.bytes != text);
      const Output shorter = run<TrailingLineEndStripper>(text, chunk);
      ASSERT_EQ(shorter.bytes, stripped(text)) << testing::visible(text);
      ASSERT_EQ(shorter.changed, shorter.bytes != text);
    }
  }
}

TEST(Canonical, LargeInputsPassTheBuffers) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "line " + std::to_string(i) + (i % 3 == 0 ? "\r\n" : "\n");
  EXPECT_TRUE(run<CrlfCanonicaliser>(text, text.size()).bytes == crlf(text));
  EXPECT_TRUE(run<LfNormaliser>(text, text.size()).bytes == lf(text));
  const std::string canonical = crlf(text);
  EXPECT_TRUE(run<CrlfCanonicaliser>(canonical, 1000).bytes == canonical);
  EXPECT_FALSE(run<CrlfCanonicaliser>(canonical, 1).changed);
}

}  // namespace
}  // namespace sealgate::mime

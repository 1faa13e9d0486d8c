// The small pieces: body part rules, digests of a part that nobody has told how to hash.

#include "base/text.h"
#include "smime/body_selector.h"
#include "smime/detached_digests.h"
#include "smime/tests/test_messages.h"

namespace sealgate::smime::testing {
namespace {

PartReport part(std::string type, std::string description = {}) {
  PartReport report;
  report.content_type = std::move(type);
  report.description = std::move(description);
  return report;
}

std::optional<std::size_t> choose(const BodySelection& selection, const std::vector<PartReport>& parts) {
  BodySelector selector(selection);
  for (const auto& offered : parts) selector.offer(offered);
  if (!selector.check()) return std::nullopt;
  return selector.chosen();
}

TEST(BodySelector, DefaultRules) {
  EXPECT_EQ(
      choose({}, {part("image/png"), part("text/html"), part("text/plain"), part("text/xml"), part("a/b", "BODY")}),
      4U);
  EXPECT_EQ(
      choose({}, {part("image/png"), part("text/html"), part("text/plain"), part("text/xml"), part("text/xml")}), 3U);
  EXPECT_EQ(choose({}, {part("image/png"), part("text/html"), part("text/plain")}), 2U);
  EXPECT_EQ(choose({}, {part("image/png"), part("text/html"), part("text/csv")}), 1U);
  EXPECT_EQ(choose({}, {part("image/png"), part("application/pdf")}), 0U);
}

TEST(BodySelector, ByNumberAndType) {
  const std::vector parts = {part("text/plain"), part("application/pdf"), part("text/plain"),
                             part("application/pdf")};
  EXPECT_EQ(choose({.part_index = 3}, parts), 2U);
  EXPECT_EQ(choose({.part_index = 0, .part_content_type = "Application/PDF"}, parts), 1U);
  EXPECT_EQ(choose({.part_index = 2, .part_content_type = "application/pdf"}, parts), 3U);
  EXPECT_EQ(choose({.part_index = 5}, parts), std::nullopt);
  EXPECT_EQ(choose({.part_index = 0, .part_content_type = "text/xml"}, parts), std::nullopt);
  EXPECT_EQ(choose({.part_index = 3, .part_content_type = "text/plain"}, parts), std::nullopt);
  EXPECT_EQ(choose({.part_index = 1}, {}), std::nullopt);
}

std::string hashed(const DetachedDigests& digests, std::string_view form, crypto::DigestAlgorithm algorithm) {
  for (std::size_t i = 0; i < digests.variant_count(); ++i) {
    if (digests.variant_name(i) != form) continue;
    const auto value = digests.digest(i, algorithm);
    return value ? to_hex(value->view()) : "not computed";
  }
  return "no such form";
}

std::string sha256(std::string_view text) {
  return to_hex(crypto::digest(crypto::DigestAlgorithm::Sha256, as_bytes(text))->view());
}

std::string with(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  for (std::size_t at = 0;;) {
    const std::size_t found = text.find(from, at);
    result += text.substr(at, found - at);
    if (found == std::string_view::npos) return result;
    result += to;
    at = found + from.size();
  }
}

// All forms of a text, small and large, fed in pieces of any size.
TEST(DetachedDigests, FormsDoNotDependOnPieces) {
  const std::vector<std::string> units = {"line\r\n", "line\n", "a\r\n\nb\r", "\r\n", "\n", "\r", "no line end "};
  for (const auto& unit : units) {
    for (const std::size_t repeat : {1UL, 3UL, (DetachedDigests::kSmall / unit.size()) + 3}) {
      std::string text;
      for (std::size_t i = 0; i < repeat; ++i) text += unit;
      const std::string lf = with(text, "\r\n", "\n");
      const std::string crlf = with(with(text, "\r\n", "\x01"), "\n", "\x01");
      const std::string canonical = with(crlf, "\x01", "\r\n");
      std::string stripped = canonical;
      if (stripped.ends_with("\r\n")) stripped.resize(stripped.size() - 2);
      for (const std::size_t step : {1UL, 3UL, 1000UL, text.size()}) {
        if (step == 1 && text.size() > 300'000) continue;
        DetachedDigests digests("sha-256", true);
        ASSERT_TRUE(feed(digests, text, step));
        using crypto::DigestAlgorithm;
        SCOPED_TRACE(::testing::Message() << to_hex(as_bytes(unit)) << " x " << repeat << " by " << step);
        ASSERT_EQ(hashed(digests, "raw", DigestAlgorithm::Sha256), sha256(text));
        ASSERT_EQ(hashed(digests, "crlf", DigestAlgorithm::Sha256), sha256(canonical));
        ASSERT_EQ(hashed(digests, "lf", DigestAlgorithm::Sha256), sha256(lf));
        ASSERT_EQ(hashed(digests, "stripped", DigestAlgorithm::Sha256), sha256(stripped));
        ASSERT_EQ(hashed(digests, "extended", DigestAlgorithm::Sha256), sha256(canonical + "\r\n"));
      }
    }
  }
}

TEST(DetachedDigests, MicalgIsAHint) {
  const std::string small = "text\r\n";
  const std::string large(DetachedDigests::kSmall + 1, 'x');
  DetachedDigests wrong_but_small("sha1");
  ASSERT_TRUE(feed(wrong_but_small, small));
  EXPECT_EQ(hashed(wrong_but_small, "raw", crypto::DigestAlgorithm::Sha512).size(), 128U);
  DetachedDigests unknown("whirlpool");
  ASSERT_TRUE(feed(unknown, large));
  for (const auto algorithm :
       {crypto::DigestAlgorithm::Md5, crypto::DigestAlgorithm::Sha1, crypto::DigestAlgorithm::Sha512}) {
    EXPECT_NE(hashed(unknown, "raw", algorithm), "not computed");
  }
  DetachedDigests stated("SHA-384");
  ASSERT_TRUE(feed(stated, large));
  EXPECT_EQ(hashed(stated, "raw", crypto::DigestAlgorithm::Sha384).size(), 96U);
  EXPECT_EQ(hashed(stated, "raw", crypto::DigestAlgorithm::Sha256).size(), 64U);
  EXPECT_EQ(hashed(stated, "raw", crypto::DigestAlgorithm::Md5), "not computed");
}

TEST(DetachedDigests, OtherFormsMustBeTolerated) {
  DetachedDigests strict("sha256");
  ASSERT_TRUE(feed(strict, "a\n"));
  strict.accept_raw(false);
  EXPECT_EQ(strict.variant_count(), 1U);
  EXPECT_EQ(hashed(strict, "crlf", crypto::DigestAlgorithm::Sha256), sha256("a\r\n"));
  EXPECT_EQ(hashed(strict, "lf", crypto::DigestAlgorithm::Sha256), "no such form");
}

}  // namespace
}  // namespace sealgate::smime::testing

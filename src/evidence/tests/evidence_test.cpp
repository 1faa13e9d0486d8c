// The pieces of evidence: names, archives, line ends, cells.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "evidence/collection.h"
#include "evidence/csv.h"
#include "evidence/errors.h"
#include "evidence/line_ends.h"
#include "evidence/zip_writer.h"
#include "io/file.h"

namespace sealgate::evidence {
namespace {

class Scratch : public ::testing::Test {
 protected:
  Scratch() {
    std::string pattern = ::testing::TempDir() + "sealgate-evidence-XXXXXX";
    root_ = ::mkdtemp(pattern.data());
  }
  ~Scratch() override { std::filesystem::remove_all(root_); }
  std::string at(const std::string& name) const { return (root_ / name).string(); }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(root_), std::filesystem::directory_iterator()));
  }
  std::filesystem::path root_;
};

TEST(HarmlessName, NothingOfAPathRemains) {
  EXPECT_EQ(harmless_name("order-1_a.EDI"), "order-1_a.EDI");
  EXPECT_EQ(harmless_name("../../etc/passwd"), "_.._etc_passwd");
  EXPECT_EQ(harmless_name(".bashrc"), "bashrc");
  EXPECT_EQ(harmless_name("C:\\x\r\n\x01"), "C__x___");
  EXPECT_EQ(harmless_name("\xc3\xa4.xml"), "__.xml");
  EXPECT_EQ(harmless_name("..."), "document");
  EXPECT_EQ(harmless_name(""), "document");
  EXPECT_EQ(harmless_name(std::string(500, 'x')).size(), 80U);
}

TEST(Csv, CellsAreQuotedAndAreNoFormulas) {
  EXPECT_EQ(csv_line({"a", "b c", ""}), "a,b c,\r\n");
  EXPECT_EQ(csv_line({"a,b", "say \"x\"", "two\nlines"}), "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\r\n");
  EXPECT_EQ(csv_line({"=1+1", "+1", "-1", "@x", "\tx"}), "'=1+1,'+1,'-1,'@x,'\tx\r\n");
  EXPECT_EQ(csv_line({"\r=1", "a=1"}), "\"'\r=1\",a=1\r\n");
}

std::string with_line_ends(const std::string& form, std::string_view text, std::size_t step) {
  BufferSink sink;
  LineEnds lines(form, sink);
  for (std::size_t i = 0; i < text.size(); i += step) EXPECT_TRUE(lines.write(as_bytes(text.substr(i, step))));
  EXPECT_TRUE(lines.finish());
  return std::string(as_text(sink.bytes()));
}

TEST(LineEnds, AreThoseThatWereSigned) {
  const std::string text = "a\r\nb\nc\rd\r\r\n\n";
  for (const std::size_t step : {1U, 2U, 3U, 100U}) {
    EXPECT_EQ(with_line_ends("raw", text, step), text);
    EXPECT_EQ(with_line_ends("crlf", text, step), "a\r\nb\r\nc\rd\r\r\n\r\n");
    EXPECT_EQ(with_line_ends("lf", text, step), "a\nb\nc\rd\r\n\n");
    EXPECT_EQ(with_line_ends("stripped", text, step), "a\r\nb\r\nc\rd\r\r\n");
    EXPECT_EQ(with_line_ends("extended", "a\n", step), "a\r\n\r\n");
    EXPECT_EQ(with_line_ends("stripped", "a\r", step), "a\r");
    EXPECT_EQ(with_line_ends("crlf", "", step), "");
  }
}

TEST_F(Scratch, AFolderAppearsWholeOrNotAtAll) {
  {
    auto collection = Collection::begin(at("evidence"));
    ASSERT_TRUE(collection);
    ASSERT_TRUE(collection->add("a/b.txt", "b", as_bytes("content")));
    EXPECT_FALSE(std::filesystem::exists(at("evidence")));
  }
  EXPECT_EQ(entries(), 0U);
  auto collection = Collection::begin(at("evidence") + "/");
  ASSERT_TRUE(collection);
  ASSERT_TRUE(collection->add("a/b.txt", "b", as_bytes("content")));
  const auto failed = collection->add("c.txt", "c", [](Sink&) -> Result<> { return fail(kNothingKnown, "broken"); });
  EXPECT_FALSE(failed);
  EXPECT_EQ(collection->files().size(), 1U);
  const auto hash = collection->commit(Time());
  ASSERT_TRUE(hash) << hash.error().to_string();
  const auto sums = io::read_file(at("evidence/SHA256SUMS"));
  ASSERT_TRUE(sums);
  EXPECT_EQ(as_text(*sums), "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73  a/b.txt\n");
  EXPECT_EQ(entries(), 1U);
  const auto again = Collection::begin(at("evidence"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code.id, kTargetExists.id);
}

TEST_F(Scratch, WhatAppearsMeanwhileIsNotReplaced) {
  auto collection = Collection::begin(at("evidence"));
  ASSERT_TRUE(collection);
  ASSERT_TRUE(collection->add("b.txt", "b", as_bytes("content")));
  ASSERT_TRUE(std::filesystem::create_directory(at("evidence")));
  const auto hash = collection->commit(Time());
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code.id, kTargetExists.id);
  EXPECT_TRUE(std::filesystem::is_empty(at("evidence")));
}

TEST_F(Scratch, AZipOfNothingIsItsDirectory) {
  BufferSink sink;
  ZipWriter zip(sink, Time());
  EXPECT_FALSE(zip.add("a", at("missing")));
  ASSERT_TRUE(zip.finish());
  EXPECT_EQ(sink.bytes().size(), 98U);
  EXPECT_TRUE(as_text(sink.bytes()).starts_with("PK\x06\x06"));
}

}  // namespace
}  // namespace sealgate::evidence

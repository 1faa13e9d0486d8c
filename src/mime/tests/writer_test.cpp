#include "mime/writer.h"

#include <map>

#include "mime/entity_reader.h"
#include "mime/errors.h"
#include "mime/tests/helpers.h"

namespace sealgate::mime {
namespace {

using testing::feed_all;
using testing::random_below;

Headers fields(std::initializer_list<std::pair<std::string_view, std::string_view>> list) {
  Headers headers;
  for (const auto& [name, value] : list) EXPECT_TRUE(headers.add(name, value));
  return headers;
}

TEST(Writer, AReportIsWrittenAsTheStandardShowsIt) {
  BufferSink out;
  Headers headers = fields({{"MIME-Version", "1.0"}});
  ASSERT_TRUE(
      headers.add("Content-Type",
                  make_multipart_type("report", "b1", {{"report-type", "disposition-notification"}}).to_string()));
  ASSERT_TRUE(write_header(out, headers));
  MultipartWriter writer(out, "b1");
  auto text = writer.begin_part(fields({{"Content-Type", "text/plain"}}), TransferEncoding::SevenBit);
  ASSERT_TRUE(text);
  ASSERT_TRUE(feed_all(**text, "received", 3));
  auto data = writer.begin_part(
      fields({{"Content-Type", "application/octet-stream"}, {"Content-Transfer-Encoding", "base64"}}),
      TransferEncoding::Base64);
  ASSERT_TRUE(data);
  ASSERT_TRUE(feed_all(**data, "Hello", 1));
  ASSERT_TRUE(writer.close());
  EXPECT_EQ(
      as_text(out.bytes()),
      "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b1\r\n\r\n"
      "--b1\r\nContent-Type: text/plain\r\n\r\nreceived\r\n"
      "--b1\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\nSGVsbG8=\r\n--b1--\r\n");
}

TEST(Writer, WrongOrderIsRefused) {
  BufferSink out;
  MultipartWriter writer(out, "b");
  EXPECT_EQ(writer.close().error().code, kWriterMisuse);
  ASSERT_TRUE(writer.preamble("signed"));
  EXPECT_FALSE(writer.preamble("again"));
  auto part = writer.begin_raw_part();
  ASSERT_TRUE(part);
  EXPECT_FALSE(writer.begin_raw_part());
  EXPECT_FALSE(writer.close());
  ASSERT_TRUE((*part)->finish());
  EXPECT_FALSE((*part)->write(as_bytes("x")));
  ASSERT_TRUE(writer.close());
  EXPECT_FALSE(writer.close());
  EXPECT_FALSE(writer.begin_raw_part());
}

TEST(Writer, BoundariesComeFromTheCallersRandomness) {
  const Bytes random(16, 0xA5);
  EXPECT_EQ(make_boundary(random), "=_sealgate_a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5");
  EXPECT_EQ(make_multipart_type("mixed", make_boundary(random)).to_string(),
            "multipart/mixed; boundary=\"=_sealgate_a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5\"");
}

/// Leaves and multiparts of random shape, and what a reader must find in them.
class TreeMaker {
 public:
  explicit TreeMaker(std::string eol) : eol_(std::move(eol)) {}

  Result<> write(Sink& out, const std::string& path, std::size_t depth) {
    if (depth < 5 && random_below(3) != 0) return write_multipart(out, path, depth);
    static constexpr TransferEncoding kEncodings[] = {TransferEncoding::Base64, TransferEncoding::QuotedPrintable,
                                                      TransferEncoding::Uuencode, TransferEncoding::Binary};
    const TransferEncoding encoding = kEncodings[random_below(4)];
    const std::string content = encoding == TransferEncoding::Binary
                                    ? testing::random_words({"\r\n", "--", "b", "--b1", "x"}, random_below(50))
                                    : testing::random_bytes(random_below(3000));
    expected[path] = content;
    EncodeOptions options;
    options.eol = eol_;
    SG_TRY_ASSIGN(const auto body,
                  write_entity(out, fields({{"Content-Transfer-Encoding", transfer_encoding_name(encoding)}}),
                               encoding, options));
    return feed_all(*body, content, 1 + random_below(500));
  }

  std::map<std::string, std::string> expected;

 private:
  Result<> write_multipart(Sink& out, const std::string& path, std::size_t depth) {
    const std::string boundary = "=_" + std::to_string(++boundaries_);
    static constexpr const char* kSubtypes[] = {"mixed", "signed", "related", "report"};
    SG_TRY(write_header(
        out, fields({{"Content-Type", make_multipart_type(kSubtypes[random_below(4)], boundary).to_string()}}),
        eol_));
    MultipartWriter writer(out, boundary, eol_);
    if (random_below(2) == 0) SG_TRY(writer.preamble("preamble" + eol_));
    const std::size_t parts = 1 + random_below(4);
    for (std::size_t i = 1; i <= parts; ++i) {
      SG_TRY_ASSIGN(Sink * part, writer.begin_raw_part());
      SG_TRY(write(*part, path.empty() ? std::to_string(i) : path + "." + std::to_string(i), depth + 1));
      SG_TRY(part->finish());
    }
    return writer.close();
  }

  std::string eol_;
  int boundaries_ = 0;
};

class LeafReader final : public EntityHandler {
 public:
  Result<BodyPlan> on_headers(const EntityInfo& entity, const HeaderBlock& block) override {
    if (block.headers.content_type().is_multipart()) return BodyPlan::descend();
    body_ = std::make_unique<BufferSink>();
    leaf_ = entity.path;
    DecodeOptions strict;
    strict.strict = true;
    return BodyPlan::decoded(*body_, *block.headers.transfer_encoding(), strict);
  }
  Result<> on_end(const EntityInfo& entity, const EntityEnd& end) override {
    EXPECT_TRUE(end.closed);
    EXPECT_FALSE(end.cut_off);
    if (entity.path == leaf_) found[entity.path] = as_text(body_->bytes());
    return {};
  }
  std::map<std::string, std::string> found;

 private:
  std::unique_ptr<BufferSink> body_;
  std::string leaf_ = "none";
};

TEST(Writer, RandomTreesComeBackExactly) {
  for (int round = 0; round < 200; ++round) {
    TreeMaker maker(round % 2 == 0 ? "\r\n" : "\n");
    BufferSink out;
    ASSERT_TRUE(maker.write(out, "", 1));
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{61}, std::size_t{100'000}}) {
      LeafReader leaves;
      EntityReader reader(leaves);
      ASSERT_TRUE(feed_all(reader, as_text(out.bytes()), chunk)) << round;
      ASSERT_EQ(leaves.found, maker.expected) << round;
    }
  }
}

}  // namespace
}  // namespace sealgate::mime

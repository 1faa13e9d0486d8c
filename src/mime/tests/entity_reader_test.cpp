#include "mime/entity_reader.h"

#include <filesystem>
#include <fstream>
#include <map>

#include "mime/errors.h"
#include "mime/tests/helpers.h"

namespace sealgate::mime {
namespace {

using testing::chunk_sizes;
using testing::feed_all;

/// Writes down everything a handler can see; bodies of leaves are decoded, raw bytes of every entity are kept.
class Recorder final : public EntityHandler {
 public:
  struct Seen {
    std::string media_type;
    std::string raw;
    std::string body;
    EntityEnd end;
    bool ended = false;
  };

  Result<Sink*> on_begin(const EntityInfo& entity) override {
    order.push_back("begin " + entity.path);
    raw_[entity.path] = std::make_unique<BufferSink>();
    return raw_[entity.path].get();
  }
  Result<BodyPlan> on_headers(const EntityInfo& entity, const HeaderBlock& block) override {
    order.push_back("headers " + entity.path);
    const ContentType type = block.headers.content_type();
    seen[entity.path].media_type = entity.defaults_to_message && !type.stated ? "message/rfc822" : type.media_type();
    if (type.is_multipart() || seen[entity.path].media_type == "message/rfc822") return BodyPlan::descend();
    body_[entity.path] = std::make_unique<BufferSink>();
    return BodyPlan::decoded(*body_[entity.path],
                             block.headers.transfer_encoding().value_or(TransferEncoding::Binary));
  }
  Result<> on_end(const EntityInfo& entity, const EntityEnd& end) override {
    order.push_back("end " + entity.path);
    Seen& entry = seen[entity.path];
    EXPECT_FALSE(entry.ended);
    entry.ended = true;
    entry.end = end;
    entry.raw = as_text(raw_[entity.path]->bytes());
    if (body_.contains(entity.path)) entry.body = as_text(body_[entity.path]->bytes());
    return {};
  }

  std::string summary(const Result<>& result) const {
    std::string text = result ? "ok" : std::string(result.error().code.id) + " at " + result.error().where;
    for (const std::string& line : order) text += '\n' + line;
    for (const auto& [path, entry] : seen) {
      if (!entry.ended) continue;
      text += '\n' + path + '|' + entry.media_type + '|' + entry.raw + '|' + entry.body + '|' +
              (entry.end.closed ? 'c' : 'o') + (entry.end.cut_off ? 'x' : '-') + std::to_string(entry.end.parts);
    }
    return text;
  }

  std::vector<std::string> order;
  std::map<std::string, Seen> seen;

 private:
  std::map<std::string, std::unique_ptr<BufferSink>> raw_;
  std::map<std::string, std::unique_ptr<BufferSink>> body_;
};

std::string read(std::string_view text, std::size_t chunk, Limits limits = {}) {
  Recorder recorder;
  EntityReaderOptions options;
  options.limits = limits;
  EntityReader reader(recorder, options);
  const auto result = feed_all(reader, text, chunk);
  return recorder.summary(result);
}

const char* const kSigned =
    "MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=out\r\n\r\nThis is signed\r\n--out\r\n"
    "Content-Type: multipart/mixed; boundary=out-in\r\n\r\n--out-in\r\nContent-Transfer-Encoding: "
    "base64\r\n\r\nSGVsbG8=\r\n"
    "--out-in\r\n\r\nplain\r\n\r\n--out-in--\r\n\r\n--out\r\nContent-Type: "
    "application/pkcs7-signature\r\n\r\nsig\r\n--out--\r\n";

TEST(EntityReader, WalksTheTreeAndKeepsExactBytes) {
  for (const std::size_t chunk : chunk_sizes()) {
    Recorder recorder;
    EntityReader reader(recorder);
    ASSERT_TRUE(feed_all(reader, kSigned, chunk));
    EXPECT_EQ(recorder.order,
              (std::vector<std::string>{"begin ", "headers ", "begin 1", "headers 1", "begin 1.1", "headers 1.1",
                                        "end 1.1", "begin 1.2", "headers 1.2", "end 1.2", "end 1", "begin 2",
                                        "headers 2", "end 2", "end "}));
    EXPECT_EQ(recorder.seen[""].raw, kSigned);
    const std::string_view text = kSigned;
    const auto from = text.find("--out\r\n") + 7;
    EXPECT_EQ(recorder.seen["1"].raw, text.substr(from, text.find("\r\n--out\r\n", from) - from));
    EXPECT_EQ(recorder.seen["1.1"].body, "Hello");
    EXPECT_EQ(recorder.seen["1.2"].body, "plain\r\n");
    EXPECT_EQ(recorder.seen["2"].body, "sig");
    EXPECT_TRUE(recorder.seen["1"].end.closed);
    EXPECT_EQ(recorder.seen[""].end.parts, 2U);
  }
}

TEST(EntityReader, MessagesInsideMessages) {
  const std::string text =
      "Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\nSubject: inner\r\n\r\nfirst\r\n--d\r\n"
      "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQTogYg0KDQp4\r\n--d--\r\n";
  for (const std::size_t chunk : chunk_sizes()) {
    Recorder recorder;
    EntityReader reader(recorder);
    ASSERT_TRUE(feed_all(reader, text, chunk));
    EXPECT_EQ(recorder.seen["1"].media_type, "message/rfc822");
    EXPECT_EQ(recorder.seen["1.1"].body, "first");
    EXPECT_EQ(recorder.seen["2.1"].raw, "A: b\r\n\r\nx");
  }
}

TEST(EntityReader, TruncatedAtEveryByteAndInEveryPieceTheSame) {
  const std::string text = kSigned;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    const std::string whole = read(cut, static_cast<std::size_t>(-1));
    for (const std::size_t chunk : {1U, 2U, 7U}) ASSERT_EQ(read(cut, chunk), whole) << size;
  }
  Recorder recorder;
  EntityReader reader(recorder);
  ASSERT_TRUE(feed_all(reader, text.substr(0, text.find("plain")), 5));
  EXPECT_FALSE(recorder.seen["1"].end.closed);
  EXPECT_TRUE(recorder.seen["1"].end.cut_off);
  EXPECT_TRUE(recorder.seen["1.2"].end.cut_off);
  EXPECT_FALSE(recorder.seen["1.1"].end.cut_off);
  EXPECT_FALSE(recorder.seen[""].end.closed);
}

TEST(EntityReader, SameWithLineFeedsAlone) {
  std::string text = kSigned;
  std::erase(text, '\r');
  Recorder recorder;
  EntityReader reader(recorder);
  ASSERT_TRUE(feed_all(reader, text, 3));
  EXPECT_EQ(recorder.seen["1.1"].body, "Hello");
  EXPECT_EQ(recorder.seen["1.2"].body, "plain\n");
  EXPECT_EQ(recorder.seen["2"].body, "sig");
}

TEST(EntityReader, PartsWithoutHeaderAndEmptyOnes) {
  Recorder recorder;
  EntityReader reader(recorder);
  ASSERT_TRUE(feed_all(
      reader, "Content-Type: multipart/mixed; boundary=b\n\n--b\nno header here\nat all\n--b\n--b\nA: b\n--b--\n",
      1));
  EXPECT_EQ(recorder.seen["1"].body, "no header here\nat all");
  EXPECT_EQ(recorder.seen["2"].body, "");
  EXPECT_EQ(recorder.seen["3"].raw, "A: b");
  Recorder empty;
  EntityReader nothing(empty);
  ASSERT_TRUE(nothing.finish());
  EXPECT_EQ(empty.order.size(), 3U);
}

std::string nested(std::size_t levels) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    text += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
  }
  return text;
}

TEST(EntityReader, TenThousandNestedMultipartsAreTooDeep) {
  const std::string result = read(nested(10'000), 100);
  EXPECT_TRUE(result.starts_with("mime.too-deep at part 1.1.1.")) << result.substr(0, 100);
  Limits limits;
  limits.max_depth = 5;
  EXPECT_TRUE(read(nested(4) + "x", 1, limits).starts_with("ok"));
  EXPECT_TRUE(read(nested(5) + "x", 1, limits).starts_with("mime.too-deep"));
  std::string messages;
  for (int i = 0; i < 10'000; ++i) messages += "Content-Type: message/rfc822\n\n";
  EXPECT_TRUE(read(messages, 1000).starts_with("mime.too-deep"));
  // A boundary used again on every level is ended by the outermost one: flat, not deep.
  std::string same;
  for (int i = 0; i < 1000; ++i) same += "Content-Type: multipart/mixed; boundary=b\n\n--b\n";
  EXPECT_TRUE(read(same, 1000).starts_with("ok"));
}

TEST(EntityReader, TooManyPartsAndHeaders) {
  std::string text = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 20; ++i) text += "--b\n\nx\n";
  Limits limits;
  limits.max_parts = 21;
  EXPECT_TRUE(read(text, 9, limits).starts_with("ok"));
  limits.max_parts = 20;
  EXPECT_TRUE(read(text, 9, limits).starts_with("mime.too-many-parts at part 20"));
  limits.max_header_bytes = 100;
  const std::string large = "Content-Type: multipart/mixed; boundary=b\n\n--b\nA: " + std::string(1000, 'x') + "\n\n";
  EXPECT_TRUE(read(large, 9, limits).starts_with("mime.header-too-large at part 1"));
}

TEST(EntityReader, MultipartsMustNameAUsableBoundary) {
  EXPECT_TRUE(read("Content-Type: multipart/mixed\n\nx", 1).starts_with("mime.no-boundary at message"));
  EXPECT_TRUE(
      read("Content-Type: multipart/mixed; boundary*=us-ascii''a%0Ab\n\nx", 1).starts_with("mime.bad-boundary"));
}

TEST(EntityReader, ContinuesTheNumberingOfAnOuterLayer) {
  Recorder recorder;
  EntityInfo inherited;
  inherited.path = "2.1";
  inherited.depth = 63;
  EntityReader reader(recorder, {}, inherited);
  ASSERT_TRUE(feed_all(reader, "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--", 4));
  EXPECT_TRUE(recorder.seen.contains("2.1.1"));
  inherited.depth = 64;
  Recorder deep;
  EntityReader deeper(deep, {}, inherited);
  EXPECT_FALSE(feed_all(deeper, "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--", 4));
}

TEST(EntityReader, HostileWordsInEveryPieceTheSame) {
  const std::vector<std::string> words = {"Content-Type: multipart/mixed; boundary=b\r\n",
                                          "Content-Type: multipart/mixed; boundary=bb\n",
                                          "Content-Transfer-Encoding: base64\n",
                                          "Content-Type: message/rfc822\n",
                                          "\r\n",
                                          "\n",
                                          "--b",
                                          "--bb",
                                          "--",
                                          "\r\n--b\r\n",
                                          "\n--bb\n",
                                          "QUJD",
                                          "=",
                                          "x",
                                          "\r",
                                          std::string(1, '\0'),
                                          "Content-Transfer-Encoding: quoted-printable\n"};
  Limits limits;
  limits.max_depth = 6;
  limits.max_parts = 20;
  limits.max_header_bytes = 300;
  for (int round = 0; round < 5000; ++round) {
    const std::string text = words[round % 2 == 0 ? 0 : 3] + testing::random_words(words, 40);
    const std::string whole = read(text, static_cast<std::size_t>(-1), limits);
    if (!whole.starts_with("ok")) {
      // How far it came before the error may differ; the error may not.
      const std::string first_line = whole.substr(0, whole.find('\n'));
      for (const std::size_t chunk : {1U, 3U})
        ASSERT_TRUE(read(text, chunk, limits).starts_with(first_line)) << testing::visible(text);
      continue;
    }
    for (const std::size_t chunk : {1U, 3U, 17U})
      ASSERT_EQ(read(text, chunk, limits), whole) << testing::visible(text);
  }
}

std::filesystem::path vectors() {
  const char* const folder = std::getenv("SEALGATE_VECTORS");
  return folder != nullptr ? std::filesystem::path(folder)
                           : std::filesystem::path(SEALGATE_SOURCE_DIR) / "../shared/vectors";
}

TEST(EntityReader, ReadsRecordedMessages) {
  if (!std::filesystem::exists(vectors() / "manifest.json")) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "third-party vectors are required here";
    std::printf("no third-party vectors at %s: recorded messages were not read\n", vectors().c_str());
    return;
  }
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(vectors())) {
    if (entry.path().extension() != ".eml" && entry.path().extension() != ".as2" &&
        entry.path().extension() != ".mdn")
      continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::string whole = read(text, static_cast<std::size_t>(-1));
    EXPECT_TRUE(whole.starts_with("ok")) << entry.path() << whole.substr(0, 200);
    EXPECT_EQ(read(text, 1), whole) << entry.path();
    EXPECT_EQ(read(text, 4093), whole) << entry.path();
    ++count;
  }
  EXPECT_GT(count, 50U);
}

}  // namespace
}  // namespace sealgate::mime

#include "io/gzip_sink.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>

namespace sealgate::io {
namespace {

class Collected final : public Sink {
 public:
  Result<> write(ByteView bytes) override {
    content.insert(content.end(), bytes.begin(), bytes.end());
    return {};
  }
  Result<> finish() override {
    ++finished;
    return {};
  }
  Bytes content;
  int finished = 0;
};

Bytes compressed(ByteView content, std::size_t block) {
  Collected out;
  GzipSink gzip(out);
  for (std::size_t at = 0; at < content.size(); at += block) {
    EXPECT_TRUE(gzip.write(content.subspan(at, std::min(block, content.size() - at))));
  }
  EXPECT_TRUE(gzip.finish());
  EXPECT_EQ(out.finished, 1);
  return out.content;
}

Bytes expanded(const Bytes& content, std::size_t size) {
  Bytes out(size + 1);
  z_stream zlib{};
  EXPECT_EQ(inflateInit2(&zlib, 15 + 16), Z_OK);
  zlib.next_in = const_cast<Bytef*>(content.data());
  zlib.avail_in = static_cast<uInt>(content.size());
  zlib.next_out = out.data();
  zlib.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&zlib, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(zlib.avail_in, 0U);
  out.resize(zlib.total_out);
  inflateEnd(&zlib);
  return out;
}

TEST(GzipSink, TheBlocksMakeNoDifference) {
  Bytes content;
  for (unsigned i = 0; i < 700'000; ++i) content.push_back(static_cast<Byte>((i * i) >> 7U));
  const Bytes whole = compressed(content, content.size());
  EXPECT_EQ(expanded(whole, content.size()), content);
  EXPECT_EQ(compressed(content, 1), whole);
  EXPECT_EQ(compressed(content, 65'537), whole);
}

TEST(GzipSink, NothingIsAValidFileToo) {
  const Bytes empty = compressed({}, 1);
  EXPECT_FALSE(empty.empty());
  EXPECT_TRUE(expanded(empty, 0).empty());
}

}  // namespace
}  // namespace sealgate::io

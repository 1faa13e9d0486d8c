// Sealed streams: every size round-trips, and whatever is changed, moved, added or cut off fails before it is handed
// out.

#include "crypto/sealed_stream.h"

#include <gtest/gtest.h>

#include "crypto/errors.h"

namespace sealgate::crypto {
namespace {

constexpr std::size_t kWhole = kSealedChunk + kSealedChunkOverhead;

Secret key_of(Byte octet = 7) {
  return Secret(Bytes(kAeadKeySize, octet));
}

Bytes content_of(std::size_t size) {
  Bytes content(size);
  for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<Byte>(i * 31 + i / 251);
  return content;
}

Bytes seal(ByteView content, std::size_t piece, std::string_view context = "c") {
  BufferSink out;
  SealingSink sink(key_of(), as_bytes(context), out);
  for (std::size_t at = 0; at < content.size(); at += piece) {
    EXPECT_TRUE(sink.write(content.subspan(at, std::min(piece, content.size() - at))));
  }
  EXPECT_TRUE(sink.finish());
  return out.take();
}

Result<Bytes> open(ByteView sealed, std::size_t piece = 1U << 20U, std::string_view context = "c", Byte key = 7) {
  BufferSink out;
  OpeningSink sink(key_of(key), as_bytes(context), out);
  for (std::size_t at = 0; at < sealed.size(); at += piece) {
    SG_TRY(sink.write(sealed.subspan(at, std::min(piece, sealed.size() - at))));
  }
  SG_TRY(sink.finish());
  return out.take();
}

TEST(SealedStream, RoundTripsEverySizeInAnyPieces) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kSealedChunk - 1, kSealedChunk, kSealedChunk + 1,
                                 2 * kSealedChunk, 3 * kSealedChunk + 5}) {
    const Bytes content = content_of(size);
    const Bytes whole = seal(content, 1U << 20U);
    EXPECT_EQ(whole.size(), sealed_stream_size(size));
    EXPECT_EQ(seal(content, 777), whole);
    for (const std::size_t piece : {std::size_t{1000}, kWhole, std::size_t{1} << 20U}) {
      const auto opened = open(whole, piece);
      ASSERT_TRUE(opened) << opened.error().to_string();
      EXPECT_EQ(*opened, content);
    }
  }
}

TEST(SealedStream, WrongKeyAndContextFail) {
  const Bytes sealed = seal(content_of(100), 100);
  EXPECT_EQ(open(sealed, 10, "d").error().code, kAuthentication);
  EXPECT_EQ(open(sealed, 10, "c", 8).error().code, kAuthentication);
  BufferSink out;
  SealingSink short_key(Secret(Bytes(16)), {}, out);
  EXPECT_EQ(short_key.finish().error().code, kBadParameter);
}

TEST(SealedStream, EveryFlipFails) {
  const Bytes sealed = seal(content_of(60), 60);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    Bytes flipped = sealed;
    flipped[at] ^= 1;
    EXPECT_FALSE(open(flipped)) << at;
  }
}

TEST(SealedStream, TruncatedReorderedRepeatedAndLongerFails) {
  const Bytes sealed = seal(content_of(3 * kSealedChunk), 4096);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{15}, kWhole - 1, kWhole, kWhole + 1, 2 * kWhole, sealed.size() - 1}) {
    EXPECT_FALSE(open(ByteView(sealed).first(size))) << size;
  }
  Bytes swapped = sealed;
  std::swap_ranges(swapped.begin(), swapped.begin() + kWhole, swapped.begin() + kWhole);
  EXPECT_FALSE(open(swapped));
  Bytes repeated(sealed.begin(), sealed.begin() + kWhole);
  append(repeated, sealed);
  EXPECT_FALSE(open(repeated));
  Bytes longer = sealed;
  longer.push_back(0);
  EXPECT_FALSE(open(longer));
  append(longer, Bytes(kWhole));
  EXPECT_FALSE(open(longer));
}

}  // namespace
}  // namespace sealgate::crypto

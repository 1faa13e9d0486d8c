#pragma once
// AES-256-GCM for content at rest of any size, in constant memory: the content is cut into chunks of 64 KiB which are
// sealed one by one, so that every byte is authenticated before it is handed out (the STREAM construction of Hoang,
// Reyhanitabar, Rogaway and Vizár, 2015).
//
// Chunk i is ciphertext || 16 bytes of tag, under the nonce  0^7 || i (4 bytes, most significant first) || last
// (0 or 1).  Counter and flag make reordered, missing and added chunks fail, the end included: only the last chunk
// has the flag, and there is always one, which may be empty. Nonces are counted and not random, so a key serves one
// stream only. `context` is authenticated with every chunk and not stored.

#include <memory>

#include "base/secret.h"
#include "base/sink.h"
#include "crypto/aead.h"

namespace sealgate::crypto {

inline constexpr std::size_t kSealedChunk = std::size_t{64} * 1024;
inline constexpr std::size_t kSealedChunkOverhead = 16;

/// Bytes of the sealed form of a content of this size.
constexpr std::uint64_t sealed_stream_size(std::uint64_t content) {
  const std::uint64_t chunks = content == 0 ? 1 : (content + kSealedChunk - 1) / kSealedChunk;
  return content + chunks * kSealedChunkOverhead;
}

/// Seals what is written and passes it to `next`, whose finish() it calls. crypto.bad-parameter for a key of another
/// length than kAeadKeySize or a content of more than 2^48 bytes. `next` must outlive it; `context` is copied.
class SealingSink final : public Sink {
 public:
  SealingSink(Secret key, ByteView context, Sink& next);
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  Result<> flush(bool last);
  Secret key_;
  Bytes context_;
  Sink& next_;
  Secret pending_;
  std::size_t pending_size_ = 0;
  std::uint64_t chunk_ = 0;
};

/// Opens what a SealingSink wrote. Each chunk reaches `next` only after its tag was checked; finish() proves that the
/// end is the end. crypto.authentication for a wrong key or context and for damage of any kind.
class OpeningSink final : public Sink {
 public:
  OpeningSink(Secret key, ByteView context, Sink& next);
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  Result<> open(bool last);
  Secret key_;
  Bytes context_;
  Sink& next_;
  Bytes pending_;
  std::uint64_t chunk_ = 0;
};

}  // namespace sealgate::crypto

#include "crypto/sealed_stream.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "crypto/cipher.h"
#include "crypto/errors.h"

namespace sealgate::crypto {
namespace {

constexpr std::size_t kNonce = 12;
constexpr std::uint64_t kMaximumChunks = std::uint64_t{1} << 32U;

std::array<Byte, kNonce> nonce_of(std::uint64_t chunk, bool last) {
  std::array<Byte, kNonce> nonce{};
  for (unsigned i = 0; i < 4; ++i) nonce.at(7 + i) = static_cast<Byte>(chunk >> (24U - 8 * i));
  nonce[kNonce - 1] = last ? 1 : 0;
  return nonce;
}

Result<> check(const Secret& key, std::uint64_t chunk) {
  if (key.size() != kAeadKeySize) {
    return fail(kBadParameter, "a sealing key has 32 bytes, not " + std::to_string(key.size()));
  }
  if (chunk < kMaximumChunks) return {};
  return fail(kBadParameter, "the content is too large for one sealed stream");
}

}  // namespace

SealingSink::SealingSink(Secret key, ByteView context, Sink& next)
    : key_(std::move(key)), context_(context.begin(), context.end()), next_(next), pending_(kSealedChunk) {}

Result<> SealingSink::write(ByteView bytes) {
  while (!bytes.empty()) {
    // A full chunk waits for the next byte: only then it is known not to be the last one.
    if (pending_size_ == kSealedChunk) SG_TRY(flush(false));
    const std::size_t size = std::min(bytes.size(), kSealedChunk - pending_size_);
    std::memcpy(pending_.data() + pending_size_, bytes.data(), size);
    pending_size_ += size;
    bytes = bytes.subspan(size);
  }
  return {};
}

Result<> SealingSink::finish() {
  SG_TRY(flush(true));
  return next_.finish();
}

Result<> SealingSink::flush(bool last) {
  SG_TRY(check(key_, chunk_));
  const auto nonce = nonce_of(chunk_++, last);
  SG_TRY_ASSIGN(CipherStream stream,
                CipherStream::encryptor({ContentCipher::Aes256Gcm, key_.view(), nonce, context_}));
  Bytes sealed(CipherStream::output_bound(pending_size_));
  SG_TRY_ASSIGN(const std::size_t size, stream.update(pending_.view().first(pending_size_), sealed));
  std::array<Byte, kMaxCipherBlock> rest{};
  SG_TRY(stream.finish(rest));
  SG_TRY_ASSIGN(const Bytes tag, stream.tag(kSealedChunkOverhead));
  sealed.resize(size);
  append(sealed, tag);
  pending_size_ = 0;
  return next_.write(sealed);
}

OpeningSink::OpeningSink(Secret key, ByteView context, Sink& next)
    : key_(std::move(key)), context_(context.begin(), context.end()), next_(next) {
  pending_.reserve(kSealedChunk + kSealedChunkOverhead);
}

Result<> OpeningSink::write(ByteView bytes) {
  constexpr std::size_t kWhole = kSealedChunk + kSealedChunkOverhead;
  while (!bytes.empty()) {
    if (pending_.size() == kWhole) SG_TRY(open(false));
    const std::size_t size = std::min(bytes.size(), kWhole - pending_.size());
    append(pending_, bytes.first(size));
    bytes = bytes.subspan(size);
  }
  return {};
}

Result<> OpeningSink::finish() {
  SG_TRY(open(true));
  return next_.finish();
}

Result<> OpeningSink::open(bool last) {
  SG_TRY(check(key_, chunk_));
  if (pending_.size() < kSealedChunkOverhead) return fail(kAuthentication, "the sealed content is cut off");
  const auto nonce = nonce_of(chunk_++, last);
  SG_TRY_ASSIGN(CipherStream stream,
                CipherStream::decryptor({ContentCipher::Aes256Gcm, key_.view(), nonce, context_}));
  const ByteView ciphertext = ByteView(pending_).first(pending_.size() - kSealedChunkOverhead);
  Secret plain(CipherStream::output_bound(ciphertext.size()));
  SG_TRY_ASSIGN(const std::size_t size, stream.update(ciphertext, std::span<Byte>(plain.data(), plain.size())));
  SG_TRY(stream.set_tag(ByteView(pending_).last(kSealedChunkOverhead)));
  std::array<Byte, kMaxCipherBlock> rest{};
  SG_TRY(stream.finish(rest));
  SG_TRY(next_.write(plain.view().first(size)));
  pending_.clear();
  return {};
}

}  // namespace sealgate::crypto

#include "crypto/aead.h"

#include <algorithm>

#include "crypto/cipher.h"
#include "crypto/errors.h"
#include "crypto/random.h"

namespace sealgate::crypto {
namespace {

constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;
static_assert(kNonce + kTag == kAeadOverhead);

Result<> check_key(ByteView key) {
  if (key.size() == kAeadKeySize) return {};
  return fail(kBadParameter, "a sealing key has 32 bytes, not " + std::to_string(key.size()));
}

}  // namespace

Result<Bytes> aead_seal(ByteView key, ByteView plaintext, ByteView context) {
  SG_TRY(check_key(key));
  SG_TRY_ASSIGN(Bytes sealed, random_bytes(kNonce));
  SG_TRY_ASSIGN(CipherStream stream, CipherStream::encryptor({ContentCipher::Aes256Gcm, key, sealed, context}));
  sealed.resize(kNonce + CipherStream::output_bound(plaintext.size()));
  SG_TRY_ASSIGN(const std::size_t size, stream.update(plaintext, std::span(sealed).subspan(kNonce)));
  std::array<Byte, kMaxCipherBlock> rest{};
  SG_TRY(stream.finish(rest));
  SG_TRY_ASSIGN(const Bytes tag, stream.tag(kTag));
  sealed.resize(kNonce + size);
  append(sealed, tag);
  return sealed;
}

Result<Secret> aead_open(ByteView key, ByteView sealed, ByteView context) {
  SG_TRY(check_key(key));
  if (sealed.size() < kAeadOverhead) {
    return fail(kAuthentication, "the sealed bytes are shorter than their own seal");
  }
  SG_TRY_ASSIGN(CipherStream stream,
                CipherStream::decryptor({ContentCipher::Aes256Gcm, key, sealed.first(kNonce), context}));
  const ByteView ciphertext = sealed.subspan(kNonce, sealed.size() - kAeadOverhead);
  Secret plaintext(CipherStream::output_bound(ciphertext.size()));
  SG_TRY_ASSIGN(const std::size_t size,
                stream.update(ciphertext, std::span<Byte>(plaintext.data(), plaintext.size())));
  SG_TRY(stream.set_tag(sealed.last(kTag)));
  std::array<Byte, kMaxCipherBlock> rest{};
  SG_TRY(stream.finish(rest));
  plaintext.resize(size);
  return plaintext;
}

}  // namespace sealgate::crypto

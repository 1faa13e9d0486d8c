#pragma once
// Content encryption as a stream: CBC with PKCS#7 padding (RFC 5652 section 6.3) and GCM (RFC 5084).
//
// Decrypting hands out plaintext before anything is proven; whoever reads it must throw it away when finish() fails.
// A CBC failure is always the same crypto.decrypt-failed, whether the key is wrong, the length is not whole blocks or
// the padding is bad; a GCM failure is always crypto.authentication.

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "base/sink.h"
#include "crypto/algorithms.h"

struct evp_cipher_ctx_st;

namespace sealgate::crypto {

inline constexpr std::size_t kMaxCipherBlock = 16;
inline constexpr std::size_t kGcmMinTag = 12;
inline constexpr std::size_t kGcmMaxTag = 16;

/// Views need to live during the call that takes this only.
struct CipherKey {
  ContentCipher cipher;
  ByteView key;
  ByteView iv;
  /// GCM: additional authenticated data that is known before the content. Where it comes after the content, as the
  /// authAttrs of AuthEnvelopedData do (RFC 5083 section 2.2), leave it empty and call authenticate_late().
  ByteView aad = {};
  /// Decryption: a key of a length that does not fit the cipher is silently replaced by a random one, so that the
  /// only symptom is the failure at the end that a wrong key has too. Set it whenever the key comes out of a message.
  bool conceal_bad_key = false;
};

class CipherStream {
 public:
  /// Fails with crypto.bad-parameter for wrong key or IV lengths.
  static Result<CipherStream> encryptor(const CipherKey& key);
  static Result<CipherStream> decryptor(const CipherKey& key);
  CipherStream(CipherStream&&) noexcept;
  CipherStream& operator=(CipherStream&&) noexcept;
  ~CipherStream();

  ContentCipher cipher() const { return cipher_; }
  /// Room that update() needs for `input` bytes.
  static constexpr std::size_t output_bound(std::size_t input) { return input + kMaxCipherBlock; }
  /// Returns the number of bytes written to `output`, which has room for output_bound(input.size()) and does not
  /// overlap the input. No allocation, any sizes.
  Result<std::size_t> update(ByteView input, std::span<Byte> output);

  /// GCM, both directions, any time before finish() (decryption) or tag() (encryption): authenticates `aad` as if it
  /// had been given at the start. At most once, and only when CipherKey::aad was empty.
  Result<> authenticate_late(ByteView aad);
  /// GCM decryption: the expected tag, 12 to 16 bytes, before finish().
  Result<> set_tag(ByteView tag);
  /// Ends the stream; `output` has room for kMaxCipherBlock. Returns the number of bytes written.
  Result<std::size_t> finish(std::span<Byte> output);
  /// GCM encryption: the tag, after finish(). 12 to 16 bytes.
  Result<Bytes> tag(std::size_t size = kGcmMaxTag) const;

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_cipher_ctx_st, Free>;
  CipherStream(ContentCipher cipher, bool encrypting, bool has_aad, Context context);
  static Result<CipherStream> create(const CipherKey& key, bool encrypting);

  /// What late AAD changes in the tag (see detail/ghash.h); zero without it.
  Result<std::array<Byte, kGcmMaxTag>> late_correction() const;

  ContentCipher cipher_;
  bool encrypting_;
  bool has_aad_;
  bool finished_ = false;
  Context context_;
  Secret key_;                   ///< GCM: for the hash key that late AAD needs
  std::uint64_t processed_ = 0;  ///< GCM: bytes of content
  Bytes late_aad_;
  Bytes expected_tag_;
};

/// A CipherStream between sinks, with one fixed buffer of kStreamBufferSize. Owns neither the next sink nor, so that
/// tags can be set and read, the stream. finish() ends the stream, then the next sink; on failure the next sink is
/// not finished.
class CipherSink final : public Sink {
 public:
  CipherSink(CipherStream& stream, Sink& next);
  ~CipherSink() override;
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  CipherStream& stream_;
  Sink& next_;
  Bytes buffer_;
};

}  // namespace sealgate::crypto

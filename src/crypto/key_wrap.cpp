#include "crypto/key_wrap.h"

#include <algorithm>
#include <array>

#include "crypto/constant_time.h"
#include "crypto/detail/openssl.h"
#include "crypto/digest.h"
#include "crypto/errors.h"
#include "crypto/random.h"

namespace sealgate::crypto {
namespace {

constexpr std::size_t kBlock = 8;
constexpr std::size_t kChecksum = 8;
/// RFC 3217 sections 3.1 and 4.1: the IV of the second pass.
constexpr std::array<Byte, kBlock> kOuterIv = {0x4a, 0xdd, 0xa2, 0x2c, 0x79, 0xe8, 0x21, 0x05};

tl::unexpected<Error> unwrap_failure() {
  return detail::plain_failure(kKeyUnwrap, "the content key cannot be recovered with this key");
}

Result<> check_kek(KeyWrap wrap, ByteView kek) {
  if (kek.size() == key_size(wrap)) return {};
  return fail(kBadParameter, "a key-encryption key of " + std::to_string(kek.size()) + " bytes does not fit " +
                                 std::string(name(wrap)));
}

/// RFC 3394 through EVP. `output` has room for input.size() + 8.
bool run_aes_wrap(KeyWrap wrap, bool encrypt, ByteView kek, ByteView input, Byte* output, std::size_t& size) {
  const detail::CipherCtxPtr context(EVP_CIPHER_CTX_new());
  int written = 0;
  if (!context) return false;
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  if (EVP_CipherInit_ex2(context.get(), detail::library().aes_wrap[static_cast<std::size_t>(wrap)], kek.data(),
                         nullptr, encrypt ? 1 : 0, nullptr) != 1 ||
      EVP_CipherUpdate(context.get(), output, &written, input.data(), static_cast<int>(input.size())) != 1) {
    return false;
  }
  size = static_cast<std::size_t>(written);
  return true;
}

Result<ContentCipher> block_cipher(KeyWrap wrap, const KeyWrapOptions& options) {
  if (wrap == KeyWrap::Des3) return ContentCipher::Des3Cbc;
  const auto cipher = cipher_from_oid(kRc2CbcOid, options.rc2_effective_bits);
  if (!cipher) return fail(kUnsupportedAlgorithm, "RC2 key wrapping with an unknown number of effective key bits");
  return *cipher;
}

Result<DigestValue> checksum(ByteView padded_key) {
  SG_TRY_ASSIGN(const DigestValue full, digest(DigestAlgorithm::Sha1, padded_key));
  return DigestValue(full.view().first(kChecksum));
}

/// The two passes that 3DES and RC2 wrapping share: CBC under a random IV, reverse everything, CBC again.
Result<Bytes> double_encrypt(ContentCipher cipher, ByteView kek, ByteView padded_key, ByteView iv) {
  SG_TRY_ASSIGN(const DigestValue check, checksum(padded_key));
  Secret work(kBlock + padded_key.size() + kChecksum);
  Byte* const body = work.data() + kBlock;
  std::copy(iv.begin(), iv.end(), work.data());
  std::copy(padded_key.begin(), padded_key.end(), body);
  std::copy(check.view().begin(), check.view().end(), body + padded_key.size());
  SG_TRY(detail::cbc_blocks(cipher, true, kek, iv, work.view().subspan(kBlock), body));
  std::reverse(work.data(), work.data() + work.size());
  Bytes wrapped(work.size());
  SG_TRY(detail::cbc_blocks(cipher, true, kek, kOuterIv, work.view(), wrapped.data()));
  return wrapped;
}

Result<Secret> double_decrypt(ContentCipher cipher, ByteView kek, ByteView wrapped) {
  if (wrapped.size() % kBlock != 0 || wrapped.size() < 3 * kBlock || wrapped.size() > 512) return unwrap_failure();
  Secret work(wrapped.size());
  SG_TRY(detail::cbc_blocks(cipher, false, kek, kOuterIv, wrapped, work.data()));
  std::reverse(work.data(), work.data() + work.size());
  Secret body(work.size() - kBlock);
  SG_TRY(detail::cbc_blocks(cipher, false, kek, work.view().first(kBlock), work.view().subspan(kBlock), body.data()));
  const ByteView padded_key = body.view().first(body.size() - kChecksum);
  SG_TRY_ASSIGN(const DigestValue check, checksum(padded_key));
  if (!constant_time_equal(check.view(), body.view().last(kChecksum))) return unwrap_failure();
  body.resize(body.size() - kChecksum);
  return body;
}

/// RFC 3217 section 4.1: length byte, key, padding to whole blocks.
Result<Secret> rc2_padded(ByteView content_key, ByteView fixed_padding) {
  const std::size_t used = content_key.size() + 1;
  const std::size_t size = (used + kBlock - 1) / kBlock * kBlock;
  Secret padded(size);
  padded.data()[0] = static_cast<Byte>(content_key.size());
  std::copy(content_key.begin(), content_key.end(), padded.data() + 1);
  const std::span<Byte> tail(padded.data() + used, size - used);
  if (fixed_padding.empty()) {
    SG_TRY(random_fill(tail));
  } else if (fixed_padding.size() == tail.size()) {
    std::copy(fixed_padding.begin(), fixed_padding.end(), tail.begin());
  } else {
    return fail(kBadParameter, "the fixed padding has the wrong length");
  }
  return padded;
}

}  // namespace

Result<Bytes> wrap_key(KeyWrap wrap, ByteView kek, ByteView content_key, const KeyWrapOptions& options) {
  SG_TRY(check_kek(wrap, kek));
  const bool is_aes = wrap != KeyWrap::Des3 && wrap != KeyWrap::Rc2;
  const std::size_t size = content_key.size();
  const bool fits = is_aes                  ? size >= 16 && size % 8 == 0 && size <= 256
                    : wrap == KeyWrap::Des3 ? size == 24
                                            : size >= 1 && size <= 255;
  if (!fits) {
    return fail(kBadParameter,
                "a content key of " + std::to_string(size) + " bytes does not go into " + std::string(name(wrap)));
  }
  if (is_aes) {
    Bytes wrapped(size + 8);
    std::size_t written = 0;
    if (!run_aes_wrap(wrap, true, kek, content_key, wrapped.data(), written) || written != wrapped.size()) {
      return detail::library_failure("wrapping a key");
    }
    return wrapped;
  }
  SG_TRY_ASSIGN(const ContentCipher cipher, block_cipher(wrap, options));
  Bytes iv(options.fixed_iv.begin(), options.fixed_iv.end());
  if (iv.empty()) {
    SG_TRY_ASSIGN(iv, random_bytes(kBlock));
  }
  if (iv.size() != kBlock) return fail(kBadParameter, "the fixed IV has the wrong length");
  if (wrap == KeyWrap::Des3) return double_encrypt(cipher, kek, content_key, iv);
  SG_TRY_ASSIGN(const Secret padded, rc2_padded(content_key, options.fixed_padding));
  return double_encrypt(cipher, kek, padded.view(), iv);
}

Result<Secret> unwrap_key(KeyWrap wrap, ByteView kek, ByteView wrapped, const KeyWrapOptions& options) {
  SG_TRY(check_kek(wrap, kek));
  if (wrap != KeyWrap::Des3 && wrap != KeyWrap::Rc2) {
    if (wrapped.size() < 24 || wrapped.size() % 8 != 0 || wrapped.size() > 512) return unwrap_failure();
    Secret content_key(wrapped.size());
    std::size_t size = 0;
    if (!run_aes_wrap(wrap, false, kek, wrapped, content_key.data(), size)) return unwrap_failure();
    content_key.resize(size);
    return content_key;
  }
  SG_TRY_ASSIGN(const ContentCipher cipher, block_cipher(wrap, options));
  SG_TRY_ASSIGN(Secret padded, double_decrypt(cipher, kek, wrapped));
  if (wrap == KeyWrap::Des3) {
    if (padded.size() != 24) return unwrap_failure();
    return padded;
  }
  // RFC 3217 section 4.2 steps 7 and 8: at most seven bytes of padding.
  const std::size_t length = padded.view()[0];
  if (length == 0 || length + 1 > padded.size() || padded.size() - length - 1 > 7) return unwrap_failure();
  return Secret(Bytes(padded.view().begin() + 1, padded.view().begin() + 1 + static_cast<std::ptrdiff_t>(length)));
}

Result<Bytes> pwri_wrap(ContentCipher cipher, ByteView kek, ByteView iv, ByteView content_key) {
  const std::size_t block = block_size(cipher);
  if (is_aead(cipher) || iv.size() != block || (!is_rc2(cipher) && kek.size() != key_size(cipher)) || kek.empty() ||
      content_key.size() < 3 || content_key.size() > 255) {
    return fail(kBadParameter, "these parameters do not fit password-based key wrapping");
  }
  // RFC 3211 section 2.3.1: length, complement of three bytes, key, random; at least two blocks.
  const std::size_t size = std::max((content_key.size() + 4 + block - 1) / block * block, 2 * block);
  SG_TRY_ASSIGN(Secret work, random_secret(size));
  work.data()[0] = static_cast<Byte>(content_key.size());
  for (std::size_t i = 0; i < 3; ++i) work.data()[1 + i] = static_cast<Byte>(~content_key[i]);
  std::copy(content_key.begin(), content_key.end(), work.data() + 4);
  Bytes wrapped(size);
  SG_TRY(detail::cbc_blocks(cipher, true, kek, iv, work.view(), wrapped.data()));
  const Bytes second_iv(wrapped.end() - static_cast<std::ptrdiff_t>(block), wrapped.end());
  SG_TRY(detail::cbc_blocks(cipher, true, kek, second_iv, wrapped, work.data()));
  return Bytes(work.view().begin(), work.view().end());
}

Result<Secret> pwri_unwrap(ContentCipher cipher, ByteView kek, ByteView iv, ByteView wrapped) {
  const std::size_t block = block_size(cipher);
  if (is_aead(cipher) || iv.size() != block || (!is_rc2(cipher) && kek.size() != key_size(cipher)) || kek.empty()) {
    return fail(kBadParameter, "these parameters do not fit password-based key wrapping");
  }
  if (wrapped.size() < 2 * block || wrapped.size() % block != 0 || wrapped.size() > 512) return unwrap_failure();
  // The last block of the first pass was the IV of the second (RFC 3211 section 2.3.2).
  Bytes second_iv(block);
  SG_TRY(detail::cbc_blocks(cipher, false, kek, wrapped.subspan(wrapped.size() - 2 * block, block),
                            wrapped.last(block), second_iv.data()));
  Secret first(wrapped.size());
  SG_TRY(detail::cbc_blocks(cipher, false, kek, second_iv, wrapped, first.data()));
  Secret work(wrapped.size());
  SG_TRY(detail::cbc_blocks(cipher, false, kek, iv, first.view(), work.data()));
  const ByteView plain = work.view();
  const std::size_t length = plain[0];
  unsigned check = 0xff;
  for (std::size_t i = 0; i < 3; ++i) check &= static_cast<unsigned>(plain[1 + i] ^ plain[4 + i]);
  const bool length_fits = length >= 3 && length + 4 <= plain.size();
  if (check != 0xff || !length_fits) return unwrap_failure();
  return Secret(Bytes(plain.begin() + 4, plain.begin() + 4 + static_cast<std::ptrdiff_t>(length)));
}

}  // namespace sealgate::crypto

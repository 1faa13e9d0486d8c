#include "crypto/cipher.h"

#include <algorithm>
#include <limits>

#include "crypto/detail/ghash.h"
#include "crypto/detail/openssl.h"
#include "crypto/errors.h"
#include "crypto/random.h"

namespace sealgate::crypto {
namespace {

/// RC2 takes any key length (the effective bits are set apart); EVP holds at most 64 bytes.
bool key_fits(ContentCipher cipher, std::size_t size) {
  if (is_rc2(cipher)) return size >= 1 && size <= EVP_MAX_KEY_LENGTH;
  return size == key_size(cipher);
}

/// EVP counts in int, so very large views go in slices.
constexpr std::size_t kMaxSlice = std::size_t{1} << 30;

Result<> check_iv(const CipherKey& key) {
  const bool fits = is_aead(key.cipher) ? !key.iv.empty() && key.iv.size() <= EVP_MAX_IV_LENGTH
                                        : key.iv.size() == iv_size(key.cipher);
  if (fits) return {};
  return fail(kBadParameter, "the initialisation vector of " + std::string(name(key.cipher)) + " has " +
                                 std::to_string(key.iv.size()) + " bytes");
}

tl::unexpected<Error> content_failure(ContentCipher cipher) {
  if (is_aead(cipher)) {
    return detail::plain_failure(kAuthentication, "the content is damaged or was encrypted with another key");
  }
  return detail::plain_failure(kDecryptFailed, "the content cannot be decrypted with this key");
}

Result<> set_key(EVP_CIPHER_CTX* context, const CipherKey& key, ByteView bytes, bool encrypting) {
  const int direction = encrypting ? 1 : 0;
  EVP_CIPHER* const method = detail::cipher_method(key.cipher);
  if (!is_rc2(key.cipher) && key.iv.size() == iv_size(key.cipher)) {
    if (EVP_CipherInit_ex2(context, method, bytes.data(), key.iv.data(), direction, nullptr) == 1) return {};
    return detail::library_failure("setting the key of a cipher");
  }
  // Lengths that are not the usual ones are set before the key.
  if (EVP_CipherInit_ex2(context, method, nullptr, nullptr, direction, nullptr) != 1) {
    return detail::library_failure("starting a cipher");
  }
  if (is_aead(key.cipher) && key.iv.size() != iv_size(key.cipher) &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(key.iv.size()), nullptr) != 1) {
    return detail::library_failure("setting the nonce length");
  }
  if (is_rc2(key.cipher)) {
    const int bits = *rc2_effective_bits(rc2_parameter_version(key.cipher));
    if (EVP_CIPHER_CTX_set_key_length(context, static_cast<int>(bytes.size())) != 1 ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_SET_RC2_KEY_BITS, bits, nullptr) != 1) {
      return detail::library_failure("setting the RC2 key length");
    }
  }
  if (EVP_CipherInit_ex2(context, nullptr, bytes.data(), key.iv.data(), direction, nullptr) != 1) {
    return detail::library_failure("setting the key of a cipher");
  }
  return {};
}

}  // namespace

void CipherStream::Free::operator()(evp_cipher_ctx_st* context) const {
  EVP_CIPHER_CTX_free(context);
}

CipherStream::CipherStream(ContentCipher cipher, bool encrypting, bool has_aad, Context context)
    : cipher_(cipher), encrypting_(encrypting), has_aad_(has_aad), context_(std::move(context)) {}
CipherStream::CipherStream(CipherStream&&) noexcept = default;
CipherStream& CipherStream::operator=(CipherStream&&) noexcept = default;
CipherStream::~CipherStream() = default;

Result<CipherStream> CipherStream::encryptor(const CipherKey& key) {
  return create(key, true);
}
Result<CipherStream> CipherStream::decryptor(const CipherKey& key) {
  return create(key, false);
}

Result<CipherStream> CipherStream::create(const CipherKey& key, bool encrypting) {
  if (detail::cipher_method(key.cipher) == nullptr) return detail::legacy_missing();
  SG_TRY(check_iv(key));
  if (!key.aad.empty() && !is_aead(key.cipher)) {
    return fail(kBadParameter, std::string(name(key.cipher)) + " cannot authenticate additional data");
  }
  ByteView bytes = key.key;
  Secret replacement;
  if (key.conceal_bad_key && !encrypting) {
    // Made in every case, so that a replaced key takes no longer than a good one.
    SG_TRY_ASSIGN(replacement, random_secret(key_size(key.cipher)));
    if (!key_fits(key.cipher, bytes.size())) bytes = replacement.view();
  }
  if (!key_fits(key.cipher, bytes.size())) {
    return fail(kBadParameter,
                "a key of " + std::to_string(bytes.size()) + " bytes does not fit " + std::string(name(key.cipher)));
  }
  Context context(EVP_CIPHER_CTX_new());
  if (!context) return detail::library_failure("starting a cipher");
  SG_TRY(set_key(context.get(), key, bytes, encrypting));
  if (!key.aad.empty()) {
    int ignored = 0;
    if (key.aad.size() > kMaxSlice ||
        EVP_CipherUpdate(context.get(), nullptr, &ignored, key.aad.data(), static_cast<int>(key.aad.size())) != 1) {
      return detail::library_failure("taking the additional data");
    }
  }
  CipherStream stream(key.cipher, encrypting, !key.aad.empty(), std::move(context));
  if (is_aead(key.cipher)) stream.key_ = Secret(Bytes(bytes.begin(), bytes.end()));
  return stream;
}

Result<std::size_t> CipherStream::update(ByteView input, std::span<Byte> output) {
  if (input.empty()) return std::size_t{0};
  if (finished_ || output.size() < output_bound(input.size())) {
    return fail(kBadParameter, "a cipher stream was used after its end or with too small a buffer");
  }
  std::size_t total = 0;
  while (!input.empty()) {
    const ByteView slice = input.first(std::min(input.size(), kMaxSlice));
    int written = 0;
    if (EVP_CipherUpdate(context_.get(), output.data() + total, &written, slice.data(),
                         static_cast<int>(slice.size())) != 1) {
      // GCM ends at 2^36 - 32 bytes under one nonce.
      return detail::plain_failure(kBadParameter,
                                   "the content is longer than " + std::string(name(cipher_)) + " can protect");
    }
    total += static_cast<std::size_t>(written);
    input = input.subspan(slice.size());
    processed_ += slice.size();
  }
  return total;
}

Result<> CipherStream::authenticate_late(ByteView aad) {
  if (aad.empty()) return {};
  if (!is_aead(cipher_) || has_aad_) {
    return fail(kBadParameter, "additional data can be authenticated once, and with an AEAD cipher only");
  }
  has_aad_ = true;
  late_aad_.assign(aad.begin(), aad.end());
  return {};
}

Result<std::array<Byte, kGcmMaxTag>> CipherStream::late_correction() const {
  std::array<Byte, kGcmMaxTag> hash_key{};
  if (late_aad_.empty()) return hash_key;
  const std::size_t index = key_.size() / 8 - 2;  // 16, 24, 32 bytes -> 0, 1, 2
  const std::array<Byte, kMaxCipherBlock> zero{};
  const detail::CipherCtxPtr context(EVP_CIPHER_CTX_new());
  int written = 0;
  if (!context ||
      EVP_EncryptInit_ex2(context.get(), detail::library().aes_ecb[index], key_.view().data(), nullptr, nullptr) !=
          1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_EncryptUpdate(context.get(), hash_key.data(), &written, zero.data(), static_cast<int>(zero.size())) != 1) {
    return detail::library_failure("computing the hash key");
  }
  const auto correction = detail::late_aad_correction(hash_key, late_aad_, processed_);
  wipe(hash_key.data(), hash_key.size());
  return correction;
}

Result<> CipherStream::set_tag(ByteView tag) {
  if (!is_aead(cipher_) || encrypting_ || tag.size() < kGcmMinTag || tag.size() > kGcmMaxTag) {
    return fail(kBadParameter, "an authentication tag of " + std::to_string(tag.size()) + " bytes cannot be used");
  }
  expected_tag_.assign(tag.begin(), tag.end());
  return {};
}

Result<std::size_t> CipherStream::finish(std::span<Byte> output) {
  if (finished_ || output.size() < kMaxCipherBlock) {
    return fail(kBadParameter, "a cipher stream was ended twice or with too small a buffer");
  }
  finished_ = true;
  if (is_aead(cipher_) && !encrypting_) {
    if (expected_tag_.empty()) return content_failure(cipher_);
    SG_TRY_ASSIGN(const auto correction, late_correction());
    for (std::size_t i = 0; i < expected_tag_.size(); ++i) expected_tag_[i] ^= correction[i];
    if (EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(expected_tag_.size()),
                            expected_tag_.data()) != 1) {
      return detail::library_failure("setting the tag");
    }
  }
  int written = 0;
  if (EVP_CipherFinal_ex(context_.get(), output.data(), &written) != 1) {
    if (encrypting_) return detail::library_failure("ending a cipher");
    return content_failure(cipher_);
  }
  return static_cast<std::size_t>(written);
}

Result<Bytes> CipherStream::tag(std::size_t size) const {
  if (!is_aead(cipher_) || !encrypting_ || !finished_ || size < kGcmMinTag || size > kGcmMaxTag) {
    return fail(kBadParameter, "there is no authentication tag of " + std::to_string(size) + " bytes");
  }
  Bytes bytes(kGcmMaxTag);
  if (EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(bytes.size()), bytes.data()) != 1) {
    return detail::library_failure("reading the tag");
  }
  SG_TRY_ASSIGN(const auto correction, late_correction());
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] ^= correction[i];
  bytes.resize(size);
  return bytes;
}

CipherSink::CipherSink(CipherStream& stream, Sink& next)
    : stream_(stream), next_(next), buffer_(CipherStream::output_bound(kStreamBufferSize)) {}

CipherSink::~CipherSink() {
  wipe(buffer_.data(), buffer_.size());
}

Result<> CipherSink::write(ByteView bytes) {
  while (!bytes.empty()) {
    const ByteView slice = bytes.first(std::min(bytes.size(), kStreamBufferSize));
    SG_TRY_ASSIGN(const std::size_t size, stream_.update(slice, buffer_));
    if (size != 0) SG_TRY(next_.write(ByteView(buffer_).first(size)));
    bytes = bytes.subspan(slice.size());
  }
  return {};
}

Result<> CipherSink::finish() {
  SG_TRY_ASSIGN(const std::size_t size, stream_.finish(buffer_));
  if (size != 0) SG_TRY(next_.write(ByteView(buffer_).first(size)));
  return next_.finish();
}

}  // namespace sealgate::crypto

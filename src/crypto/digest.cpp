#include "crypto/digest.h"

#include <openssl/hmac.h>

#include <algorithm>

#include "crypto/constant_time.h"
#include "crypto/detail/openssl.h"
#include "crypto/errors.h"

namespace sealgate::crypto {

DigestValue::DigestValue(ByteView bytes) : size_(std::min(bytes.size(), kMaxDigestSize)) {
  std::copy_n(bytes.begin(), size_, bytes_.begin());
}

bool operator==(const DigestValue& a, const DigestValue& b) {
  return constant_time_equal(a.view(), b.view());
}

void Digest::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Digest::Digest(DigestAlgorithm algorithm) : Digest(algorithm, EVP_MD_CTX_new()) {
  failed_ = !context_ || EVP_DigestInit_ex2(context_.get(), detail::digest_method(algorithm), nullptr) != 1;
}

Digest::Digest(DigestAlgorithm algorithm, evp_md_ctx_st* context) : algorithm_(algorithm), context_(context) {}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(ByteView bytes) {
  if (!failed_ && !bytes.empty()) failed_ = EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1;
}

Digest Digest::clone() const {
  Digest copy(algorithm_, EVP_MD_CTX_new());
  copy.failed_ = failed_ || !copy.context_ || EVP_MD_CTX_copy_ex(copy.context_.get(), context_.get()) != 1;
  return copy;
}

Result<DigestValue> Digest::finish() {
  std::array<Byte, kMaxDigestSize> buffer{};
  unsigned int size = 0;
  if (failed_ || EVP_DigestFinal_ex(context_.get(), buffer.data(), &size) != 1) {
    failed_ = true;
    return detail::library_failure("computing a digest");
  }
  failed_ = EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) != 1;
  return DigestValue(ByteView(buffer.data(), size));
}

Result<DigestValue> digest(DigestAlgorithm algorithm, ByteView bytes) {
  std::array<Byte, kMaxDigestSize> buffer{};
  unsigned int size = 0;
  EVP_MD* const method = detail::digest_method(algorithm);
  if (method == nullptr || EVP_Digest(bytes.data(), bytes.size(), buffer.data(), &size, method, nullptr) != 1) {
    return detail::library_failure("computing a digest");
  }
  return DigestValue(ByteView(buffer.data(), size));
}

Result<DigestValue> hmac(DigestAlgorithm algorithm, ByteView key, ByteView bytes) {
  std::array<Byte, kMaxDigestSize> buffer{};
  unsigned int size = 0;
  // HMAC() takes no null key even for length zero.
  static constexpr Byte kNothing = 0;
  const Byte* const key_data = key.empty() ? &kNothing : key.data();
  if (HMAC(detail::digest_method(algorithm), key_data, static_cast<int>(key.size()), bytes.data(), bytes.size(),
           buffer.data(), &size) == nullptr) {
    return detail::library_failure("computing an HMAC");
  }
  return DigestValue(ByteView(buffer.data(), size));
}

MultiDigest::MultiDigest(std::span<const DigestAlgorithm> algorithms) {
  for (const DigestAlgorithm algorithm : algorithms) add(algorithm);
}

MultiDigest::MultiDigest(std::initializer_list<DigestAlgorithm> algorithms) {
  for (const DigestAlgorithm algorithm : algorithms) add(algorithm);
}

void MultiDigest::add(DigestAlgorithm algorithm) {
  if (!contains(algorithm)) digests_.emplace_back(algorithm);
}

bool MultiDigest::contains(DigestAlgorithm algorithm) const {
  return std::any_of(digests_.begin(), digests_.end(),
                     [algorithm](const Digest& entry) { return entry.algorithm() == algorithm; });
}

void MultiDigest::update(ByteView bytes) {
  for (Digest& entry : digests_) entry.update(bytes);
}

Result<DigestValue> MultiDigest::value(DigestAlgorithm algorithm) const {
  for (const Digest& entry : digests_) {
    if (entry.algorithm() == algorithm) return entry.clone().finish();
  }
  return fail(kUnsupportedAlgorithm, "the content was not hashed with " + std::string(name(algorithm)));
}

}  // namespace sealgate::crypto

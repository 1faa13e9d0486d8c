#include "crypto/detail/key_companion.h"

#include <openssl/crypto.h>
#include <openssl/rsa.h>

#include <mutex>

namespace sealgate::crypto::detail {
namespace {

void free_companion(void* /*key*/, void* companion, CRYPTO_EX_DATA* /*all*/, int /*index*/, long /*number*/,
                    void* /*unused*/) {
  delete static_cast<KeyCompanion*>(companion);
}

/// A copy of the key gets a companion of its own when it needs one.
int leave_companion(CRYPTO_EX_DATA* /*to*/, const CRYPTO_EX_DATA* /*from*/, void** companion, int /*index*/,
                    long /*number*/, void* /*unused*/) {
  *companion = nullptr;
  return 1;
}

PkeyCtxPtr make_context(EVP_PKEY* key, KeyOperation operation, DigestAlgorithm digest) {
  PkeyCtxPtr context(key == nullptr ? nullptr : EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!context) return nullptr;
  if (operation == KeyOperation::RawRsaDecrypt) {
    const bool ready =
        EVP_PKEY_decrypt_init(context.get()) == 1 && EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1;
    return ready ? std::move(context) : nullptr;
  }
  const bool begun = operation == KeyOperation::Pkcs1Sign ? EVP_PKEY_sign_init(context.get()) == 1
                                                          : EVP_PKEY_verify_init(context.get()) == 1;
  const bool ready = begun && EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
                     EVP_PKEY_CTX_set_signature_md(context.get(), digest_method(digest)) == 1;
  return ready ? std::move(context) : nullptr;
}

/// What is in `slot` afterwards: `made`, or what another thread was quicker with.
template <typename Object, auto Free>
Object* publish(std::atomic<Object*>& slot, std::unique_ptr<Object, Deleter<Free>> made) {
  Object* there = nullptr;
  if (!made || !slot.compare_exchange_strong(there, made.get(), std::memory_order_acq_rel)) return there;
  return made.release();
}

}  // namespace

KeyCompanion::~KeyCompanion() {
  for (auto& context : contexts_) EVP_PKEY_CTX_free(context.load(std::memory_order_relaxed));
  EVP_PKEY_free(twin_.load(std::memory_order_relaxed));
  EVP_MAC_CTX_free(mac_.load(std::memory_order_relaxed));
}

KeyCompanion* KeyCompanion::of(EVP_PKEY* key) {
  static const int index =
      CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_EVP_PKEY, 0, nullptr, nullptr, leave_companion, free_companion);
  static std::mutex mutex;  // OpenSSL does not guard what is kept with a key
  if (key == nullptr || index <= 0) return nullptr;
  const std::scoped_lock lock(mutex);
  if (void* const kept = EVP_PKEY_get_ex_data(key, index)) return static_cast<KeyCompanion*>(kept);
  auto fresh = std::make_unique<KeyCompanion>();
  return EVP_PKEY_set_ex_data(key, index, fresh.get()) == 1 ? fresh.release() : nullptr;
}

EVP_PKEY* KeyCompanion::twin(EVP_PKEY* key) {
  if (EVP_PKEY* const kept = twin_.load(std::memory_order_acquire)) return kept;
  return publish(twin_, PkeyPtr(EVP_PKEY_dup(key)));
}

PkeyCtxPtr KeyCompanion::context(EVP_PKEY* key, KeyOperation operation, DigestAlgorithm digest) {
  const std::size_t of_digest = 1 + static_cast<std::size_t>(digest);
  const std::size_t slot = operation == KeyOperation::RawRsaDecrypt ? 0
                           : operation == KeyOperation::Pkcs1Sign   ? of_digest
                                                                    : of_digest + kDigests;
  const EVP_PKEY_CTX* kept = contexts_[slot].load(std::memory_order_acquire);
  if (kept == nullptr) kept = publish(contexts_[slot], make_context(twin(key), operation, digest));
  if (kept != nullptr) return PkeyCtxPtr(EVP_PKEY_CTX_dup(kept));
  ERR_clear_error();
  return make_context(key, operation, digest);  // a key that cannot be copied, or that cannot do this
}

MacCtxPtr KeyCompanion::mac() const {
  const EVP_MAC_CTX* const kept = mac_.load(std::memory_order_acquire);
  return MacCtxPtr(kept == nullptr ? nullptr : EVP_MAC_CTX_dup(kept));
}

void KeyCompanion::keep_mac(const EVP_MAC_CTX* mac) {
  publish(mac_, MacCtxPtr(EVP_MAC_CTX_dup(mac)));
}

}  // namespace sealgate::crypto::detail

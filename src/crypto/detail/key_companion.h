#pragma once
// Inside crypto/ only: contexts that are ready for an operation, kept with OpenSSL's key and freed with it. To make
// one OpenSSL looks up its algorithms by their names, under locks and through code that nothing else runs; to copy
// one takes a twentieth of that.

#include <array>
#include <atomic>

#include "crypto/detail/openssl.h"

namespace sealgate::crypto::detail {

using MacCtxPtr = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;

enum class KeyOperation : std::uint8_t { RawRsaDecrypt, Pkcs1Sign, Pkcs1Verify };

/// Thread-safe.
class KeyCompanion {
 public:
  KeyCompanion() = default;
  KeyCompanion(const KeyCompanion&) = delete;
  KeyCompanion& operator=(const KeyCompanion&) = delete;
  ~KeyCompanion();

  /// That of `key`, made when it is asked for first; lives as long as the key. Null when nothing can be kept.
  static KeyCompanion* of(EVP_PKEY* key);

  /// The caller's own, ready for `operation` with `key`, whose companion this is; `digest` is that of a signature and
  /// else without meaning. Null when the key cannot do this.
  PkeyCtxPtr context(EVP_PKEY* key, KeyOperation operation, DigestAlgorithm digest = {});

  /// A copy of what was kept; null when nothing was.
  MacCtxPtr mac() const;
  /// Keeps a copy, unless there is one already.
  void keep_mac(const EVP_MAC_CTX* mac);

 private:
  EVP_PKEY* twin(EVP_PKEY* key);

  static constexpr std::size_t kDigests = 6;
  /// A context holds a reference to its key: those kept with a key are for a copy of it, which has no companion, as
  /// neither would be freed otherwise.
  std::atomic<EVP_PKEY*> twin_{nullptr};
  std::array<std::atomic<EVP_PKEY_CTX*>, 1 + 2 * kDigests> contexts_{};
  std::atomic<EVP_MAC_CTX*> mac_{nullptr};
};

}  // namespace sealgate::crypto::detail

#pragma once
// Inside crypto/ only: owners for OpenSSL's objects and the algorithms fetched once.

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>

#include "base/bytes.h"
#include "base/deleter.h"
#include "base/error.h"
#include "crypto/algorithms.h"

namespace sealgate::crypto::detail {

using PkeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using PkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using CipherCtxPtr = std::unique_ptr<EVP_CIPHER_CTX, Deleter<EVP_CIPHER_CTX_free>>;
using BignumPtr = std::unique_ptr<BIGNUM, Deleter<BN_clear_free>>;
using BnCtxPtr = std::unique_ptr<BN_CTX, Deleter<BN_CTX_free>>;
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free>>;

/// What is fetched once for the life of the process. Never freed: threads may still use it while the process ends,
/// and OpenSSL cleans up by itself. An entry is null when its provider is missing.
struct Library {
  bool has_legacy = false;
  EVP_MD* digests[6] = {};
  EVP_CIPHER* ciphers[11] = {};
  EVP_CIPHER* aes_ecb[3] = {};
  EVP_CIPHER* aes_wrap[3] = {};
};
const Library& library();

EVP_MD* digest_method(DigestAlgorithm algorithm);
/// Null when the legacy provider is missing.
EVP_CIPHER* cipher_method(ContentCipher cipher);

/// Empties this thread's error queue when it goes out of scope, so that nothing leaks into a later report.
struct ErrorQueueCleaner {
  ErrorQueueCleaner() = default;
  ErrorQueueCleaner(const ErrorQueueCleaner&) = delete;
  ErrorQueueCleaner& operator=(const ErrorQueueCleaner&) = delete;
  ~ErrorQueueCleaner() {
    // To look is a fraction of the work: it goes through all entries of the queue.
    if (ERR_peek_error() != 0) ERR_clear_error();
  }
};

/// Something failed that never should. `what` names the operation; OpenSSL's own reason is added.
tl::unexpected<Error> library_failure(std::string_view what);
/// The same for a cipher that could not be fetched.
tl::unexpected<Error> legacy_missing();
/// Clears the error queue and fails with exactly this.
tl::unexpected<Error> plain_failure(ErrorCode code, std::string what, std::string remedy = {});

/// CBC without padding over whole blocks, for the key wraps. `output` has input.size() bytes and may be the input.
Result<> cbc_blocks(ContentCipher cipher, bool encrypt, ByteView key, ByteView iv, ByteView input, Byte* output);

}  // namespace sealgate::crypto::detail

#include "crypto/detail/openssl.h"

#include <openssl/provider.h>

#include "crypto/errors.h"
#include "crypto/library.h"

namespace sealgate::crypto {
namespace detail {
namespace {

Library* load() {
  // The default library context, because X509, PKCS#12 and TLS live there too and keys move between them and us.
  auto* const library = new Library;
  OSSL_PROVIDER_load(nullptr, "default");
  library->has_legacy = OSSL_PROVIDER_load(nullptr, "legacy") != nullptr;
  const char* const digest_names[] = {"MD5", "SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512"};
  for (std::size_t i = 0; i < std::size(digest_names); ++i) {
    library->digests[i] = EVP_MD_fetch(nullptr, digest_names[i], nullptr);
  }
  const char* const cipher_names[] = {"DES-CBC",     "DES-EDE3-CBC", "RC2-CBC",     "RC2-CBC",
                                      "RC2-CBC",     "AES-128-CBC",  "AES-192-CBC", "AES-256-CBC",
                                      "AES-128-GCM", "AES-192-GCM",  "AES-256-GCM"};
  for (std::size_t i = 0; i < std::size(cipher_names); ++i) {
    library->ciphers[i] = EVP_CIPHER_fetch(nullptr, cipher_names[i], nullptr);
  }
  const char* const ecb_names[] = {"AES-128-ECB", "AES-192-ECB", "AES-256-ECB"};
  const char* const wrap_names[] = {"AES-128-WRAP", "AES-192-WRAP", "AES-256-WRAP"};
  for (std::size_t i = 0; i < 3; ++i) {
    library->aes_ecb[i] = EVP_CIPHER_fetch(nullptr, ecb_names[i], nullptr);
    library->aes_wrap[i] = EVP_CIPHER_fetch(nullptr, wrap_names[i], nullptr);
  }
  ERR_clear_error();
  return library;
}

}  // namespace

const Library& library() {
  static const Library* const instance = load();
  return *instance;
}

EVP_MD* digest_method(DigestAlgorithm algorithm) {
  return library().digests[static_cast<std::size_t>(algorithm)];
}

EVP_CIPHER* cipher_method(ContentCipher cipher) {
  return library().ciphers[static_cast<std::size_t>(cipher)];
}

tl::unexpected<Error> library_failure(std::string_view what) {
  const unsigned long code = ERR_peek_last_error();
  std::string text = "OpenSSL failed: ";
  text += what;
  if (const char* const reason = code != 0 ? ERR_reason_error_string(code) : nullptr) {
    text += ": ";
    text += reason;
  }
  return plain_failure(kLibraryFailure, std::move(text), "check memory and the OpenSSL installation");
}

tl::unexpected<Error> legacy_missing() {
  return plain_failure(kNoLegacyProvider, "OpenSSL's legacy provider, which has DES and RC2, cannot be loaded",
                       "install it (Debian: part of libssl3, file ossl-modules/legacy.so) or set OPENSSL_MODULES");
}

tl::unexpected<Error> plain_failure(ErrorCode code, std::string what, std::string remedy) {
  ERR_clear_error();
  return fail(code, std::move(what), {}, std::move(remedy));
}

Result<> cbc_blocks(ContentCipher cipher, bool encrypt, ByteView key, ByteView iv, ByteView input, Byte* output) {
  EVP_CIPHER* const method = cipher_method(cipher);
  if (method == nullptr) return legacy_missing();
  const CipherCtxPtr context(EVP_CIPHER_CTX_new());
  const int direction = encrypt ? 1 : 0;
  int written = 0;
  if (!context || EVP_CipherInit_ex2(context.get(), method, nullptr, nullptr, direction, nullptr) != 1) {
    return library_failure("starting a cipher");
  }
  if (is_rc2(cipher)) {
    const int bits = *rc2_effective_bits(rc2_parameter_version(cipher));
    if (EVP_CIPHER_CTX_set_key_length(context.get(), static_cast<int>(key.size())) != 1 ||
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_SET_RC2_KEY_BITS, bits, nullptr) != 1) {
      return library_failure("setting the RC2 key length");
    }
  }
  if (EVP_CipherInit_ex2(context.get(), nullptr, key.data(), iv.data(), direction, nullptr) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_CipherUpdate(context.get(), output, &written, input.data(), static_cast<int>(input.size())) != 1 ||
      static_cast<std::size_t>(written) != input.size()) {
    return library_failure("running a cipher");
  }
  return {};
}

}  // namespace detail

Result<> initialise() {
  const detail::Library& library = detail::library();
  for (const EVP_MD* const digest : library.digests) {
    if (digest == nullptr) {
      return fail(kLibraryFailure, "OpenSSL's default provider is incomplete", {}, "check the OpenSSL installation");
    }
  }
  if (!library.has_legacy) return detail::legacy_missing();
  return {};
}

}  // namespace sealgate::crypto

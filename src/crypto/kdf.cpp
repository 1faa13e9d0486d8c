#include "crypto/kdf.h"

#include <argon2.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>

#include <algorithm>

#include "crypto/detail/openssl.h"
#include "crypto/digest.h"
#include "crypto/errors.h"

namespace sealgate::crypto {

Result<Secret> pbkdf2(DigestAlgorithm prf, ByteView password, ByteView salt, std::uint32_t iterations,
                      std::size_t length) {
  if (iterations == 0 || iterations > kMaxPbkdf2Iterations || length == 0 || length > 1024) {
    return fail(kBadParameter, "PBKDF2 with " + std::to_string(iterations) + " iterations for " +
                                   std::to_string(length) + " bytes is refused");
  }
  Secret key(length);
  const std::string_view text = as_text(password);
  if (PKCS5_PBKDF2_HMAC(text.data() == nullptr ? "" : text.data(), static_cast<int>(text.size()), salt.data(),
                        static_cast<int>(salt.size()), static_cast<int>(iterations), detail::digest_method(prf),
                        static_cast<int>(length), key.data()) != 1) {
    return detail::library_failure("deriving a key from a password");
  }
  return key;
}

Result<Secret> hkdf(DigestAlgorithm digest, ByteView key, ByteView salt, ByteView info, std::size_t length) {
  const std::size_t block_length = digest_size(digest);
  if (length == 0 || length > 255 * block_length) return fail(kBadParameter, "HKDF cannot make a key of this length");
  // RFC 5869 section 2.2: no salt is a salt of zeros, which HMAC pads an empty key to anyway.
  SG_TRY_ASSIGN(const DigestValue extracted, hmac(digest, salt, key));
  Secret output(length);
  Secret input;  // T(i - 1) || info || i
  DigestValue block;
  Byte counter = 0;
  for (std::size_t done = 0; done < length;) {
    ++counter;
    input.resize(block.size() + info.size() + 1);
    std::copy(block.view().begin(), block.view().end(), input.data());
    std::copy(info.begin(), info.end(), input.data() + block.size());
    input.data()[input.size() - 1] = counter;
    SG_TRY_ASSIGN(block, hmac(digest, extracted.view(), input.view()));
    const std::size_t part = std::min(block.size(), length - done);
    std::copy_n(block.view().begin(), part, output.data() + done);
    done += part;
  }
  return output;
}

Result<Secret> argon2id(ByteView password, ByteView salt, const Argon2Cost& cost, std::size_t length) {
  Secret key(length);
  const int result = argon2id_hash_raw(cost.passes, cost.memory_kib, cost.lanes, password.data(), password.size(),
                                       salt.data(), salt.size(), key.data(), key.size());
  if (result == ARGON2_OK) return key;
  const ErrorCode code = result == ARGON2_MEMORY_ALLOCATION_ERROR ? kLibraryFailure : kBadParameter;
  return fail(code, std::string("argon2id failed: ") + argon2_error_message(result));
}

}  // namespace sealgate::crypto

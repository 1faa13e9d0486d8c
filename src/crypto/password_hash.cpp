#include "crypto/password_hash.h"

#include <argon2.h>

#include <charconv>

#include "crypto/errors.h"
#include "crypto/random.h"

namespace sealgate::crypto {
namespace {

constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kMemoryKib = 19'456;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSalt = 16;
constexpr std::size_t kHash = 32;
constexpr std::size_t kMaximumText = 512;

/// "m=" and a number from 1 to `most`, at the front of `text`, which loses it with the character after it.
bool take_number(std::string_view& text, std::string_view name, char end, std::uint32_t most) {
  if (!text.starts_with(name)) return false;
  text.remove_prefix(name.size());
  std::uint32_t value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto used = static_cast<std::size_t>(at - text.data());
  if (error != std::errc{} || value == 0 || value > most || used == text.size() || *at != end) return false;
  text.remove_prefix(used + 1);
  return true;
}

bool is_base64(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") ==
             std::string::npos;
}

}  // namespace

Result<std::string> hash_password(ByteView password) {
  SG_TRY_ASSIGN(const Bytes salt, random_bytes(kSalt));
  std::string text(argon2_encodedlen(kPasses, kMemoryKib, kLanes, kSalt, kHash, Argon2_id), '\0');
  const int result = argon2id_hash_encoded(kPasses, kMemoryKib, kLanes, password.data(), password.size(), salt.data(),
                                           salt.size(), kHash, text.data(), text.size());
  if (result != ARGON2_OK) {
    return fail(kLibraryFailure, std::string("argon2id failed: ") + argon2_error_message(result));
  }
  text.resize(text.find('\0'));
  return text;
}

bool is_password_hash(std::string_view text) {
  constexpr std::string_view kStart = "$argon2id$v=19$";
  if (text.size() > kMaximumText || !text.starts_with(kStart)) return false;
  text.remove_prefix(kStart.size());
  if (!take_number(text, "m=", ',', 262'144) || !take_number(text, "t=", ',', 16) ||
      !take_number(text, "p=", '$', 4)) {
    return false;
  }
  const std::size_t middle = text.find('$');
  return middle != std::string_view::npos && middle >= 11 && is_base64(text.substr(0, middle)) &&
         is_base64(text.substr(middle + 1));
}

bool verify_password(const std::string& hash, ByteView password) {
  return is_password_hash(hash) && argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

}  // namespace sealgate::crypto

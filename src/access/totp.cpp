#include "access/totp.h"

#include <array>

#include "access/errors.h"
#include "crypto/aead.h"
#include "crypto/constant_time.h"
#include "crypto/digest.h"
#include "crypto/kdf.h"
#include "crypto/random.h"

namespace sealgate::access {
namespace {

constexpr std::size_t kSecretSize = 20;
/// As long as checking a password takes.
constexpr crypto::Argon2Cost kCost{2, 19456, 1};

Bytes context_of(const std::string& user) {
  return to_bytes("sealgate authenticator 1 " + user);
}

Result<Authenticator> seal(const Secret& secret, const Secret& password, const std::string& user) {
  Authenticator made;
  SG_TRY_ASSIGN(made.salt, crypto::random_bytes(16));
  SG_TRY_ASSIGN(const Secret key, crypto::argon2id(password.view(), made.salt, kCost, crypto::kAeadKeySize));
  SG_TRY_ASSIGN(made.sealed, crypto::aead_seal(key.view(), secret.view(), context_of(user)));
  return made;
}

}  // namespace

Result<std::string> totp_code(ByteView secret, std::int64_t step) {
  std::array<Byte, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) counter.at(i) = static_cast<Byte>(step >> (56 - 8 * i));
  SG_TRY_ASSIGN(const auto mac, crypto::hmac(crypto::DigestAlgorithm::Sha1, secret, counter));
  const ByteView bytes = mac.view();
  const std::size_t offset = bytes.back() & 0x0FU;
  const std::uint32_t number = (std::uint32_t{bytes[offset]} & 0x7FU) << 24 | std::uint32_t{bytes[offset + 1]} << 16 |
                               std::uint32_t{bytes[offset + 2]} << 8 | std::uint32_t{bytes[offset + 3]};
  std::string digits = std::to_string(number % 1'000'000);
  return std::string(6 - digits.size(), '0') + digits;
}

std::int64_t totp_step(Time now) {
  return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count() / kTotpStep.count();
}

Result<std::optional<std::int64_t>> match_totp(ByteView secret, std::string_view code, Time now,
                                               std::int64_t last_step) {
  std::string digits;
  for (const char c : code) {
    if (c != ' ' && digits.size() <= 6) digits += c;
  }
  std::optional<std::int64_t> found;
  const std::int64_t present = totp_step(now);
  for (std::int64_t step = present - 1; step <= present + 1; ++step) {
    SG_TRY_ASSIGN(const std::string expected, totp_code(secret, step));
    if (crypto::constant_time_equal(as_bytes(digits), as_bytes(expected)) && step > last_step && !found) found = step;
  }
  return found;
}

Result<Authenticator> make_authenticator(const Secret& password, const std::string& user, Secret& secret) {
  SG_TRY_ASSIGN(secret, crypto::random_secret(kSecretSize));
  return seal(secret, password, user);
}

Result<Secret> open_authenticator(const Authenticator& authenticator, const Secret& password,
                                  const std::string& user) {
  SG_TRY_ASSIGN(const Secret key, crypto::argon2id(password.view(), authenticator.salt, kCost, crypto::kAeadKeySize));
  auto secret = crypto::aead_open(key.view(), authenticator.sealed, context_of(user));
  if (secret) return secret;
  return fail(kDamaged, "the authenticator of the user does not open", user,
              "remove it with 'sealgate user totp NAME --remove' and set it up again");
}

Result<Authenticator> reseal(const Authenticator& authenticator, const Secret& old_password,
                             const Secret& new_password, const std::string& user) {
  SG_TRY_ASSIGN(const Secret secret, open_authenticator(authenticator, old_password, user));
  SG_TRY_ASSIGN(Authenticator made, seal(secret, new_password, user));
  made.last_step = authenticator.last_step;
  return made;
}

std::string to_base32(ByteView bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const Byte byte : bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += kAlphabet[(held >> (bits - 5)) & 31U];
    held &= (1U << bits) - 1;
  }
  if (bits > 0) text += kAlphabet[(held << (5 - bits)) & 31U];
  return text;
}

std::string totp_uri(const Secret& secret, const std::string& user) {
  // Names of users hold nothing that a URI would not but '@', which is allowed in a path.
  return "otpauth://totp/Sealgate:" + user + "?secret=" + to_base32(secret.view()) + "&issuer=Sealgate";
}

}  // namespace sealgate::access

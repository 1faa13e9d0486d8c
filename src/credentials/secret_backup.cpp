#include "credentials/secret_backup.h"

#include <charconv>
#include <map>

#include "base/hex.h"
#include "base/text.h"
#include "credentials/errors.h"
#include "crypto/aead.h"
#include "crypto/random.h"

namespace sealgate::credentials {
namespace {

constexpr std::string_view kTitle = "sealgate master secret backup 1";
constexpr std::size_t kSalt = 16;
/// What we would spend on a backup that somebody else wrote: 1 GiB, about ten seconds.
constexpr std::uint32_t kMaxPasses = 20, kMaxMemoryKib = 1024 * 1024, kMaxLanes = 16;

tl::unexpected<Error> bad(std::string what) {
  return fail(kBadBackup, std::move(what), "backup of the master secret", "use the file as it was written");
}

/// Everything but the sealed secret: what it is bound to.
std::string head(std::int64_t generation, Time made, const crypto::Argon2Cost& cost, ByteView salt) {
  std::string text(kTitle);
  text += "\ngeneration: " + std::to_string(generation);
  text += "\nmade: " + to_rfc3339(made);
  text += "\nkdf: argon2id";
  text += "\npasses: " + std::to_string(cost.passes);
  text += "\nmemory_kib: " + std::to_string(cost.memory_kib);
  text += "\nlanes: " + std::to_string(cost.lanes);
  text += "\nsalt: " + to_hex(salt) + "\n";
  return text;
}

Result<Secret> key_of(const Secret& password, ByteView salt, const crypto::Argon2Cost& cost) {
  return crypto::argon2id(password.view(), salt, cost, crypto::kAeadKeySize);
}

using Lines = std::map<std::string, std::string, std::less<>>;

std::optional<Lines> read_lines(std::string_view text) {
  Lines lines;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (first && line != kTitle) return std::nullopt;
    if (!first && !line.empty()) {
      const std::size_t colon = line.find(": ");
      if (colon == std::string_view::npos) return std::nullopt;
      if (!lines.emplace(line.substr(0, colon), line.substr(colon + 2)).second) return std::nullopt;
    }
    first = false;
  }
  return lines;
}

template <typename Number>
std::optional<Number> number(const Lines& lines, std::string_view name, Number least, Number most) {
  const auto found = lines.find(name);
  if (found == lines.end()) return std::nullopt;
  const std::string& text = found->second;
  Number value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    return std::nullopt;
  return value;
}

std::optional<Bytes> octets(const Lines& lines, std::string_view name) {
  const auto found = lines.find(name);
  return found == lines.end() ? std::nullopt : from_hex(found->second);
}

}  // namespace

Result<std::string> write_backup(const MasterSecret& secret, Time made, const Secret& password,
                                 const crypto::Argon2Cost& cost) {
  if (password.size() < kShortestPassword) {
    return fail(kWeakPassword, "the password has fewer than " + std::to_string(kShortestPassword) + " bytes",
                "backup of the master secret", "take a longer one: it protects every credential");
  }
  SG_TRY_ASSIGN(const Bytes salt, crypto::random_bytes(kSalt));
  SG_TRY_ASSIGN(const Secret key, key_of(password, salt, cost));
  const std::string bound = head(secret.generation, made, cost, salt);
  SG_TRY_ASSIGN(const Bytes sealed, crypto::aead_seal(key.view(), secret.key.view(), as_bytes(bound)));
  return bound + "secret: " + to_hex(sealed) + "\n";
}

Result<SecretFromBackup> read_backup(std::string_view text, const Secret& password) {
  if (text.size() > kMaxBackup) return bad("the file is larger than any backup of a master secret");
  const auto lines = read_lines(text);
  if (!lines) return bad("the file is no backup of a master secret");
  const auto generation = number<std::int64_t>(*lines, "generation", 1, INT64_MAX);
  const auto passes = number<std::uint32_t>(*lines, "passes", 1, kMaxPasses);
  const auto memory = number<std::uint32_t>(*lines, "memory_kib", 8, kMaxMemoryKib);
  const auto lanes = number<std::uint32_t>(*lines, "lanes", 1, kMaxLanes);
  const auto salt = octets(*lines, "salt");
  const auto sealed = octets(*lines, "secret");
  const auto made_text = lines->find("made");
  const auto made = made_text == lines->end() ? Result<Time>(fail(kBadBackup, "")) : parse_rfc3339(made_text->second);
  const auto kdf = lines->find("kdf");
  if (kdf == lines->end() || kdf->second != "argon2id" || !generation || !passes || !memory || !lanes || !salt ||
      salt->size() < 8 || !sealed || !made) {
    return bad("a line of the backup is missing or out of its bounds");
  }
  const crypto::Argon2Cost cost{*passes, *memory, *lanes};
  SG_TRY_ASSIGN(const Secret key, key_of(password, *salt, cost));
  const std::string bound = head(*generation, *made, cost, *salt);
  auto opened = crypto::aead_open(key.view(), *sealed, as_bytes(bound));
  if (!opened || opened->size() != crypto::kAeadKeySize) {
    return fail(kWrongPassword, "the password is not that of the backup, or the backup was changed",
                "backup of the master secret", "try the right password, or another copy of the backup");
  }
  return SecretFromBackup{{*generation, std::move(*opened)}, *made};
}

}  // namespace sealgate::credentials

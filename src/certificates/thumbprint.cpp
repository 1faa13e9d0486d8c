#include "certificates/thumbprint.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "certificates/errors.h"

namespace sealgate::certificates {
namespace {

/// One code point of UTF-8, or the byte itself when the text is not UTF-8.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t length = 1;
};

CodePoint decode_utf8(std::string_view text) {
  const auto byte = [&](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (length == 1 || text.size() < length) return {lead, 1};
  std::uint32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t index = 1; index < length; ++index) {
    if ((byte(index) & 0xC0) != 0x80) return {lead, 1};
    value = (value << 6) | (byte(index) & 0x3FU);
  }
  return {value, length};
}

bool is_ignored(std::uint32_t c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ':' || c == 0xA0 || c == 0xAD || c == 0x180E ||
         (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) || c == 0x205F ||
         (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x206F) || c == 0x3000 || c == 0xFEFF;
}

int hex_value(std::uint32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<int>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<int>(c - 'A') + 10;
  return -1;
}

constexpr std::string_view kRemedy =
    "give the 40 hexadecimal digits of the SHA-1 thumbprint (or the 64 of SHA-256); blanks and colons do not matter";

std::string describe(std::uint32_t c) {
  char text[32];
  if (c > ' ' && c < 0x7F) {
    std::snprintf(text, sizeof text, "'%c'", static_cast<char>(c));
  } else {
    std::snprintf(text, sizeof text, "U+%04X", static_cast<unsigned>(c));
  }
  return text;
}

}  // namespace

Result<Thumbprint> Thumbprint::parse(std::string_view text) {
  Thumbprint result;
  std::size_t digits = 0;
  for (std::size_t position = 0; position < text.size();) {
    const CodePoint c = decode_utf8(text.substr(position));
    const int value = hex_value(c.value);
    if (value < 0 && !is_ignored(c.value)) {
      return fail(kBadThumbprint, "the thumbprint contains " + describe(c.value) + ", which is no hexadecimal digit",
                  "character at byte " + std::to_string(position), std::string(kRemedy));
    }
    if (value >= 0) {
      if (digits < 64) {
        Byte& target = result.bytes_[digits / 2];
        target = static_cast<Byte>(digits % 2 == 0 ? value << 4 : target | value);
      }
      ++digits;
    }
    position += c.length;
  }
  if (digits != 40 && digits != 64) {
    return fail(kBadThumbprint,
                "the thumbprint has " + std::to_string(digits) + " hexadecimal digits where 40 are expected", {},
                std::string(kRemedy));
  }
  result.kind_ = digits == 40 ? Kind::Sha1 : Kind::Sha256;
  return result;
}

Thumbprint Thumbprint::sha1(const std::array<Byte, 20>& digest) {
  Thumbprint result;
  result.kind_ = Kind::Sha1;
  std::copy(digest.begin(), digest.end(), result.bytes_.begin());
  return result;
}

Thumbprint Thumbprint::sha256(const std::array<Byte, 32>& digest) {
  Thumbprint result;
  result.kind_ = Kind::Sha256;
  result.bytes_ = digest;
  return result;
}

std::string Thumbprint::to_hex() const {
  return to_hex_upper(bytes());
}

std::string Thumbprint::to_biztalk() const {
  const std::string digits = to_hex();
  std::string text;
  text.reserve(digits.size() + digits.size() / 4);
  for (std::size_t position = 0; position < digits.size(); position += 4) {
    if (position != 0) text += ' ';
    text.append(digits, position, 4);
  }
  return text;
}

}  // namespace sealgate::certificates

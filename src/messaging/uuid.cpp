#include "messaging/uuid.h"

namespace sealgate::messaging {
namespace {

constexpr std::size_t kUuidText = 36;

constexpr bool is_dash(std::size_t at) {
  return at == 8 || at == 13 || at == 18 || at == 23;
}

/// 16: no digit.
constexpr unsigned digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  return 16;
}

}  // namespace

std::string uuid_text(std::span<const Byte, 16> octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(kUuidText, '-');
  std::size_t at = 0;
  for (const Byte octet : octets) {
    if (is_dash(at)) ++at;
    text[at++] = kDigits[octet >> 4U];
    text[at++] = kDigits[octet & 0xfU];
  }
  return text;
}

std::optional<std::array<Byte, 16>> uuid_octets(std::string_view text) {
  if (text.size() != kUuidText) return std::nullopt;
  std::array<Byte, 16> octets{};
  std::size_t at = 0;
  for (Byte& octet : octets) {
    if (is_dash(at) && text[at++] != '-') return std::nullopt;
    const unsigned high = digit(text[at++]);
    const unsigned low = digit(text[at++]);
    if (high > 15 || low > 15) return std::nullopt;
    octet = static_cast<Byte>(high << 4U | low);
  }
  return octets;
}

}  // namespace sealgate::messaging

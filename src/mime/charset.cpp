#include "mime/charset.h"

#include <iconv.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>

#include "base/text.h"

namespace sealgate::mime {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void put(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

/// Length of the valid UTF-8 character at the start of `text` (RFC 3629 section 4), 0 when there is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  if (lead == 0xE0 && second < 0xA0) return 0;  // overlong
  if (lead == 0xED && second > 0x9F) return 0;  // surrogates
  if (lead == 0xF0 && second < 0x90) return 0;  // overlong
  if (lead == 0xF4 && second > 0x8F) return 0;  // past U+10FFFF
  return length;
}

std::string clean_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    if (length == 0) {
      out += kReplacement;
      bytes.remove_prefix(1);
    } else {
      out += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return out;
}

// Windows-1252 from 0x80 to 0x9F; 0 is unassigned.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

enum class SingleByte { Ascii, Latin1, Windows1252 };

std::string from_single_byte(std::string_view bytes, SingleByte kind) {
  std::string out;
  out.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    std::uint32_t code = byte;
    if (byte >= 0x80 && kind == SingleByte::Ascii) code = 0xFFFD;
    if (byte >= 0x80 && byte < 0xA0 && kind == SingleByte::Windows1252) {
      code = kWindows1252[byte - 0x80U] != 0 ? kWindows1252[byte - 0x80U] : 0xFFFDU;
    }
    put(out, code);
  }
  return out;
}

/// Only plain names reach iconv_open(): no "//" suffixes, no paths.
bool is_sane_name(std::string_view name) {
  if (name.empty() || name.size() > 40) return false;
  for (const char c : name) {
    const bool fine =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':';
    if (!fine) return false;
  }
  return true;
}

std::optional<std::string> with_iconv(const std::string& charset, std::string_view bytes) {
  iconv_t converter = iconv_open("UTF-8", charset.c_str());
  if (converter == std::bit_cast<iconv_t>(std::intptr_t{-1})) return std::nullopt;
  std::string out;
  std::string input(bytes);  // iconv() wants a pointer to non-const
  char* from = input.data();
  std::size_t left = input.size();
  std::array<char, 1024> buffer{};
  while (left > 0) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const std::size_t converted = iconv(converter, &from, &left, &to, &room);
    out.append(buffer.data(), buffer.size() - room);
    if (converted != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
    out += kReplacement;
    ++from;
    --left;
  }
  char* to = buffer.data();
  std::size_t room = buffer.size();
  iconv(converter, nullptr, nullptr, &to, &room);
  out.append(buffer.data(), buffer.size() - room);
  iconv_close(converter);
  return out;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::optional<std::string> to_utf8(std::string_view charset, std::string_view bytes) {
  const std::string name = ascii_lower(trim(charset));
  if (name == "utf-8" || name == "utf8") return clean_utf8(bytes);
  if (name == "us-ascii" || name == "ascii") return from_single_byte(bytes, SingleByte::Ascii);
  if (name == "iso-8859-1" || name == "latin1") return from_single_byte(bytes, SingleByte::Latin1);
  if (name == "windows-1252" || name == "cp1252") return from_single_byte(bytes, SingleByte::Windows1252);
  if (!is_sane_name(name)) return std::nullopt;
  return with_iconv(name, bytes);
}

}  // namespace sealgate::mime

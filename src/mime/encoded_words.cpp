#include "mime/encoded_words.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "mime/base64.h"
#include "mime/charset.h"
#include "mime/tokens.h"

namespace sealgate::mime {
namespace {

struct Word {
  std::string charset;
  std::string bytes;
  std::size_t length = 0;  ///< in the text, from "=?" to "?="
};

std::string decode_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      out += ' ';
    } else if (text[i] == '=' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Missing padding is common in encoded words; anything else wrong leaves the word as it is.
std::optional<std::string> decode_b(std::string_view text) {
  std::string padded(text);
  while (!padded.empty() && padded.back() == '=') padded.pop_back();
  while (padded.size() % 4 != 0) padded += '=';
  const auto bytes = base64_decode(padded);
  if (!bytes) return std::nullopt;
  return std::string(as_text(*bytes));
}

/// The encoded word that starts at the beginning of `text` (RFC 2047 section 2).
std::optional<Word> read_word(std::string_view text) {
  const auto charset_end = text.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= text.size() || text[charset_end + 2] != '?') {
    return std::nullopt;
  }
  const std::size_t start = charset_end + 3;
  const auto end = text.find('?', start);
  if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != '=') return std::nullopt;
  const std::string_view content = text.substr(start, end - start);
  std::string_view charset = text.substr(2, charset_end - 2);
  charset = charset.substr(0, charset.find('*'));  // RFC 2231 section 5: charset*language
  if (!is_token(charset) || std::any_of(content.begin(), content.end(), is_white)) return std::nullopt;
  Word word{ascii_lower(charset), {}, end + 2};
  switch (ascii_lower(text[charset_end + 1])) {
    case 'q':
      word.bytes = decode_q(content);
      return word;
    case 'b': {
      auto bytes = decode_b(content);
      if (!bytes) return std::nullopt;
      word.bytes = std::move(*bytes);
      return word;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string decode_words(std::string_view text) {
  std::string out;
  // Neighbours of one charset are joined before conversion: senders cut characters in two although they must not.
  std::string pending_charset;
  std::string pending_bytes;
  std::string pending_source;  // shown when the charset turns out to be unknown
  bool pending = false;
  const auto flush = [&] {
    if (!pending) return;
    out += to_utf8(pending_charset, pending_bytes).value_or(pending_source);
    pending_bytes.clear();
    pending_source.clear();
    pending = false;
  };
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t next = at;
    if (pending) {
      while (next < text.size() && is_white(text[next])) ++next;
    }
    const auto word = text.substr(next).starts_with("=?") ? read_word(text.substr(next)) : std::nullopt;
    if (word) {
      if (pending && pending_charset != word->charset) flush();
      pending = true;
      pending_charset = word->charset;
      pending_bytes += word->bytes;
      if (!pending_source.empty()) pending_source += ' ';
      pending_source += text.substr(next, word->length);
      at = next + word->length;
      continue;
    }
    flush();
    const auto start = text.substr(next).starts_with("=?") ? text.find("=?", next + 2) : text.find("=?", next);
    const std::size_t stop = std::min(start, text.size());
    out += text.substr(at, stop - at);
    at = stop;
  }
  flush();
  return out;
}

std::string encode_words(std::string_view utf8) {
  const bool plain =
      std::all_of(utf8.begin(), utf8.end(), is_printable_ascii) && utf8.find("=?") == std::string_view::npos;
  if (plain) return std::string(utf8);
  constexpr std::size_t kBytesPerWord = 45;  // 60 characters of base64 and 12 around them: 72 of the 75 allowed
  std::string out;
  while (!utf8.empty()) {
    std::size_t length = std::min(kBytesPerWord, utf8.size());
    while (length > 1 && length < utf8.size() && (static_cast<unsigned char>(utf8[length]) & 0xC0) == 0x80) --length;
    if (!out.empty()) out += ' ';
    out += "=?UTF-8?B?" + base64_encode(as_bytes(utf8.substr(0, length))) + "?=";
    utf8.remove_prefix(length);
  }
  return out;
}

}  // namespace sealgate::mime

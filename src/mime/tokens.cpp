#include "mime/tokens.h"

#include <algorithm>
#include <array>

namespace sealgate::mime {
namespace {

constexpr std::array<bool, 256> make_token_characters() {
  std::array<bool, 256> table{};
  for (int c = ' ' + 1; c <= '~'; ++c) {
    table[static_cast<std::size_t>(c)] =
        std::string_view("()<>@,;:\\\"/[]?=").find(static_cast<char>(c)) == std::string_view::npos;
  }
  return table;
}
constexpr std::array<bool, 256> kTokenCharacters = make_token_characters();

}  // namespace

bool is_token_char(char c) {
  return kTokenCharacters[static_cast<unsigned char>(c)];
}

bool is_token(std::string_view text) {
  for (const char c : text) {
    if (!is_token_char(c)) return false;
  }
  return !text.empty();
}

std::size_t skip_cfws(std::string_view text, std::size_t at) {
  std::size_t depth = 0;  // comments nest; a counter instead of recursion, so that depth costs nothing
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (depth > 0) {
      if (c == '\\') {
        ++at;
      } else if (c == '(') {
        ++depth;
      } else if (c == ')') {
        --depth;
      }
    } else if (c == '(') {
      depth = 1;
    } else if (!is_white(c)) {
      return at;
    }
  }
  return text.size();
}

std::string read_quoted(std::string_view text, std::size_t& at, bool keep_path) {
  std::string value;
  for (++at; at < text.size(); ++at) {
    const std::size_t special = std::min(text.find_first_of("\"\\", at), text.size());
    value.append(text, at, special - at);
    at = special;
    if (at == text.size()) break;
    const char c = text[at];
    if (c == '"') {
      ++at;
      return value;
    }
    if (at + 1 < text.size()) {
      const char next = text[at + 1];
      if (keep_path && next != '"' && next != '\\') value += c;
      value += next;
      ++at;
    } else {
      value += c;
    }
  }
  return value;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace sealgate::mime

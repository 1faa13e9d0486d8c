#include "mime/addresses.h"

#include <algorithm>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/encoded_words.h"
#include "mime/tokens.h"

namespace sealgate::mime {
namespace {

bool is_atom_char(char c) {
  return static_cast<unsigned char>(c) >= 0x80 ||  // RFC 6532; validity of the UTF-8 is checked for the whole field
         (c > ' ' && c <= '~' && std::string_view("()<>[]:;@\\,.\"").find(c) == std::string_view::npos);
}

bool is_dot_atom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.' ? text[i - 1] == '.' : !is_atom_char(text[i])) return false;
  }
  return true;
}

bool is_domain(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    const std::string_view literal = text.substr(1, text.size() - 2);
    return std::none_of(literal.begin(), literal.end(),
                        [](char c) { return c <= ' ' || c > '~' || c == '[' || c == ']' || c == '\\'; });
  }
  return is_dot_atom(text);
}

/// local@domain, the local part plain or quoted; empty when it is neither. A quoted local part that needs no quotes
/// loses them, so that it compares equal.
std::string canonical_address(std::string_view text) {
  text = trim(text);
  if (text.empty()) return {};
  std::string local;
  std::size_t at = 0;
  if (text.front() == '"') {
    const std::string content = read_quoted(text, at);
    if (content.empty() || !std::all_of(content.begin(), content.end(), is_printable_ascii)) return {};
    local = is_dot_atom(content) ? content : std::string(text.substr(0, at));
  } else {
    at = std::min(text.find('@'), text.size());
    local = text.substr(0, at);
    if (!is_dot_atom(local)) return {};
  }
  if (at >= text.size() || text[at] != '@' || !is_domain(text.substr(at + 1))) return {};
  return local + std::string(text.substr(at));
}

/// One mailbox of the list while it is collected.
struct Piece {
  std::string display;
  std::string angle;   ///< what stands between < and >
  std::string source;  ///< everything, quotes kept: the address when there are no angle brackets
  bool has_angle = false;
  bool text_after_angle = false;

  bool empty() const { return !has_angle && trim(source).empty(); }
};

void finish_piece(Piece& piece, AddressList& list, bool required) {
  if (piece.empty()) {
    if (required) list.plain = false;
    piece = {};
    return;
  }
  const std::string address = canonical_address(piece.has_angle ? piece.angle : piece.source);
  std::string display(trim(piece.has_angle ? piece.display : std::string_view{}));
  // "manager@example.com" <eve@example.com>: shown as one person, sent by another.
  const std::string shown = decode_words(display);
  if (shown.find('@') != std::string::npos || piece.text_after_angle || address.empty()) list.plain = false;
  for (const char c : shown) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7F') list.plain = false;
  }
  if (!address.empty()) list.mailboxes.push_back({std::move(display), address});
  piece = {};
}

}  // namespace

AddressList parse_addresses(std::string_view value) {
  AddressList list;
  for (const char c : value) {
    if ((static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7F') list.plain = false;
  }
  if (!is_utf8(value)) list.plain = false;
  Piece piece;
  std::size_t at = 0;
  while (at < value.size()) {
    const char c = value[at];
    if (c == '(') {
      list.plain = false;
      at = skip_cfws(value, at);
      piece.display += ' ';
      continue;
    }
    if (c == '"') {
      const std::size_t start = at;
      piece.display += read_quoted(value, at);
      piece.source += value.substr(start, at - start);
      if (piece.has_angle) piece.text_after_angle = true;
      if (at == value.size() && (value.back() != '"' || at - start < 2)) list.plain = false;  // the quote never ends
      continue;
    }
    if (c == '<') {
      // Up to the closing bracket; a quoted local part may hold one.
      std::size_t end = at + 1;
      while (end < value.size() && value[end] != '>') {
        if (value[end] == '"') {
          read_quoted(value, end);
        } else {
          ++end;
        }
      }
      if (piece.has_angle || end >= value.size()) list.plain = false;
      if (!piece.has_angle) piece.angle = value.substr(at + 1, std::min(end, value.size()) - at - 1);
      piece.has_angle = true;
      at = end + 1;
      continue;
    }
    ++at;
    if (c == ',') {
      finish_piece(piece, list, true);
    } else if (c == ':' && !piece.has_angle) {  // the name of a group
      list.plain = false;
      piece = {};
    } else if (c == ';') {
      list.plain = false;
      finish_piece(piece, list, false);
    } else {
      piece.display += c;
      piece.source += c;
      if (piece.has_angle && !is_white(c)) piece.text_after_angle = true;
    }
  }
  finish_piece(piece, list, true);
  return list;
}

}  // namespace sealgate::mime

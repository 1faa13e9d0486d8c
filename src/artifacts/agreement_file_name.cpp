#include "artifacts/agreement_file_name.h"

#include <algorithm>

#include "artifacts/errors.h"
#include "as2/file_name.h"

namespace sealgate::artifacts {
namespace {

constexpr std::size_t kLongestPattern = 256;

enum class Piece { Text, Property, Misspelt };

bool is_word(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  });
}

/// Calls use(piece, text) for all that the pattern consists of. A percent sign that opens nothing is text.
template <typename Use>
void each_piece(std::string_view pattern, Use use) {
  while (!pattern.empty()) {
    const std::size_t start = pattern.find('%');
    const std::size_t end = start == std::string_view::npos ? start : pattern.find('%', start + 1);
    if (end == std::string_view::npos) return use(Piece::Text, pattern);
    const std::string_view word = pattern.substr(start + 1, end - start - 1);
    if (!is_word(word)) {
      use(Piece::Text, pattern.substr(0, end));  // the closing one may open the next
      pattern.remove_prefix(end);
      continue;
    }
    if (start > 0) use(Piece::Text, pattern.substr(0, start));
    const std::size_t dot = word.find('.');
    const bool named = dot != std::string_view::npos && dot > 0 && dot + 1 < word.size();
    use(named ? Piece::Property : Piece::Misspelt, word);
    pattern.remove_prefix(end + 1);
  }
}

}  // namespace

Result<> check_file_name_pattern(std::string_view pattern) {
  if (pattern.empty() || pattern.size() > kLongestPattern) {
    return fail(kBadValue, "the pattern for file names is empty or longer than 256 bytes", {}, "write a shorter one");
  }
  std::string misspelt;
  each_piece(pattern, [&](Piece piece, std::string_view text) {
    if (piece == Piece::Misspelt && misspelt.empty()) misspelt = text;
  });
  if (misspelt.empty()) return {};
  return fail(kBadValue, "'" + misspelt + "' is no name of a property", {},
              "write properties as %FILE.ReceivedFileName%");
}

ExpandedFileName expand_file_name(std::string_view pattern, const messaging::MessageContext& context) {
  ExpandedFileName expanded;
  each_piece(pattern, [&](Piece piece, std::string_view text) {
    if (piece != Piece::Property) {
      expanded.name += text;
      return;
    }
    const messaging::Property* property = context.find(text);
    const std::string value =
        property == nullptr ? std::string() : as2::safe_file_name(messaging::to_text(property->value));
    if (value.empty() && expanded.missing.empty()) expanded.missing = text;
    expanded.name += value;
  });
  expanded.name = as2::safe_file_name(expanded.name);
  return expanded;
}

}  // namespace sealgate::artifacts

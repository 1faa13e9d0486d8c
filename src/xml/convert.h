#pragma once
// Between libxml2's strings and ours. For .cpp files of this folder.

#include <libxml/xmlstring.h>

#include <cstdarg>
#include <cstdio>
#include <string>
#include <string_view>

namespace sealgate::xml {

/// A null pointer is the empty view.
inline std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}
/// The other way round: the empty view is a null pointer. Only for views that end with a zero byte (events.h).
inline const xmlChar* pointer(std::string_view text) {
  return text.empty() ? nullptr : reinterpret_cast<const xmlChar*>(text.data());
}

/// Printable ASCII of it, the rest as '?', cut to `limit`.
inline std::string printable(std::string_view text, std::size_t limit) {
  std::string clean(text.substr(0, limit));
  for (char& c : clean) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return clean;
}

/// Of a message of libxml2, which ends with a line break and may go on with bytes of the document.
inline std::string first_line(const char* message) {
  if (message == nullptr) return "no reason given";
  const std::string_view all(message);
  return printable(all.substr(0, all.find('\n')), 200);
}

/// The text of a printf-like report, its first line.
[[gnu::format(printf, 1, 0)]] inline std::string first_line_of(const char* format, std::va_list arguments) {
  char text[512];
  const int length = std::vsnprintf(text, sizeof text, format, arguments);
  return length > 0 ? first_line(text) : std::string();
}

}  // namespace sealgate::xml

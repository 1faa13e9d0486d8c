#include "as2/file_name.h"

#include "base/text.h"
#include "mime/charset.h"

namespace sealgate::as2 {
namespace {

constexpr std::size_t kMaxBytes = 200;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool is_of_a_layer(std::string_view name) {
  return name.size() == 9 && (iequals(name, "smime.p7m") || iequals(name, "smime.p7s") ||
                              iequals(name, "smime.p7z") || iequals(name, "smime.p7c"));
}

}  // namespace

std::string preserved_file_name(const mime::Headers& headers) {
  std::string name = safe_file_name(headers.file_name().value_or(""));
  return is_of_a_layer(name) ? std::string() : name;
}

std::string safe_file_name(std::string_view name) {
  const auto slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  std::string safe;
  for (const char c : name) {
    const auto code = static_cast<unsigned char>(c);
    // A colon would name a stream or a drive on some systems, quotes end the value on others.
    if (code >= 0x20 && code != 0x7F && std::string_view(":\"*?<>|").find(c) == std::string_view::npos) safe += c;
  }
  if (!mime::is_utf8(safe)) safe = mime::to_utf8("windows-1252", safe).value_or("");
  safe.erase(0, std::min(safe.find_first_not_of(". "), safe.size()));
  if (safe.size() > kMaxBytes) {
    std::size_t end = kMaxBytes;
    while (end > 0 && is_continuation(safe[end])) --end;
    safe.resize(end);
  }
  while (safe.ends_with('.') || safe.ends_with(' ')) safe.pop_back();
  return safe;
}

}  // namespace sealgate::as2

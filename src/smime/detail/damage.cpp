#include "smime/detail/damage.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mime/charset.h"

namespace sealgate::smime::detail {
namespace {

constexpr std::array<std::string_view, 5> kContentFields = {
    "content-type:", "content-transfer-encoding:", "content-disposition:", "content-description:", "content-id:"};

bool starts_like_content_field(std::string_view line) {
  return std::any_of(kContentFields.begin(), kContentFields.end(), [&](std::string_view field) {
    return line.size() >= field.size() && iequals(line.substr(0, field.size()), field);
  });
}

}  // namespace

bool is_noise(std::string_view text) {
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\r' && c != '\n' && c != '\t') || byte == 0x7f;
  });
  return control || !mime::is_utf8(text);
}

bool has_content_header(ByteView prefix) {
  const std::string_view text = as_text(prefix);
  constexpr std::string_view kVersion = "mime-version:";
  for (std::size_t start = 0; start < text.size();) {
    const std::string_view line = text.substr(start, text.find('\n', start) - start);
    if (start > 0 && trim(line).empty()) return false;  // the end of the header
    if (starts_like_content_field(line)) return true;
    if (line.size() >= kVersion.size() && iequals(line.substr(0, kVersion.size()), kVersion)) return true;
    start += line.size() + 1;
  }
  return false;
}

bool looks_like_damaged_header(ByteView prefix) {
  const std::string_view text = as_text(prefix);
  const std::string_view first = text.substr(0, text.find('\n'));
  constexpr std::array<std::string_view, 6> kWords = {"ontent-",      "mime-",      "pkcs7",
                                                      "application/", "multipart/", "text/"};
  const std::string lower = ascii_lower(first);
  const bool suspicious = is_noise(first) || std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
                            return lower.find(word) != std::string::npos;
                          });
  if (!suspicious) return false;
  if (lower.find("pkcs7") != std::string::npos || lower.find("smime-type") != std::string::npos) return true;
  return has_content_header(prefix);
}

bool is_damaged(const mime::HeaderBlock& block, const mime::ContentType& type) {
  if (block.bad_lines != 0 || is_noise(as_text(block.raw))) return true;
  if (!type.stated) {
    return std::any_of(block.headers.fields().begin(), block.headers.fields().end(),
                       [](const mime::HeaderField& field) { return starts_like_content_field(field.name + ":"); });
  }
  const bool of_multipart = type.parameter("boundary") || type.parameter("protocol") || type.parameter("micalg");
  if (of_multipart && !type.is_multipart()) return true;
  const bool pkcs7 = type.is("application", "pkcs7-mime") || type.is("application", "x-pkcs7-mime");
  return type.parameter("smime-type") && !pkcs7;
}

}  // namespace sealgate::smime::detail

#include "adapters/sftp/remote_path.h"

#include <algorithm>

#include "base/bytes.h"

namespace sealgate::adapters::sftp {
namespace {

constexpr std::size_t kMaxName = 255;

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '/';
}

}  // namespace

std::string join(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.ends_with('/')) path.push_back('/');
  return path.append(name);
}

std::string url_path(std::string_view path) {
  std::string text = path.starts_with('/') ? "" : "/~/";
  for (const char c : path) {
    if (is_unreserved(c)) {
      text.push_back(c);
    } else {
      text.append("%").append(to_hex_upper(as_bytes({&c, 1})));
    }
  }
  return text;
}

std::string command_argument(std::string_view path) {
  std::string text = "\"";
  for (const char c : path) {
    if (c == '"' || c == '\\') text.push_back('\\');
    text.push_back(c);
  }
  return text.append("\"");
}

bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxName || name == "." || name == "..") return false;
  return std::ranges::none_of(name,
                              [](char c) { return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace sealgate::adapters::sftp

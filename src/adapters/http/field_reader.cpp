#include "adapters/http/field_reader.h"

#include <algorithm>

#include "net/http_headers.h"

namespace sealgate::adapters::http {

void FieldReader::skip_blanks() {
  const std::size_t end = text_.find_first_not_of(" \t");
  text_.remove_prefix(std::min(end, text_.size()));
}

bool FieldReader::take(char c) {
  if (text_.empty() || text_.front() != c) return false;
  text_.remove_prefix(1);
  skip_blanks();
  return true;
}

std::optional<std::string> FieldReader::token() {
  std::size_t size = 0;
  while (size < text_.size() && net::is_token(text_.substr(size, 1))) ++size;
  if (size == 0) return std::nullopt;
  std::string token(text_.substr(0, size));
  text_.remove_prefix(size);
  skip_blanks();
  return token;
}

std::optional<std::string> FieldReader::quoted() {
  std::string value;
  for (std::size_t at = 1; at < text_.size(); ++at) {
    if (text_[at] == '"') {
      text_.remove_prefix(at + 1);
      skip_blanks();
      return value;
    }
    if (text_[at] == '\\' && ++at == text_.size()) return std::nullopt;
    value.push_back(text_[at]);
  }
  return std::nullopt;
}

std::optional<std::pair<std::string, std::string>> FieldReader::pair() {
  auto name = token();
  if (!name || !take('=')) return std::nullopt;
  auto value = !text_.empty() && text_.front() == '"' ? quoted() : token();
  if (!value) return std::nullopt;
  return std::pair(std::move(*name), std::move(*value));
}

}  // namespace sealgate::adapters::http

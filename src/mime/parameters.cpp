#include "mime/parameters.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/tokens.h"

namespace sealgate::mime {
namespace {

/// As many parameters as a multipart/signed has.
constexpr std::size_t kUsual = 4;

bool names_a_file(std::string_view name) {
  return name == "name" || name == "filename";
}

std::string read_value(std::string_view text, std::size_t& at, std::string_view name) {
  const bool file = names_a_file(name.substr(0, name.find('*')));
  if (at < text.size() && text[at] == '"') {
    // name=""x"": the inner pair of quotes is what the sender meant.
    const bool doubled = at + 2 < text.size() && text[at + 1] == '"' && text[at + 2] != ';' &&
                         !is_white(text[at + 2]) && text[at + 2] != '"';
    if (doubled) ++at;
    std::string value = read_quoted(text, at, file);
    if (doubled && at < text.size() && text[at] == '"') ++at;
    return value;
  }
  const std::size_t start = at;
  while (at < text.size() && text[at] != ';') {
    // A file name without quotes may hold blanks, a boundary parentheses; elsewhere they end the value.
    if (!file && (is_white(text[at]) || (text[at] == '(' && name != "boundary"))) break;
    ++at;
  }
  return std::string(trim(text.substr(start, at - start)));
}

/// Calls `take` with the name and the value of each, as they stand in the text.
template <typename Take>
void for_each(std::string_view text, const Take& take) {
  std::size_t at = 0;
  while (true) {
    at = skip_cfws(text, at);
    if (at >= text.size()) return;
    if (text[at] == ';') {
      ++at;
      continue;
    }
    const std::size_t start = at;
    while (at < text.size() && text[at] != '=' && text[at] != ';' && !is_white(text[at]) && text[at] != '(') ++at;
    std::string name = ascii_lower(text.substr(start, at - start));
    at = skip_cfws(text, at);
    if (at >= text.size()) return;
    if (text[at] != '=') {  // a word that is no parameter: go on behind it, or behind the next semicolon
      if (text[at] != ';') at = std::min(text.find(';', at), text.size());
      continue;
    }
    ++at;
    if (name == "boundary") {  // may begin with a parenthesis that is no comment
      while (at < text.size() && is_white(text[at])) ++at;
    } else {
      at = skip_cfws(text, at);
    }
    std::string value = read_value(text, at, name);
    if (!name.empty()) take(std::move(name), std::move(value));
  }
}

/// RFC 2231: `name*`, `name*2`, `name*2*`.
struct Segment {
  std::size_t index = 0;
  bool encoded = false;
  std::string value;
};

bool split_name(const std::string& name, std::string& base, Segment& segment) {
  const auto star = name.find('*');
  if (star == std::string::npos || star == 0) return false;
  base = name.substr(0, star);
  std::string_view rest = std::string_view(name).substr(star + 1);
  if (rest.empty()) {
    segment.encoded = true;
    return true;
  }
  if (rest.back() == '*') {
    segment.encoded = true;
    rest.remove_suffix(1);
  }
  if (rest.empty() || rest.size() > 6) return false;
  for (const char c : rest) {
    if (c < '0' || c > '9') return false;
    segment.index = segment.index * 10 + static_cast<std::size_t>(c - '0');
  }
  return true;
}

std::string percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::string joined(std::vector<Segment> segments) {
  std::stable_sort(segments.begin(), segments.end(),
                   [](const Segment& a, const Segment& b) { return a.index < b.index; });
  std::string charset;
  std::string value;
  std::size_t expected = 0;
  for (const Segment& segment : segments) {
    if (segment.index + 1 == expected) continue;  // the same number twice: the first one counts
    if (segment.index != expected) break;         // a gap: what follows cannot be placed
    std::string_view text = segment.value;
    if (segment.index == 0 && segment.encoded) {
      const auto first = text.find('\'');
      const auto second = first == std::string_view::npos ? first : text.find('\'', first + 1);
      if (second != std::string_view::npos) {
        charset = text.substr(0, first);
        text.remove_prefix(second + 1);
      }
    }
    if (segment.encoded) {
      value += percent_decoded(text);
    } else {
      value += text;
    }
    ++expected;
  }
  if (charset.empty()) return value;
  return to_utf8(charset, value).value_or(value);
}

/// Puts together what RFC 2231 lets senders write in segments and encode, each in the place of its first segment.
/// Returns the file names among them. Apart, as hardly a message has any.
[[gnu::cold]] std::vector<Parameter> join_segments(std::vector<Parameter>& all) {
  std::map<std::string, std::vector<Segment>> segments;
  std::vector<Parameter> found;
  for (Parameter& raw : all) {
    std::string base;
    Segment segment;
    if (!split_name(raw.name, base, segment)) {
      found.push_back(std::move(raw));
      continue;
    }
    segment.value = std::move(raw.value);
    auto& list = segments[base];
    if (list.empty()) found.push_back({base + '*', {}});  // keeps the place; filled in below
    list.push_back(std::move(segment));
  }
  std::vector<Parameter> file_names;
  for (Parameter& parameter : found) {
    if (!parameter.name.ends_with('*')) continue;
    parameter.name.pop_back();
    const auto own = segments.find(parameter.name);
    if (own == segments.end()) continue;
    parameter.value = joined(std::move(own->second));
    if (names_a_file(parameter.name)) file_names.push_back(parameter);
  }
  all = std::move(found);
  return file_names;
}

std::string percent_encoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    // RFC 2231 attribute-char: a token character that is none of * ' %
    if (is_token_char(c) && c != '*' && c != '\'' && c != '%') {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kDigits[byte >> 4];
      encoded += kDigits[byte & 15];
    }
  }
  return encoded;
}

}  // namespace

std::optional<std::string_view> Parameters::find(std::string_view name) const {
  for (const Parameter& parameter : all_) {
    if (iequals(parameter.name, name)) return parameter.value;
  }
  return std::nullopt;
}

std::size_t Parameters::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      all_.begin(), all_.end(), [&](const Parameter& parameter) { return iequals(parameter.name, name); }));
}

void Parameters::set(std::string_view name, std::string_view value) {
  Parameter fresh{ascii_lower(name), std::string(value)};  // copies first: the views may point into all_
  const auto first = std::find_if(all_.begin(), all_.end(), [&](const Parameter& p) { return p.name == fresh.name; });
  if (first == all_.end()) {
    all_.push_back(std::move(fresh));
    return;
  }
  all_.erase(std::remove_if(first + 1, all_.end(), [&](const Parameter& p) { return p.name == fresh.name; }),
             all_.end());
  *first = std::move(fresh);
}

void Parameters::remove(std::string_view name) {
  const std::string lower = ascii_lower(name);
  std::erase_if(all_, [&](const Parameter& parameter) { return parameter.name == lower; });
}

Parameters parse_parameters(std::string_view text) {
  Parameters parameters;
  bool in_segments = false;
  for_each(text, [&](std::string name, std::string value) {
    if (parameters.all_.empty()) parameters.all_.reserve(kUsual);
    in_segments = in_segments || name.find('*') != std::string::npos;
    parameters.all_.push_back({std::move(name), std::move(value)});
  });
  if (!in_segments) return parameters;
  // filename="order.xml"; filename*=utf-8''... : the plain one is the fall-back for old readers (RFC 6266 4.3). For
  // any other name the first one counts: nobody may slip a second boundary past us.
  for (const Parameter& parameter : join_segments(parameters.all_)) parameters.set(parameter.name, parameter.value);
  return parameters;
}

std::string format_parameters(const Parameters& parameters) {
  std::string text;
  for (const Parameter& parameter : parameters.all()) {
    text += "; " + parameter.name;
    const std::string& value = parameter.value;
    if (is_token(value)) {
      text += '=' + value;
    } else if (std::all_of(value.begin(), value.end(), is_printable_ascii)) {
      text += "=\"";
      for (const char c : value) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
      }
      text += '"';
    } else {
      text += "*=UTF-8''" + percent_encoded(value);
    }
  }
  return text;
}

}  // namespace sealgate::mime

#include "artifacts/scalars.h"

#include <array>
#include <charconv>
#include <limits>

#include "base/text.h"

namespace sealgate::artifacts {
namespace {

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

constexpr std::array kTimeUnits{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000},
                                Unit{"d", 86'400'000}};
constexpr std::array kSizeUnits{Unit{"", 1}, Unit{"KiB", 1ULL << 10}, Unit{"MiB", 1ULL << 20},
                                Unit{"GiB", 1ULL << 30}, Unit{"TiB", 1ULL << 40}};

template <std::size_t N>
std::optional<std::uint64_t> parse_with_unit(std::string_view text, const std::array<Unit, N>& units) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc()) return std::nullopt;
  const std::string_view suffix(rest, static_cast<std::size_t>(end - rest));
  for (const Unit& unit : units) {
    if (unit.suffix != suffix) continue;
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / unit.factor)
      return std::nullopt;
    return number * unit.factor;
  }
  return std::nullopt;
}

template <std::size_t N>
std::string format_with_unit(std::uint64_t value, const std::array<Unit, N>& units) {
  for (std::size_t i = units.size(); i-- > 0;) {
    if (value != 0 && value % units[i].factor == 0) {
      return std::to_string(value / units[i].factor) + std::string(units[i].suffix);
    }
  }
  return "0";
}

constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Words that YAML readers take for something else than text.
bool is_special_word(std::string_view text) {
  for (const std::string_view word : {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}) {
    if (iequals(text, word)) return true;
  }
  return false;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration(0);
  const auto value = parse_with_unit(text, kTimeUnits);
  return value ? std::optional(Duration(static_cast<Duration::rep>(*value))) : std::nullopt;
}

std::string format_duration(Duration duration) {
  return format_with_unit(static_cast<std::uint64_t>(duration.count()), kTimeUnits);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  return parse_with_unit(text, kSizeUnits);
}
std::string format_size(std::uint64_t size) {
  return format_with_unit(size, kSizeUnits);
}

std::optional<int> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0U, 1U, 3U, 4U}) {
    if (!is_digit(text[i])) return std::nullopt;
  }
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
  return hour * 60 + minute;
}

std::string format_clock(int minute) {
  const auto two = [](int number) { return std::string(number < 10 ? "0" : "") + std::to_string(number); };
  return two(minute / 60) + ":" + two(minute % 60);
}

std::optional<std::chrono::weekday> parse_weekday(std::string_view word) {
  for (unsigned i = 0; i < kWeekdays.size(); ++i) {
    if (iequals(kWeekdays.at(i), word)) return std::chrono::weekday(i);
  }
  return std::nullopt;
}

std::string_view weekday_word(std::chrono::weekday day) {
  return kWeekdays.at(day.c_encoding());
}

std::string format_scalar(std::string_view text) {
  // What starts with a digit may be a number or a time to other readers.
  bool plain = !text.empty() && (is_letter(text.front()) || text.front() == '/') && text.back() != ' ' &&
               text.back() != ':' && !is_special_word(text);
  for (std::size_t i = 0; plain && i < text.size(); ++i) {
    const char c = text[i];
    const bool colon_inside = c == ':' && i + 1 < text.size() && text[i + 1] != ' ';
    const bool blank_inside = c == ' ' && text[i - 1] != ' ';
    plain = is_letter(c) || is_digit(c) || colon_inside || blank_inside ||
            std::string_view("-_./%+*?=&;()~").find(c) != std::string_view::npos;
  }
  if (plain) return std::string(text);
  // Single quotes keep text with double quotes readable, filters above all.
  const bool single =
      text.find_first_of("\"\\") != std::string_view::npos && text.find_first_of("\n\t") == std::string_view::npos;
  std::string quoted = single ? "'" : "\"";
  for (const char c : text) {
    if (single && c == '\'') {
      quoted += "''";
    } else if (!single && (c == '"' || c == '\\')) {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else {
      quoted += c;
    }
  }
  return quoted + (single ? "'" : "\"");
}

bool is_clean_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x20 || lead == 0x7f) return false;
    std::size_t length = 1;
    std::uint32_t code = lead;
    if (lead >= 0x80) {
      length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
      if (lead < 0xc2 || lead > 0xf4 || i + length > text.size()) return false;
      code = lead & (0x7fU >> length);
      for (std::size_t k = 1; k < length; ++k) {
        const auto next = static_cast<unsigned char>(text[i + k]);
        if ((next & 0xc0U) != 0x80) return false;
        code = code << 6 | (next & 0x3fU);
      }
    }
    // Overlong forms, surrogates, and the C1 controls.
    if ((length == 3 && code < 0x800) || (length == 4 && (code < 0x10000 || code > 0x10ffff))) return false;
    if ((code >= 0xd800 && code <= 0xdfff) || (code >= 0x80 && code < 0xa0)) return false;
    i += length;
  }
  return true;
}

}  // namespace sealgate::artifacts

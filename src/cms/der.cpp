#include "cms/der.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "cms/errors.h"

namespace sealgate::cms {
namespace {

/// Of an element whose tag is one octet.
constexpr std::size_t kMaxHeader = 10;

void append_base128(Bytes& into, std::uint64_t value) {
  Byte digits[10];
  std::size_t count = 0;
  do {
    digits[count++] = static_cast<Byte>(value & 0x7fU);
    value >>= 7U;
  } while (value != 0);
  while (count > 1) into.push_back(static_cast<Byte>(digits[--count] | 0x80U));
  into.push_back(digits[0]);
}

void append_length(Bytes& into, std::uint64_t length) {
  if (length < 0x80) {
    into.push_back(static_cast<Byte>(length));
    return;
  }
  unsigned digits = 1;
  while (digits < 8 && (length >> (8U * digits)) != 0) ++digits;
  into.push_back(static_cast<Byte>(0x80U | digits));
  for (unsigned i = digits; i-- > 0;) into.push_back(static_cast<Byte>(length >> (8U * i)));
}

/// Two decimal digits at `at`, or -1.
int two_digits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size()) return -1;
  const char a = text[at];
  const char b = text[at + 1];
  if (a < '0' || a > '9' || b < '0' || b > '9') return -1;
  return (a - '0') * 10 + (b - '0');
}

}  // namespace

void append_der_header(Bytes& into, Byte tag, std::uint64_t length) {
  into.push_back(tag);
  append_length(into, length);
}

std::size_t der_header_size(std::uint64_t length) {
  std::size_t size = 2;
  if (length < 0x80) return size;
  for (; length != 0; length >>= 8U) ++size;
  return size;
}

Bytes der_element(Byte tag, ByteView content) {
  Bytes out;
  out.reserve(content.size() + kMaxHeader);
  append_der_header(out, tag, content.size());
  append(out, content);
  return out;
}

Bytes der_element(const BerHeader& header, ByteView content) {
  Bytes out;
  out.reserve(content.size() + 16);
  const auto lead =
      static_cast<Byte>((static_cast<unsigned>(header.tag_class) << 6U) | (header.constructed ? 0x20U : 0U));
  if (header.number < 31) {
    out.push_back(static_cast<Byte>(lead | header.number));
  } else {
    out.push_back(static_cast<Byte>(lead | 0x1fU));
    append_base128(out, header.number);
  }
  append_length(out, content.size());
  append(out, content);
  return out;
}

Bytes der_join(Byte tag, std::initializer_list<ByteView> parts) {
  std::size_t size = 0;
  for (const ByteView part : parts) size += part.size();
  Bytes out;
  out.reserve(size + kMaxHeader);
  append_der_header(out, tag, size);
  for (const ByteView part : parts) append(out, part);
  return out;
}

Bytes der_set_of(std::vector<Bytes> elements, Byte tag) {
  std::sort(elements.begin(), elements.end());
  std::size_t size = 0;
  for (const Bytes& element : elements) size += element.size();
  Bytes out;
  out.reserve(size + kMaxHeader);
  append_der_header(out, tag, size);
  for (const Bytes& element : elements) append(out, element);
  return out;
}

Bytes der_integer(std::uint64_t value) {
  Byte magnitude[8];
  for (unsigned i = 0; i < 8; ++i) magnitude[i] = static_cast<Byte>(value >> (8U * (7 - i)));
  return der_integer(ByteView(magnitude, 8));
}

Bytes der_integer(ByteView magnitude) {
  while (!magnitude.empty() && magnitude.front() == 0) magnitude = magnitude.subspan(1);
  const Byte zero = 0;
  const bool led = magnitude.empty() || (magnitude.front() & 0x80U) != 0;
  return der_join(der::kInteger, {ByteView(&zero, led ? 1 : 0), magnitude});
}

Bytes der_octet_string(ByteView content) {
  return der_element(der::kOctetString, content);
}

Bytes der_bit_string(ByteView content) {
  const Byte unused_bits = 0;
  return der_join(der::kBitString, {ByteView(&unused_bits, 1), content});
}

Bytes der_oid(std::string_view dotted) {
  constexpr std::size_t kHeader = 2;
  Bytes out;
  out.reserve(kHeader + dotted.size());  // an arc takes no more octets than it has digits
  out.push_back(der::kOid);
  out.push_back(0);
  std::uint64_t first = 0;
  std::size_t index = 0;
  const char* at = dotted.data();
  const char* const end = at + dotted.size();
  while (at < end) {
    std::uint64_t arc = 0;
    const auto parsed = std::from_chars(at, end, arc);
    if (parsed.ec != std::errc{}) break;
    if (index == 0) {
      first = arc * 40;
    } else {
      append_base128(out, index == 1 ? first + arc : arc);
    }
    ++index;
    at = parsed.ptr + 1;
  }
  const std::size_t size = out.size() - kHeader;
  if (size >= 0x80) return der_element(der::kOid, ByteView(out).subspan(kHeader));
  out[1] = static_cast<Byte>(size);
  return out;
}

Bytes der_null() {
  return {der::kNull, 0};
}

Bytes der_time(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<std::chrono::seconds> clock(seconds - day);
  const int year = static_cast<int>(date.year());
  const bool utc = year >= 1950 && year < 2050;
  char text[64];
  std::snprintf(text, sizeof(text), "%02d%02u%02u%02ld%02ld%02ldZ", utc ? year % 100 : year,
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                clock.minutes().count(), static_cast<long>(clock.seconds().count()));
  return der_element(utc ? der::kUtcTime : der::kGeneralizedTime, as_bytes(text));
}

Bytes der_algorithm(std::string_view dotted, ByteView parameters) {
  return der_sequence({der_oid(dotted), parameters});
}

Result<Time> parse_time(const BerHeader& header, ByteView content) {
  const std::string_view text = as_text(content);
  const auto bad = [] { return fail(kMalformed, "a damaged time"); };
  std::size_t at = 0;
  int year = 0;
  if (header.is(tag::kUtcTime)) {
    year = two_digits(text, 0);
    if (year < 0) return bad();
    year += year < 50 ? 2000 : 1900;
    at = 2;
  } else if (header.is(tag::kGeneralizedTime)) {
    const int century = two_digits(text, 0);
    const int rest = two_digits(text, 2);
    if (century < 0 || rest < 0) return bad();
    year = century * 100 + rest;
    at = 4;
  } else {
    return bad();
  }
  int field[5] = {-1, -1, -1, -1, 0};  // month, day, hour, minute, second (which old encoders leave out)
  for (int& value : field) {
    const int digits = two_digits(text, at);
    if (digits < 0) break;
    value = digits;
    at += 2;
  }
  if (at < text.size() && text[at] == '.') {
    while (++at < text.size() && text[at] >= '0' && text[at] <= '9') {
    }
  }
  int offset_minutes = 0;
  if (text.substr(at) != "Z") {
    const int sign = at < text.size() && text[at] == '-' ? -1 : 1;
    const int hours = two_digits(text, at + 1);
    const int minutes = two_digits(text, at + 3);
    if (at + 5 != text.size() || (text[at] != '+' && text[at] != '-') || hours < 0 || minutes < 0) return bad();
    offset_minutes = sign * (hours * 60 + minutes);
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(field[0])),
                                         std::chrono::day(static_cast<unsigned>(field[1]))};
  if (field[0] < 1 || field[1] < 1 || !date.ok() || field[2] < 0 || field[2] > 23 || field[3] < 0 || field[3] > 59 ||
      field[4] > 60) {
    return bad();
  }
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(field[2]) + std::chrono::minutes(field[3]) +
         std::chrono::seconds(field[4]) - std::chrono::minutes(offset_minutes);
}

}  // namespace sealgate::cms

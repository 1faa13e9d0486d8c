#include "base/http_date.h"

#include <array>

namespace sealgate {

std::string to_http_date(Time time) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  // RFC 3339 has the digits already: 2026-11-21T20:50:00Z
  const std::string digits = to_rfc3339(std::chrono::floor<std::chrono::seconds>(time));
  return std::string(kDays[std::chrono::weekday(day).c_encoding()]) + ", " + digits.substr(8, 2) + ' ' +
         kMonths[static_cast<unsigned>(date.month()) - 1] + ' ' + digits.substr(0, 4) + ' ' + digits.substr(11, 8) +
         " GMT";
}

}  // namespace sealgate

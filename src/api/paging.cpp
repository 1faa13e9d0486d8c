#include "api/paging.h"

#include <algorithm>
#include <charconv>

#include "api/errors.h"
#include "base/bytes.h"
#include "base/hex.h"
#include "base/text.h"

namespace sealgate::api {
namespace {

/// What a cursor belongs to: the same for every page of one query.
std::string filters_of(const Call& call) {
  std::string sum = call.operation.id;
  const std::string& query = call.request.query;
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string pair = query.substr(at, end - at);
    at = end + 1;
    if (!pair.starts_with("cursor=") && !pair.starts_with("limit=")) sum += "&" + pair;
  }
  // It only has to tell honest mistakes from honest use: whoever forges a cursor gets a page that he may see anyway.
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : sum) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  std::string word(8, '0');
  for (char& c : word) {
    c = "0123456789abcdef"[hash & 15U];
    hash >>= 7U;
  }
  return word;
}

tl::unexpected<Error> bad_cursor() {
  return fail(kBadCursor, "this cursor is not of a page of this query", "cursor",
              "take `next` of the page before, with the same filters; or begin anew without cursor");
}

}  // namespace

std::string make_cursor(const Call& call, std::string_view place) {
  return filters_of(call) + to_hex(as_bytes(place));
}

Result<std::string> cursor_place(const Call& call) {
  const auto cursor = call.parameters.text("cursor");
  if (!cursor) return std::string();
  const std::string filters = filters_of(call);
  if (!cursor->starts_with(filters)) return bad_cursor();
  const auto place = from_hex(std::string_view(*cursor).substr(filters.size()));
  if (!place || place->empty()) return bad_cursor();
  return std::string(as_text(*place));
}

Result<std::int64_t> cursor_number(const Call& call, std::int64_t none) {
  SG_TRY_ASSIGN(const std::string place, cursor_place(call));
  if (place.empty()) return none;
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(place.data(), place.data() + place.size(), number);
  if (problem != std::errc() || end != place.data() + place.size() || number < 0) return bad_cursor();
  return number;
}

std::size_t limit_of(const Call& call) {
  return static_cast<std::size_t>(call.parameters.number("limit").value_or(100));
}

bool holds(std::string_view text, std::string_view part) {
  return part.empty() || std::ranges::search(text, part, [](char a, char b) {
                           return ascii_lower(a) == ascii_lower(b);
                         }).begin() != text.end();
}

}  // namespace sealgate::api

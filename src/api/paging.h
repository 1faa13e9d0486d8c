#pragma once
// Cursors: where the next page begins, for the client a word without meaning.

#include <string>
#include <string_view>

#include "api/call.h"

namespace sealgate::api {

/// Of this operation with the filters of this call.
std::string make_cursor(const Call& call, std::string_view place);
/// The place; "" without a cursor. api.bad-cursor when it is not of the same operation and filters.
Result<std::string> cursor_place(const Call& call);
/// Of a place that is a number; `none` without a cursor.
Result<std::int64_t> cursor_number(const Call& call, std::int64_t none);
/// The parameter `limit`.
std::size_t limit_of(const Call& call);

/// Whether `text` holds `part`, without regard to the case of ASCII letters; everything holds "".
bool holds(std::string_view text, std::string_view part);

}  // namespace sealgate::api

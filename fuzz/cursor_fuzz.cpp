// Cursors of every list of the API from any query, and places of any octets through a cursor and back: what is read
// is what was written, of the same list alone.

#include <cstdlib>

#include "api/errors.h"
#include "api/paging.h"
#include "api/router.h"

namespace {

using namespace sealgate;
using namespace sealgate::api;

const Description& description() {
  static const Description read = Description::read(description_text()).value();
  return read;
}

/// Those that are paged.
const std::vector<const Operation*>& lists() {
  static const std::vector<const Operation*> found = [] {
    std::vector<const Operation*> paged;
    for (const Operation& one : description().operations) {
      for (const Parameter& parameter : one.parameters) {
        if (parameter.name == "cursor") paged.push_back(&one);
      }
    }
    return paged;
  }();
  return found;
}

/// Its path with something that fits in place of each parameter.
std::string path_of(const Operation& operation) {
  std::string path = description().base_path;
  for (const std::string& segment : operation.segments) {
    const bool names = segment == "{kind}";
    path += "/" + (!segment.starts_with("{") ? segment : names ? "hosts" : segment == "{revision}" ? "1" : "A");
  }
  return path;
}

const access::Principal& nobody() {
  static const access::Principal made = access::Principal::local("fuzz");
  return made;
}

/// The place that the query of this list names. `made`: what cursor this place has.
Result<std::string> place_in(const Operation& operation, const std::string& query, std::string* made,
                             const std::string& place) {
  net::HttpRequest request;
  request.method = operation.method;
  request.path = path_of(operation);
  request.query = query;
  request.target = request.path + (query.empty() ? "" : "?" + query);
  const Router router(description());
  SG_TRY_ASSIGN(const Route route, router.find(operation.method, request.path));
  SG_TRY_ASSIGN(Parameters parameters, read_parameters(operation, route.values, request));
  const Call call{operation, request, nobody(), std::move(parameters), {}, {}, {}, {}, {}, false};
  if (made != nullptr) *made = make_cursor(call, place);
  if (limit_of(call) < 1 || limit_of(call) > 1000) std::abort();
  const auto number = cursor_number(call, 0);
  auto found = cursor_place(call);
  if (number && !found) std::abort();
  if (number && *number < 0) std::abort();
  return found;
}

void check_refusal(const Error& error) {
  const bool known = error.code == kBadCursor || error.code == kBadParameter;
  if (!known || error.what.empty() || error.remedy.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Operation& list = *lists()[data[0] % lists().size()];
  const std::string rest(as_text(ByteView(data + 2, size - 2)));
  if ((data[1] & 1U) == 0) {
    std::string made;
    const auto found = place_in(list, rest, &made, rest);
    if (!found) check_refusal(found.error());
    return 0;
  }
  std::string cursor;
  if (!place_in(list, {}, &cursor, rest) || cursor.empty()) std::abort();
  const auto back = place_in(list, "limit=5&cursor=" + cursor, nullptr, {});
  if (!back) {
    check_refusal(back.error());  // nothing, or longer than a cursor may be
    if (!rest.empty() && rest.size() < 256) std::abort();
  } else if (*back != rest) {
    std::abort();
  }
  const Operation& other = *lists()[(data[0] + 1U) % lists().size()];
  const auto elsewhere = place_in(other, "cursor=" + cursor, nullptr, {});
  if (elsewhere) std::abort();
  check_refusal(elsewhere.error());
  return 0;
}

#include "api/router.h"

#include "api/call.h"
#include "api/errors.h"

namespace sealgate::api {
namespace {

Result<std::vector<std::string>> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    auto segment = percent_decoded(path.substr(at, end - at), false);
    if (!segment) {
      return fail(kBadParameter, "the path is not percent-encoded as it should be", {}, "encode % itself as %25");
    }
    segments.push_back(std::move(*segment));
    at = end + 1;
  }
  return segments;
}

/// Whether the path is this one; gives the values of its parameters. A segment that is written out goes before a
/// parameter, because the description names no path twice.
bool matches(const Operation& operation, const std::vector<std::string>& segments, std::vector<std::string>& values) {
  if (operation.segments.size() != segments.size()) return false;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (operation.segments[i].starts_with("{")) {
      if (segments[i].empty()) return false;
      values.push_back(segments[i]);
    } else if (operation.segments[i] != segments[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<Route> Router::find(std::string_view method, std::string_view target) const {
  const std::string_view path = target.substr(0, target.find('?'));
  const auto nothing = [] { return fail(kNoSuchPath, "there is no such path", {}, "see the paths of openapi.yaml"); };
  if (!path.starts_with(description_.base_path + "/")) return nothing();
  SG_TRY_ASSIGN(const auto segments, segments_of(path.substr(description_.base_path.size())));
  std::string methods;
  for (const Operation& operation : description_.operations) {
    Route route{&operation, {}};
    if (!matches(operation, segments, route.values)) continue;
    if (operation.method == method) return route;
    methods += (methods.empty() ? "" : ", ") + operation.method;
  }
  if (methods.empty()) return nothing();
  return fail(kMethodNotAllowed, "this path has no such operation", methods, "see the operations of openapi.yaml");
}

}  // namespace sealgate::api

#pragma once
// Which operation of the description a method and a path mean.

#include <string>
#include <string_view>
#include <vector>

#include "api/description.h"

namespace sealgate::api {

struct Route {
  const Operation* operation = nullptr;
  std::vector<std::string> values = {};  ///< of the parameters in the path, decoded, in its order
};

class Router {
 public:
  explicit Router(const Description& description) : description_(description) {}

  /// `target` as it was sent: a slash within a name is sent as %2F. api.no-such-path; api.method-not-allowed, whose
  /// `where` lists the methods that there are; api.bad-parameter for a path that cannot be decoded.
  Result<Route> find(std::string_view method, std::string_view target) const;

 private:
  const Description& description_;
};

}  // namespace sealgate::api

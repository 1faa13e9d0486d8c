#pragma once
// The part of JSON Schema (2020-12) that openapi.yaml uses, as a check. A keyword that it does not know is an error
// when the description is read, so that nothing stands there that nobody enforces.

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/error.h"

namespace YAML {
class Node;
}

namespace sealgate::api {

/// What a value breaks: at most kMaxFaults of them are told.
struct SchemaFault {
  std::string where = {};  ///< "files[0].content"; empty: the value itself
  std::string what = {};   ///< "is longer than 256 characters"
};
inline constexpr std::size_t kMaxFaults = 20;

/// Cheap to copy; thread-safe.
class Schema {
 public:
  /// Takes everything.
  Schema() = default;
  /// `resolve` finds what a $ref names. api.bad-description for a keyword or a form that is not enforced.
  static Result<Schema> read(const YAML::Node& node,
                             const std::function<Result<YAML::Node>(const std::string&)>& resolve);

  /// Empty: it fits.
  std::vector<SchemaFault> check(const nlohmann::json& value) const;
  /// The value that stands for a missing one; nullptr when there is none.
  const nlohmann::json* default_value() const;

  enum class Simple { Text, Integer, Number, Boolean, List, Other };
  /// What texts of a query are read as.
  Simple simple_type() const;
  /// Of a List.
  Schema items() const;

  struct Node;

 private:
  explicit Schema(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;
};

/// Code points of UTF-8 text, which is how JSON Schema counts.
std::size_t characters(std::string_view text);
/// No lone continuation bytes, overlong forms or surrogates.
bool is_utf8(std::string_view text);

}  // namespace sealgate::api

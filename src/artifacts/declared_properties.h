#pragma once
// The context properties that schemas promote, with their types, and filters held against them: a filter that
// compares with another type, or asks for a property that nobody sets, would silently never match.

#include <functional>
#include <map>
#include <string>

#include "artifacts/artifacts.h"

namespace sealgate::artifacts {

class DeclaredProperties {
 public:
  using Report = std::function<void(ErrorCode, Kind, const std::string& name, std::string what, std::string remedy)>;

  /// Faults between schemas go to `report`. Refers to the set.
  DeclaredProperties(const ArtifactSet& set, Report report);
  /// The filter of artifact `name`, which messages call `user`.
  void check(const messaging::Filter& filter, Kind kind, const std::string& name, const std::string& user) const;

 private:
  struct Declaration {
    messaging::PropertyType type = messaging::PropertyType::Text;
    std::string_view schema = {};
    bool promoted = false;  ///< by any schema
  };
  void declare(const Schema& schema, const PromotedProperty& property);
  void check(const messaging::FilterStatement& statement, Kind kind, const std::string& name,
             const std::string& user) const;

  Report report_;
  std::map<std::string_view, Declaration> declarations_;
  std::map<std::string_view, std::string> namespaces_;  ///< with the names in them, for remedies
};

}  // namespace sealgate::artifacts

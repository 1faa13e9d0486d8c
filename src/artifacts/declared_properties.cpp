#include "artifacts/declared_properties.h"

#include "artifacts/errors.h"
#include "messaging/property_names.h"

namespace sealgate::artifacts {
namespace {

std::string_view namespace_of(std::string_view property) {
  return property.substr(0, property.rfind('.'));
}

std::string_view how_to_write(messaging::PropertyType type) {
  switch (type) {
    case messaging::PropertyType::Text:
      return "put the value in double quotes";
    case messaging::PropertyType::Integer:
      return "write a whole number without quotes";
    case messaging::PropertyType::Boolean:
      return "write true or false without quotes";
    case messaging::PropertyType::DateTime:
      return "write a time as 2026-11-21T07:30:00Z without quotes";
  }
  return "";
}

}  // namespace

DeclaredProperties::DeclaredProperties(const ArtifactSet& set, Report report) : report_(std::move(report)) {
  for (const Schema& schema : set.schemas) {
    for (const PromotedProperty& property : schema.promoted) declare(schema, property);
  }
}

void DeclaredProperties::declare(const Schema& schema, const PromotedProperty& property) {
  const std::string what =
      "schema '" + schema.name + "' declares " + property.name + " as " + std::string(to_string(property.type));
  if (messaging::is_reserved_namespace(property.name)) {
    const auto* definition = messaging::find_property_definition(property.name);
    if (definition == nullptr) {
      report_(kBadValue, Kind::Schema, schema.name, what + ", but there is no such property in that namespace",
              "use a namespace of your own, or a property of the list in docs/artifacts.md");
    } else if (definition->type != property.type) {
      report_(kContradiction, Kind::Schema, schema.name,
              what + ", but it holds " + std::string(to_string(definition->type)), "correct the type");
    }
    return;
  }
  const auto [at, fresh] = declarations_.emplace(property.name, Declaration{property.type, schema.name});
  if (!fresh && at->second.type != property.type) {
    report_(
        kContradiction, Kind::Schema, schema.name,
        what + ", but schema '" + std::string(at->second.schema) + "' as " + std::string(to_string(at->second.type)),
        "give it one type, or one of the two another name");
  }
  at->second.promoted = at->second.promoted || property.promote;
  std::string& names = namespaces_[namespace_of(property.name)];
  if (fresh) names += (names.empty() ? "" : ", ") + property.name;
}

void DeclaredProperties::check(const messaging::Filter& filter, Kind kind, const std::string& name,
                               const std::string& user) const {
  for (const messaging::FilterGroup& group : filter.groups) {
    for (const messaging::FilterStatement& statement : group) check(statement, kind, name, user);
  }
}

void DeclaredProperties::check(const messaging::FilterStatement& statement, Kind kind, const std::string& name,
                               const std::string& user) const {
  if (messaging::is_reserved_namespace(statement.property)) return;
  const auto found = declarations_.find(statement.property);
  if (found == declarations_.end()) {
    const auto neighbours = namespaces_.find(namespace_of(statement.property));
    if (neighbours == namespaces_.end()) return;
    return report_(kBadFilter, kind, name,
                   "the filter of " + user + " asks for " + statement.property + ", which no schema declares",
                   "use one of " + neighbours->second + ", or declare it in a schema");
  }
  const Declaration& declaration = found->second;
  if (!declaration.promoted) {
    return report_(kBadFilter, kind, name,
                   "the filter of " + user + " asks for " + statement.property + ", which schema '" +
                       std::string(declaration.schema) + "' does not promote",
                   "set 'promote: true' there, or filter on another property");
  }
  if (statement.op == messaging::FilterOperator::Exists) return;
  const messaging::PropertyType written = messaging::type_of(statement.value);
  if (written == declaration.type) return;
  report_(kBadFilter, kind, name,
          "the filter of " + user + " compares " + statement.property + " with " + std::string(to_string(written)) +
              ", but schema '" + std::string(declaration.schema) + "' declares it as " +
              std::string(to_string(declaration.type)),
          std::string(how_to_write(declaration.type)));
}

}  // namespace sealgate::artifacts

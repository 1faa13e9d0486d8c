#include "messaging/filter.h"

namespace sealgate::messaging {
namespace {

// Values of different types are different and in no order: a text "5" is not the number 5.
template <typename T>
bool compare(const T& actual, FilterOperator op, const T& wanted) {
  switch (op) {
    case FilterOperator::Equals:
      return actual == wanted;
    case FilterOperator::NotEquals:
      return actual != wanted;
    case FilterOperator::LessThan:
      return actual < wanted;
    case FilterOperator::LessThanOrEquals:
      return actual <= wanted;
    case FilterOperator::GreaterThan:
      return actual > wanted;
    case FilterOperator::GreaterThanOrEquals:
      return actual >= wanted;
    case FilterOperator::BitwiseAnd:
      if constexpr (std::is_same_v<T, std::int64_t>) {
        return (static_cast<std::uint64_t>(actual) & static_cast<std::uint64_t>(wanted)) != 0;
      } else {
        return false;
      }
    case FilterOperator::Exists:
      return true;
  }
  return false;
}

const FilterStatement* first_failing(const FilterGroup& group, const MessageContext& context) {
  for (const FilterStatement& statement : group) {
    if (!matches(statement, context)) return &statement;
  }
  return nullptr;
}

}  // namespace

bool matches(const FilterStatement& statement, const MessageContext& context) {
  const Property* property = context.find(statement.property);
  if (property == nullptr || !property->promoted) return false;
  if (statement.op == FilterOperator::Exists) return true;
  return std::visit(
      [&](const auto& actual) {
        using T = std::decay_t<decltype(actual)>;
        const T* wanted = std::get_if<T>(&statement.value);
        if (wanted == nullptr) return statement.op == FilterOperator::NotEquals;
        return compare(actual, statement.op, *wanted);
      },
      property->value);
}

bool matches(const Filter& filter, const MessageContext& context) {
  for (const FilterGroup& group : filter.groups) {
    if (!group.empty() && first_failing(group, context) == nullptr) return true;
  }
  return false;
}

std::string explain_mismatch(const Filter& filter, const MessageContext& context) {
  if (filter.empty()) return "it has no filter";
  std::string text;
  for (const FilterGroup& group : filter.groups) {
    const FilterStatement* failing = first_failing(group, context);
    if (failing == nullptr) continue;
    if (!text.empty()) text += "\n";
    text += to_text(Filter{{{*failing}}}) + " does not hold: ";
    const Property* property = context.find(failing->property);
    if (property == nullptr) {
      text += "the message has no " + failing->property;
    } else if (!property->promoted) {
      text += "the property is not promoted";
    } else {
      text += "it is " + to_text(property->value).substr(0, 100);
    }
  }
  return text;
}

}  // namespace sealgate::messaging

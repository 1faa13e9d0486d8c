#include "messaging/filter.h"

#include <algorithm>

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

/// For a line of the report; never in the middle of a character.
std::string shortened(std::string text) {
  constexpr std::size_t kLongest = 160;
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) --end;
  text.resize(end);
  return text + "...";
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

Closeness closeness_of(const Filter& filter, const MessageContext& context) {
  Closeness best;
  for (const FilterGroup& group : filter.groups) {
    const auto holding =
        std::ranges::count_if(group, [&](const auto& statement) { return matches(statement, context); });
    const Closeness closeness{static_cast<std::size_t>(holding), group.size(), &group};
    if (closeness > best) best = closeness;
  }
  return best;
}

std::string explain_mismatch(const Filter& filter, const MessageContext& context) {
  const Closeness closest = closeness_of(filter, context);
  if (closest.group == nullptr) return "it has no filter";
  const FilterStatement* failing = first_failing(*closest.group, context);
  if (failing == nullptr) return "its filter matches";
  std::string text = shortened(to_text(Filter{{{*failing}}})) + " does not hold: ";
  const Property* property = context.find(failing->property);
  if (property == nullptr) {
    text += "the message has no " + failing->property;
  } else if (!property->promoted) {
    text += "the property is not promoted";
  } else {
    text += "it is " + shortened(to_text(property->value));
    if (failing->op != FilterOperator::Exists && property->value.index() != failing->value.index()) {
      text += ", " + std::string(to_string(type_of(property->value))) + " and not " +
              std::string(to_string(type_of(failing->value)));
    }
  }
  if (filter.groups.size() > 1) {
    text += " (" + std::to_string(filter.groups.size() - 1) + " more alternatives do not hold either)";
  }
  return text;
}

}  // namespace sealgate::messaging

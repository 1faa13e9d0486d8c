#pragma once
// Filters: what a send port subscribes to. Groups are alternatives, the statements of one group must all hold, as in
// BizTalk's filter dialog. Only promoted properties are seen. A statement about a property that is absent never
// holds, NotEquals included.
//
// Text form:  BTS.ReceivePortName == "Orders" and Party.Name == "Contoso" or MIME.ContentType exists
// "and" binds tighter than "or"; there are no brackets. Operators: == != < <= > >= & exists, or BizTalk's names
// (Equals, NotEquals, LessThan, LessThanOrEquals, GreaterThan, GreaterThanOrEquals, BitwiseAnd, Exists).

#include <string>
#include <string_view>
#include <vector>

#include "messaging/context.h"

namespace sealgate::messaging {

enum class FilterOperator {
  Equals,
  NotEquals,
  LessThan,
  LessThanOrEquals,
  GreaterThan,
  GreaterThanOrEquals,
  BitwiseAnd,  ///< integers only: holds when any bit is set in both
  Exists
};

/// BizTalk's name of the operator.
std::string_view to_string(FilterOperator op);
/// Whether the operator makes sense for values of this type: BitwiseAnd for integers only, no order of booleans.
bool is_for(FilterOperator op, PropertyType type);

struct FilterStatement {
  std::string property = {};
  FilterOperator op = FilterOperator::Exists;
  PropertyValue value = {};  ///< of the property's type; unused for Exists
  friend bool operator==(const FilterStatement&, const FilterStatement&) = default;
};

using FilterGroup = std::vector<FilterStatement>;

struct Filter {
  std::vector<FilterGroup> groups = {};  ///< none: matches nothing
  bool empty() const { return groups.empty(); }
  friend bool operator==(const Filter&, const Filter&) = default;
};

/// At most this many statements in one filter.
inline constexpr std::size_t kMaximumFilterStatements = 256;

/// messaging.bad-filter, `where` is "column N" (from 1). The empty text is the empty filter. Names in a reserved
/// namespace must be registered and their values of the registered type. Values of other properties are of the type
/// they are written in: "quoted" is text, 12 an integer, true a boolean, 2026-11-21T07:30:00Z a date-time.
Result<Filter> parse_filter(std::string_view text);
/// Canonical text; parse_filter() gives the same filter back.
std::string to_text(const Filter& filter);
bool matches(const FilterStatement& statement, const MessageContext& context);
bool matches(const Filter& filter, const MessageContext& context);

/// How close a filter came to matching: of its best alternative, the share of statements that hold.
struct Closeness {
  std::size_t holding = 0;
  std::size_t statements = 0;     ///< 0: the filter is empty
  const FilterGroup* group = {};  ///< the alternative; of the filter that was asked
  friend bool operator>(const Closeness& a, const Closeness& b) {
    // By cross multiplication; an empty filter comes last.
    if (a.statements == 0 || b.statements == 0) return a.statements > b.statements;
    return a.holding * b.statements > b.holding * a.statements;
  }
};
Closeness closeness_of(const Filter& filter, const MessageContext& context);

/// Why a filter did not match, for the routing report, in one line: the first statement that failed in the
/// alternative that came closest, and what the message has instead.
std::string explain_mismatch(const Filter& filter, const MessageContext& context);

}  // namespace sealgate::messaging

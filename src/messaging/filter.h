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
/// namespace must be registered and their values of the registered type; other properties hold text.
Result<Filter> parse_filter(std::string_view text);
/// Canonical text; parse_filter() gives the same filter back.
std::string to_text(const Filter& filter);
bool matches(const FilterStatement& statement, const MessageContext& context);
bool matches(const Filter& filter, const MessageContext& context);

/// Why a filter did not match, for the routing report: the statement that failed in each group, one a line, with the
/// value the message has.
std::string explain_mismatch(const Filter& filter, const MessageContext& context);

}  // namespace sealgate::messaging

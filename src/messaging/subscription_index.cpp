#include "messaging/subscription_index.h"

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>

#include "messaging/interval_tree.h"

namespace sealgate::messaging {
namespace {

/// An equality that at most this many alternatives share is selective enough; above, a closed range is preferred.
constexpr std::size_t kFew = 32;
/// The report looks at so many statements and names so many subscriptions.
constexpr std::size_t kReportStatements = 20'000;
constexpr std::size_t kReportLines = 40;

struct ValueHash {
  std::size_t operator()(const PropertyValue& value) const {
    const std::size_t hash = std::visit(
        [](const auto& held) -> std::size_t {
          using T = std::decay_t<decltype(held)>;
          if constexpr (std::is_same_v<T, Time>) {
            return std::hash<std::int64_t>()(held.time_since_epoch().count());
          } else {
            return std::hash<T>()(held);
          }
        },
        value);
    return hash * 31 + value.index();
  }
};

struct TextHash {
  using is_transparent = void;  // NOLINT(readability-identifier-naming): the name that the standard asks for
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

template <typename T>
using ByName = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;
using ByValue = std::unordered_map<PropertyValue, std::vector<std::uint32_t>, ValueHash>;

/// A filter with the places of the subscriptions it stands for.
struct Matcher {
  const Filter* filter = nullptr;
  std::vector<std::uint32_t> places = {};
};

/// One alternative of a filter.
struct Clause {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  const FilterGroup* statements = nullptr;
  std::uint32_t matcher = 0;
  std::size_t proven = kNone;  ///< the statement that holds because it was found by it
};

/// The alternatives that are filed under a property.
struct Access {
  ByValue equals;
  std::array<IntervalTree, std::variant_size_v<PropertyValue>> ranges;  ///< by the type of the bounds
  std::vector<std::uint32_t> present;
};

struct Range {
  IntervalTree::Interval interval = {};
  std::string_view property = {};
  std::size_t type = 0;
  bool closed() const { return interval.low && interval.high; }
};

bool is_lower(FilterOperator op) {
  return op == FilterOperator::GreaterThan || op == FilterOperator::GreaterThanOrEquals;
}
bool is_upper(FilterOperator op) {
  return op == FilterOperator::LessThan || op == FilterOperator::LessThanOrEquals;
}

/// The ranges that an alternative demands, one for each property; statements of a second type about the same property
/// are left to the evaluation.
std::vector<Range> ranges_of(const FilterGroup& statements) {
  std::vector<Range> ranges;
  for (const FilterStatement& statement : statements) {
    const bool lower = is_lower(statement.op);
    if (!lower && !is_upper(statement.op)) continue;
    auto at = std::ranges::find(ranges, statement.property, &Range::property);
    if (at == ranges.end()) {
      ranges.push_back(Range{{}, statement.property, statement.value.index()});
      at = std::prev(ranges.end());
    }
    if (at->type != statement.value.index()) continue;
    auto& bound = lower ? at->interval.low : at->interval.high;
    const bool tighter = !bound || (lower ? *bound < statement.value : *bound > statement.value);
    if (tighter) bound = statement.value;
  }
  return ranges;
}

std::string label(const Subscription& subscription) {
  return subscription.group.empty() ? "send port '" + subscription.port + "'"
                                    : "send port group '" + subscription.group + "'";
}

}  // namespace

struct SubscriptionIndex::Tables {
  std::vector<Subscription> subscriptions;
  std::vector<Matcher> matchers;
  std::vector<Clause> clauses;
  ByName<Access> accesses;

  void make_matchers();
  void make_clauses();
  void file_clauses();
  bool holds(const Clause& clause, const MessageContext& context, std::size_t& evaluated) const;
};

void SubscriptionIndex::Tables::make_matchers() {
  ByName<std::size_t> groups;
  for (std::uint32_t place = 0; place < subscriptions.size(); ++place) {
    const Subscription& subscription = subscriptions[place];
    if (!subscription.group.empty()) {
      const auto [at, fresh] = groups.emplace(subscription.group, matchers.size());
      if (!fresh) {
        matchers[at->second].places.push_back(place);
        continue;
      }
    }
    matchers.push_back(Matcher{&subscription.filter, {place}});
  }
}

void SubscriptionIndex::Tables::make_clauses() {
  for (std::uint32_t matcher = 0; matcher < matchers.size(); ++matcher) {
    for (const FilterGroup& group : matchers[matcher].filter->groups) {
      if (!group.empty()) clauses.push_back(Clause{&group, matcher});
    }
  }
}

void SubscriptionIndex::Tables::file_clauses() {
  // How many alternatives have each equality, and each property.
  ByName<std::unordered_map<PropertyValue, std::size_t, ValueHash>> shared;
  ByName<std::size_t> mentions;
  for (const Clause& clause : clauses) {
    for (const FilterStatement& statement : *clause.statements) {
      ++mentions[statement.property];
      if (statement.op == FilterOperator::Equals) ++shared[statement.property][statement.value];
    }
  }
  for (std::uint32_t number = 0; number < clauses.size(); ++number) {
    Clause& clause = clauses[number];
    const FilterGroup& statements = *clause.statements;
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (statements[i].op != FilterOperator::Equals) continue;
      const std::size_t count = shared[statements[i].property][statements[i].value];
      if (count < fewest) {
        fewest = count;
        clause.proven = i;
      }
    }
    std::vector<Range> ranges = ranges_of(statements);
    std::ranges::stable_partition(ranges, &Range::closed);
    const bool by_equality =
        clause.proven != Clause::kNone && (fewest <= kFew || ranges.empty() || !ranges.front().closed());
    if (by_equality) {
      const FilterStatement& key = statements[clause.proven];
      accesses[key.property].equals[key.value].push_back(number);
      continue;
    }
    clause.proven = Clause::kNone;
    if (!ranges.empty()) {
      Range& range = ranges.front();
      range.interval.owner = number;
      accesses[std::string(range.property)].ranges.at(range.type).add(std::move(range.interval));
      continue;
    }
    const auto rarest =
        std::ranges::min_element(statements, {}, [&](const auto& statement) { return mentions[statement.property]; });
    accesses[rarest->property].present.push_back(number);
  }
  for (auto& [property, access] : accesses) {
    for (IntervalTree& tree : access.ranges) tree.build();
  }
}

bool SubscriptionIndex::Tables::holds(const Clause& clause, const MessageContext& context,
                                      std::size_t& evaluated) const {
  const FilterGroup& statements = *clause.statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (i == clause.proven) continue;
    ++evaluated;
    if (!matches(statements[i], context)) return false;
  }
  return true;
}

SubscriptionIndex::SubscriptionIndex(std::vector<Subscription> subscriptions) {
  auto tables = std::make_shared<Tables>();
  tables->subscriptions = std::move(subscriptions);
  tables->make_matchers();
  tables->make_clauses();
  tables->file_clauses();
  tables_ = std::move(tables);
}

const std::vector<Subscription>& SubscriptionIndex::subscriptions() const {
  return tables_->subscriptions;
}

SubscriptionIndex::Match SubscriptionIndex::match(const MessageContext& context) const {
  Match match;
  std::vector<bool> matched(tables_->matchers.size());
  const auto consider = [&](std::uint32_t number) {
    const Clause& clause = tables_->clauses[number];
    if (matched[clause.matcher] || !tables_->holds(clause, context, match.evaluated)) return;
    matched[clause.matcher] = true;
    const auto& places = tables_->matchers[clause.matcher].places;
    match.places.insert(match.places.end(), places.begin(), places.end());
  };
  for (const auto& [name, property] : context.properties()) {
    if (!property.promoted) continue;
    const auto found = tables_->accesses.find(name.text());
    if (found == tables_->accesses.end()) continue;
    const Access& access = found->second;
    const auto equal = access.equals.find(property.value);
    if (equal != access.equals.end()) std::ranges::for_each(equal->second, consider);
    access.ranges.at(property.value.index()).stab(property.value, consider);
    std::ranges::for_each(access.present, consider);
  }
  std::ranges::sort(match.places);
  return match;
}

std::string SubscriptionIndex::explain(const MessageContext& context) const {
  struct Candidate {
    const Matcher* matcher = nullptr;
    Closeness closeness = {};
  };
  if (tables_->matchers.empty()) return "there is no enlisted send port";
  std::vector<Candidate> candidates;
  std::size_t looked_at = 0;
  for (const Matcher& matcher : tables_->matchers) {
    if (looked_at > kReportStatements) break;
    candidates.push_back(Candidate{&matcher, closeness_of(*matcher.filter, context)});
    for (const FilterGroup& group : matcher.filter->groups) looked_at += group.size();
  }
  std::ranges::stable_sort(candidates,
                           [](const Candidate& a, const Candidate& b) { return a.closeness > b.closeness; });
  candidates.resize(std::min(candidates.size(), kReportLines));
  std::string text;
  for (const Candidate& candidate : candidates) {
    if (!text.empty()) text += "\n";
    text += label(tables_->subscriptions[candidate.matcher->places.front()]) + ": " +
            explain_mismatch(*candidate.matcher->filter, context);
  }
  const std::size_t others = tables_->matchers.size() - candidates.size();
  if (others > 0) text += "\n... and " + std::to_string(others) + " more subscriptions";
  return text;
}

}  // namespace sealgate::messaging

// What happened over time.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/errors.h"
#include "api/operations/operations.h"
#include "api/problem.h"
#include "store/common/figures/figure_book.h"

namespace sealgate::api {
namespace {

using store::figures::FigureBook;
using store::figures::Figures;
using store::figures::Series;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;
using std::chrono::hours;

constexpr std::size_t kReasons = 5;
constexpr hours kLongest{24 * 400};

struct Range {
  Time from, until;
};

Result<Range> range_of(const Call& call, Time now) {
  const auto from = call.parameters.time("from");
  const auto until = call.parameters.time("until");
  if (!from && !until) {
    const std::string word = call.parameters.text_or_empty("range");
    const std::chrono::minutes length = word == "15m"   ? std::chrono::minutes(15)
                                        : word == "24h" ? hours(24)
                                        : word == "7d"  ? hours(24 * 7)
                                        : word == "30d" ? hours(24 * 30)
                                                        : hours(1);
    return Range{now - length, now};
  }
  const Range range{from.value_or(until.value_or(now) - hours(1)), until.value_or(now)};
  if (range.until <= range.from || range.until - range.from > kLongest) {
    return fail(kBadParameter, "the range is empty, or longer than 400 days", "from",
                "let until be after from, and at most 400 days after it");
  }
  return range;
}

void add_latency(Json& json, const Figures& figures) {
  if (const auto p50 = figures.latency.quantile(0.5)) json["latency_p50_ms"] = p50->count();
  if (const auto p99 = figures.latency.quantile(0.99)) json["latency_p99_ms"] = p99->count();
}

std::uint64_t suspended_of(const Figures& figures) {
  std::uint64_t sum = 0;
  for (const auto& [code, count] : figures.suspended) sum += count;
  return sum;
}

Json sums_json(Time start, const Figures& figures) {
  Json json{{"at", to_rfc3339(start)},
            {"received", figures.received},
            {"sent", figures.sent},
            {"failed", figures.failed},
            {"suspended", suspended_of(figures)}};
  add_latency(json, figures);
  if (figures.depth) {
    json["waiting"] = figures.depth->waiting;
    json["held"] = figures.depth->suspended;
  }
  return json;
}

/// The reasons that came most, each over time; the others together under "".
Json reasons_json(const Series& series, const Figures& sum) {
  std::vector<std::pair<std::string, std::uint64_t>> all(sum.suspended.begin(), sum.suspended.end());
  std::erase_if(all, [](const auto& one) { return one.first.empty(); });
  std::ranges::stable_sort(all, std::greater{}, [](const auto& one) { return one.second; });
  if (all.size() > kReasons) all.resize(kReasons);
  Json reasons = Json::array();
  std::uint64_t named = 0;
  std::vector<std::uint64_t> others;
  for (const Figures& span : series.spans) others.push_back(suspended_of(span));
  for (const auto& [code, count] : all) {
    Json counts = Json::array();
    for (std::size_t i = 0; i < series.spans.size(); ++i) {
      const auto found = series.spans[i].suspended.find(code);
      const std::uint64_t here = found == series.spans[i].suspended.end() ? 0 : found->second;
      counts.push_back(here);
      others[i] -= here;
    }
    named += count;
    reasons.push_back({{"code", code}, {"total", count}, {"counts", std::move(counts)}});
  }
  const std::uint64_t rest = suspended_of(sum) - named;
  if (rest > 0) reasons.push_back({{"code", ""}, {"total", rest}, {"counts", others}});
  return reasons;
}

Result<net::HttpResponse> get_figures(const Shared& services, Call& call) {
  const Time now = services->now();
  SG_TRY_ASSIGN(const Range range, range_of(call, now));
  FigureBook book(services->store().tracking_storage());
  SG_TRY_ASSIGN(const Series series, book.series(range.from, range.until, now));
  Figures sum;
  Json spans = Json::array();
  for (std::size_t i = 0; i < series.spans.size(); ++i) {
    sum.add(series.spans[i]);
    spans.push_back(sums_json(series.start(i), series.spans[i]));
  }
  return json_answer(200, {{"from", to_rfc3339(series.from)},
                           {"until", to_rfc3339(range.until)},
                           {"seconds", std::chrono::duration_cast<std::chrono::seconds>(series.width).count()},
                           {"total", sums_json(series.from, sum)},
                           {"spans", std::move(spans)},
                           {"suspended", reasons_json(series, sum)}});
}

}  // namespace

void add_figures(Actions& actions, const Shared& services) {
  actions["getFigures"] = [services](Call& call) { return get_figures(services, call); };
}

}  // namespace sealgate::api

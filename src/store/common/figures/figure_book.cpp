#include "store/common/figures/figure_book.h"

#include <algorithm>
#include <array>

#include "store/common/tracking/block.h"

namespace sealgate::store::figures {
namespace {

using std::chrono::milliseconds;
using tracking::TrackingRows;

/// Widths that people can read off an axis.
constexpr std::array<milliseconds, 14> kWidths{
    std::chrono::seconds(15), std::chrono::seconds(30),  std::chrono::minutes(1),  std::chrono::minutes(2),
    std::chrono::minutes(5),  std::chrono::minutes(15),  std::chrono::minutes(30), std::chrono::hours(1),
    std::chrono::hours(2),    std::chrono::hours(4),     std::chrono::hours(6),    std::chrono::hours(12),
    std::chrono::hours(24),   std::chrono::hours(24 * 7)};
/// Few enough to be told apart in a chart.
constexpr std::int64_t kSpansWanted = 120;

/// One row, of all times.
constexpr SeriesKind kTotal{"total", {}, {}};

std::int64_t number_of(Time time) {
  return time.time_since_epoch().count();
}

/// A damaged record was damaged before it was sealed; it counts nowhere. A seal that is gone was archived.
Result<> tally_seal(TrackingRows& rows, std::int64_t number, Tally& tally) {
  SG_TRY_ASSIGN(const Bytes packed, rows.records(number));
  if (packed.empty()) return {};
  const auto unpacked = tracking::unpack(packed);
  // 'sealgate tracking verify' tells of it; figures must not stop for it.
  if (!unpacked) return {};
  for (const ByteView bytes : unpacked->records) {
    if (const auto record = messaging::decode_record(bytes)) tally.add(*record);
  }
  return {};
}

Result<> add_spans(FigureRows& rows, const SeriesKind& kind, const Tally::Spans& spans) {
  if (spans.empty()) return {};
  SG_TRY_ASSIGN(const auto known,
                rows.spans(kind.name, number_of(spans.begin()->first), number_of(spans.rbegin()->first) + 1));
  std::vector<SpanRow> changed;
  for (const auto& [start, figures] : spans) {
    Figures sum = figures;
    const auto before = std::ranges::lower_bound(known, number_of(start), {}, &SpanRow::start);
    if (before != known.end() && before->start == number_of(start)) {
      SG_TRY_ASSIGN(sum, decode_figures(before->content));
      sum.add(figures);
    }
    changed.push_back(SpanRow{number_of(start), encode(sum)});
  }
  return rows.put_spans(kind.name, changed);
}

Figures sum_of(const Tally::Spans& spans) {
  Figures sum;
  for (const auto& [start, figures] : spans) sum.add(figures);
  return sum;
}

Result<> add_subjects(FigureRows& rows, SubjectKind kind, const Tally::Subjects& subjects) {
  std::vector<std::string> names;
  for (const auto& [name, activity] : subjects) names.push_back(name);
  SG_TRY_ASSIGN(const auto known, rows.subjects(to_string(kind), names));
  std::map<std::string_view, const SubjectRow*> before;
  for (const SubjectRow& row : known) before[row.name] = &row;
  SG_TRY_ASSIGN(std::uint64_t have, rows.count_subjects());
  std::vector<SubjectRow> changed;
  for (const auto& [name, activity] : subjects) {
    Activity sum = activity;
    if (const auto place = before.find(name); place != before.end()) {
      SG_TRY_ASSIGN(sum, decode_activity(place->second->content));
      sum.add(activity);
    } else if (have++ >= kMaximumSubjects) {
      continue;
    }
    const Time last = std::max(sum.last_message.value_or(Time{}), sum.last_failure.value_or(Time{}));
    changed.push_back(SubjectRow{name, number_of(last), encode(sum)});
  }
  return rows.put_subjects(to_string(kind), changed);
}

}  // namespace

Result<std::size_t> FigureBook::count(std::size_t most) {
  std::int64_t counted = 0;
  std::int64_t next = 0;
  std::int64_t last = 0;
  Tally tally;
  SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
    tally = {};
    SG_TRY_ASSIGN(counted, rows.figures().counted());
    SG_TRY_ASSIGN(const auto newest, rows.newest_seal());
    SG_TRY_ASSIGN(const auto cut, rows.cut());
    next = std::max(counted, cut.seal) + 1;
    last = std::min(newest ? newest->number : 0, next + static_cast<std::int64_t>(most) - 1);
    for (std::int64_t number = next; number <= last; ++number) SG_TRY(tally_seal(rows, number, tally));
    return {};
  }));
  if (last < next) return 0;
  bool done = false;
  SG_TRY(storage_.write([&](TrackingRows& rows) -> Result<> {
    FigureRows& figures = rows.figures();
    SG_TRY_ASSIGN(const std::int64_t now_counted, figures.lock());
    done = now_counted == counted;
    if (!done) return {};
    SG_TRY(add_spans(figures, kFine, tally.fine()));
    SG_TRY(add_spans(figures, kCoarse, tally.coarse()));
    SG_TRY(add_spans(figures, kTotal, {{Time{}, sum_of(tally.coarse())}}));
    for (const auto& [kind, subjects] : tally.subjects()) SG_TRY(add_subjects(figures, kind, subjects));
    return figures.set_counted(last);
  }));
  return done ? static_cast<std::size_t>(last - next + 1) : 0;
}

Result<> FigureBook::note(const Depth& depth, Time now) {
  Figures seen;
  seen.see(depth);
  return storage_.write([&](TrackingRows& rows) -> Result<> {
    SG_TRY(rows.figures().lock());
    SG_TRY(add_spans(rows.figures(), kFine, {{start_of(now, kFine.width), seen}}));
    return add_spans(rows.figures(), kCoarse, {{start_of(now, kCoarse.width), seen}});
  });
}

Result<> FigureBook::forget(Time now) {
  return storage_.write([&](TrackingRows& rows) -> Result<> {
    SG_TRY(rows.figures().lock());
    for (const SeriesKind& kind : {kFine, kCoarse}) {
      SG_TRY(rows.figures().remove_spans(kind.name, number_of(now - kind.kept)));
    }
    return rows.figures().remove_subjects(number_of(now - kCoarse.kept));
  });
}

milliseconds width_for(Time from, Time until, Time now) {
  // An hour is left for what is forgotten while somebody looks.
  const bool fine = from > now - kFine.kept + std::chrono::hours(1);
  for (const milliseconds width : kWidths) {
    if (!fine && width < kCoarse.width) continue;
    if ((until - from) / width <= kSpansWanted) return width;
  }
  return kWidths.back();
}

Result<Series> FigureBook::series(Time from, Time until, Time now) {
  Series series;
  series.width = width_for(from, until, now);
  series.from = start_of(from, series.width);
  const auto count = static_cast<std::size_t>((until - series.from + series.width - milliseconds(1)) / series.width);
  series.spans.resize(std::min(count, kMaximumSpans));
  const SeriesKind& kind = series.width < kCoarse.width ? kFine : kCoarse;
  SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
    SG_TRY_ASSIGN(const auto known, rows.figures().spans(kind.name, number_of(series.from),
                                                         number_of(series.start(series.spans.size()))));
    for (const SpanRow& row : known) {
      SG_TRY_ASSIGN(const Figures figures, decode_figures(row.content));
      series.spans.at(static_cast<std::size_t>((row.start - number_of(series.from)) / series.width.count()))
          .add(figures);
    }
    return {};
  }));
  return series;
}

Result<Figures> FigureBook::totals() {
  Figures totals;
  SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
    totals = {};
    SG_TRY_ASSIGN(const auto known, rows.figures().spans(kTotal.name, 0, 1));
    if (!known.empty()) {
      SG_TRY_ASSIGN(totals, decode_figures(known.front().content));
    }
    return {};
  }));
  return totals;
}

Result<FigureBook::Activities> FigureBook::activities(SubjectKind kind) {
  Activities all;
  SG_TRY(storage_.read([&](TrackingRows& rows) -> Result<> {
    all.clear();
    SG_TRY_ASSIGN(auto known, rows.figures().subjects(to_string(kind)));
    for (SubjectRow& row : known) {
      SG_TRY_ASSIGN(Activity activity, decode_activity(row.content));
      all.emplace(std::move(row.name), std::move(activity));
    }
    return {};
  }));
  return all;
}

}  // namespace sealgate::store::figures

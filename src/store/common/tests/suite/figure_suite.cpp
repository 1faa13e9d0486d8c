// Figures counted out of the log: once each, whoever counts, and as the widths of a chart want them.

#include <atomic>
#include <thread>

#include "messaging/ids.h"
#include "store/common/figures/figure_book.h"
#include "store/common/tests/suite/tracking_fixture.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;
using figures::Activity;
using figures::FigureBook;
using figures::Figures;
using figures::SubjectKind;
using std::chrono::milliseconds;

namespace {

std::string id_at(std::int64_t second) {
  return make_message_id(at(second))->text();
}

/// Everything there is.
std::size_t count_all(FigureBook book) {
  std::size_t all = 0;
  for (;;) {
    const auto counted = book.count(4);
    EXPECT_TRUE(counted) << counted.error().to_string();
    if (!counted || *counted == 0) return all;
    all += *counted;
  }
}

Figures sum_of(FigureBook book, std::int64_t from, std::int64_t until) {
  Figures sum;
  const auto series = book.series(at(from), at(until), at(until));
  EXPECT_TRUE(series) << series.error().to_string();
  if (series) {
    for (const Figures& span : series->spans) sum.add(span);
  }
  return sum;
}

}  // namespace

TEST_P(TrackingSuite, FiguresSayWhatHappenedWhen) {
  // The storage dies when the log is opened again.
  const auto book = [&] { return FigureBook(backend().storage()); };
  EXPECT_EQ(count_all(book()), 0U);
  const std::string first = id_at(0);
  append(backend().storage(),
         {record_at(0, TrackingEvent::Received, first, {{"location", "In by HTTP"}}),
          record_at(2, TrackingEvent::Sent, first),
          record_at(3, TrackingEvent::Refused, id_at(3), {{"location", "In by HTTP"}, {"failure", "smime.no-key"}}),
          record_at(40, TrackingEvent::Unroutable, id_at(40)),
          record_at(70, TrackingEvent::Suspended, first, {{"failure", "adapters.http-refused"}}),
          record_at(71, TrackingEvent::Attempted, first), record_at(72, TrackingEvent::Resumed, first)});
  ASSERT_TRUE(log().seal(at(80)));
  EXPECT_EQ(count_all(book()), 1U);
  EXPECT_EQ(count_all(book()), 0U) << "each seal counts once";

  const auto series = book().series(at(0), at(90), at(90));
  ASSERT_TRUE(series) << series.error().to_string();
  EXPECT_EQ(series->width, std::chrono::seconds(15));
  const Figures begin = series->spans.at(static_cast<std::size_t>((at(0) - series->from) / series->width));
  EXPECT_EQ(begin.received, 2U);
  EXPECT_EQ(begin.sent, 1U);
  EXPECT_EQ(begin.failed, 1U);
  const auto took = begin.latency.quantile(0.5);
  ASSERT_TRUE(took);
  EXPECT_NEAR(static_cast<double>(took->count()), 2000, 400);

  const Figures sum = sum_of(book(), 0, 90);
  EXPECT_EQ(sum.received, 3U);
  EXPECT_EQ(sum.failed, 4U);
  const std::map<std::string, std::uint64_t, std::less<>> reasons{
      {"adapters.http-refused", 1}, {"messaging.no-subscriber", 1}, {"smime.no-key", 1}};
  EXPECT_EQ(sum.suspended, reasons);
  EXPECT_FALSE(sum.depth) << "nobody looked";
  EXPECT_EQ(figures::encode(*book().totals()), figures::encode(sum));
}

TEST_P(TrackingSuite, FiguresOfEachPortLocationAndParty) {
  // The storage dies when the log is opened again.
  const auto book = [&] { return FigureBook(backend().storage()); };
  append(backend().storage(),
         {record_at(0, TrackingEvent::Received, id_at(0), {{"location", "In by HTTP"}}),
          record_at(3700, TrackingEvent::Received, id_at(3700), {{"location", "In by HTTP"}}),
          record_at(3701, TrackingEvent::Refused, id_at(3701), {{"location", "In by file"}, {"failure", "mime.bad"}}),
          record_at(3702, TrackingEvent::Sent, id_at(3700))});
  ASSERT_TRUE(log().seal(at(3800)));
  count_all(book());
  const auto locations = book().activities(SubjectKind::Location);
  ASSERT_TRUE(locations);
  ASSERT_EQ(locations->size(), 2U);
  const Activity& http = locations->at("In by HTTP");
  EXPECT_EQ(http.last_message, at(3700));
  EXPECT_FALSE(http.last_failure);
  EXPECT_EQ(http.sums(at(3800)).hour, 1U);
  EXPECT_EQ(http.sums(at(3800)).day, 2U);
  const auto by_hour = http.by_hour(at(3800));
  ASSERT_EQ(by_hour.size(), 24U);
  EXPECT_EQ(by_hour.at(23) + by_hour.at(22) + by_hour.at(21), 2U);
  EXPECT_EQ(http.sums(at(3800 + 25 * 3600)).day, 0U);
  const Activity& file = locations->at("In by file");
  EXPECT_EQ(file.last_failure, at(3701));
  EXPECT_EQ(file.last_failure_code, "mime.bad");
  EXPECT_EQ(file.sums(at(3800)).hour_failures, 1U);
  EXPECT_EQ(book().activities(SubjectKind::ReceivePort)->at("In").sums(at(3800)).day, 3U);
  EXPECT_EQ(book().activities(SubjectKind::SendPort)->at("Out").sums(at(3800)).day, 1U);
  EXPECT_EQ(book().activities(SubjectKind::Party)->at("Contoso").sums(at(3800)).day, 3U);
}

TEST_P(TrackingSuite, FiguresAddUpOverSealsAndWidths) {
  // The storage dies when the log is opened again.
  const auto book = [&] { return FigureBook(backend().storage()); };
  fill(backend(), log(), 20, 50);
  EXPECT_EQ(count_all(book()), 20U);
  EXPECT_EQ(sum_of(book(), 0, 1001).received, 1000U);
  // What the fine series no longer has is in the coarse one.
  const std::int64_t day = 24 * 3600;
  const auto old = book().series(at(0), at(1001), at(10 * day));
  ASSERT_TRUE(old);
  EXPECT_EQ(old->width, std::chrono::minutes(15));
  std::uint64_t received = 0;
  for (const Figures& span : old->spans) received += span.received;
  EXPECT_EQ(received, 1000U);
  ASSERT_TRUE(book().forget(at(10 * day)));
  EXPECT_EQ(sum_of(book(), 0, 1001).received, 0U);
  received = 0;
  const auto coarse = book().series(at(0), at(1001), at(10 * day));
  for (const Figures& span : coarse->spans) received += span.received;
  EXPECT_EQ(received, 1000U);
  ASSERT_TRUE(book().forget(at(500 * day)));
  EXPECT_TRUE(book().activities(SubjectKind::Party)->empty());
  for (const std::int64_t range : {900, 3600, 86'400, 7 * 86'400, 30 * 86'400, 400 * 86'400}) {
    const auto some = book().series(at(-range), at(0), at(0));
    ASSERT_TRUE(some);
    EXPECT_LE(some->spans.size(), 122U) << range;
    EXPECT_LE(some->from, at(-range));
    EXPECT_GE(some->start(some->spans.size()), at(0));
  }
}

TEST_P(TrackingSuite, WhoCountsAtOnceCountsOnce) {
  // The storage dies when the log is opened again.
  const auto book = [&] { return FigureBook(backend().storage()); };
  fill(backend(), log(), 30, 10);
  std::atomic<std::size_t> counted{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      FigureBook own(backend().storage());
      for (int j = 0; j < 60; ++j) {
        const auto some = own.count(3);
        EXPECT_TRUE(some) << some.error().to_string();
        counted += some.value_or(0);
        EXPECT_TRUE(own.note({static_cast<std::uint64_t>(j), 2}, at(5)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  count_all(book());
  EXPECT_LE(counted, 30U);
  const Figures sum = sum_of(book(), 0, 301);
  EXPECT_EQ(sum.received, 300U);
  ASSERT_TRUE(sum.depth);
  EXPECT_EQ(sum.depth->waiting, 59U);
  EXPECT_EQ(sum.depth->suspended, 2U);
}

TEST_P(TrackingSuite, WhatCannotBeReadCountsNowhereAndStopsNothing) {
  // The storage dies when the log is opened again.
  const auto book = [&] { return FigureBook(backend().storage()); };
  fill(backend(), log(), 1, 5);
  const auto written = backend().storage().write(
      [&](tracking::TrackingRows& rows) { return rows.append(as_bytes(std::string_view("no record"))); });
  ASSERT_TRUE(written);
  ASSERT_TRUE(log().seal(at(6)));
  fill(backend(), log(), 1, 5);
  count_all(book());
  EXPECT_EQ(sum_of(book(), 0, 60).received, 10U);
  backend().run("UPDATE figures_counted SET seal = 0");
  backend().run("DELETE FROM figure_spans");
  count_all(book());
  EXPECT_EQ(sum_of(book(), 0, 60).received, 10U) << "counted anew out of the log";
}

TEST(Figures, HistogramsAreNearTheTruth) {
  figures::Histogram histogram;
  EXPECT_FALSE(histogram.quantile(0.5));
  for (int i = 1; i <= 1000; ++i) histogram.add(milliseconds(i));
  EXPECT_NEAR(static_cast<double>(histogram.quantile(0.5)->count()), 500, 50);
  EXPECT_NEAR(static_cast<double>(histogram.quantile(0.99)->count()), 990, 99);
  EXPECT_EQ(histogram.sum().count(), 500'500);
  EXPECT_EQ(histogram.at_most(milliseconds(0)), 0U);
  EXPECT_NEAR(static_cast<double>(histogram.at_most(milliseconds(500))), 500, 100);
  EXPECT_EQ(histogram.at_most(std::chrono::hours(1)), 1000U);
  Bytes bytes;
  histogram.write(bytes);
  stored::Reader reader(bytes);
  const auto again = figures::Histogram::read(reader);
  EXPECT_TRUE(reader.ok() && reader.at_end());
  EXPECT_EQ(again.count(), 1000U);
  EXPECT_EQ(again.quantile(0.99), histogram.quantile(0.99));
  figures::Histogram ends;
  ends.add(milliseconds(-5));
  ends.add(milliseconds(0));
  ends.add(std::chrono::hours(24 * 3650));
  EXPECT_LE(ends.quantile(0.5)->count(), 2);
  EXPECT_GT(ends.quantile(1)->count(), 10'000'000'000);
}

TEST(Figures, StoredFormsAreReadBackOrRefused) {
  Figures all;
  all.received = 7;
  all.sent = 300;
  for (int i = 0; i < 200; ++i) all.suspend("code." + std::to_string(i));
  EXPECT_LE(all.suspended.size(), figures::kMaximumReasons + 1);
  all.see({4, 5});
  all.latency.add(milliseconds(12));
  const Bytes bytes = figures::encode(all);
  const auto again = figures::decode_figures(bytes);
  ASSERT_TRUE(again);
  EXPECT_EQ(figures::encode(*again), bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(figures::decode_figures(ByteView(bytes).first(size))) << size;
  }
  Activity activity;
  for (int i = 0; i < 5000; ++i) activity.count(at(i * 60), i % 7 == 0, "a.code");
  EXPECT_LE(activity.recent.size(), 13U);
  EXPECT_LE(activity.hours.size(), 25U);
  const Bytes other = figures::encode(activity);
  const auto same = figures::decode_activity(other);
  ASSERT_TRUE(same);
  EXPECT_EQ(figures::encode(*same), other);
  for (std::size_t size = 0; size < other.size(); ++size) {
    EXPECT_FALSE(figures::decode_activity(ByteView(other).first(size))) << size;
  }
}

}  // namespace sealgate::store

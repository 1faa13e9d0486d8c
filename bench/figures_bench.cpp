// What figures cost, and how long they take to be read, with millions of records in the tracking log.
//
// usage: sealgate_bench_figures [FOLDER [RECORDS [PORTS]]]    (a scratch folder on the disk to measure)

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "bench/must.h"
#include "messaging/ids.h"
#include "store/common/figures/figure_book.h"
#include "store/sqlite/sqlite_store.h"

namespace {

using namespace sealgate;
using bench::must;
using namespace sealgate::messaging;
using std::chrono::hours;
using std::chrono::steady_clock;
using store::figures::FigureBook;
using store::figures::SubjectKind;

double milliseconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
}

/// Received and sent in turns, over 30 days up to now.
TrackingRecord record(std::int64_t number, std::int64_t of, int ports, Time now) {
  const Time at = now - hours(24 * 30) + std::chrono::milliseconds(number * (std::int64_t{30} * 86'400'000 / of));
  TrackingRecord made;
  made.at = at;
  made.message = must(make_message_id(at - std::chrono::milliseconds(number % 900)));
  made.event = number % 2 == 0    ? TrackingEvent::Received
               : number % 97 == 1 ? TrackingEvent::Suspended
                                  : TrackingEvent::Sent;
  made.port = (number % 2 == 0 ? "In " : "Out ") + std::to_string(number / 2 % ports);
  made.party = "Party " + std::to_string(number / 2 % ports);
  made.instance = "node-1";
  made.details = {{"location", "Location " + std::to_string(number / 2 % ports)},
                  {"transport", "HTTP"},
                  {"bytes", "10240"},
                  {"sha256", std::string(64, 'a')}};
  if (made.event == TrackingEvent::Suspended) made.details.emplace_back("failure", "adapters.http-refused");
  return made;
}

void fill(store::SqliteStore& store, std::int64_t records, int ports, Time now) {
  constexpr std::int64_t kAtOnce = 16'384;
  for (std::int64_t at = 0; at < records; at += kAtOnce) {
    must(store.tracking_storage().write([&](store::tracking::TrackingRows& rows) -> Result<> {
      for (std::int64_t i = at; i < std::min(at + kAtOnce, records); ++i) {
        SG_TRY(rows.append(encode_record(record(i, records, ports, now))));
      }
      return {};
    }));
    (void)must(store.tracking().seal(now));
  }
}

void measure(store::SqliteStore& store, std::int64_t records, Time now) {
  FigureBook book(store.tracking_storage());
  auto start = steady_clock::now();
  while (must(book.count(64)) == 64) {
  }
  const double counting = milliseconds_since(start);
  std::printf("counted %lld records: %.2f us each\n", static_cast<long long>(records),
              1000 * counting / static_cast<double>(records));
  for (const int minutes : {15, 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60}) {
    start = steady_clock::now();
    const auto series = must(book.series(now - std::chrono::minutes(minutes), now, now));
    std::printf("the last %5d minutes: %6.2f ms for %zu spans\n", minutes, milliseconds_since(start),
                series.spans.size());
  }
  start = steady_clock::now();
  const auto ports = must(book.activities(SubjectKind::SendPort));
  std::printf("what %zu send ports did: %.2f ms\n", ports.size(), milliseconds_since(start));
}

}  // namespace

int main(int count, char** arguments) {
  const std::filesystem::path parent = count > 1 ? arguments[1] : "/var/tmp";
  const std::int64_t records = count > 2 ? std::atoll(arguments[2]) : 2'000'000;
  const int ports = count > 3 ? std::atoi(arguments[3]) : 1000;
  const std::filesystem::path folder = parent / ("sealgate-figures-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  {
    const SystemClock clock;
    const auto store = must(store::SqliteStore::open({.data = folder, .access = store::Access::Serve}, clock));
    fill(*store, records, ports, clock.now());
    measure(*store, records, clock.now());
  }
  std::filesystem::remove_all(folder);
  return 0;
}

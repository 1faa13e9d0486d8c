#include "hosts/figure_metrics.h"

#include <array>

#include "hosts/metric_label.h"
#include "store/common/figures/figure_book.h"

namespace sealgate::hosts {
namespace {

using namespace store::figures;
using std::chrono::milliseconds;

/// Upper ends of the buckets, and how Prometheus writes them.
constexpr std::array<std::pair<milliseconds, const char*>, 14> kBuckets{{{milliseconds(10), "0.01"},
                                                                         {milliseconds(25), "0.025"},
                                                                         {milliseconds(50), "0.05"},
                                                                         {milliseconds(100), "0.1"},
                                                                         {milliseconds(250), "0.25"},
                                                                         {milliseconds(500), "0.5"},
                                                                         {milliseconds(1'000), "1"},
                                                                         {milliseconds(2'500), "2.5"},
                                                                         {milliseconds(5'000), "5"},
                                                                         {milliseconds(10'000), "10"},
                                                                         {milliseconds(30'000), "30"},
                                                                         {milliseconds(60'000), "60"},
                                                                         {milliseconds(300'000), "300"},
                                                                         {milliseconds(3'600'000), "3600"}}};

void begin(std::string& text, const char* name, const char* type, const char* help) {
  text += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

void counter(std::string& text, const char* name, const char* help, std::uint64_t value) {
  begin(text, name, "counter", help);
  text += std::string(name) + " " + std::to_string(value) + "\n";
}

std::string seconds_of(milliseconds time) {
  std::string digits = std::to_string(time.count() % 1000);
  digits.insert(0, 3 - digits.size(), '0');
  return std::to_string(time.count() / 1000) + "." + digits;
}

void delivery_times(std::string& text, const Histogram& latency) {
  constexpr const char* kName = "sealgate_delivery_seconds";
  begin(text, kName, "histogram", "From the acceptance of a message to each of its deliveries.");
  const auto line = [&](const char* limit, std::uint64_t count) {
    text += std::string(kName) + "_bucket{le=\"" + limit + "\"} " + std::to_string(count) + "\n";
  };
  for (const auto& [limit, words] : kBuckets) line(words, latency.at_most(limit));
  line("+Inf", latency.count());
  text += std::string(kName) + "_sum " + seconds_of(latency.sum()) + "\n";
  text += std::string(kName) + "_count " + std::to_string(latency.count()) + "\n";
}

void suspensions(std::string& text, const Figures& totals) {
  constexpr const char* kName = "sealgate_suspensions_total";
  begin(text, kName, "counter", "What was suspended or refused, by the code of its failure.");
  for (const auto& [code, count] : totals.suspended) {
    text += std::string(kName) + "{code=\"" + metric_label(code) + "\"} " + std::to_string(count) + "\n";
  }
}

void last_messages(std::string& text, const char* name, const char* label, const char* help,
                   const FigureBook::Activities& all) {
  begin(text, name, "gauge", help);
  std::size_t told = 0;
  for (const auto& [subject, activity] : all) {
    if (!activity.last_message || told++ >= kMaximumMetricSubjects) continue;
    text += std::string(name) + "{" + label + "=\"" + metric_label(subject) + "\"} " +
            seconds_of(activity.last_message->time_since_epoch()) + "\n";
  }
}

Result<> instances(std::string& text, store::Store& store) {
  SG_TRY_ASSIGN(const auto members, store.cluster().members());
  const Time now = store.clock().now();
  std::size_t alive = 0;
  for (const messaging::Instance& one : members) alive += now - one.seen < messaging::kInstanceTimeout ? 1 : 0;
  begin(text, "sealgate_host_instances", "gauge", "Host instances of the group; silent: not heard of.");
  text += "sealgate_host_instances{state=\"alive\"} " + std::to_string(alive) + "\n";
  text += "sealgate_host_instances{state=\"silent\"} " + std::to_string(members.size() - alive) + "\n";
  return {};
}

}  // namespace

Result<std::string> figure_metrics(store::Store& store) {
  FigureBook book(store.tracking_storage());
  SG_TRY_ASSIGN(const Figures totals, book.totals());
  SG_TRY_ASSIGN(const auto locations, book.activities(SubjectKind::Location));
  SG_TRY_ASSIGN(const auto ports, book.activities(SubjectKind::SendPort));
  std::string text;
  counter(text, "sealgate_messages_received_total", "Messages that came in, whatever became of them.",
          totals.received);
  counter(text, "sealgate_messages_sent_total", "Deliveries.", totals.sent);
  counter(text, "sealgate_failures_total", "Refused, unroutable, attempts that failed, suspended.", totals.failed);
  suspensions(text, totals);
  delivery_times(text, totals.latency);
  last_messages(text, "sealgate_location_last_message_timestamp_seconds", "location",
                "When a receive location last received something.", locations);
  last_messages(text, "sealgate_send_port_last_message_timestamp_seconds", "port",
                "When a send port last sent something.", ports);
  SG_TRY(instances(text, store));
  return text;
}

}  // namespace sealgate::hosts

// How, when and in which order a port sends, and what is kept of it.

#include <algorithm>
#include <array>

#include "artifacts/errors.h"
#include "artifacts/read_parts.h"

namespace sealgate::artifacts {
namespace {

constexpr int kMinutesOfDay = 24 * 60;

/// The form of a name in the tz database. Whether it is there, validate() says.
bool is_zone_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' ||
           c == '-' || c == '/';
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, good) && name.front() != '/' &&
         name.back() != '/' && name.find("//") == std::string_view::npos;
}

int read_clock(Fields& fields, std::string_view key, int latest) {
  fields.required(key);
  const auto text = fields.scalar(key);
  if (!text) return 0;
  const auto minute = parse_clock(*text);
  if (!minute || *minute > latest) {
    fields.bad_value(key, "'" + std::string(key) + "' is not a time of day",
                     "write hours and minutes as \"08:00\", up to \"" + format_clock(latest) + "\"");
    return 0;
  }
  return *minute;
}

void read_days(Fields& fields, std::vector<std::chrono::weekday>& days) {
  std::vector<std::string> words;
  fields.names("days", words);
  for (const std::string& word : words) {
    const auto day = parse_weekday(word);
    if (!day) {
      return fields.bad_value("days", "'" + word + "' is not a day of the week",
                              "use mon, tue, wed, thu, fri, sat, sun");
    }
    days.push_back(*day);
  }
  std::ranges::sort(days, {}, &std::chrono::weekday::iso_encoding);
}

}  // namespace

RetryPolicy read_retry(Fields& fields) {
  RetryPolicy retry;
  fields.integer("retry_count", retry.count, 0, 1000);
  fields.duration("retry_interval", retry.interval, Duration(0), kLongest);
  fields.choice("backoff", retry.backoff, {Backoff::Fixed, Backoff::Exponential});
  fields.duration("maximum_retry_interval", retry.maximum_interval, Duration(0), kLongest);
  return retry;
}

std::optional<ServiceWindow> read_service_window(Fields& fields) {
  auto inner = fields.map("service_window");
  if (!inner) return std::nullopt;
  ServiceWindow window;
  window.start_minute = read_clock(*inner, "start", kMinutesOfDay - 1);
  window.stop_minute = read_clock(*inner, "stop", kMinutesOfDay);
  read_days(*inner, window.days);
  inner->text("time_zone", window.time_zone);
  inner->no_other_keys();
  if (!fields.reading().failed() && !is_zone_name(window.time_zone)) {
    inner->bad_value("time_zone", "this is not the name of a time zone", "write it as Europe/Berlin, or UTC");
  }
  return window;
}

std::optional<BackupTransport> read_backup(Fields& fields) {
  auto inner = fields.map("backup");
  if (!inner) return std::nullopt;
  BackupTransport backup;
  backup.transport = read_send_transport(*inner);
  backup.retry = read_retry(*inner);
  backup.service_window = read_service_window(*inner);
  inner->no_other_keys();
  return backup;
}

std::optional<OrderedFailure> read_ordered_delivery(Fields& fields) {
  auto inner = fields.map("ordered_delivery");
  if (!inner) return std::nullopt;
  OrderedFailure failure = OrderedFailure::Stop;
  inner->required("on_failure");
  inner->choice("on_failure", failure, {OrderedFailure::Stop, OrderedFailure::Continue});
  inner->no_other_keys();
  return failure;
}

std::optional<CircuitBreaker> read_circuit_breaker(Fields& fields) {
  auto inner = fields.map("circuit_breaker");
  if (!inner) return std::nullopt;
  CircuitBreaker breaker;
  inner->integer("failures", breaker.failures, 1, 1000);
  inner->duration("pause", breaker.pause, Duration(1), std::chrono::hours(24));
  inner->no_other_keys();
  return breaker;
}

Tracking read_tracking(Fields& fields, bool receives, bool sends) {
  Tracking tracking;
  auto inner = fields.map("tracking");
  if (!inner) return tracking;
  inner->boolean("events", tracking.events);
  std::vector<std::string> words;
  inner->names("bodies", words);
  inner->no_other_keys();
  for (const std::string& word : words) {
    const TrackingPoint* point = find_tracking_point(word);
    if (point == nullptr) {
      inner->bad_value("bodies", "there is no point '" + word + "' at which a body can be kept",
                       "use before-receive-pipeline, after-receive-pipeline, before-send-pipeline or "
                       "after-send-pipeline");
    } else if (point->receives ? !receives : !sends) {
      inner->bad_value("bodies", "this port has no pipeline for '" + word + "'",
                       "remove it; only a two-way port has pipelines of both directions", kContradiction);
    } else {
      tracking.*point->flag = true;
    }
  }
  return tracking;
}

}  // namespace sealgate::artifacts

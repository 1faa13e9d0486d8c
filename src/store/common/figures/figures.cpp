#include "store/common/figures/figures.h"

#include <algorithm>

#include "store/common/errors.h"

namespace sealgate::store::figures {
namespace {

namespace stored = messaging::stored;
using std::chrono::milliseconds;

constexpr Byte kVersion = 1;
constexpr std::chrono::minutes kSlot{5};
constexpr std::chrono::hours kHour{1};
constexpr std::size_t kSlots = 13;  // the one that has just begun, and the hour before it
constexpr std::size_t kHours = 25;

tl::unexpected<Error> damaged() {
  return fail(kCorrupt, "stored figures are damaged", "figures",
              "find out who changed the database; they are counted anew when table figures_counted says 0 and "
              "figure_spans and figure_subjects are emptied");
}

std::int64_t number_of(Time time) {
  return time.time_since_epoch().count();
}
Time time_of(std::int64_t number) {
  return Time(milliseconds(number));
}

/// Adds to the slot that holds `at`; slots stay in order, the oldest go.
void count_in(std::vector<Activity::Slot>& slots, Time at, milliseconds width, std::size_t most,
              std::uint64_t messages, std::uint64_t failures) {
  const Time start = start_of(at, width);
  auto place = std::ranges::lower_bound(slots, start, {}, &Activity::Slot::start);
  if (place == slots.end() || place->start != start) {
    if (place == slots.begin() && slots.size() >= most) return;
    place = slots.insert(place, Activity::Slot{start, 0, 0});
  }
  place->messages += messages;
  place->failures += failures;
  if (slots.size() > most) slots.erase(slots.begin());
}

void write_slots(Bytes& out, const std::vector<Activity::Slot>& slots, milliseconds width) {
  stored::put_number(out, slots.size());
  for (const Activity::Slot& slot : slots) {
    stored::put_number(out, static_cast<std::uint64_t>(number_of(slot.start) / width.count()));
    stored::put_number(out, slot.messages);
    stored::put_number(out, slot.failures);
  }
}

std::vector<Activity::Slot> read_slots(stored::Reader& reader, milliseconds width) {
  std::vector<Activity::Slot> slots;
  const std::uint64_t count = reader.number();
  if (count > kHours) reader.spoil();
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    Activity::Slot slot;
    slot.start = time_of(static_cast<std::int64_t>(reader.number()) * width.count());
    slot.messages = reader.number();
    slot.failures = reader.number();
    slots.push_back(slot);
  }
  return slots;
}

void write_time(Bytes& out, const std::optional<Time>& time) {
  stored::put_eight(out, time ? number_of(*time) : -1);
}

std::optional<Time> read_time(stored::Reader& reader) {
  const std::int64_t number = reader.eight();
  return number < 0 ? std::nullopt : std::optional(time_of(number));
}

}  // namespace

Time start_of(Time at, milliseconds width) {
  return Time(milliseconds(number_of(at) / width.count() * width.count()));
}

std::string_view to_string(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::ReceivePort:
      return "receive-port";
    case SubjectKind::Location:
      return "location";
    case SubjectKind::SendPort:
      return "send-port";
    case SubjectKind::Party:
      break;
  }
  return "party";
}

void Figures::suspend(std::string_view code, std::uint64_t count) {
  auto known = suspended.find(code);
  if (known == suspended.end()) {
    known = suspended.try_emplace(suspended.size() < kMaximumReasons ? std::string(code) : std::string()).first;
  }
  known->second += count;
}

void Figures::see(const Depth& seen) {
  if (!depth) depth.emplace();
  depth->waiting = std::max(depth->waiting, seen.waiting);
  depth->suspended = std::max(depth->suspended, seen.suspended);
}

void Figures::add(const Figures& other) {
  received += other.received;
  sent += other.sent;
  failed += other.failed;
  latency.add(other.latency);
  for (const auto& [code, count] : other.suspended) suspend(code, count);
  if (other.depth) see(*other.depth);
}

Bytes encode(const Figures& figures) {
  Bytes out;
  out.push_back(kVersion);
  stored::put_number(out, figures.received);
  stored::put_number(out, figures.sent);
  stored::put_number(out, figures.failed);
  figures.latency.write(out);
  stored::put_number(out, figures.suspended.size());
  for (const auto& [code, count] : figures.suspended) {
    stored::put_text(out, code);
    stored::put_number(out, count);
  }
  out.push_back(figures.depth ? 1 : 0);
  if (figures.depth) {
    stored::put_number(out, figures.depth->waiting);
    stored::put_number(out, figures.depth->suspended);
  }
  return out;
}

Result<Figures> decode_figures(ByteView bytes) {
  stored::Reader reader(bytes);
  if (reader.octet() != kVersion) return damaged();
  Figures figures;
  figures.received = reader.number();
  figures.sent = reader.number();
  figures.failed = reader.number();
  figures.latency = Histogram::read(reader);
  const std::uint64_t reasons = reader.number();
  if (reasons > kMaximumReasons + 1) return damaged();
  for (std::uint64_t i = 0; i < reasons && reader.ok(); ++i) {
    std::string code(reader.text());
    figures.suspended[std::move(code)] += reader.number();
  }
  if (reader.octet() == 1) {
    const std::uint64_t waiting = reader.number();
    figures.depth = Depth{waiting, reader.number()};
  }
  if (!reader.ok() || !reader.at_end()) return damaged();
  return figures;
}

void Activity::count(Time at, bool failure, std::string_view code) {
  auto& last = failure ? last_failure : last_message;
  if (!last || at >= *last) {
    last = at;
    if (failure) last_failure_code = code;
  }
  count_in(recent, at, kSlot, kSlots, failure ? 0 : 1, failure ? 1 : 0);
  count_in(hours, at, kHour, kHours, failure ? 0 : 1, failure ? 1 : 0);
}

void Activity::add(const Activity& other) {
  if (other.last_message && (!last_message || *other.last_message > *last_message)) last_message = other.last_message;
  if (other.last_failure && (!last_failure || *other.last_failure > *last_failure)) {
    last_failure = other.last_failure;
    last_failure_code = other.last_failure_code;
  }
  for (const Slot& slot : other.recent) count_in(recent, slot.start, kSlot, kSlots, slot.messages, slot.failures);
  for (const Slot& slot : other.hours) count_in(hours, slot.start, kHour, kHours, slot.messages, slot.failures);
}

Activity::Sums Activity::sums(Time now) const {
  Sums sums;
  for (const Slot& slot : recent) {
    if (slot.start <= now - kHour || slot.start > now + kHour) continue;
    sums.hour += slot.messages;
    sums.hour_failures += slot.failures;
  }
  for (const Slot& slot : hours) {
    if (slot.start <= now - 24 * kHour || slot.start > now + kHour) continue;
    sums.day += slot.messages;
    sums.day_failures += slot.failures;
  }
  return sums;
}

std::vector<std::uint64_t> Activity::by_hour(Time now) const {
  constexpr std::int64_t kDay = 24;
  std::vector<std::uint64_t> counts(kDay);
  const Time first = start_of(now, kHour) - (kDay - 1) * kHour;
  for (const Slot& slot : hours) {
    const std::int64_t place = (slot.start - first) / kHour;
    if (slot.start >= first && place < kDay) counts.at(static_cast<std::size_t>(place)) += slot.messages;
  }
  return counts;
}

Bytes encode(const Activity& activity) {
  Bytes out;
  out.push_back(kVersion);
  write_time(out, activity.last_message);
  write_time(out, activity.last_failure);
  stored::put_text(out, activity.last_failure_code);
  write_slots(out, activity.recent, kSlot);
  write_slots(out, activity.hours, kHour);
  return out;
}

Result<Activity> decode_activity(ByteView bytes) {
  stored::Reader reader(bytes);
  if (reader.octet() != kVersion) return damaged();
  Activity activity;
  activity.last_message = read_time(reader);
  activity.last_failure = read_time(reader);
  activity.last_failure_code = reader.text();
  activity.recent = read_slots(reader, kSlot);
  activity.hours = read_slots(reader, kHour);
  if (!reader.ok() || !reader.at_end()) return damaged();
  return activity;
}

}  // namespace sealgate::store::figures

#include "hosts/unknown_senders.h"

#include <algorithm>
#include <iterator>

#include "base/log.h"
#include "hosts/errors.h"
#include "hosts/metric_label.h"
#include "messaging/property_names.h"

namespace sealgate::hosts {
namespace {

constexpr std::chrono::minutes kMinute{1};
constexpr std::chrono::seconds kLookAgain{10};
constexpr std::string_view kOthers = "others";

std::string_view to_string(UnknownSenders::Fate fate) {
  switch (fate) {
    case UnknownSenders::Fate::Dropped:
      return "dropped";
    case UnknownSenders::Fate::Kept:
      return "kept";
    case UnknownSenders::Fate::Refused:
      return "refused";
  }
  return "";
}

/// Failures of the minute that `now` belongs to.
template <typename Counted>
std::size_t& failures_of(Counted& counted, UnknownSenders::Moment now) {
  if (now - counted.minute >= kMinute) {
    counted.minute = now;
    counted.failures = 0;
  }
  return counted.failures;
}

}  // namespace

bool UnknownSenders::is_known(const Sender& sender, Moment now) const {
  return sender.known != Moment{} && now - sender.known < limits_.known_for;
}

UnknownSenders::Sender& UnknownSenders::sender_of(const std::string& address, Moment now) {
  if (senders_.size() >= limits_.addresses && !senders_.contains(address)) {
    std::erase_if(senders_, [&](const auto& entry) {
      return !is_known(entry.second, now) && now - entry.second.minute >= kMinute;
    });
    // A flood from everywhere: who is known stays known, the rest is counted anew.
    if (senders_.size() >= limits_.addresses) {
      std::erase_if(senders_, [&](const auto& entry) { return !is_known(entry.second, now); });
    }
    if (senders_.size() >= limits_.addresses) senders_.clear();
  }
  return senders_[address];
}

Result<UnknownSenders::Place> UnknownSenders::enter(const std::string& port, const std::string& location,
                                                    const std::string& address, Moment now) {
  if (address.empty()) return Place();
  const std::scoped_lock lock(mutex_);
  const auto place = locations_.find(location);
  if (place == locations_.end()) return Place();  // nothing failed there so far
  const auto sender = senders_.find(address);
  const bool seen = sender != senders_.end();
  if (seen && is_known(sender->second, now)) return Place();
  const bool sender_waits = seen && failures_of(sender->second, now) >= limits_.failures;
  const bool crowded =
      failures_of(place->second, now) >= limits_.failures && place->second.at_once >= limits_.at_once;
  if (sender_waits || crowded) {
    ++place->second.totals.at(static_cast<std::size_t>(Fate::Refused));
    count({port, location, std::string(kTooManyUnauthenticated.id), std::string(to_string(Fate::Refused)), address},
          1);
    return fail(kTooManyUnauthenticated,
                sender_waits ? "too many messages of nobody known came from this address in the last minute"
                             : "too many messages of nobody known come in at this location",
                "receive location " + location, "send it again in a minute");
  }
  ++place->second.at_once;
  return Place(nullptr, [this, location](void*) { leave(location); });
}

void UnknownSenders::leave(const std::string& location) {
  const std::scoped_lock lock(mutex_);
  --locations_[location].at_once;
}

void UnknownSenders::known(const std::string& address, Moment now) {
  if (address.empty()) return;
  const std::scoped_lock lock(mutex_);
  sender_of(address, now).known = now;
}

void UnknownSenders::failed(const Failed& message, Moment now) {
  const std::scoped_lock lock(mutex_);
  Location& location = locations_[message.location];
  ++failures_of(location, now);
  ++location.totals.at(static_cast<std::size_t>(message.fate));
  if (!message.address.empty()) ++failures_of(sender_of(message.address, now), now);
  count({message.port, message.location, std::string(message.reason), std::string(to_string(message.fate)),
         message.address},
        1);
}

void UnknownSenders::count(Line line, std::uint64_t messages) {
  if (lines_.size() >= limits_.lines && !lines_.contains(line)) line.back() = kOthers;
  lines_[std::move(line)] += messages;
}

Result<std::set<std::string>> UnknownSenders::still_kept(messaging::MessageBox& box, const std::string& port,
                                                         const std::string& location,
                                                         const std::set<std::string>& kept, bool seeded,
                                                         std::size_t maximum) const {
  std::set<std::string> still;
  if (seeded) {
    for (const std::string& work : kept) {
      const auto summary = box.show(messaging::WorkId(work));
      if (summary && summary->state == messaging::WorkState::Suspended) still.insert(work);
      if (!summary && summary.error().code.error_class == ErrorClass::Environment) return fail(summary.error());
    }
    return still;
  }
  // What an earlier life of this gateway, or another instance, has kept.
  messaging::ListQuery query;
  query.states = {messaging::WorkState::Suspended};
  query.kinds = {messaging::WorkKind::Receive};
  query.port = port;
  query.limit = maximum;
  query.newest_first = true;
  SG_TRY_ASSIGN(const auto listed, box.list(query));
  for (const messaging::WorkSummary& work : listed) {
    const auto message = box.load(work.message);
    if (!message) continue;  // purged meanwhile
    if (message->context.text_or_empty(messaging::names::kReceiveLocationName) == location) {
      still.insert(work.id.text());
    }
  }
  return still;
}

UnknownSenders::Place UnknownSenders::room_at(const std::string& location, std::size_t maximum) {
  Location& place = locations_[location];
  if (place.kept.size() + place.promised >= maximum) return nullptr;
  ++place.promised;
  return Place(&place, [this](Location* held) {
    const std::scoped_lock lock(mutex_);
    --held->promised;
  });
}

Result<UnknownSenders::Place> UnknownSenders::may_keep(messaging::MessageBox& box, const std::string& port,
                                                       const std::string& location, std::size_t maximum, Moment now) {
  std::set<std::string> kept;
  bool seeded = false;
  {
    const std::scoped_lock lock(mutex_);
    Location& place = locations_[location];
    if (place.seeded) {
      if (Place room = room_at(location, maximum)) {
        return room;
      }
      if (now < place.next_look) return Place();
    }
    kept = place.kept;
    seeded = place.seeded;
    place.next_look = now + kLookAgain;
  }
  SG_TRY_ASSIGN(auto still, still_kept(box, port, location, kept, seeded, maximum));
  const std::scoped_lock lock(mutex_);
  Location& place = locations_[location];
  // Others may have kept some meanwhile.
  std::erase_if(place.kept, [&](const auto& work) { return kept.contains(work) && !still.contains(work); });
  place.kept.merge(still);
  place.seeded = true;
  return room_at(location, maximum);
}

void UnknownSenders::kept(const std::string& location, const messaging::WorkId& work) {
  const std::scoped_lock lock(mutex_);
  locations_[location].kept.insert(work.text());
}

Result<> UnknownSenders::tell(messaging::MessageBox& box, Time now) {
  std::map<Line, std::uint64_t> lines;
  {
    const std::scoped_lock lock(mutex_);
    lines.swap(lines_);
  }
  if (lines.empty()) return {};
  std::vector<messaging::TrackingRecord> records;
  std::map<std::string, std::map<std::string, std::uint64_t>> sums;  // location: fate: how many
  for (const auto& [line, messages] : lines) {
    const auto& [port, location, reason, fate, address] = line;
    sums[location][fate] += messages;
    messaging::TrackingRecord record;
    record.event = messaging::TrackingEvent::Dropped;
    record.port = port;
    record.details = {{"location", location}, {"failure", reason}, {"fate", fate}};
    if (!address.empty()) record.details.emplace_back("remote_address", address);
    record.details.emplace_back("count", std::to_string(messages));
    records.push_back(std::move(record));
  }
  if (auto recorded = box.record(records, now); !recorded) {
    const std::scoped_lock lock(mutex_);
    for (const auto& [line, messages] : lines) count(line, messages);
    return recorded;
  }
  for (const auto& [location, fates] : sums) {
    const auto of = [&fates = fates](const char* fate) {
      const auto found = fates.find(fate);
      return std::to_string(found == fates.end() ? 0 : found->second);
    };
    log(LogLevel::Warning, "messages of nobody known in the last minute",
        {{"location", location}, {"dropped", of("dropped")}, {"kept", of("kept")}, {"refused", of("refused")}});
  }
  return {};
}

std::string UnknownSenders::metrics() const {
  const std::scoped_lock lock(mutex_);
  std::string text =
      "# HELP sealgate_unauthenticated_messages_total Messages of nobody known at ports that demand somebody.\n"
      "# TYPE sealgate_unauthenticated_messages_total counter\n";
  for (const auto& [name, location] : locations_) {
    for (const Fate fate : {Fate::Dropped, Fate::Kept, Fate::Refused}) {
      text += "sealgate_unauthenticated_messages_total{location=\"" + metric_label(name) + "\",fate=\"" +
              std::string(to_string(fate)) + "\"} " +
              std::to_string(location.totals.at(static_cast<std::size_t>(fate))) + "\n";
    }
  }
  return text;
}

}  // namespace sealgate::hosts

#pragma once
// Tracking: the journey of each message as an append-only log. The message box writes a record in the same commit as
// the change it tells of, so the log never says more or less than what happened. Records are sealed a little later in
// batches: a seal holds the hash of its records and of the seal before, so that nothing can be changed, added or left
// out afterwards without a trace (tracking_log.h).
//
// A box appends the encoded record to its table `tracking` and nothing else: who reads the log is the sealer, which
// takes the records from there in the order of their commits, numbers them and packs them into sealed blocks.
//   SQLite:      tracking (seq INTEGER PRIMARY KEY, record BLOB NOT NULL)
//   PostgreSQL:  tracking (seq bigserial, xid xid8 NOT NULL DEFAULT pg_current_xact_id(), record bytea NOT NULL)
//                without any key or index; appended to, and read and emptied by the sealer only

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "messaging/ids.h"
#include "messaging/state.h"

namespace sealgate::messaging {

/// What is known about a step, as (name, value) in a fixed order: "location", "sha256", "signer", "address",
/// "status". Never holds secrets or message content. What is too much is cut when it is encoded.
using TrackingDetails = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::size_t kMaximumTrackingDetails = 100;
inline constexpr std::size_t kMaximumTrackingText = 1024;  ///< bytes of any one text in a record

/// A record mentions a tracked body (tracking_log.h) by a detail whose name begins so; its value is the SHA-256.
inline constexpr std::string_view kTrackedBodyPrefix = "body.";

/// Stored as their numbers: add new ones at the end.
enum class TrackingEvent {
  Received,    ///< accepted, opened and published: where from, by whom signed, whom it was matched to
  Refused,     ///< suspended at the door: the receive pipeline failed
  Unroutable,  ///< published, but nobody subscribes
  Routed,      ///< an operator resumed it and somebody subscribes now
  Attempted,   ///< a transmission failed and will be repeated
  Sent,        ///< the partner has it
  Suspended,
  Resumed,
  Resent,
  Terminated,
  Acknowledged,        ///< the partner proved that it has it (MDN)
  BodyStored,          ///< a tracked body was stored at a point of a pipeline
  Dropped,             ///< messages of nobody known that were not kept: how many of one address in one minute
  CredentialsAsked,    ///< a name and a password were looked up: for which application, by whom, with what outcome
  CredentialsChanged,  ///< an administrator changed applications, mappings or the master secret
  Repeated             ///< its sender sent it once more: nothing was published, he got the same answer
};

/// "received", "refused", ...
std::string_view to_string(TrackingEvent event);
/// Empty for an unknown word.
std::optional<TrackingEvent> parse_tracking_event(std::string_view word);

struct TrackingRecord {
  std::int64_t sequence = 0;  ///< 1, 2, 3, ... along the log; 0 before it is known. Not part of the encoded form
  Time at = {};
  TrackingEvent event = TrackingEvent::Received;
  MessageId message = {};
  WorkId work = {};           ///< empty for what concerns the message as a whole
  std::string port = {};      ///< receive or send port
  std::string party = {};     ///< Party.Name of the message, where it is at hand; details may say it as well
  std::string instance = {};  ///< the host instance, or "tool"
  TrackingDetails details = {};
  friend bool operator==(const TrackingRecord&, const TrackingRecord&) = default;
};

/// The stored form, which is also what a seal hashes: versioned, equal for equal records, at most 128 KiB. Never
/// fails: too long texts are cut at kMaximumTrackingText, details past the limit dropped, and octets that are not
/// UTF-8 written as \xNN, so that a record survives JSON unchanged.
Bytes encode_record(const TrackingRecord& record);
/// messaging.bad-tracking-record for anything that encode_record() did not write.
Result<TrackingRecord> decode_record(ByteView bytes);

/// Which ports want no records. A box asks before it writes one; hosts/ sets it when the configuration changes.
/// Thread-safe.
class TrackingSwitch {
 public:
  struct Ports {
    std::set<std::string, std::less<>> receive = {}, send = {};
  };
  void leave_out(Ports ports);
  /// False when nothing is to be recorded of work of this kind at this port (Send: a send port; else a receive port).
  bool records(WorkKind kind, std::string_view port) const;
  /// The same; but what mentions a tracked body is always recorded, or nobody would know what was kept.
  bool records(WorkKind kind, const TrackingRecord& record) const;

 private:
  std::shared_ptr<const Ports> ports() const;
  mutable std::mutex mutex_;
  std::shared_ptr<const Ports> left_out_;
};

}  // namespace sealgate::messaging

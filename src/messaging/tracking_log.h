#pragma once
// The tracking log as its readers and its keeper see it. Message boxes append records (tracking.h); the keeper (one
// process at a time, under a lease) seals what was committed: it numbers the records, packs them into blocks and
// chains the blocks by their hashes. So verify() finds every later change, insertion, removal and exchange in what
// was sealed, and with a hash that was noted elsewhere (an anchor) also a log that was cut short or written anew.
//
// Everything here is thread-safe. Times come in as arguments. Errors beside those named are of the store.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/sink.h"
#include "messaging/message.h"
#include "messaging/tracking.h"

namespace sealgate::messaging {

/// The name of a detail that the log itself knows.
inline constexpr std::string_view kInterchangeDetail =
    "interchange";  ///< the same for messages that came in together

/// Everything that is set must hold. Texts are compared without regard to the case of ASCII letters.
struct TrackingQuery {
  std::optional<Time> from = {};   ///< not before
  std::optional<Time> until = {};  ///< before
  MessageId message = {};
  WorkId work = {};
  std::optional<TrackingEvent> event = {};
  std::string port = {};
  std::string party = {};
  /// Each: some detail of this name has this value as a whole; an empty name stands for every detail.
  TrackingDetails details = {};
  std::string text = {};   ///< occurs somewhere in a port, party or detail. Reads everything: give a time as well
  std::int64_t after = 0;  ///< for the next page: TrackingPage::next; 0: from the start
  bool newest_first = false;
  std::size_t limit = 1000;
};

struct TrackingPage {
  std::vector<TrackingRecord> records = {};
  /// Give it as TrackingQuery::after to go on; 0: that was all. A page may hold few records or none and still have a
  /// next one: a search through very much is done in pieces.
  std::int64_t next = 0;
  /// Records up to this sequence number are sealed; the number of a later one is not final.
  std::int64_t sealed = 0;
};

/// A link of the chain, without its records.
struct TrackingSeal {
  std::int64_t number = 0;  ///< 1, 2, 3, ...
  std::int64_t first = 0;   ///< sequence number of its first record
  std::int64_t count = 0;   ///< of records, at least 1
  Time earliest = {};       ///< of its records
  Time latest = {};         ///< of its records
  Time sealed = {};         ///< when it was made; never before that of the seal before
  std::uint64_t bytes = 0;  ///< that it takes in the store
  Bytes previous = {};      ///< 32 bytes: hash of the seal before; zeros for the first
  Bytes hash = {};          ///< 32 bytes
  std::int64_t last() const { return first + count - 1; }
};

/// A record as the chain proves it.
struct SealedRecord {
  TrackingSeal seal = {};
  Bytes hashed = {};       ///< seal.hash is SHA-256 of these octets; records of other messages are among them
  std::size_t offset = 0;  ///< of the encoded record in `hashed`
  std::size_t size = 0;
};

struct TrackingState {
  std::optional<TrackingSeal> head = {};  ///< the newest seal, also when it was archived; absent: nothing was sealed
  std::int64_t first = 0;                 ///< sequence number of the oldest record that is not cut off; 0: none
  std::uint64_t unsealed = 0;             ///< records
  std::uint64_t bytes = 0;                ///< of all seals and their records
};

struct TrackingBreak {
  std::int64_t seal = 0;
  std::int64_t first = 0;  ///< sequence number of the first record that is no longer proven
  std::string what = {};   ///< one sentence
};

struct Verification {
  std::int64_t seals = 0;    ///< that hold
  std::int64_t records = 0;  ///< that hold
  Bytes head = {};           ///< hash of the last seal that holds; empty without one
  std::optional<TrackingBreak> broken = {};
  /// Whether the anchor is the hash of one of the seals, or of the cut. True without anchor.
  bool anchored = true;
};

/// The oldest part of the log: seals whose records are all before `before`, and as many as make the rest fit into
/// `maximum_bytes` (0: any size). At most `maximum_records` of them, but at least one seal.
struct TrackingPart {
  std::optional<Time> before = {};
  std::uint64_t maximum_bytes = 0;
  std::int64_t maximum_records = 1'000'000;
};

/// What an archive holds: all zero when there is nothing to archive.
struct TrackingArchive {
  std::int64_t first_seal = 0, last_seal = 0;
  std::int64_t first = 0, last = 0;  ///< sequence numbers
  Time earliest = {}, latest = {};
  Bytes hash = {};  ///< of the last seal
};

class TrackingLog {
 public:
  TrackingLog() = default;
  TrackingLog(const TrackingLog&) = delete;
  TrackingLog& operator=(const TrackingLog&) = delete;
  virtual ~TrackingLog() = default;

  // Reading
  virtual Result<TrackingPage> search(const TrackingQuery& query) = 0;
  /// Every record of the message or that mentions it (what came of it when it was resumed), and of the messages that
  /// came in with it in one interchange. In the order of the log, at most 10,000. Empty for an unknown message.
  virtual Result<std::vector<TrackingRecord>> journey(const MessageId& message) = 0;
  virtual Result<TrackingState> state() = 0;
  /// Absent: it is not sealed yet, or was cut off. messaging.tracking-broken when its seal does not hold.
  virtual Result<std::optional<SealedRecord>> sealed_record(std::int64_t sequence) = 0;

  // Keeping
  /// Seals all that is committed and settled; says how many records. When two do it at once, one fails with
  /// messaging.tracking-changed and nothing is lost.
  virtual Result<std::uint64_t> seal(Time now) = 0;
  /// Recomputes the whole chain. `progress` hears the number of records so far; false ends it with what is known.
  virtual Result<Verification> verify(const Bytes& anchor, const std::function<bool(std::int64_t)>& progress) = 0;
  /// Writes the oldest part as JSON lines (docs/tracking.md) and calls finish(); the log stays as it is. What does
  /// not verify is messaging.tracking-broken and stays where it is.
  virtual Result<TrackingArchive> archive(const TrackingPart& part, Sink& sink) = 0;
  /// Removes the archived seals and remembers where the chain was cut, and the bodies that only they mention.
  /// `where` names the archive.
  virtual Result<> cut(const TrackingArchive& archived, const std::string& where, Time now) = 0;

  // Tracked bodies: stored encrypted, once for equal contents. A record mentions a body by a detail whose name starts
  // with kTrackedBodyPrefix and whose value is its SHA-256 in hexadecimal.
  /// Durable when it returns, before the commit of the record that mentions it. What no record mentions goes away
  /// with a later sweep.
  virtual Result<> keep_body(const Body& body, Time now) = 0;
  /// Pushes the content into `sink` and calls its finish(). What was written before an error must be destroyed.
  /// messaging.no-such-tracked-body, messaging.tracked-body-damaged.
  virtual Result<> read_body(const Bytes& sha256, Sink& sink) = 0;
  /// Removes bodies that were stored before `before` and that no sealed record mentions. Says how many.
  virtual Result<std::uint64_t> sweep_bodies(Time before) = 0;
};

}  // namespace sealgate::messaging

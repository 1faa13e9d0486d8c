#pragma once
// What the tracking log needs of a database. A backend implements this and nothing else: order, hashes, search and
// encryption are in sealed_log.h, the same for all of them.

#include <functional>
#include <span>

#include "messaging/tracking_log.h"
#include "store/common/figures/figure_rows.h"

namespace sealgate::store::tracking {

/// An appended record that is not sealed yet.
struct TailRow {
  std::uint64_t transaction = 0;  ///< PostgreSQL: xid; SQLite: 0
  std::int64_t sequence = 0;
  Bytes record = {};
};

/// Where the chain was cut: what came before it is in an archive.
struct Cut {
  std::int64_t seal = 0;  ///< number of the last seal that was cut off; 0: the log begins with its first seal
  std::int64_t last = 0;  ///< sequence number of its last record
  Bytes hash = {};        ///< of that seal
  Time sealed = {};       ///< when that seal was made
};

struct StoredBody {
  std::string id = {};  ///< of its chunks
  Bytes sha256 = {};    ///< of the content
  std::uint64_t size = 0;
  Bytes key = {};         ///< of its data, wrapped
  std::int64_t used = 0;  ///< sequence number of the last sealed record that mentions it; 0: none
  Time stored = {};
};

/// The tables within one transaction. Valid during the call that gave it.
class TrackingRows {
 public:
  TrackingRows() = default;
  TrackingRows(const TrackingRows&) = delete;
  TrackingRows& operator=(const TrackingRows&) = delete;
  virtual ~TrackingRows() = default;

  /// In the order of (transaction, sequence). `settled`: only those before which no other record can appear any more.
  virtual Result<std::vector<TailRow>> tail(std::size_t limit, bool settled) = 0;
  virtual Result<std::uint64_t> tail_size() = 0;
  /// Removes exactly these, which tail() gave.
  virtual Result<> remove_tail(std::span<const TailRow> rows) = 0;
  virtual Result<> append(ByteView record) = 0;

  virtual Result<std::optional<messaging::TrackingSeal>> newest_seal() = 0;
  virtual Result<std::optional<messaging::TrackingSeal>> seal(std::int64_t number) = 0;
  /// Up to `limit` seals from number `from` on, upwards or downwards, until `visit` says false. The filter is valid
  /// during the call.
  using Visit = std::function<bool(const messaging::TrackingSeal&, ByteView filter)>;
  virtual Result<> seals(std::int64_t from, bool downwards, std::size_t limit, const Visit& visit) = 0;
  /// The packed records of a seal; empty when there is no such seal.
  virtual Result<Bytes> records(std::int64_t number) = 0;
  virtual Result<> insert_seal(const messaging::TrackingSeal& seal, ByteView filter, ByteView records) = 0;
  virtual Result<> remove_seals(std::int64_t through) = 0;
  virtual Result<std::uint64_t> sealed_bytes() = 0;

  /// The newest cut; all zero without one.
  virtual Result<Cut> cut() = 0;
  virtual Result<> insert_cut(const Cut& cut, const std::string& where, Time now) = 0;

  /// Among the complete ones.
  virtual Result<std::optional<StoredBody>> find_body(ByteView sha256) = 0;
  /// Of complete bodies with equal contents there is one: a second one is store.constraint.
  virtual Result<> insert_body(const StoredBody& body, bool complete) = 0;
  virtual Result<> complete_body(const std::string& id) = 0;
  /// With its chunks.
  virtual Result<> remove_body(const std::string& id) = 0;
  /// It is wanted again: as if it was stored now. False when it is gone.
  virtual Result<bool> touch_body(const std::string& id, Time now) = 0;
  /// A record with this sequence number mentions the complete body. Nothing happens when there is none.
  virtual Result<> use_body(ByteView sha256, std::int64_t sequence) = 0;
  /// Complete ones whose ids come after `after`, in the order of ids.
  virtual Result<std::vector<StoredBody>> bodies(const std::string& after, std::size_t limit) = 0;
  /// Up to `limit` ids of bodies, complete or not, stored before `before` and not mentioned after `through`.
  virtual Result<std::vector<std::string>> unused_bodies(std::int64_t through, Time before, std::size_t limit) = 0;
  virtual Result<> insert_chunk(const std::string& id, std::int64_t number, ByteView content) = 0;
  /// Empty when there is none.
  virtual Result<Bytes> chunk(const std::string& id, std::int64_t number) = 0;

  /// What was counted out of the log.
  virtual figures::FigureRows& figures() = 0;
};

/// Thread-safe.
class TrackingStorage {
 public:
  TrackingStorage() = default;
  TrackingStorage(const TrackingStorage&) = delete;
  TrackingStorage& operator=(const TrackingStorage&) = delete;
  virtual ~TrackingStorage() = default;

  using Job = std::function<Result<>(TrackingRows&)>;
  /// One consistent view.
  virtual Result<> read(const Job& job) = 0;
  /// One durable transaction; when the job fails, nothing of it happened.
  virtual Result<> write(const Job& job) = 0;
};

}  // namespace sealgate::store::tracking

#pragma once
// What the tracking log knows of one message: its records, and which contents were kept.

#include <string>
#include <vector>

#include "messaging/tracking_log.h"

namespace sealgate::evidence {

/// A tracked body that a record mentions.
struct Kept {
  std::string point = {};     ///< "as2-message", "before-receive-pipeline"
  Bytes sha256 = {};          ///< 32 bytes
  std::int64_t sequence = 0;  ///< of the record
  Time at = {};               ///< of the record
};

struct Dossier {
  messaging::MessageId message = {};
  std::vector<messaging::TrackingRecord> records = {};  ///< in the order of the log; at least one
  std::vector<Kept> kept = {};                          ///< in the order of the records; a content may come again
  bool sent = false;                                    ///< it is an AS2 message of ours, not one that came
  bool refused = false;                                 ///< it came and was not taken

  /// Of the newest record that has such a detail; "" when none does.
  std::string fact(std::string_view name) const;
  /// Of the oldest.
  std::string first_fact(std::string_view name) const;
  /// All of this point.
  std::vector<const Kept*> kept_at(std::string_view point) const;
  const Kept* first_kept(std::string_view point) const;
  bool is_as2() const { return !fact("as2.message_id").empty(); }
};

/// `id`: of a message or a delivery, or an AS2 Message-ID with or without "<" and ">". evidence.nothing-known,
/// evidence.ambiguous.
Result<Dossier> find_dossier(messaging::TrackingLog& log, const std::string& id);

}  // namespace sealgate::evidence

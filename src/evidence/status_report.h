#pragma once
// BizTalk's "AS2 message and correlated MDN status report": a row for each AS2 message, the newest first, read out of
// the tracking log in one pass backwards. So everything that became of a message has been seen when its own record is
// reached, and only messages under way are in memory.

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "messaging/tracking_log.h"

namespace sealgate::evidence {

enum class As2Status {
  Received,        ///< taken; no receipt was asked for
  ReceiptSent,     ///< taken; the partner has the receipt
  ReceiptPending,  ///< taken; the receipt has not been delivered to its address yet
  ReceiptFailed,   ///< taken; its address does not take the receipt
  Refused,         ///< not taken
  Sending,         ///< not delivered yet
  NotSent,         ///< suspended before it was delivered
  Sent,            ///< delivered; no receipt was asked for
  Waiting,         ///< delivered; its receipt has not come
  Acknowledged,
  Failed,           ///< the partner says so
  CheckDiffers,     ///< the partner acknowledged something else
  ResendsExhausted  ///< no receipt came, however often it was sent
};
/// "receipt-pending"
std::string_view to_string(As2Status status);
std::optional<As2Status> parse_as2_status(std::string_view word);
/// "the receipt has not been delivered yet"
std::string_view explain(As2Status status);

struct As2Row {
  std::int64_t record = 0;  ///< sequence number in the log
  Time time = {};
  bool sent = false;
  messaging::MessageId message = {};
  std::string agreement = {}, party = {}, port = {};
  std::string from = {}, to = {}, message_id = {};
  std::string file = {};
  std::string bytes = {};
  bool is_signed = false, encrypted = false, compressed = false;
  std::string receipt_wanted = {};  ///< "sync, signed"; empty: none
  As2Status status = As2Status::Received;
  std::optional<Time> changed = {};  ///< when it got its status
  std::string disposition = {};
  std::string mic = {};       ///< that the receipt names
  std::string mic_form = {};  ///< of what was sent; empty: exact, or not known
  int attempts = 0;           ///< transmissions
  int resends = 0;
  bool duplicate = false;    ///< it came more than once, or is what came once more and was delivered again
  std::string failure = {};  ///< its code
};

/// Everything that is set must hold. Names are compared without regard to the case of ASCII letters.
struct As2Filter {
  std::optional<Time> since = {};  ///< not before
  std::optional<Time> until = {};  ///< before
  std::string partner = {};        ///< party
  std::string agreement = {};
  std::string from = {}, to = {}, message_id = {};
  std::optional<bool> sent = {};
  std::optional<As2Status> status = {};
  std::int64_t before_record = 0;  ///< for the next page: As2Row::record of the last row; 0: from the newest
};

/// Each row as it is found; `row` says false to end it. Messages of the agreements `left_out` are not told of.
Result<> report_as2(messaging::TrackingLog& log, const As2Filter& filter, const std::set<std::string>& left_out,
                    const std::function<bool(const As2Row&)>& row);

}  // namespace sealgate::evidence

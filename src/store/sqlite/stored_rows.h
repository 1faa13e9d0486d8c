#pragma once
// Messages and work as they are read from their rows.

#include "messaging/message_box.h"
#include "store/sqlite/body_spool.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store::rows {

/// What read_summary() reads, up to a WHERE on `work` and `messages`.
inline constexpr std::string_view kSummaryColumns =
    "SELECT work.id, messages.id, work.kind, work.state, work.port, messages.party, messages.message_type, "
    "work.attempts, messages.created, work.changed, work.due, work.owner, work.failure_code, work.failure_text, "
    "work.failure_remedy, work.resumable, messages.size, work.transport, work.priority, work.ordered "
    "FROM work JOIN messages ON messages.seq = work.slot / 1048576 ";
inline constexpr int kSummaryColumnCount = 20;
messaging::WorkSummary read_summary(const sql::Statement& row);

/// With its parts, whose bodies refer to `database` and `spool`. messaging.no-such-message.
Result<messaging::Message> read_message(sql::Connection& connection, sql::Database& database, const BodySpool& spool,
                                        const messaging::MessageId& id);

}  // namespace sealgate::store::rows

#pragma once
// Rows of the message box as they are read, by the box and by who copies a whole store.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messaging/message_box.h"
#include "store/postgres/claimed_messages.h"
#include "store/postgres/sql/database.h"

namespace sealgate::store::postgres {

/// The columns of a WorkSummary, and from where.
inline constexpr std::string_view kSummaryColumns =
    "SELECT work.id, messages.id, work.kind, work.state, work.port, messages.party, messages.message_type, "
    "work.attempts, messages.created, work.changed, work.due, work.owner, work.failure_code, work.failure_text, "
    "work.failure_remedy, work.resumable, messages.size, work.transport, work.priority, work.ordered";
inline constexpr int kSummaryColumnCount = 20;
inline const std::string kSummary =
    std::string(kSummaryColumns) + " FROM work JOIN messages ON messages.id = work.message ";

messaging::WorkSummary read_summary(const Rows& rows, std::size_t row);

/// messaging.no-such-message. Its bodies keep `database`.
Result<messaging::Message> read_message(Connection& connection, const std::shared_ptr<Database>& database,
                                        const messaging::MessageId& id);

/// These messages with the contents that are in their rows; those that cannot be read are left out.
Result<std::vector<std::shared_ptr<const ClaimedMessages::Fetched>>> fetch_messages(
    Connection& connection, const std::shared_ptr<Database>& database, std::span<const std::string> ids);

}  // namespace sealgate::store::postgres

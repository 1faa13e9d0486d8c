#pragma once
// What the sender of a message was told, beside the key that it was received under (messaging/message_box.h), and
// work that calls senders to tell them so, or waits for what they are told by others. Earlier programs would take
// that for work of a send port.

#include <string_view>

namespace sealgate::store::postgres::schema {

inline constexpr std::string_view kMigration0007 = R"sql(
ALTER TABLE receive_keys ADD COLUMN receipt bytea;
ALTER TABLE work DROP CONSTRAINT work_kind_check;
ALTER TABLE work ADD CONSTRAINT work_kind_check
  CHECK (kind IN ('receive', 'route', 'send', 'respond', 'receipt', 'await'));
)sql";

}  // namespace sealgate::store::postgres::schema

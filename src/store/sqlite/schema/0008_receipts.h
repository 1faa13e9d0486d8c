#pragma once
// What the sender of a message was told, beside the key that it was received under (messaging/message_box.h). Earlier
// programs write rows of three columns: they cannot go on with this.

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0008 = R"sql(
ALTER TABLE receive_keys ADD COLUMN receipt BLOB;
)sql";

}  // namespace sealgate::store::schema

#pragma once
// What senders were told, in a table of its own. Beside its key, in the order of keys, a receipt of some kilobytes
// split a page for every third message and had another for itself; in the order of arrival two share one. Receipts of
// earlier releases stay where they are until they are forgotten. Earlier programs would not find the new ones.

#include <string_view>

namespace sealgate::store::schema {

inline constexpr std::string_view kMigration0013 = R"sql(
CREATE TABLE receipts (
  number  INTEGER PRIMARY KEY,
  receipt BLOB    NOT NULL
) STRICT;
ALTER TABLE receive_keys ADD COLUMN number INTEGER;  -- receipts.number; NULL when there is none
CREATE TRIGGER receive_keys_deleted AFTER DELETE ON receive_keys WHEN OLD.number IS NOT NULL BEGIN
  DELETE FROM receipts WHERE number = OLD.number;
END;
)sql";

}  // namespace sealgate::store::schema

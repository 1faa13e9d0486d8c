#pragma once
// The content of a part of a stored message, read from its row or its file each time somebody asks.

#include <filesystem>
#include <string>

#include "messaging/message.h"
#include "store/sqlite/sql/database.h"

namespace sealgate::store {

struct BodyLocation {
  std::string message = {};  ///< id
  std::int64_t seq = 0;      ///< of the message
  std::int64_t slot = 0;     ///< seq * kPartSlots + the number of the part; that of the first is in the message's row
  std::string file = {};     ///< full path; empty when the content is in the row
};

/// Refers to `database`, which must outlive it. What is read is compared with the stored size and SHA-256: a
/// difference is store.body-damaged, reported after the bytes, so that a pipeline fails at its end and not silently.
messaging::BodyRef make_stored_body(sql::Database& database, BodyLocation location, std::uint64_t size, Bytes sha256);

}  // namespace sealgate::store

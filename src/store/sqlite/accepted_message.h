#pragma once
// A message on its way into its rows: everything that can be prepared outside of the transaction.

#include <span>

#include "messaging/message_box.h"
#include "store/sqlite/body_spool.h"
#include "store/sqlite/sql/connection.h"

namespace sealgate::store {

/// Removes the files it gave names to, unless the commit took them over.
class LinkedFiles {
 public:
  explicit LinkedFiles(BodySpool& spool) : spool_(spool) {}
  LinkedFiles(const LinkedFiles&) = delete;
  LinkedFiles& operator=(const LinkedFiles&) = delete;
  ~LinkedFiles();
  Result<std::string> link(const StagedBody& body, Time now);
  void keep() { names_.clear(); }

 private:
  BodySpool& spool_;
  std::vector<std::string> names_;
};

struct AcceptedPart {
  const messaging::Part* part = nullptr;
  std::shared_ptr<const StagedBody> body = {};
  Bytes properties = {};
  std::string file = {};  ///< empty: in the row
};

struct AcceptedMessage {
  messaging::MessageId id = {};
  std::size_t body_index = 0;
  std::uint64_t size = 0;
  std::string port = {};  ///< the receive port
  std::string party = {};
  std::string type = {};
  Bytes context = {};
  std::vector<AcceptedPart> parts = {};
};

/// Brings foreign bodies in and gives names to what lies in files. `parts` must outlive the result. An empty id is
/// replaced by a new one. messaging.too-many-parts, messaging.no-such-part and what check_limits() gives.
Result<AcceptedMessage> accept_message(const BodySpool& spool, LinkedFiles& files,
                                       const messaging::MessageContext& context,
                                       std::span<const messaging::Part> parts, std::size_t body_index,
                                       messaging::MessageId id, Time now);

/// The row of the message with its first part, and the rows of the others. Says messages.seq.
Result<std::int64_t> insert_message_rows(sql::Connection& connection, const AcceptedMessage& message, Time now);

/// Nothing for an empty key; without a receipt when that is empty.
Result<> insert_receive_key(sql::Connection& connection, const std::string& key,
                            const std::vector<messaging::MessageId>& ids, ByteView receipt, Time now);
/// The ids as insert_receive_key() joined them.
std::vector<messaging::MessageId> split_ids(std::string_view joined);

}  // namespace sealgate::store

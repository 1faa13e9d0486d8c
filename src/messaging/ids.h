#pragma once
// Identities of messages and work items: UUID version 7 (RFC 9562) in its lower-case text form, so that ids sort by
// the time they were made.

#include <string>
#include <string_view>

#include "base/clock.h"

namespace sealgate::messaging {

/// A distinct string type per kind of id; empty means "none".
template <typename Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::string text_;
};

/// Identifies a message; "%MessageID%" in file names.
using MessageId = Id<struct MessageIdTag>;
/// Identifies one piece of work on a message (its delivery to one subscriber). It stays the same over every retry and
/// restart, so it is the identity under which a message is handed to a partner.
using WorkId = Id<struct WorkIdTag>;

/// Fails only when the system has no random numbers.
Result<std::string> make_uuid_v7(Time now);
Result<MessageId> make_message_id(Time now);
Result<WorkId> make_work_id(Time now);

/// Accepts any case; messaging.bad-id for everything that is not 8-4-4-4-12 hexadecimal digits.
Result<std::string> parse_uuid(std::string_view text);

}  // namespace sealgate::messaging

#pragma once
// The states of a work item, and the words for them everywhere: table, JSON, logs, console, database.
//
//   ready ──claim──▶ active ──▶ completed
//     ▲                │ ├────▶ retrying, scheduled ──when due, claim──▶ active
//     │                └──────▶ suspended ──resume──▶ ready
//     └──────── lease runs out         └──terminate──▶ terminated

#include <optional>
#include <string_view>

namespace sealgate::messaging {

enum class WorkState {
  Ready,      ///< waits for somebody to take it
  Active,     ///< somebody holds a lease on it
  Retrying,   ///< failed in a way worth a retry; waits until its next time
  Scheduled,  ///< waits for its time without having failed (service window)
  Suspended,  ///< failed; waits for a person (resumable or not)
  Completed,  ///< done, proven by a durable commit
  Terminated  ///< given up by a person
};

std::string_view to_string(WorkState state);
/// Empty for an unknown word.
std::optional<WorkState> parse_work_state(std::string_view word);

/// What there is to do with the message.
enum class WorkKind {
  Receive,  ///< the message holds one part, the raw form as it came in: run the receive pipeline (again)
  Route,    ///< the message is past its receive pipeline, but nobody subscribed: look for subscribers again
  Send,     ///< run the send pipeline of the port and transmit
  Respond,  ///< hand it to the caller of a request-response port, who waits
  Receipt,  ///< call the address that a partner gave for the receipt of his message; the port is the agreement's name
  /// Wait for the partner's receipt of the message, which was sent by AS2: scheduled until it should have come,
  /// completed when the partner acknowledges, suspended when he refuses or too much time has passed.
  Await
};

std::string_view to_string(WorkKind kind);
std::optional<WorkKind> parse_work_kind(std::string_view word);

}  // namespace sealgate::messaging

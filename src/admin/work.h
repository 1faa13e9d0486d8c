#pragma once
// Work on messages: found by whichever id somebody has, and told as JSON.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "messaging/message_box.h"

namespace sealgate::admin {

/// The delivery of this id, or every delivery of the message of this id. messaging.no-such-work when it is neither,
/// messaging.bad-id when it is no id at all.
Result<std::vector<messaging::WorkSummary>> find_work(messaging::MessageBox& box, const std::string& id);

/// What became of a message that a receipt is waited for, in words: "waiting for MDN", "acknowledged", "failed by
/// partner", "resend exhausted"; empty for other work and other states.
std::string_view fate_word(const messaging::WorkSummary& summary);
/// primary, backup
std::string_view transport_word(const messaging::WorkSummary& summary);

nlohmann::ordered_json work_json(const messaging::WorkSummary& summary);
/// How much of the context is told.
enum class ContextView {
  Everything,  ///< but what is confidential
  Envelope     ///< only what the engine and the adapters know of it; what was taken from content is "(hidden)"
};
/// Whether the value of such a property is not told.
bool is_hidden(const std::string& name, ContextView view);
/// The value of a property as it is told.
std::string shown_value(const std::string& name, const messaging::PropertyValue& value, ContextView view);
/// Its context and its parts, without their content.
nlohmann::ordered_json message_json(const messaging::Message& message, ContextView view);

}  // namespace sealgate::admin

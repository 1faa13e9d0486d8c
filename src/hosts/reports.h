#pragma once
// Messages about messages: acknowledgements (BizTalk's ACK and NACK) and failed messages with their ErrorReport
// properties. They are published in the same commit that records what they tell of, and only if somebody subscribes.

#include "adapters/common/adapter.h"
#include "hosts/configuration.h"
#include "messaging/message_box.h"

namespace sealgate::hosts {

/// What happened to a message, and where.
struct Step {
  const messaging::Message& message;
  Time at{};
  /// The send port that sends it; empty when it happened on the way in.
  std::string send_port = {};
  std::string address = {};               ///< of the attempt
  std::string adapter = {};               ///< "HTTP"
  std::string work = {};                  ///< id of the delivery
  adapters::ContextEntries details = {};  ///< what the adapter said
};

/// An acknowledgement or a failed message: its failure is not reported again, so that nothing goes round for ever.
bool is_report(const messaging::MessageContext& context);
/// A failed message: it is not routed as one again.
bool is_failed_message(const messaging::MessageContext& context);

/// The message that failed, under a new identity, with what was promoted only written, and why.
messaging::Message make_failed_message(const Step& step, const Error& error);
Result<messaging::Message> make_ack(messaging::MessageBox& box, const Step& step);
/// Its body is a SOAP fault.
Result<messaging::Message> make_nack(messaging::MessageBox& box, const Step& step, const Error& error);

/// True when the filter of some subscription asks for acknowledgements by their own properties.
bool asks_for_acknowledgements(const messaging::SubscriptionIndex& subscriptions);

}  // namespace sealgate::hosts

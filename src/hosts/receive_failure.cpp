#include "hosts/receive_failure.h"

#include "base/log.h"
#include "hosts/errors.h"
#include "hosts/reports.h"
#include "hosts/subscribers.h"
#include "hosts/unknown_senders.h"
#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "pipeline/errors.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using adapters::SubmitKind;
using adapters::SubmitOutcome;
using artifacts::Authentication;

/// The message was refused because nobody could be authenticated from it.
bool failed_authentication(const Error& error) {
  switch (error.code.error_class) {
    case ErrorClass::Decrypt:
    case ErrorClass::Signature:
    case ErrorClass::Trust:
    case ErrorClass::Revocation:
      return true;
    default:
      return error.code == pipeline::kUnknownParty;
  }
}

/// At a port that demands a party. Faults of our configuration are nobody's who sends.
bool is_unauthenticated(const Inbound& inbound, const Error& error) {
  if (failed_authentication(error)) return true;
  const bool of_message =
      error.code.error_class == ErrorClass::Malformed || error.code.error_class == ErrorClass::Policy;
  return of_message && !inbound.of_known_party;
}

/// Tells those who want to know that something did not come in. What they hear of is recorded already.
void publish_nack(const Configuration& configuration, messaging::MessageBox& box, const Step& step,
                  const Error& error) {
  if (!configuration.acknowledgements_wanted) return;
  const auto publish = [&]() -> Result<> {
    SG_TRY_ASSIGN(auto nack, make_nack(box, step, error));
    SG_TRY_ASSIGN(auto publication, make_wanted_publication(configuration, std::move(nack), step.at));
    if (!publication) return {};
    messaging::PublishRequest request;
    request.publications.push_back(std::move(*publication));
    SG_TRY(box.publish(std::move(request), step.at));
    return {};
  };
  if (const auto published = publish(); !published) {
    log(LogLevel::Warning, "no negative acknowledgement can be published",
        {{"reason", published.error().to_string()}});
  }
}

Result<SubmitOutcome> suspend(const Configuration& configuration, messaging::MessageBox& box, Inbound inbound,
                              const artifacts::ReceivePort& port, const Error& error, SubmitKind kind, Time now) {
  messaging::Message message;
  message.context = inbound.context;
  const bool for_good = inbound.context.boolean(names::kSuspendAsNonResumable).value_or(false);
  // The caller of a two-way port hears of the failure and is gone then: nobody waits for an answer any more.
  messaging::SuspendRequest request;
  const bool resumable = inbound.resumable && !for_good && !port.two_way;
  request.tracking = std::move(inbound.trail);
  request.context = std::move(inbound.context);
  request.raw = std::move(inbound.raw);
  request.failure = messaging::Failure::from(error, resumable);
  request.receive_key = std::move(inbound.receive_key);
  SG_TRY_ASSIGN(const auto work, box.suspend_received(std::move(request), now));
  if (kind == SubmitKind::AuthenticationFailed && configuration.unknown_senders != nullptr) {
    configuration.unknown_senders->kept(inbound.location, work);
  }
  // It is kept from here on, whatever happens. Without a name only when it came before and was finished and purged
  // since; a failure here would make the sender come again for ever.
  const auto summary = box.show(work);
  const std::string id = summary ? summary->message.text() : work.text();
  log(LogLevel::Warning, "received message suspended",
      {{"message", id}, {"location", inbound.location}, {"reason", error.to_string()}});
  message.id = messaging::MessageId(id);
  publish_nack(configuration, box, Step{message, now, {}, {}, {}, work.text(), {}}, error);
  return SubmitOutcome{kind, id, false, error.to_string()};
}

/// Publishes it as a failed message if the port says so and somebody subscribes. Empty: it does not.
Result<std::optional<SubmitOutcome>> route_failed(const Configuration& configuration, messaging::MessageBox& box,
                                                  const artifacts::ReceivePort& port, const Inbound& inbound,
                                                  const Error& error, SubmitKind kind, Time now) {
  messaging::Message raw;
  SG_TRY_ASSIGN(raw.id, messaging::make_message_id(now));
  raw.context = inbound.context;
  raw.parts.push_back(inbound.raw);
  SG_TRY_ASSIGN(auto failed, make_failed_publication(configuration, port, raw, error, now));
  if (!failed) return std::nullopt;
  failed->tracking = inbound.trail;
  messaging::PublishRequest request;
  request.receive_key = inbound.receive_key;
  request.publications.push_back(std::move(*failed));
  auto published = box.publish(std::move(request), now);
  if (!published) {
    if (published.error().code.error_class == ErrorClass::Policy) return std::nullopt;
    return fail(std::move(published).error());
  }
  SubmitOutcome outcome;
  outcome.kind = kind;
  outcome.duplicate = published->duplicate;
  outcome.message_id = published->messages.empty() ? std::string() : published->messages.front().text();
  if (kind != SubmitKind::Accepted) outcome.reason = error.to_string();
  log(LogLevel::Warning, "received message failed and is routed as a failed message",
      {{"message", outcome.message_id}, {"location", inbound.location}, {"reason", error.to_string()}});
  return outcome;
}

}  // namespace

bool discards_failures(const artifacts::ReceiveLocation& location) {
  const auto* http = artifacts::http_settings(location.transport);
  return http != nullptr && !http->suspend_failed_requests;
}

SubmitOutcome discard(const Inbound& inbound, const std::string& reason) {
  log(LogLevel::Warning, "message refused, nothing kept: the location does not suspend failed requests",
      {{"location", inbound.location}, {"reason", reason}});
  return SubmitOutcome{SubmitKind::Rejected, {}, false, reason};
}

Result<std::optional<messaging::Publication>> make_failed_publication(const Configuration& configuration,
                                                                      const artifacts::ReceivePort& port,
                                                                      const messaging::Message& message,
                                                                      const Error& error, Time now) {
  if (!port.route_failed_messages) return std::nullopt;
  const Step step{message, now, {}, {}, {}, {}, {}};
  auto failed = make_failed_message(step, error);
  if (error.code == messaging::kNoSubscriber) {
    failed.context.promote(names::kErrorRoutingFailureReportId, message.id.text());
  }
  return make_wanted_publication(configuration, std::move(failed), now);
}

Result<std::optional<messaging::Publication>> fail_piece(const Configuration& configuration,
                                                         messaging::MessageBox& box,
                                                         const artifacts::ReceivePort& port, Inbound piece,
                                                         const Error& error, Time now) {
  messaging::Message message;
  SG_TRY_ASSIGN(message.id, messaging::make_message_id(now));
  message.context = piece.context;
  message.parts.push_back(piece.raw);
  SG_TRY_ASSIGN(auto failed, make_failed_publication(configuration, port, message, error, now));
  if (failed) {
    failed->tracking = std::move(piece.trail);
    return failed;
  }
  SG_TRY(suspend(configuration, box, std::move(piece), port, error, SubmitKind::Suspended, now));
  return std::nullopt;
}

Result<SubmitOutcome> fail_received(const Configuration& configuration, messaging::MessageBox& box,
                                    const artifacts::ReceivePort& port, const artifacts::ReceiveLocation& location,
                                    Inbound inbound, Error error, Time now) {
  // Our own trouble is not the message's: let the sender keep it and come again.
  if (error.code.error_class == ErrorClass::Environment) return fail(std::move(error));
  const bool unauthenticated = port.authentication != Authentication::None && is_unauthenticated(inbound, error);
  const auto count = [&](UnknownSenders::Fate fate) {
    if (configuration.unknown_senders == nullptr) return;
    configuration.unknown_senders->failed(
        {port.name, inbound.location, inbound.context.text_or_empty(names::kHttpRemoteAddress), error.code.id, fate},
        UnknownSenders::Moment::clock::now());
  };
  if (unauthenticated && port.authentication == Authentication::Drop) {
    count(UnknownSenders::Fate::Dropped);
    log(LogLevel::Debug, "message dropped: not authenticated",
        {{"port", port.name}, {"location", inbound.location}, {"reason", error.to_string()}});
    return SubmitOutcome{SubmitKind::AuthenticationFailed, {}, false, {}};
  }
  UnknownSenders::Place room;
  if (unauthenticated && configuration.unknown_senders != nullptr) {
    const auto maximum = static_cast<std::size_t>(location.maximum_unauthenticated);
    SG_TRY_ASSIGN(room, configuration.unknown_senders->may_keep(box, port.name, location.name, maximum,
                                                                UnknownSenders::Moment::clock::now()));
    count(room != nullptr ? UnknownSenders::Fate::Kept : UnknownSenders::Fate::Refused);
    if (room == nullptr) {
      return fail(kTooManyUnauthenticated,
                  "as many messages of nobody known are suspended here as may be: " + std::to_string(maximum),
                  "receive location " + location.name,
                  "resume or terminate those that wait, or raise maximum_unauthenticated of the location");
    }
  }
  const auto kind = unauthenticated ? SubmitKind::AuthenticationFailed : SubmitKind::Accepted;
  SG_TRY_ASSIGN(auto routed, route_failed(configuration, box, port, inbound, error, kind, now));
  if (routed) return std::move(*routed);
  if (!unauthenticated && discards_failures(location)) return discard(inbound, error.to_string());
  return suspend(configuration, box, std::move(inbound), port, error,
                 unauthenticated ? SubmitKind::AuthenticationFailed : SubmitKind::Suspended, now);
}

}  // namespace sealgate::hosts

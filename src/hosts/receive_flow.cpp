#include "hosts/receive_flow.h"

#include "base/log.h"
#include "hosts/errors.h"
#include "hosts/subscribers.h"
#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "pipeline/errors.h"
#include "pipeline/receive_pipeline.h"

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

Error unknown_party(const artifacts::ReceivePort& port) {
  return Error{
      pipeline::kUnknownParty, "the port takes messages of known parties only, and this one is of nobody known",
      "receive port " + port.name,
      "check the evidence in the message's context; assign the sender's certificate to a party, then resume"};
}

Result<pipeline::Received> run_pipeline(const Configuration& configuration, messaging::MessageBox& box,
                                        const artifacts::ReceivePort& port,
                                        const artifacts::ReceiveLocation& location, const messaging::Part& raw,
                                        const messaging::MessageContext& context, Time now) {
  const artifacts::Host* host = configuration.artifacts.set.find_host(location.host);
  if (host == nullptr) {
    return fail(kNoSuchHost, "the host of the location does not exist", "receive location " + location.name,
                "apply a Host named " + location.host + ", then resume");
  }
  const pipeline::Environment environment{configuration.artifacts.set, *configuration.certificates, box, now};
  auto received = pipeline::run_receive_pipeline(environment, *host, location, raw, context);
  if (received && received->party == nullptr && port.authentication != Authentication::None) {
    return fail(unknown_party(port));
  }
  return received;
}

Result<messaging::Publication> make_publication(const Configuration& configuration, pipeline::Received received,
                                                Time now) {
  messaging::Publication publication;
  publication.message = std::move(received.message);
  SG_TRY_ASSIGN(publication.message.id, messaging::make_message_id(now));
  publication.message.context.write(names::kMessageId, publication.message.id.text());
  publication.message.context.write(names::kInterchangeId, publication.message.id.text());
  publication.message.context.write(names::kInterchangeSequenceNumber, std::int64_t{1});
  auto routing = find_subscribers(configuration, publication.message.context, now);
  publication.deliveries = std::move(routing.deliveries);
  publication.routing_report = std::move(routing.report);
  return publication;
}

Result<SubmitOutcome> suspend(messaging::MessageBox& box, Inbound inbound, const Error& error, SubmitKind kind,
                              Time now) {
  const messaging::Failure failure = messaging::Failure::from(error);
  messaging::SuspendRequest request{std::move(inbound.context), std::move(inbound.raw), failure,
                                    std::move(inbound.receive_key)};
  SG_TRY_ASSIGN(const auto work, box.suspend_received(std::move(request), now));
  // It is kept from here on, whatever happens. Without a name only when it came before and was finished and purged
  // since; a failure here would make the sender come again for ever.
  const auto summary = box.show(work);
  const std::string id = summary ? summary->message.text() : work.text();
  log(LogLevel::Warning, "received message suspended",
      {{"message", id}, {"location", inbound.location}, {"reason", error.to_string()}});
  return SubmitOutcome{kind, id, false, error.to_string()};
}

/// The sender is still there and learns that nothing was taken: who asks for that keeps responsibility. Never a file,
/// which would be gone.
bool discards_failures(const artifacts::ReceiveLocation& location) {
  const auto* http = std::get_if<artifacts::HttpReceiveSettings>(&location.transport);
  return http != nullptr && !http->suspend_failed_requests;
}

SubmitOutcome discard(const Inbound& inbound, const std::string& reason) {
  log(LogLevel::Warning, "message refused, nothing kept: the location does not suspend failed requests",
      {{"location", inbound.location}, {"reason", reason}});
  return SubmitOutcome{SubmitKind::Rejected, {}, false, reason};
}

/// What becomes of a message whose pipeline failed.
Result<SubmitOutcome> handle_failure(messaging::MessageBox& box, const artifacts::ReceivePort& port,
                                     const artifacts::ReceiveLocation& location, Inbound inbound, Error error,
                                     Time now) {
  // Our own trouble is not the message's: let the sender keep it and come again.
  if (error.code.error_class == ErrorClass::Environment) return fail(std::move(error));
  const bool unauthenticated = port.authentication != Authentication::None && failed_authentication(error);
  if (unauthenticated && port.authentication == Authentication::Drop) {
    log(LogLevel::Warning, "message dropped: not authenticated",
        {{"port", port.name}, {"location", inbound.location}, {"reason", error.to_string()}});
    return SubmitOutcome{SubmitKind::AuthenticationFailed, {}, false, error.to_string()};
  }
  if (!unauthenticated && discards_failures(location)) return discard(inbound, error.to_string());
  return suspend(box, std::move(inbound), error,
                 unauthenticated ? SubmitKind::AuthenticationFailed : SubmitKind::Suspended, now);
}

}  // namespace

Result<SubmitOutcome> receive(const Configuration& configuration, messaging::MessageBox& box, Inbound inbound,
                              Time now) {
  const auto [port, location] = configuration.find_location(inbound.location);
  if (location == nullptr) {
    return fail(kNoSuchLocation, "the receive location does not exist any more", inbound.location);
  }
  inbound.context.promote(names::kReceivePortName, port->name);
  inbound.context.write(names::kReceiveLocationName, location->name);

  auto received = run_pipeline(configuration, box, *port, *location, inbound.raw, inbound.context, now);
  if (!received) return handle_failure(box, *port, *location, std::move(inbound), std::move(received).error(), now);

  messaging::PublishRequest request;
  request.receive_key = inbound.receive_key;
  auto publication = make_publication(configuration, std::move(*received), now);
  if (!publication) return fail(std::move(publication).error());
  const bool wanted = !publication->deliveries.empty();
  if (!wanted && discards_failures(*location)) {
    return discard(inbound, "no send port subscribes to this message: " + publication->routing_report);
  }
  request.publications.push_back(std::move(*publication));
  auto published = box.publish(std::move(request), now);
  if (!published) {
    // A context or part list that breaks a limit is the message's fault: keep it for a person to look at.
    if (published.error().code.error_class == ErrorClass::Policy) {
      return handle_failure(box, *port, *location, std::move(inbound), std::move(published).error(), now);
    }
    return fail(std::move(published).error());
  }
  SubmitOutcome outcome;
  outcome.duplicate = published->duplicate;
  outcome.message_id = published->messages.empty() ? std::string() : published->messages.front().text();
  if (!wanted && !outcome.duplicate) {
    outcome.kind = SubmitKind::Suspended;
    outcome.reason = "no send port subscribes to this message";
    log(LogLevel::Warning, "message suspended: nobody subscribes to it",
        {{"message", outcome.message_id}, {"location", inbound.location}});
  } else {
    log(LogLevel::Info, outcome.duplicate ? "message received before" : "message received",
        {{"message", outcome.message_id}, {"location", inbound.location}, {"port", port->name}});
  }
  return outcome;
}

Result<> receive_again(const Configuration& configuration, messaging::MessageBox& box,
                       const messaging::WorkItem& item, Time now) {
  SG_TRY_ASSIGN(messaging::Message message, box.load(item.message));
  const std::string location_name = message.context.text_or_empty(names::kReceiveLocationName);
  const auto [port, location] = configuration.find_location(location_name);
  if (location == nullptr || message.parts.empty()) {
    const Error error{kNoSuchLocation, "the receive location that took this message does not exist any more",
                      location_name, "apply it again and resume, or terminate the message"};
    return box.suspend(item.claim, messaging::Failure::from(error), now);
  }
  auto received = run_pipeline(configuration, box, *port, *location, message.parts.front(), message.context, now);
  if (!received) {
    if (received.error().code.error_class == ErrorClass::Environment) return fail(std::move(received).error());
    return box.suspend(item.claim, messaging::Failure::from(received.error()), now);
  }
  messaging::PublishRequest request;
  SG_TRY_ASSIGN(auto publication, make_publication(configuration, std::move(*received), now));
  request.publications.push_back(std::move(publication));
  request.settles = messaging::Settlement{item.claim, std::nullopt, {}};
  SG_TRY_ASSIGN(const auto published, box.publish(std::move(request), now));
  log(LogLevel::Info, "resumed message received",
      {{"raw", item.message.text()}, {"message", published.messages.front().text()}, {"location", location_name}});
  return {};
}

Result<> route_again(const Configuration& configuration, messaging::MessageBox& box, const messaging::WorkItem& item,
                     Time now) {
  SG_TRY_ASSIGN(const messaging::Message message, box.load(item.message));
  const auto routing = find_subscribers(configuration, message.context, now);
  if (!routing.deliveries.empty()) return box.deliver(item.claim, routing.deliveries, now);
  messaging::Failure failure{std::string(messaging::kNoSubscriber.id), routing.report,
                             "change a send port's filter so that it matches, then resume", true};
  return box.suspend(item.claim, failure, now);
}

}  // namespace sealgate::hosts

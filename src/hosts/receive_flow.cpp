#include "hosts/receive_flow.h"

#include "base/log.h"
#include "hosts/errors.h"
#include "hosts/receive_failure.h"
#include "hosts/subscribers.h"
#include "hosts/tracking_bodies.h"
#include "hosts/tracking_details.h"
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

Error unknown_party(const artifacts::ReceivePort& port) {
  return Error{
      pipeline::kUnknownParty, "the port takes messages of known parties only, and this one is of nobody known",
      "receive port " + port.name,
      "check the evidence in the message's context; assign the sender's certificate to a party, then resume"};
}

Result<std::vector<messaging::Message>> run_pipeline(const Configuration& configuration, messaging::MessageBox& box,
                                                     const artifacts::ReceivePort& port,
                                                     const artifacts::ReceiveLocation& location,
                                                     const messaging::Part& raw,
                                                     const messaging::MessageContext& context, Time now,
                                                     messaging::TrackingDetails& trail) {
  const artifacts::Host* host = configuration.artifacts.set.find_host(location.host);
  if (host == nullptr) {
    return fail(kNoSuchHost, "the host of the location does not exist", "receive location " + location.name,
                "apply a Host named " + location.host + ", then resume");
  }
  if (port.tracking.before_receive_pipeline) {
    SG_TRY(keep_body(configuration.tracking, "before-receive-pipeline", *raw.body, now, trail));
  }
  const pipeline::Environment environment{configuration.artifacts.set, *configuration.certificates, box, now, &trail};
  SG_TRY_ASSIGN(auto interchange,
                pipeline::run_receive_pipeline(environment, *host, location.pipeline, port.maps, raw, context));
  std::vector<messaging::Message> messages;
  for (pipeline::Received& received : interchange.messages) {
    if (received.party == nullptr && port.authentication != Authentication::None) return fail(unknown_party(port));
    messages.push_back(std::move(received.message));
  }
  return messages;
}

Error no_subscriber(const messaging::Publication& publication, const std::string& location) {
  return Error{messaging::kNoSubscriber, "no send port subscribes to this message: " + publication.routing_report,
               "receive location " + location, "change a send port's filter so that it matches, then resume"};
}

/// What left the pipeline, to be published together.
struct Batch {
  std::vector<messaging::Publication> publications;
  std::optional<Error> unrouted;  ///< of the first that nobody wants and that is not routed as a failed message
};

Result<Batch> make_batch(const Configuration& configuration, const artifacts::ReceivePort& port,
                         const std::string& location, std::vector<messaging::Message> messages, Time now,
                         const messaging::TrackingDetails& trail) {
  Batch batch;
  const bool several = messages.size() > 1;
  std::string interchange;
  std::int64_t sequence = 0;
  for (messaging::Message& message : messages) {
    SG_TRY_ASSIGN(auto publication, make_publication(configuration, std::move(message), now));
    messaging::MessageContext& context = publication.message.context;
    if (interchange.empty()) interchange = publication.message.id.text();
    context.write(names::kInterchangeId, interchange);
    context.write(names::kInterchangeSequenceNumber, ++sequence);
    if (publication.deliveries.empty()) {
      const Error error = no_subscriber(publication, location);
      SG_TRY_ASSIGN(auto failed, make_failed_publication(configuration, port, publication.message, error, now));
      if (failed) {
        publication = std::move(*failed);
      } else if (!batch.unrouted) {
        batch.unrouted = error;
      }
    }
    publication.tracking = trail;
    add_published(publication.tracking, publication.message, several ? interchange : std::string());
    if (port.tracking.after_receive_pipeline) {
      SG_TRY(keep_parts(configuration.tracking, "after-receive-pipeline", publication.message, now,
                        publication.tracking));
    }
    batch.publications.push_back(std::move(publication));
  }
  return batch;
}

void log_received(const SubmitOutcome& outcome, const Inbound& inbound, const artifacts::ReceivePort& port,
                  bool unrouted) {
  if (unrouted && !outcome.duplicate) {
    log(LogLevel::Warning, "message suspended: nobody subscribes to it",
        {{"message", outcome.message_id}, {"location", inbound.location}});
  } else {
    log(LogLevel::Info, outcome.duplicate ? "message received before" : "message received",
        {{"message", outcome.message_id}, {"location", inbound.location}, {"port", port.name}});
  }
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
  const auto failed = [&, port = port, location = location](Error error) {
    return fail_received(configuration, box, *port, *location, std::move(inbound), std::move(error), now);
  };

  inbound.trail = tracking_of_intake(inbound.context, location->name, inbound.raw);
  auto received =
      run_pipeline(configuration, box, *port, *location, inbound.raw, inbound.context, now, inbound.trail);
  if (!received) return failed(std::move(received).error());
  SG_TRY_ASSIGN(Batch batch,
                make_batch(configuration, *port, location->name, std::move(*received), now, inbound.trail));
  const bool unrouted = batch.unrouted.has_value();
  if (unrouted && discards_failures(*location)) return discard(inbound, batch.unrouted->what);
  if (unrouted && port->two_way) return failed(std::move(*batch.unrouted));

  messaging::PublishRequest request;
  request.receive_key = inbound.receive_key;
  request.publications = std::move(batch.publications);
  auto published = box.publish(std::move(request), now);
  if (!published) {
    // A context or part list that breaks a limit is the message's fault: keep it for a person to look at.
    if (published.error().code.error_class == ErrorClass::Policy) return failed(std::move(published).error());
    return fail(std::move(published).error());
  }
  SubmitOutcome outcome;
  outcome.duplicate = published->duplicate;
  outcome.message_id = published->messages.empty() ? std::string() : published->messages.front().text();
  if (unrouted && !outcome.duplicate) {
    outcome.kind = SubmitKind::Suspended;
    outcome.reason = "no send port subscribes to this message";
  }
  log_received(outcome, inbound, *port, unrouted);
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
  auto trail = tracking_of_intake(message.context, location_name, message.parts.front());
  trail.emplace_back("from", item.message.text());
  auto received =
      run_pipeline(configuration, box, *port, *location, message.parts.front(), message.context, now, trail);
  messaging::PublishRequest request;
  if (received) {
    SG_TRY_ASSIGN(Batch batch, make_batch(configuration, *port, location_name, std::move(*received), now, trail));
    request.publications = std::move(batch.publications);
  } else {
    const Error& error = received.error();
    if (error.code.error_class == ErrorClass::Environment) return fail(error);
    SG_TRY_ASSIGN(auto failed, make_failed_publication(configuration, *port, message, error, now));
    if (!failed) return box.suspend(item.claim, messaging::Failure::from(error), now, trail);
    failed->tracking = trail;
    request.publications.push_back(std::move(*failed));
  }
  request.settles = messaging::Settlement{item.claim, std::nullopt, {}};
  const auto published = box.publish(std::move(request), now);
  if (!published) {
    if (published.error().code.error_class != ErrorClass::Policy) return fail(published.error());
    return box.suspend(item.claim, messaging::Failure::from(published.error()), now);
  }
  log(LogLevel::Info,
      received ? "resumed message received" : "resumed message failed and is routed as a failed message",
      {{"raw", item.message.text()},
       {"message", published->messages.empty() ? std::string() : published->messages.front().text()},
       {"location", location_name}});
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

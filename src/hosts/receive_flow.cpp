#include "hosts/receive_flow.h"

#include "base/log.h"
#include "hosts/as2_await.h"
#include "hosts/as2_receipts.h"
#include "hosts/errors.h"
#include "hosts/receive_failure.h"
#include "hosts/subscribers.h"
#include "hosts/tracking_bodies.h"
#include "hosts/tracking_details.h"
#include "hosts/unknown_senders.h"
#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "pipeline/errors.h"
#include "pipeline/party_resolution.h"
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

/// Messages that say BTS.MessageDestination: SuspendQueue are not published but kept, each on its own.
void suspend_on_demand(pipeline::Interchange& interchange) {
  std::vector<pipeline::Received> published;
  for (pipeline::Received& received : interchange.messages) {
    messaging::Message& message = received.message;
    const messaging::Part* body = message.body_part();
    if (body == nullptr || message.context.text(names::kMessageDestination) != names::kSuspendQueue) {
      published.push_back(std::move(received));
      continue;
    }
    const Error error{kSuspendedOnDemand, "the message asks to be suspended", "BTS.MessageDestination",
                      "look at its content; resumed, it asks again"};
    interchange.rejected.push_back({error, message.context, *body});
  }
  interchange.messages = std::move(published);
}

/// Also of a message that fails after its signature held: whatever is not proven to be somebody's is nobody's.
Result<bool> is_of_known_party(const Configuration& configuration, const artifacts::ReceiveLocation& location,
                               const messaging::MessageContext& context, const pipeline::Opened& opened, Time now) {
  const artifacts::Host* host = configuration.artifacts.set.find_host(location.host);
  if (host == nullptr || !host->authentication_trusted) return false;
  SG_TRY_ASSIGN(const auto found, pipeline::resolve_party({}, configuration.parties, *configuration.certificates,
                                                          pipeline::evidence_of(context, opened.signer), now));
  return found.party != nullptr;
}

/// Whoever the adapter authenticated gets a ticket, where the location gives any. What is suspended instead keeps
/// none, and gets one when it is resumed.
Result<messaging::MessageContext> with_ticket(const Configuration& configuration,
                                              const artifacts::ReceiveLocation& location, const artifacts::Host& host,
                                              messaging::MessageContext context) {
  context.remove(names::kSsoTicket);
  context.remove(names::kOriginator);
  if (!location.issue_sso_ticket || configuration.credentials == nullptr) return context;
  const std::string user = context.text_or_empty(names::kWindowsUser);
  auto ticket = configuration.credentials->issue_ticket(host.account, user);
  if (!ticket) return fail(std::move(ticket.error()).at("receive location " + location.name));
  context.write(names::kSsoTicket, std::move(*ticket));
  context.write(names::kOriginator, user);
  return context;
}

Result<pipeline::Interchange> run_pipeline(const Configuration& configuration, messaging::MessageBox& box,
                                           const artifacts::ReceivePort& port,
                                           const artifacts::ReceiveLocation& location, const messaging::Part& raw,
                                           const messaging::MessageContext& context, Time now,
                                           messaging::TrackingDetails& trail, pipeline::Opened& opened,
                                           pipeline::As2Exchange& as2) {
  const artifacts::Host* host = configuration.artifacts.set.find_host(location.host);
  if (host == nullptr) {
    return fail(kNoSuchHost, "the host of the location does not exist", "receive location " + location.name,
                "apply a Host named " + location.host + ", then resume");
  }
  SG_TRY_ASSIGN(messaging::MessageContext granted, with_ticket(configuration, location, *host, context));
  if (port.tracking.before_receive_pipeline) {
    SG_TRY(keep_body(configuration.tracking, "before-receive-pipeline", *raw.body, now, trail));
  }
  const pipeline::Environment environment{configuration.artifacts.set,
                                          *configuration.certificates,
                                          box,
                                          now,
                                          &trail,
                                          &configuration.parties,
                                          &opened,
                                          &as2};
  SG_TRY_ASSIGN(auto interchange, pipeline::run_receive_pipeline(environment, *host, location.pipeline, port.maps,
                                                                 raw, std::move(granted)));
  for (const pipeline::Received& received : interchange.messages) {
    if (received.party == nullptr && port.authentication != Authentication::None) return fail(unknown_party(port));
  }
  if (interchange.messages.empty() && port.authentication != Authentication::None) {
    SG_TRY_ASSIGN(const bool known, is_of_known_party(configuration, location, context, opened, now));
    if (!known) return fail(unknown_party(port));
  }
  // Our own trouble (a full disk) is no piece's fault: all of it comes again.
  for (const pipeline::Rejected& rejected : interchange.rejected) {
    if (rejected.error.code.error_class == ErrorClass::Environment) return fail(rejected.error);
  }
  suspend_on_demand(interchange);
  return interchange;
}

/// What failed on its way in goes to nobody who could not have opened it, either.
void protect(messaging::MessageContext& context, const pipeline::Opened& opened, const Configuration& configuration,
             const artifacts::ReceiveLocation& location) {
  const artifacts::Host* host = configuration.artifacts.set.find_host(location.host);
  if (host != nullptr) pipeline::set_predicate(context, opened, *host);
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
                         const std::string& location, std::vector<pipeline::Received> messages, bool several,
                         Time now, const messaging::TrackingDetails& trail) {
  Batch batch;
  for (pipeline::Received& received : messages) {
    SG_TRY_ASSIGN(auto publication, make_publication(configuration, std::move(received.message), now));
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
    const std::string interchange = publication.message.context.text_or_empty(names::kInterchangeId);
    add_published(publication.tracking, publication.message, several ? interchange : std::string());
    if (port.tracking.after_receive_pipeline) {
      SG_TRY(keep_parts(configuration.tracking, "after-receive-pipeline", publication.message, now,
                        publication.tracking));
    }
    batch.publications.push_back(std::move(publication));
  }
  return batch;
}

/// The pieces that failed: suspended each on its own, or added to what is published.
Result<> keep_rejected(const Configuration& configuration, messaging::MessageBox& box,
                       const artifacts::ReceivePort& port, const Inbound& whole, pipeline::Interchange& interchange,
                       std::vector<messaging::Publication>& publications, Time now) {
  std::size_t number = 0;
  for (pipeline::Rejected& rejected : interchange.rejected) {
    Inbound piece;
    piece.location = whole.location;
    piece.context = std::move(rejected.context);
    piece.raw = std::move(rejected.body);
    piece.resumable = interchange.rejected_resumable;
    piece.trail = whole.trail;
    if (const auto interchange_id = piece.context.text(names::kInterchangeId)) {
      piece.trail.emplace_back(messaging::kInterchangeDetail, *interchange_id);
    }
    // Once, when the interchange comes again after a crash before the good ones are published.
    ++number;
    if (!whole.receive_key.empty()) piece.receive_key = whole.receive_key + "\n" + std::to_string(number);
    SG_TRY_ASSIGN(auto failed, fail_piece(configuration, box, port, std::move(piece), rejected.error, now));
    if (failed) publications.push_back(std::move(*failed));
  }
  return {};
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
  As2Reception as2(configuration, box, *port, *location, now);
  const auto told = [&as2](const Error& reason, SubmitOutcome outcome) -> Result<SubmitOutcome> {
    SG_TRY(as2.tell_refused(reason, outcome));
    return outcome;
  };
  const auto failed = [&, port = port, location = location](Error error) -> Result<SubmitOutcome> {
    if (as2.is_as2()) {
      // The partner is told so and sends it again: the same Message-ID must be free for that, and nobody may deliver
      // this one beside it.
      inbound.receive_key.clear();
      inbound.resumable = false;
    }
    SG_TRY(as2.prepare_refused(error, inbound.raw, inbound.context, inbound.trail));
    const Error reason = error;
    SG_TRY_ASSIGN(auto outcome,
                  fail_received(configuration, box, *port, *location, std::move(inbound), std::move(error), now));
    return told(reason, std::move(outcome));
  };

  inbound.trail = tracking_of_intake(inbound.context, location->name, inbound.raw);
  pipeline::Opened opened;
  auto received = run_pipeline(configuration, box, *port, *location, inbound.raw, inbound.context, now, inbound.trail,
                               opened, as2.exchange());
  protect(inbound.context, opened, configuration, *location);
  if (port->authentication != Authentication::None) {
    SG_TRY_ASSIGN(inbound.of_known_party, is_of_known_party(configuration, *location, inbound.context, opened, now));
  }
  if (!received && as2.exchange().receipt) {
    auto taken = take_receipt(configuration, box, as2.exchange(), inbound.raw, inbound.context, now);
    return taken ? taken : failed(std::move(taken).error());
  }
  if (!received) return failed(std::move(received).error());
  if (as2.is_as2()) inbound.receive_key = as2.receive_key();
  if (port->authentication != Authentication::None && configuration.unknown_senders != nullptr) {
    configuration.unknown_senders->known(inbound.context.text_or_empty(names::kHttpRemoteAddress),
                                         UnknownSenders::Moment::clock::now());
  }
  const bool has_rejected = !received->rejected.empty();
  if (has_rejected && (discards_failures(*location) || port->two_way))
    return failed(received->rejected.front().error);
  const bool several = received->messages.size() + received->rejected.size() > 1;
  SG_TRY_ASSIGN(Batch batch, make_batch(configuration, *port, location->name, std::move(received->messages), several,
                                        now, inbound.trail));
  const bool unrouted = batch.unrouted.has_value();
  if (unrouted && discards_failures(*location)) {
    return told(*batch.unrouted, discard(inbound, batch.unrouted->to_string()));
  }
  if (unrouted && port->two_way) return failed(std::move(*batch.unrouted));

  const bool nothing_good = batch.publications.empty();
  SG_TRY(keep_rejected(configuration, box, *port, inbound, *received, batch.publications, now));
  messaging::PublishRequest request;
  request.receive_key = inbound.receive_key;
  request.publications = std::move(batch.publications);
  SG_TRY(as2.prepare_taken(inbound.raw, inbound.context, request));
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
  if (nothing_good && has_rejected && published->messages.empty()) {
    outcome.kind = SubmitKind::Suspended;
    outcome.reason = received->rejected.front().error.to_string();
  }
  SG_TRY(as2.tell_taken(*published, inbound.raw, inbound.context, outcome));
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
  pipeline::Opened opened;
  pipeline::As2Exchange as2;
  auto received = run_pipeline(configuration, box, *port, *location, message.parts.front(), message.context, now,
                               trail, opened, as2);
  protect(message.context, opened, configuration, *location);
  messaging::PublishRequest request;
  if (received) {
    const bool several = received->messages.size() + received->rejected.size() > 1;
    SG_TRY_ASSIGN(Batch batch, make_batch(configuration, *port, location_name, std::move(received->messages), several,
                                          now, trail));
    Inbound whole;
    whole.location = location_name;
    whole.receive_key = "resumed\n" + item.claim.work.text();
    whole.trail = trail;
    SG_TRY(keep_rejected(configuration, box, *port, whole, *received, batch.publications, now));
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

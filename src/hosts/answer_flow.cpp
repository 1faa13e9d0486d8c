#include "hosts/answer_flow.h"

#include "base/log.h"
#include "hosts/errors.h"
#include "hosts/outbound.h"
#include "hosts/reports.h"
#include "hosts/subscribers.h"
#include "hosts/tracked_send.h"
#include "hosts/tracking_bodies.h"
#include "hosts/tracking_details.h"
#include "hosts/typed_context.h"
#include "messaging/property_names.h"
#include "pipeline/receive_pipeline.h"
#include "pipeline/receiver_authorization.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using messaging::Failure;

/// What is known of an answer before its pipeline runs.
messaging::MessageContext answer_context(const Attempt& attempt) {
  messaging::MessageContext context = typed_context(attempt.details);
  const messaging::MessageContext& request = attempt.message->context;
  context.promote(names::kSendPortName, attempt.port.name);
  context.promote(names::kInboundTransportType, attempt.adapter);
  if (attempt.address.size() <= messaging::kMaximumPromotedText) {
    context.promote(names::kInboundTransportLocation, attempt.address);
  } else {
    context.write(names::kInboundTransportLocation, attempt.address);
  }
  context.promote(names::kRequestMessageId, attempt.message->id.text());
  if (const auto token = request.text(names::kCorrelationToken)) context.promote(names::kCorrelationToken, *token);
  address_to_caller(context, request);
  return context;
}

/// `trail` grows on the way, for the tracking log.
Result<std::vector<messaging::Publication>> read_answer(const Attempt& attempt, const messaging::Part& raw,
                                                        const messaging::MessageContext& context,
                                                        messaging::TrackingDetails& trail) {
  const SendEnvironment& environment = attempt.environment;
  const Configuration& configuration = environment.configuration;
  const Time now = environment.clock.now();
  if (attempt.port.tracking.before_receive_pipeline) {
    SG_TRY(keep_body(configuration.tracking, "before-receive-pipeline", *raw.body, now, trail));
  }
  const pipeline::Environment pipeline_environment{
      configuration.artifacts.set, *configuration.certificates, environment.box, now, &trail, &configuration.parties};
  const artifacts::Host& host = *environment.configuration.artifacts.set.find_host(attempt.port.host);
  SG_TRY_ASSIGN(auto interchange,
                pipeline::run_receive_pipeline(pipeline_environment, host, attempt.port.response_pipeline,
                                               attempt.port.response_maps, raw, context));
  // An answer is good as a whole or not at all.
  if (!interchange.rejected.empty()) return fail(interchange.rejected.front().error);
  std::vector<messaging::Publication> publications;
  for (pipeline::Received& received : interchange.messages) {
    SG_TRY_ASSIGN(auto publication, make_publication(configuration, std::move(received.message), now));
    publication.tracking = trail;
    add_published(publication.tracking, publication.message, {});
    if (attempt.port.tracking.after_receive_pipeline) {
      SG_TRY(keep_parts(configuration.tracking, "after-receive-pipeline", publication.message, now,
                        publication.tracking));
    }
    publications.push_back(std::move(publication));
  }
  return publications;
}

Error answer_error(const Attempt& attempt, Error error) {
  error.where = "answer of " + attempt.address + " at send port " + attempt.port.name +
                (error.where.empty() ? "" : ", " + error.where);
  return error;
}

Result<> suspend_respond(const SendEnvironment& environment, const messaging::WorkItem& item, const Error& error) {
  log(LogLevel::Warning, "response suspended",
      {{"message", item.message.text()}, {"port", item.port}, {"reason", error.to_string()}});
  return environment.box.suspend(item.claim, Failure::from(error, false), environment.clock.now());
}

Error caller_gone(const messaging::WorkItem& item) {
  return {kCallerGone, "nobody waits for this response any more", "receive port " + item.port,
          "terminate it; raise response_timeout of the location if answers take longer than callers are given"};
}

adapters::Answer failed_answer(const std::string& reason) {
  adapters::Answer answer;
  answer.reason = reason;
  return answer;
}

/// The location as a place that sends: its response pipeline with its certificates.
pipeline::SendUse response_use(const artifacts::ReceivePort& port, const artifacts::ReceiveLocation& location) {
  static const std::string kNobody;
  return {"receive location " + location.name,
          location.response_pipeline,
          port.response_maps,
          location.response_encryption_certificates,
          kNobody,
          nullptr,
          location.revocation};
}

Result<adapters::Answer> make_answer(const SendEnvironment& environment, const messaging::Message& message,
                                     const std::string& location_name, messaging::TrackingDetails& trail) {
  const auto [port, location] = environment.configuration.find_location(location_name);
  const artifacts::Host* host =
      location == nullptr ? nullptr : environment.configuration.artifacts.set.find_host(location->host);
  if (host == nullptr) return fail(kNoSuchLocation, "the receive location or its host does not exist", location_name);
  if (auto refused = pipeline::refuse_receiver(message.context, *host, "receive location " + location_name)) {
    return fail(std::move(*refused));
  }
  const pipeline::SendUse way_back = response_use(*port, *location);
  adapters::Answer answer;
  answer.kind = adapters::Answer::Kind::Response;
  answer.form = pipeline::produces_mime_entity(environment.configuration.artifacts.set, way_back, message)
                    ? adapters::BodyForm::MimeEntity
                    : adapters::BodyForm::Payload;
  const auto spool = std::make_shared<io::Spool>(environment.spool);
  SG_TRY(run_tracked_send(environment, *host, way_back, port->tracking, message, *spool, trail));
  answer.content = spool;
  const messaging::Part* body = message.body_part();
  if (body != nullptr) answer.content_type = body->content_type;
  if (answer.content_type.empty()) answer.content_type = "text/xml";
  return answer;
}

}  // namespace

Result<> record_answered(const Attempt& attempt, messaging::BodyRef body) {
  const SendEnvironment& environment = attempt.environment;
  messaging::Part raw;
  raw.name = "body";
  raw.body = std::move(body);
  auto context = answer_context(attempt);
  auto trail = tracking_of_intake(context, {}, raw);
  trail.emplace_back("request", attempt.message->id.text());
  auto publications = read_answer(attempt, raw, context, trail);
  if (publications) return record_sent(attempt, std::move(*publications));

  // The partner has the request: it is not sent again because of its answer. That is kept, and the caller hears.
  const Error error = answer_error(attempt, publications.error());
  log(LogLevel::Warning, "answer of the partner suspended",
      {{"message", attempt.message->id.text()}, {"port", attempt.port.name}, {"reason", error.to_string()}});
  messaging::SuspendRequest request;
  request.context = std::move(context);
  request.raw = std::move(raw);
  request.failure = Failure::from(error, false);
  // Once, also when this is done again after a crash before the next commit.
  request.receive_key = "answer\n" + attempt.item.claim.work.text();
  request.tracking = std::move(trail);
  SG_TRY(environment.box.suspend_received(std::move(request), environment.clock.now()));
  SG_TRY_ASSIGN(auto told, tell_caller(attempt, error, environment.clock.now()));
  return record_sent(attempt, std::move(told));
}

Result<> respond(const SendEnvironment& environment, Callers& callers, const messaging::WorkItem& item) {
  auto message = environment.box.load(item.message);
  if (!message) {
    if (message.error().code.error_class == ErrorClass::Environment) return fail(std::move(message).error());
    return suspend_respond(environment, item, message.error());
  }
  const auto call = callers.find(message->context.text_or_empty(names::kRequestResponseToken));
  if (call == nullptr) return suspend_respond(environment, item, caller_gone(item));
  if (message->context.has(names::kAckType)) {
    call->settle(failed_answer(message->context.text_or_empty(names::kAckDescription)));
    return environment.box.complete(item.claim, environment.clock.now());
  }
  messaging::TrackingDetails trail{{"location", call->location()}};
  auto answer = make_answer(environment, *message, call->location(), trail);
  if (!answer) {
    if (environment.cut.is_set()) return environment.box.release(item.claim, environment.clock.now());
    call->settle(failed_answer(answer.error().to_string()));
    return suspend_respond(environment, item, answer.error());
  }
  const std::uint64_t size = answer->content->size();
  if (!call->settle(std::move(*answer))) return suspend_respond(environment, item, caller_gone(item));
  log(LogLevel::Info, "response given to its caller",
      {{"message", item.message.text()}, {"location", call->location()}, {"bytes", std::to_string(size)}});
  return environment.box.complete(item.claim, environment.clock.now(), trail);
}

}  // namespace sealgate::hosts

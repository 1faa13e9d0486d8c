#include "hosts/as2_send.h"

#include "artifacts/agreement_resolution.h"
#include "as2/message_headers.h"
#include "as2/message_id.h"
#include "base/log.h"
#include "crypto/random.h"
#include "hosts/as2_archive.h"
#include "hosts/as2_await.h"
#include "hosts/errors.h"
#include "hosts/tracked_send.h"
#include "messaging/property_names.h"
#include "pipeline/errors.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using artifacts::Agreement;
using messaging::MessageContext;

/// Names of what came in by AS2 are those of its sender and of us, not of whom it is for now.
artifacts::OutgoingNames outgoing_names(const MessageContext& context, const std::string& port, std::string& from,
                                        std::string& to) {
  const bool came_by_as2 =
      context.boolean(names::kAs2IsPayload).value_or(false) || context.boolean(names::kAs2IsMdn).value_or(false);
  if (!came_by_as2) {
    from = context.text_or_empty(names::kAs2From);
    to = context.text_or_empty(names::kAs2To);
  }
  return {from, to, port};
}

MessageContext encoded_context(const messaging::Message& message, const pipeline::As2Departure& departure) {
  const Agreement& agreement = departure.agreement;
  const artifacts::RequestedReceipt& receipt = agreement.sending.receipt;
  MessageContext context = message.context;
  for (const auto name : {names::kAs2IsPayload, names::kAs2IsMdn, names::kAs2OriginalMessageId, names::kAs2ContentMic,
                          names::kAs2DispositionType, names::kAs2IsDuplicate, names::kHttpMimeEntity}) {
    context.remove(name);
  }
  context.promote(names::kAs2From, agreement.sending.as2_from);
  context.promote(names::kAs2To, agreement.sending.as2_to);
  context.promote(names::kAs2Agreement, agreement.name);
  context.promote(names::kAs2SendMdn, receipt.mode != artifacts::ReceiptMode::None);
  context.promote(names::kAs2IsAsynchronousMdn, receipt.mode == artifacts::ReceiptMode::Async);
  context.write(names::kAs2MessageId, departure.message_id);
  context.write(names::kAs2SentHeaders, departure.headers.serialise());
  context.write(names::kAs2SentMics, departure.mics.to_text());
  context.write(names::kAs2SentMessage, message.id.text());
  return context;
}

/// The encoded message with its work.
Result<messaging::Publication> publication_of(const Attempt& attempt, const pipeline::As2Departure& departure,
                                              messaging::BodyRef body, const messaging::WorkId& await, Time now) {
  messaging::Publication encoded;
  SG_TRY_ASSIGN(encoded.message.id, messaging::make_message_id(now));
  encoded.message.context = encoded_context(*attempt.message, departure);
  encoded.message.context.write(names::kMessageId, encoded.message.id.text());
  messaging::Part part;
  part.name = "body";
  part.content_type = std::string(departure.headers.value("Content-Type").value_or(""));
  part.file_name = departure.file_name;
  part.body = std::move(body);
  encoded.message.parts.push_back(std::move(part));
  messaging::Delivery send;
  send.port = attempt.port.name;
  send.priority = attempt.item.priority;
  send.ordered = attempt.item.ordered;
  encoded.deliveries.push_back(std::move(send));
  encoded.tracking = {{"as2.encoded_from", attempt.message->id.text()}};
  if (await.empty()) return encoded;
  messaging::Delivery wait;
  wait.id = await;
  wait.kind = messaging::WorkKind::Await;
  wait.port = attempt.port.name;
  wait.not_before = now + departure.agreement.sending.receipt.timeout;
  encoded.deliveries.push_back(std::move(wait));
  return encoded;
}

}  // namespace

bool is_encoded_as2(const MessageContext& context) {
  return context.has(names::kAs2SentHeaders);
}

Result<> encode_as2(Attempt& attempt) {
  const SendEnvironment& environment = attempt.environment;
  const Configuration& configuration = environment.configuration;
  const Time now = environment.clock.now();
  std::string from;
  std::string to;
  const auto found = artifacts::resolve_outgoing_message(
      configuration.artifacts.set, outgoing_names(attempt.message->context, attempt.port.name, from, to), now);
  if (!found) return record_failed(attempt, found.error(), true);
  const Agreement& agreement = **found;
  SG_TRY_ASSIGN(const Bytes random, crypto::random_bytes(16));
  pipeline::As2Departure departure{agreement, as2::make_message_id(random, agreement.sending.as2_from),
                                   SEALGATE_PRODUCT};
  auto body = run_tracked_send(environment, *configuration.artifacts.set.find_host(attempt.port.host),
                               pipeline::use_of(attempt.port), attempt.port.tracking, *attempt.message, departure,
                               attempt.tracking);
  if (!body) {
    if (environment.cut.is_set()) return environment.box.release(attempt.item.claim, now);
    describe_unsent(departure, attempt.tracking);
    return record_failed(attempt, body.error(), body.error().code.error_class != ErrorClass::Environment);
  }
  messaging::TrackingDetails archived;
  describe_sent(departure, **body, archived);
  if (const auto kept = archive_sent(configuration.tracking, departure, **body, now, archived); !kept) {
    describe_unsent(departure, attempt.tracking);
    return record_failed(attempt, kept.error(), kept.error().code.error_class != ErrorClass::Environment);
  }
  messaging::WorkId await;
  if (agreement.sending.receipt.mode != artifacts::ReceiptMode::None) {
    SG_TRY_ASSIGN(await, messaging::make_work_id(now));
  }
  messaging::PublishRequest request;
  SG_TRY_ASSIGN(auto encoded, publication_of(attempt, departure, std::move(*body), await, now));
  encoded.tracking.insert(encoded.tracking.begin(), archived.begin(), archived.end());
  attempt.tracking.emplace_back("as2.encoded_as", encoded.message.id.text());
  attempt.tracking.emplace_back("as2.message_id", departure.message_id);
  attempt.tracking.emplace_back("as2.agreement", agreement.name);
  request.publications.push_back(std::move(encoded));
  request.receive_key = sent_key(agreement.sending.as2_from, agreement.sending.as2_to, departure.message_id);
  request.receipt = to_bytes(await.text());
  request.settles =
      messaging::Settlement{attempt.item.claim, std::nullopt, attempt.tracking, messaging::TrackingEvent::Routed};
  const auto published = environment.box.publish(std::move(request), now);
  if (published) return {};
  // A context that breaks a limit is the message's own fault.
  if (published.error().code.error_class != ErrorClass::Policy) return fail(published.error());
  return record_failed(attempt, published.error(), true);
}

artifacts::SendPort as2_port(const artifacts::SendPort& port, const Agreement& agreement) {
  artifacts::SendPort made = port;
  if (agreement.sending.retry) made.retry = *agreement.sending.retry;
  return made;
}

Result<const Agreement*> agreement_of(const Configuration& configuration, const MessageContext& context) {
  const std::string name = context.text_or_empty(names::kAs2Agreement);
  const Agreement* agreement = configuration.artifacts.set.find_agreement(name);
  if (agreement != nullptr) return agreement;
  return fail(kNoSuchAgreement, "the agreement that the message was encoded by does not exist any more",
              "agreement " + name, "apply it again and resume, or terminate the message");
}

std::optional<Time> retries_until(const Agreement& agreement, const messaging::WorkItem& item) {
  const artifacts::SendingAgreement& sending = agreement.sending;
  if (!sending.retry || sending.retry_stop_after.count() == 0) return std::nullopt;
  return item.created + sending.retry_stop_after;
}

Result<adapters::HttpWishes> wishes_of(const messaging::Message& message, const Agreement& agreement) {
  if (message.body_part() == nullptr) {
    return fail(pipeline::kNoParts, "the encoded message has no content", "message " + message.id.text());
  }
  SG_TRY_ASSIGN(const mime::Headers headers,
                as2::parse_http_headers(message.context.text_or_empty(names::kAs2SentHeaders)));
  adapters::HttpWishes wishes;
  for (const mime::HeaderField& field : headers.fields()) wishes.headers.push_back({field.name, field.value});
  wishes.chunked = agreement.compatibility.chunked;
  wishes.keep_alive = agreement.sending.http.keep_alive.value_or(true);
  wishes.check_server_name = agreement.sending.http.check_server_name;
  wishes.expect_continue = agreement.sending.http.expect_continue;
  return wishes;
}

std::optional<std::string> As2Outbound::property(std::string_view name) const {
  const messaging::Property* property = message_.context.find(name);
  if (property == nullptr) return std::nullopt;
  return messaging::to_text(property->value);
}

Result<> As2Outbound::pump(Sink& sink) {
  SG_TRY(message_.body_part()->body->copy_to(sink));
  return sink.finish();
}

Result<> As2Outbound::Answer::write(ByteView more) {
  append(bytes, more.first(std::min(more.size(), kLargestReceipt - bytes.size())));
  return {};
}

Result<> record_as2_sent(Attempt& attempt, const Bytes& answered) {
  const SendEnvironment& environment = attempt.environment;
  const MessageContext& context = attempt.message->context;
  attempt.tracking.emplace_back("as2.message_id", context.text_or_empty(names::kAs2MessageId));
  SG_TRY_ASSIGN(auto awaited,
                find_awaited(environment.box, context.text_or_empty(names::kAs2From),
                             context.text_or_empty(names::kAs2To), context.text_or_empty(names::kAs2MessageId)));
  if (!awaited) return record_sent(attempt);
  const Time now = environment.clock.now();
  const auto found = agreement_of(environment.configuration, context);
  // Removed at this very moment: the partner has the message all the same.
  if (!found) return record_sent(attempt);
  const Agreement* const agreement = *found;
  attempt.resolves = messaging::Resolution{
      awaited->work, messaging::Resolution::Outcome::Waits, {}, now + agreement->sending.receipt.timeout};
  std::vector<messaging::Publication> publications;
  if (agreement->sending.receipt.mode == artifacts::ReceiptMode::Sync) {
    auto receipt =
        judge_response(environment.configuration, environment.box, *awaited, attempt.details, answered, now);
    if (receipt && receipt->resolution) {
      attempt.resolves = std::move(receipt->resolution);
      publications.push_back(std::move(receipt->publication));
    }
    if (!receipt) {
      log(LogLevel::Warning, "a message was sent, and its receipt did not come with the answer",
          {{"message", attempt.message->id.text()},
           {"port", attempt.port.name},
           {"reason", receipt.error().to_string()}});
      attempt.tracking.emplace_back("as2.receipt", receipt.error().code.id);
    } else {
      attempt.tracking.emplace_back("as2.receipt", std::string(as2::to_string(receipt->judgement.verdict)));
    }
  }
  return record_sent(attempt, std::move(publications));
}

}  // namespace sealgate::hosts

#include "hosts/as2_await.h"

#include <algorithm>

#include "as2/message_id.h"
#include "base/log.h"
#include "base/text.h"
#include "hosts/as2_archive.h"
#include "hosts/as2_send.h"
#include "hosts/errors.h"
#include "hosts/subscribers.h"
#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "pipeline/as2_receipt.h"
#include "pipeline/errors.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using artifacts::Agreement;
using messaging::MessageContext;
using messaging::Resolution;
using messaging::WorkItem;
using messaging::WorkState;

/// Angle brackets come and go on the way (as2::same_message_id).
std::string_view bare(std::string_view id) {
  id = trim(id);
  if (id.starts_with('<')) id.remove_prefix(1);
  if (id.ends_with('>')) id.remove_suffix(1);
  return id;
}

pipeline::Environment environment_of(const Configuration& configuration, messaging::MessageBox& box, Time now) {
  return {configuration.artifacts.set, *configuration.certificates, box, now, nullptr, &configuration.parties};
}

/// A receipt as it came, with what it says.
struct Arrived {
  const as2::MessageHeaders& headers;
  as2::ReceivedMdn mdn;
  const messaging::Part& raw;
  bool asynchronous = true;
  const std::vector<pipeline::PathProof>& paths;  ///< how its signer was judged
};

Result<as2::Judgement> judge(const Configuration& configuration, messaging::MessageBox& box,
                             const Agreement& agreement, const Awaited& awaited, Arrived& arrived, Time now) {
  const MessageContext& context = awaited.message.context;
  pipeline::demand_partner(environment_of(configuration, box, now), agreement, arrived.mdn);
  as2::SentMessage sent;
  sent.message_id = context.text_or_empty(names::kAs2MessageId);
  sent.from = {context.text_or_empty(names::kAs2From)};
  sent.to = {context.text_or_empty(names::kAs2To)};
  SG_TRY_ASSIGN(sent.mics, as2::SentMics::parse(context.text_or_empty(names::kAs2SentMics)));
  sent.signature_asked = agreement.sending.receipt.is_signed;
  as2::JudgeOptions options;
  options.own_connection = !arrived.asynchronous;
  options.accept_unsigned = agreement.compatibility.unsigned_receipts;
  options.accept_missing_mic = agreement.compatibility.receipts_without_mic;
  options.accepted_forms = agreement.compatibility.mic_forms;
  return as2::judge_mdn(arrived.headers, arrived.mdn, &sent, options);
}

messaging::TrackingDetails details_of(const as2::Judgement& judgement, const Arrived& arrived) {
  messaging::TrackingDetails details{{"as2.verdict", std::string(as2::to_string(judgement.verdict))},
                                     {"as2.disposition", as2::to_string(arrived.mdn.mdn.disposition)},
                                     {"as2.signed", judgement.is_signed ? "yes" : "no"}};
  if (judgement.matched) details.emplace_back("as2.mic_form", std::string(as2::to_string(*judgement.matched)));
  if (!arrived.mdn.mdn.mic_text.empty()) details.emplace_back("as2.mic", arrived.mdn.mdn.mic_text);
  for (const std::string& remark : judgement.remarks) details.emplace_back("as2.remark", remark);
  if (arrived.mdn.signer) details.emplace_back("as2.signer", arrived.mdn.signer->thumbprint().to_hex());
  return details;
}

Error failure_of(const as2::Judgement& judgement, const Agreement& agreement, const Arrived& arrived) {
  const std::string where = "agreement " + agreement.name;
  if (judgement.verdict != as2::Verdict::Refused) {
    return {kAs2MicMismatch, judgement.reason, where,
            "ask the partner to compare what came with what was sent; compatibility.mic_forms takes known mistakes. "
            "'sealgate message resend' of the first delivery sends it anew"};
  }
  std::string what = judgement.reason;
  if (!arrived.mdn.mdn.explanation.empty()) what += " (" + arrived.mdn.mdn.explanation.substr(0, 200) + ")";
  return {kAs2Refused, std::move(what), where,
          "mend what the partner names; then 'sealgate message resend' of the first delivery sends it anew"};
}

void put(MessageContext& context, std::string_view name, const std::string& text) {
  if (text.size() <= messaging::kMaximumPromotedText) return context.promote(name, text);
  context.write(name, text.substr(0, messaging::kMaximumWrittenText));
}

/// The receipt as a message: for its subscribers where the agreement wants that, else only kept.
Result<messaging::Publication> keep(const Configuration& configuration, const Agreement& agreement,
                                    const Awaited& awaited, const Arrived& arrived, MessageContext context,
                                    Time now) {
  const MessageContext& sent = awaited.message.context;
  context.promote(names::kAs2IsMdn, true);
  context.promote(names::kAs2IsAsynchronousMdn, arrived.asynchronous);
  context.promote(names::kAs2From, sent.text_or_empty(names::kAs2To));
  context.promote(names::kAs2To, sent.text_or_empty(names::kAs2From));
  put(context, names::kAs2Agreement, agreement.name);
  context.write(names::kAs2MessageId, arrived.headers.message_id);
  context.write(names::kAs2OriginalMessageId, sent.text_or_empty(names::kAs2MessageId));
  context.write(names::kAs2SentMessage, sent.text_or_empty(names::kAs2SentMessage));
  context.write(names::kAs2DispositionType, as2::to_string(arrived.mdn.mdn.disposition));
  context.write(names::kAs2ContentMic, arrived.mdn.mdn.mic_text);
  messaging::Message message;
  message.context = std::move(context);
  message.parts.push_back(arrived.raw);
  messaging::Publication publication;
  if (agreement.sending.receipt.publish) {
    SG_TRY_ASSIGN(auto wanted, make_wanted_publication(configuration, message, now));
    if (wanted) return std::move(*wanted);
  }
  publication.message = std::move(message);
  SG_TRY_ASSIGN(publication.message.id, messaging::make_message_id(now));
  publication.message.context.write(names::kMessageId, publication.message.id.text());
  messaging::Delivery kept;
  kept.kind = messaging::WorkKind::Receive;
  kept.port = publication.message.context.text_or_empty(arrived.asynchronous ? names::kReceivePortName
                                                                             : names::kSendPortName);
  kept.done = true;
  publication.deliveries.push_back(std::move(kept));
  return publication;
}

Result<JudgedReceipt> judge_all(const Configuration& configuration, messaging::MessageBox& box,
                                const Awaited& awaited, Arrived& arrived, MessageContext context, Time now) {
  SG_TRY_ASSIGN(const Agreement* agreement, agreement_of(configuration, awaited.message.context));
  JudgedReceipt judged;
  SG_TRY_ASSIGN(judged.judgement, judge(configuration, box, *agreement, awaited, arrived, now));
  if (!judged.judgement.final()) return judged;
  const auto details = details_of(judged.judgement, arrived);
  Resolution resolution;
  resolution.work = awaited.work;
  resolution.tracking = details;
  if (judged.judgement.verdict != as2::Verdict::Acknowledged) {
    resolution.outcome = Resolution::Outcome::Suspends;
    resolution.failure = messaging::Failure::from(failure_of(judged.judgement, *agreement, arrived), false);
  }
  if (agreement->sending.archive.receipts) {
    SG_TRY(archive_arrived(configuration.tracking, *arrived.raw.body,
                           context.text_or_empty(names::kHttpInboundHeaders), arrived.paths, now,
                           resolution.tracking));
  }
  SG_TRY_ASSIGN(judged.publication, keep(configuration, *agreement, awaited, arrived, std::move(context), now));
  judged.publication.tracking = details;
  resolution.tracking.emplace_back("as2.receipt", judged.publication.message.id.text());
  judged.resolution = std::move(resolution);
  return judged;
}

Result<messaging::Part> part_of(messaging::MessageBox& box, std::string_view head, ByteView body,
                                std::string_view type) {
  SG_TRY_ASSIGN(const auto writer, box.create_body());
  SG_TRY(writer->write(as_bytes(head)));
  SG_TRY(writer->write(body));
  SG_TRY(writer->finish());
  messaging::Part part;
  part.name = "body";
  part.content_type = std::string(type);
  part.body = writer->take();
  return part;
}

std::string detail_of(const adapters::ContextEntries& details, std::string_view name) {
  const auto found = std::ranges::find(details, name, &adapters::ContextEntry::name);
  return found == details.end() ? std::string() : found->value;
}

Result<> give_up(const SendEnvironment& environment, const WorkItem& item, const Error& error) {
  log(LogLevel::Warning, "no receipt came",
      {{"message", item.message.text()}, {"port", item.port}, {"reason", error.to_string()}});
  return environment.box.suspend(item.claim, messaging::Failure::from(error), environment.clock.now());
}

/// Its attempts start over when a person resumes it, and what it failed for stays.
Result<bool> was_resumed(messaging::MessageBox& box, const WorkItem& item) {
  if (item.attempts != 0) return false;
  SG_TRY_ASSIGN(const messaging::WorkSummary shown, box.show(item.claim.work));
  return shown.failure.has_value();
}

}  // namespace

std::string sent_key(std::string_view from, std::string_view to, std::string_view message_id) {
  std::string key = "as2 sent\n";
  return key.append(from).append("\n").append(to).append("\n").append(bare(message_id));
}

Result<std::optional<Awaited>> find_awaited(messaging::MessageBox& box, std::string_view from, std::string_view to,
                                            std::string_view message_id) {
  SG_TRY_ASSIGN(const auto kept, box.receipt_of(sent_key(from, to, message_id)));
  if (!kept) return std::nullopt;
  Awaited awaited;
  awaited.work = messaging::WorkId(std::string(as_text(*kept)));
  auto shown = box.show(awaited.work);
  if (!shown && shown.error().code == messaging::kNoSuchWork) return std::nullopt;
  if (!shown) return fail(std::move(shown).error());
  SG_TRY_ASSIGN(awaited.message, box.load(shown->message));
  return awaited;
}

Result<bool> is_settled(messaging::MessageBox& box, const MessageContext& context) {
  SG_TRY_ASSIGN(const auto awaited,
                find_awaited(box, context.text_or_empty(names::kAs2From), context.text_or_empty(names::kAs2To),
                             context.text_or_empty(names::kAs2MessageId)));
  if (!awaited) return false;
  SG_TRY_ASSIGN(const messaging::WorkSummary await, box.show(awaited->work));
  return await.state == WorkState::Completed ||
         (await.state == WorkState::Suspended && await.failure && !await.failure->resumable);
}

Result<JudgedReceipt> judge_response(const Configuration& configuration, messaging::MessageBox& box,
                                     const Awaited& awaited, const adapters::ContextEntries& details,
                                     const Bytes& answered, Time now) {
  SG_TRY_ASSIGN(const mime::Headers http, as2::parse_http_headers(detail_of(details, "HTTP.InboundHttpHeaders")));
  // The adapter puts the fields of an entity in front of its body, and only those.
  std::string head;
  if (detail_of(details, "HTTP.MimeEntity") != "true") {
    for (const mime::HeaderField& field : http.fields()) {
      if (ascii_lower(field.name).starts_with("content-t")) head += field.name + ": " + field.value + "\r\n";
    }
    head += "\r\n";
  }
  SG_TRY_ASSIGN(const messaging::Part raw, part_of(box, head, answered, http.value("Content-Type").value_or("")));
  MessageContext context;
  context.promote(names::kSendPortName, awaited.message.context.text_or_empty(names::kSendPortName));
  context.write(names::kHttpInboundHeaders, http.serialise());
  context.write(names::kHttpMimeEntity, std::string("true"));
  const auto environment = environment_of(configuration, box, now);
  std::vector<pipeline::PathProof> paths;
  SG_TRY_ASSIGN(auto mdn, pipeline::read_as2_receipt(environment, {}, *raw.body, context, &paths));
  const as2::MessageHeaders headers = as2::read_message_headers(http);
  Arrived arrived{headers, std::move(mdn), raw, false, paths};
  return judge_all(configuration, box, awaited, arrived, std::move(context), now);
}

Result<adapters::SubmitOutcome> take_receipt(const Configuration& configuration, messaging::MessageBox& box,
                                             const pipeline::As2Exchange& exchange, const messaging::Part& raw,
                                             const MessageContext& context, Time now) {
  const as2::MessageHeaders& headers = exchange.message->headers();
  Arrived arrived{headers, *exchange.receipt, raw, true, exchange.proof.paths};
  const std::string& about = arrived.mdn.mdn.original_message_id;
  SG_TRY_ASSIGN(const auto awaited, find_awaited(box, headers.to.text, headers.from.text, about));
  if (!awaited) {
    return fail(pipeline::kUnexpectedReceipt, "a receipt came for which no message waits",
                "from " + headers.from.text + ", Original-Message-ID " + about.substr(0, 200),
                "ask the partner what it is about, then terminate it");
  }
  SG_TRY_ASSIGN(auto judged, judge_all(configuration, box, *awaited, arrived, context, now));
  if (!judged.resolution) {
    return fail(kAs2ReceiptRejected,
                "a receipt proves nothing (" + std::string(as2::to_string(judged.judgement.verdict)) +
                    "): " + judged.judgement.reason,
                "from " + headers.from.text + ", Original-Message-ID " + about.substr(0, 200),
                "the message still waits; ask the partner for a receipt under the certificate that was agreed on");
  }
  messaging::PublishRequest request;
  request.publications.push_back(std::move(judged.publication));
  request.resolves = std::move(judged.resolution);
  // The same bytes again are the same receipt.
  request.receive_key = "as2 receipt\n" + awaited->work.text() + "\n" + to_hex(raw.body->sha256());
  SG_TRY_ASSIGN(const auto published, box.publish(std::move(request), now));
  log(LogLevel::Info, published.resolved ? "receipt received" : "receipt received for a message whose fate is sealed",
      {{"message", awaited->message.id.text()},
       {"from", headers.from.text},
       {"verdict", std::string(as2::to_string(judged.judgement.verdict))}});
  adapters::SubmitOutcome outcome;
  outcome.duplicate = published.duplicate;
  outcome.message_id = published.messages.empty() ? std::string() : published.messages.front().text();
  outcome.reply = std::make_shared<const adapters::Reply>();
  return outcome;
}

Result<> await_receipt(const SendEnvironment& environment, const WorkItem& item) {
  messaging::MessageBox& box = environment.box;
  const Time now = environment.clock.now();
  auto message = box.load(item.message);
  if (!message) {
    if (message.error().code.error_class == ErrorClass::Environment) return fail(std::move(message).error());
    return give_up(environment, item, message.error());
  }
  const auto found = agreement_of(environment.configuration, message->context);
  if (!found) return give_up(environment, item, found.error());
  const artifacts::RequestedReceipt& receipt = (*found)->sending.receipt;

  messaging::ListQuery query;
  query.message = item.message;
  query.kinds = {messaging::WorkKind::Send};
  SG_TRY_ASSIGN(const auto sends, box.list(query));
  const messaging::WorkSummary* last = nullptr;
  for (const messaging::WorkSummary& send : sends) {
    // It has not been sent, or not again: waiting begins when it has. A person looks after one that is suspended.
    if (send.state != WorkState::Completed && send.state != WorkState::Terminated) {
      return box.postpone(item.claim, now + receipt.timeout, now);
    }
    if (send.state == WorkState::Completed && (last == nullptr || last->changed <= send.changed)) last = &send;
  }
  if (last == nullptr) {
    // It was never sent, and never will be.
    log(LogLevel::Info, "no receipt is waited for: the message was given up before it was sent",
        {{"message", item.message.text()}, {"port", item.port}});
    return box.terminate(item.claim.work, now);
  }
  SG_TRY_ASSIGN(const bool resumed, was_resumed(box, item));
  const bool too_late = receipt.stop_after.count() > 0 && now - item.created >= receipt.stop_after;
  const std::string where = "send port " + item.port + ", agreement " + (*found)->name;
  if (!resumed && (too_late || item.attempts >= receipt.resends)) {
    return give_up(environment, item,
                   {kAs2ResendsExhausted,
                    "the partner has not acknowledged the message, which was sent " + std::to_string(sends.size()) +
                        (sends.size() == 1 ? " time" : " times"),
                    where, "ask the partner whether it came; resume it to send the same message once more"});
  }
  const Error late{kAs2NoReceiptYet, "no receipt came in time; the message is sent again", where,
                   "ask the partner whether it came"};
  messaging::Delivery again;
  again.port = last->port;
  again.priority = item.priority;
  SG_TRY(box.resend(last->id, again, now));
  log(LogLevel::Warning, "no receipt came in time, the message is sent again",
      {{"message", item.message.text()}, {"port", item.port}, {"resend", std::to_string(item.attempts + 1)}});
  return box.retry_later(
      item.claim, messaging::Retry{messaging::Failure::from(late), now + receipt.timeout, item.transport, {}}, now);
}

}  // namespace sealgate::hosts

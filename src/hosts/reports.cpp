#include "hosts/reports.h"

#include <algorithm>

#include "messaging/property_names.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using messaging::Message;
using messaging::MessageContext;

constexpr std::string_view kNackNamespace = "http://schema.microsoft.com/BizTalk/2003/NACKMessage.xsd";

/// Only content that XML 1.0 can have; anything else becomes a question mark.
std::string xml_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte >= 0x7F) {
      escaped += '?';
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string element(std::string_view name, std::string_view text) {
  std::string made = "<";
  return made.append(name).append(">").append(xml_text(text)).append("</").append(name).append(">");
}

void put(MessageContext& context, std::string_view name, const std::string& text) {
  if (text.size() <= messaging::kMaximumPromotedText) {
    context.promote(name, text);
  } else {
    context.write(name, text.substr(0, messaging::kMaximumWrittenText));
  }
}

MessageContext demoted(const MessageContext& context) {
  MessageContext made;
  for (const auto& [name, property] : context.properties()) made.write(name.text(), property.value);
  return made;
}

bool sends(const Step& step) {
  return !step.send_port.empty();
}

Result<messaging::Part> make_part(messaging::MessageBox& box, std::string_view xml) {
  messaging::Part part;
  part.name = "body";
  part.content_type = "text/xml; charset=utf-8";
  SG_TRY_ASSIGN(const auto writer, box.create_body());
  SG_TRY(writer->write(as_bytes(xml)));
  SG_TRY(writer->finish());
  part.body = writer->take();
  return part;
}

/// What ACK and NACK have in common.
MessageContext acknowledgement_context(const Step& step, std::string_view type) {
  MessageContext context = demoted(step.message.context);
  context.promote(names::kAckType, std::string(type));
  put(context, names::kAckId, step.message.id.text());
  put(context, names::kAckOwnerId, step.work);
  for (const auto& [name, source] : {std::pair{names::kAckReceivePortName, names::kReceivePortName},
                                     std::pair{names::kAckInboundTransportLocation, names::kInboundTransportLocation},
                                     std::pair{names::kCorrelationToken, names::kCorrelationToken}}) {
    const auto text = step.message.context.text(source);
    if (text) put(context, name, *text);
  }
  if (sends(step)) {
    put(context, names::kAckSendPortName, step.send_port);
    put(context, names::kAckOutboundTransportLocation, step.address);
  }
  return context;
}

/// A dynamic port's answer must not be sent to where the message went.
void forget_destination(MessageContext& context) {
  for (const auto name : {names::kOutboundTransportLocation, names::kOutboundTransportType, names::kHttpMimeEntity}) {
    context.remove(name);
  }
}

std::string detail_of(const Step& step, std::string_view name) {
  const auto found = std::ranges::find(step.details, name, &adapters::ContextEntry::name);
  return found == step.details.end() ? std::string() : found->value;
}

std::string error_detail(const Step& step) {
  const std::string headers = detail_of(step, "HTTP.InboundHttpHeaders");
  const std::string body = detail_of(step, "HTTP.ResponseBody");
  if (headers.empty() && body.empty()) return {};
  return "<ErrorDetail><HttpErrorDetail>" + element("Headers", headers) + element("Body", body) +
         "</HttpErrorDetail></ErrorDetail>";
}

std::string nack_body(const Step& step, const Error& error) {
  const std::string actor =
      sends(step) ? step.address : step.message.context.text_or_empty(names::kInboundTransportLocation);
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
         "<SOAP:Envelope xmlns:SOAP=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP:Body><SOAP:Fault>" +
         element("faultcode", "Microsoft BizTalk Server Negative Acknowledgment") +
         element(
             "faultstring",
             "An error occurred while processing the message, refer to the details section for more information") +
         element("faultactor", actor) + "<detail><ns0:NACK Type=\"NACK\" xmlns:ns0=\"" + std::string(kNackNamespace) +
         "\">" + element("NAckID", step.message.id.text()) + element("ErrorCode", error.code.id) +
         element("ErrorCategory", std::to_string(static_cast<int>(error.code.error_class))) +
         element("ErrorDescription", error.to_string()) + error_detail(step) +
         "</ns0:NACK></detail></SOAP:Fault></SOAP:Body></SOAP:Envelope>\n";
}

}  // namespace

bool is_report(const MessageContext& context) {
  return context.has(names::kAckType) || is_failed_message(context);
}

bool is_failed_message(const MessageContext& context) {
  return context.has(names::kErrorType);
}

Message make_failed_message(const Step& step, const Error& error) {
  Message made;
  made.context = demoted(step.message.context);
  made.parts = step.message.parts;
  made.body_index = step.message.body_index;
  MessageContext& context = made.context;
  put(context, names::kErrorFailureCode, std::string(error.code.id));
  context.promote(names::kErrorFailureCategory, static_cast<std::int64_t>(error.code.error_class));
  context.write(names::kErrorDescription, error.to_string().substr(0, messaging::kMaximumWrittenText));
  put(context, names::kErrorMessageType, step.message.context.text_or_empty(names::kMessageType));
  context.promote(names::kErrorType, std::string(names::kFailedMessage));
  context.write(names::kErrorFailureTime, step.at);
  context.write(names::kErrorFailureMessageId, step.message.id.text());
  context.write(names::kErrorFailureInstanceId, step.work);
  if (sends(step)) {
    put(context, names::kErrorSendPortName, step.send_port);
    put(context, names::kErrorOutboundTransportLocation, step.address);
    context.write(names::kErrorFailureAdapter, step.adapter);
  } else {
    for (const auto& [name, source] :
         {std::pair{names::kErrorReceivePortName, names::kReceivePortName},
          std::pair{names::kErrorInboundTransportLocation, names::kInboundTransportLocation}}) {
      put(context, name, step.message.context.text_or_empty(source));
    }
    context.write(names::kErrorFailureAdapter, step.message.context.text_or_empty(names::kInboundTransportType));
  }
  return made;
}

Result<Message> make_ack(messaging::MessageBox& box, const Step& step) {
  Message made;
  made.context = acknowledgement_context(step, names::kAck);
  forget_destination(made.context);
  SG_TRY_ASSIGN(
      auto part,
      make_part(box, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ACK>" + element("AckID", step.message.id.text()) +
                         element("AckOwnerID", step.work) + element("AckSendPortName", step.send_port) +
                         element("AckTime", to_rfc3339(step.at)) + "</ACK>\n"));
  made.parts.push_back(std::move(part));
  return made;
}

Result<Message> make_nack(messaging::MessageBox& box, const Step& step, const Error& error) {
  Message made;
  made.context = acknowledgement_context(step, names::kNack);
  forget_destination(made.context);
  put(made.context, names::kAckFailureCode, std::string(error.code.id));
  made.context.promote(names::kAckFailureCategory, static_cast<std::int64_t>(error.code.error_class));
  made.context.write(names::kAckDescription, error.to_string().substr(0, messaging::kMaximumWrittenText));
  SG_TRY_ASSIGN(auto part, make_part(box, nack_body(step, error)));
  made.parts.push_back(std::move(part));
  return made;
}

bool asks_for_acknowledgements(const messaging::SubscriptionIndex& subscriptions) {
  for (const messaging::Subscription& subscription : subscriptions.subscriptions()) {
    for (const messaging::FilterGroup& group : subscription.filter.groups) {
      for (const messaging::FilterStatement& statement : group) {
        if (statement.property.starts_with("BTS.Ack")) return true;
      }
    }
  }
  return false;
}

}  // namespace sealgate::hosts

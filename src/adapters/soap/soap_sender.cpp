#include "adapters/soap/soap_sender.h"

#include "adapters/soap/errors.h"
#include "adapters/soap/wire.h"
#include "base/errors.h"
#include "soap/errors.h"
#include "soap/fault.h"
#include "soap/security/names.h"

namespace sealgate::adapters::soap {

namespace {

http::HttpSendOptions prepared(http::HttpSendOptions options, Version version) {
  options.content_type = content_type_of(version, {});
  return options;
}

/// The envelope in place of the message; everything else is the message's.
class EnvelopeMessage final : public OutboundMessage {
 public:
  EnvelopeMessage(OutboundMessage& message, std::string envelope, std::string headers, Sink& answer)
      : message_(message), envelope_(std::move(envelope)), headers_(std::move(headers)), answer_(answer) {}

  std::string_view message_id() const override { return message_.message_id(); }
  std::string_view delivery_id() const override { return message_.delivery_id(); }
  std::optional<Time> created() const override { return message_.created(); }
  std::optional<std::string> property(std::string_view name) const override {
    auto value = message_.property(name);
    if (name != "HTTP.UserHttpHeaders") return value;
    return headers_ + value.value_or("");  // the first of a name counts
  }
  BodyForm body_form() const override { return BodyForm::Payload; }
  std::uint64_t size() const override { return envelope_.size(); }
  Result<> pump(Sink& sink) override {
    SG_TRY(sink.write(as_bytes(envelope_)));
    return sink.finish();
  }
  Sink* answer() override { return &answer_; }

 private:
  OutboundMessage& message_;
  std::string envelope_;
  std::string headers_;
  Sink& answer_;
};

std::optional<std::string> detail(const SendOutcome& outcome, std::string_view name) {
  for (const ContextEntry& entry : outcome.details) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

/// Of any answer; absent when it is no envelope or holds none.
std::optional<sealgate::soap::ReceivedFault> find_fault(ByteView answer, const sealgate::soap::TreeLimits& limits) {
  if (answer.empty()) return std::nullopt;
  const auto envelope = Envelope::parse(answer, limits);
  return envelope ? read_fault(*envelope) : std::nullopt;
}

SendOutcome faulted(const sealgate::soap::ReceivedFault& fault, const std::string& url, ContextEntries details) {
  details.push_back({"SOAP.FaultCode", fault.code});
  details.push_back({"SOAP.FaultReason", fault.reason});
  if (!fault.detail.empty()) details.push_back({"SOAP.FaultDetail", fault.detail});
  return SendOutcome::retry({kFault, "the partner's service answered with a fault: " + fault.summary(), url,
                             "the message is tried again by the schedule of the send port; ask the partner what the "
                             "fault means"},
                            std::move(details));
}

/// What was said of the envelope's HTTP message is not true of the document in it.
void describe_document(ContextEntries& details) {
  std::erase_if(details, [](const ContextEntry& entry) {
    return entry.name == "HTTP.ContentType" || entry.name == "HTTP.MimeEntity";
  });
  details.push_back({"HTTP.ContentType", "text/xml; charset=utf-8"});
  details.push_back({"HTTP.MimeEntity", "false"});
}

}  // namespace

SoapSender::SoapSender(SoapSendOptions options, std::shared_ptr<net::HttpClient> client)
    : options_(std::move(options)), http_(prepared(options_.http, options_.version), std::move(client)) {}

Result<std::string> SoapSender::wrap(OutboundMessage& message, std::string_view action) const {
  if (!is_good_action(action)) {
    return fail(kBadAction, "the action has characters that a SOAPAction must not have, or is too long", {},
                "set 'action' of the port, or mend SOAP.Action of the message");
  }
  if (message.body_form() != BodyForm::Payload) {
    return fail(sealgate::soap::kNotXml, "the send pipeline makes a MIME entity, and SOAP carries XML only", {},
                "use PassThruTransmit or XMLTransmit, and the security settings of the SOAP port");
  }
  if (message.size() > options_.limits.bytes) {
    return fail(
        sealgate::soap::kTooLarge,
        "the message is larger than the " + std::to_string(options_.limits.bytes) + " bytes of this SOAP port", {},
        "raise maximum_body of the port, or send it by HTTP");
  }
  BufferSink document(options_.limits.bytes);
  SG_TRY(message.pump(document));
  SG_TRY_ASSIGN(const auto body, sealgate::soap::embeddable(document.bytes(), options_.limits));
  std::vector<std::string> blocks;
  for (const std::string& name : options_.headers) {
    const auto block = message.property("SOAPHeader." + name);
    if (!block) continue;
    auto made = sealgate::soap::embeddable(as_bytes(*block), options_.limits);
    if (!made || made->root_uri.empty()) {
      return fail(sealgate::soap::kBadHeaderBlock,
                  "the property SOAPHeader." + name + " is not one XML element in a namespace", {},
                  "correct what sets it, or take it out of the port's headers");
    }
    blocks.push_back(std::move(made->text));
  }
  std::string envelope = write_envelope(options_.version, blocks, body.text);
  return options_.sealer == nullptr ? std::move(envelope) : options_.sealer->seal(envelope);
}

SendOutcome SoapSender::send(OutboundMessage& message) {
  const std::string action = options_.action.empty() ? message.property("SOAP.Action").value_or("") : options_.action;
  auto envelope = wrap(message, action);
  if (!envelope) {
    Error error = std::move(envelope).error();
    // Disk and memory come back; a document does not change.
    const bool passing = error.code.error_class == ErrorClass::Environment;
    return passing ? SendOutcome::retry(std::move(error)) : SendOutcome::permanent(std::move(error));
  }
  std::string headers = "Content-Type: " + content_type_of(options_.version, action) + "\r\n";
  if (options_.version == Version::Soap11) headers += "SOAPAction: \"" + action + "\"\r\n";
  BufferSink answer(options_.limits.bytes);
  EnvelopeMessage wrapped(message, std::move(*envelope), std::move(headers), answer);
  SendOutcome outcome = http_.send(wrapped);
  return judge(std::move(outcome), answer.bytes(), message);
}

SendOutcome SoapSender::judge(SendOutcome outcome, ByteView answer, OutboundMessage& message) const {
  const std::string& url = options_.http.url;
  if (outcome.kind != SendKind::Delivered) {
    if (outcome.error && outcome.error->code == kBufferFull) {
      outcome.error = Error{sealgate::soap::kTooLarge, "the answer is larger than this port takes", url,
                            "raise maximum_body of the port"};
      return outcome;
    }
    const std::string body = detail(outcome, "HTTP.ResponseBody").value_or("");
    const auto fault = find_fault(as_bytes(body), options_.limits);
    if (outcome.kind == SendKind::RetryLater && fault) return faulted(*fault, url, std::move(outcome.details));
    return outcome;
  }
  if (answer.empty() && message.answer() == nullptr) return outcome;
  auto envelope = Envelope::parse(answer, options_.limits);
  Unsealed unsealed;
  if (envelope) {
    if (const auto fault = read_fault(*envelope)) return faulted(*fault, url, std::move(outcome.details));
  }
  if (message.answer() == nullptr) return outcome;
  const auto refused = [&](const Error& error) {
    return SendOutcome::retry({kBadAnswer, "the answer cannot be used: " + error.what, url,
                               "look at what the partner's service answers; the message is tried again by the "
                               "schedule of the send port"},
                              std::move(outcome.details));
  };
  if (!envelope) return refused(envelope.error());
  auto understood = options_.understood;
  if (options_.opener != nullptr) {
    auto opened = options_.opener->open(*envelope);
    if (!opened) return refused(opened.error());
    unsealed = std::move(*opened);
    understood.push_back(std::string(sealgate::soap::kWsse) + "#Security");
    if (const auto fault = read_fault(*envelope)) return faulted(*fault, url, std::move(outcome.details));
  }
  const auto blocks = envelope->not_understood(understood);
  if (!blocks.empty()) {
    return refused({sealgate::soap::kNotUnderstood,
                    "its header block " + std::string(blocks.front().local()) + " must be understood, and is not",
                    {},
                    {}});
  }
  const auto element = envelope->body_element();
  if (!element) return refused(element.error());
  auto context = context_of(*envelope, {}, unsealed.may_be_used);
  if (!context) return refused(context.error());
  if (*element != nullptr) {
    const auto text = sealgate::soap::standalone(*element);
    if (!text) return refused(text.error());
    const auto written = message.answer()->write(as_bytes(*text));
    if (!written) return SendOutcome::retry(written.error(), std::move(outcome.details));
  }
  describe_document(outcome.details);
  for (ContextEntry& entry : unsealed.context) outcome.details.push_back(std::move(entry));
  for (ContextEntry& entry : *context) outcome.details.push_back(std::move(entry));
  return outcome;
}

}  // namespace sealgate::adapters::soap

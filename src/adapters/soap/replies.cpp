#include "adapters/soap/replies.h"

#include <algorithm>
#include <array>

#include "adapters/soap/errors.h"
#include "base/log.h"
#include "base/text.h"
#include "soap/errors.h"
#include "soap/security/names.h"

namespace sealgate::adapters::soap {

namespace {

using net::HttpResponse;
using sealgate::soap::Fault;
using sealgate::soap::FaultCode;

/// What went wrong with keys and certificates is not told: differences there answer questions of attackers.
bool may_be_told(std::string_view error_id) {
  static constexpr std::array<std::string_view, 5> kKept{"cms.", "crypto.", "smime.", "certificates.", "tokens."};
  return std::ranges::none_of(kKept, [&](std::string_view folder) { return error_id.starts_with(folder); });
}

/// Of "what (where); remedy [code]".
std::string error_id_of(std::string_view reason) {
  const std::size_t open = reason.rfind('[');
  if (open == std::string_view::npos || !reason.ends_with(']')) return {};
  return std::string(reason.substr(open + 1, reason.size() - open - 2));
}

Fault make_fault(FaultCode code, std::string reason, std::string_view id) {
  Fault fault;
  fault.code = code;
  fault.reason = std::move(reason);
  fault.error_id = id;
  return fault;
}

Fault not_accepted(const Seen& seen) {
  const bool told = !seen.error_id.empty() && may_be_told(seen.error_id);
  // Nobody subscribes to it: our configuration, not the sender's message.
  const bool ours = seen.error_id == "messaging.no-subscriber" || !seen.known;
  return make_fault(ours ? FaultCode::Receiver : FaultCode::Sender, "the message was not accepted",
                    told ? std::string_view(seen.error_id) : kRefused.id);
}

/// Headers that mean something with any body.
void keep_headers(const HttpResponse& plain, HttpResponse& reply) {
  for (const char* name : {"Sealgate-Message-Id", "Retry-After", "WWW-Authenticate", "Allow", "Accept-Encoding"}) {
    for (const net::HttpHeader& field : plain.headers) {
      if (iequals(field.name, name)) reply.headers.add(field.name, field.value);
    }
  }
  reply.close = plain.close;
}

HttpResponse fault_for(const HttpResponse& plain, const Seen& seen, Version version) {
  HttpResponse reply;
  switch (plain.status) {
    case 401:
      reply = reply_fault(version, make_fault(FaultCode::Sender, "the sender is not known here", kUnknownSender.id),
                          plain.status);
      break;
    case 413:
      reply = refuse_size(version);
      break;
    case 500:
      reply = reply_fault(version, not_accepted(seen));
      break;
    case 503:
      reply = reply_fault(version, make_fault(FaultCode::Receiver, "nothing can be taken now, try again", kBusy.id),
                          plain.status);
      break;
    case 504:
      reply = reply_fault(version, make_fault(FaultCode::Receiver, "no response came in time", kNoResponse.id),
                          plain.status);
      break;
    default:
      reply = reply_fault(version,
                          make_fault(plain.status < 500 ? FaultCode::Sender : FaultCode::Receiver,
                                     "the request is refused", kRefused.id),
                          plain.status);
      break;
  }
  keep_headers(plain, reply);
  return reply;
}

Result<Bytes> whole_body(const HttpResponse& plain, std::size_t limit) {
  if (plain.body.size() + plain.more_size > limit) {
    return fail(sealgate::soap::kTooLarge, "the response is larger than " + std::to_string(limit) + " bytes", {},
                "raise maximum_body of the location");
  }
  Bytes all = to_bytes(plain.body);
  while (plain.more_size > all.size() - plain.body.size()) {
    const std::uint64_t at = all.size() - plain.body.size();
    SG_TRY_ASSIGN(const Bytes piece,
                  plain.more(at, static_cast<std::size_t>(std::min<std::uint64_t>(plain.more_size - at, limit))));
    if (piece.empty()) return fail(sealgate::soap::kNotXml, "the response ends too early");
    append(all, piece);
  }
  return all;
}

Result<HttpResponse> response_envelope(const HttpResponse& plain, const ReplyForm& form) {
  SG_TRY_ASSIGN(const Bytes body, whole_body(plain, form.limits.bytes));
  SG_TRY_ASSIGN(const auto document, sealgate::soap::embeddable(body, form.limits));
  HttpResponse reply;
  const bool fault = document.root_local == "Fault" && document.root_uri == namespace_of(form.version);
  reply.status = fault ? 500 : 200;
  reply.headers.add("Content-Type", content_type_of(form.version, {}));
  reply.body = sealgate::soap::write_envelope(form.version, {}, document.text);
  if (form.sealer != nullptr) {
    SG_TRY_ASSIGN(reply.body, form.sealer->seal(reply.body));
  }
  return reply;
}

class LaterReply final : public net::LaterResponse {
 public:
  LaterReply(std::shared_ptr<net::LaterResponse> plain, ReplyForm form)
      : plain_(std::move(plain)), form_(std::move(form)) {}
  void on_ready(std::function<void()> ready) override { plain_->on_ready(std::move(ready)); }
  HttpResponse take() override {
    HttpResponse response = plain_->take();
    if (response.status != 500) return wrap_response(std::move(response), {}, form_);
    HttpResponse reply = reply_fault(
        form_.version, make_fault(FaultCode::Receiver, "the request could not be answered", kNoResponse.id));
    keep_headers(response, reply);
    return reply;
  }

 private:
  std::shared_ptr<net::LaterResponse> plain_;
  ReplyForm form_;
};

}  // namespace

void Seen::take(const SubmitOutcome& outcome) {
  known = true;
  kind = outcome.kind;
  two_way = outcome.two_way;
  error_id = error_id_of(outcome.reason);
}

HttpResponse reply_fault(Version version, const Fault& fault, int status) {
  HttpResponse response;
  response.status = status != 0 ? status : http_status_of(version, fault.code);
  response.headers.add("Content-Type", content_type_of(version, {}));
  response.body = write_fault(version, fault);
  return response;
}

Fault security_fault() {
  Fault fault = make_fault(FaultCode::Sender, "the security of the message was not accepted", kRefused.id);
  fault.subcode_uri = sealgate::soap::kWsse;
  fault.subcode = "FailedCheck";
  fault.about_header = true;
  return fault;
}

HttpResponse refuse_size(Version version) {
  return reply_fault(
      version,
      make_fault(FaultCode::Sender, "the message is larger than this service takes", sealgate::soap::kTooLarge.id),
      413);
}

HttpResponse wrap_response(HttpResponse plain, const Seen& seen, const ReplyForm& form) {
  if (plain.status == 202 || plain.status == 204) {
    // Kept for a person, but whoever asked gets no response.
    if (seen.two_way) return reply_fault(form.version, not_accepted(seen));
    HttpResponse receipt;
    receipt.status = 202;
    keep_headers(plain, receipt);
    return receipt;
  }
  if (plain.status != 200) return fault_for(plain, seen, form.version);
  auto reply = response_envelope(plain, form);
  if (!reply) {
    log(LogLevel::Error, "a response cannot be sent by SOAP",
        {{"location", form.location}, {"reason", reply.error().to_string()}});
    return reply_fault(form.version,
                       make_fault(FaultCode::Receiver, "the request could not be answered", kNoResponse.id));
  }
  keep_headers(plain, *reply);
  return std::move(*reply);
}

std::shared_ptr<net::LaterResponse> wrap_later(std::shared_ptr<net::LaterResponse> plain, ReplyForm form) {
  return std::make_shared<LaterReply>(std::move(plain), std::move(form));
}

}  // namespace sealgate::adapters::soap

#include "adapters/soap/soap_location.h"

#include <algorithm>

#include "adapters/soap/errors.h"
#include "adapters/soap/replies.h"
#include "adapters/soap/wire.h"
#include "base/log.h"
#include "base/text.h"
#include "soap/errors.h"
#include "soap/security/names.h"

namespace sealgate::adapters::soap {

namespace {

using net::HttpResponse;
using Options = std::shared_ptr<const SoapLocationOptions>;

/// A request that was unwrapped.
struct Opened {
  std::string payload;
  ContextEntries context;
};

class SoapExchange final : public net::HttpExchange {
 public:
  SoapExchange(Options options, net::HttpRequest request, Version announced, http::LocationFlavour::Next next)
      : options_(std::move(options)), request_(std::move(request)), announced_(announced), next_(std::move(next)) {}

  std::optional<HttpResponse> write(ByteView block) override {
    if (bytes_.size() + block.size() > options_->limits.bytes) return refuse_size(announced_);
    append(bytes_, block);
    return std::nullopt;
  }

  HttpResponse finish() override {
    auto opened = open();
    if (!opened) {
      log(LogLevel::Warning, "a SOAP request was refused",
          {{"location", options_->location}, {"reason", opened.error().to_string()}});
      forget();
      return reply_fault(version_, tells_nothing_ ? security_fault() : sealgate::soap::fault_of(opened.error()));
    }
    const auto seen = std::make_shared<Seen>();
    HttpResponse answer = submit(std::move(*opened), seen);
    // Not kept: whoever sends it again means this one.
    if (!seen->known || seen->kind == SubmitKind::Rejected) forget();
    return answer;
  }

 private:
  HttpResponse submit(Opened opened, const std::shared_ptr<Seen>& seen) {
    auto begun = next_({std::move(request_), std::move(opened.context),
                        [seen](const SubmitOutcome& outcome) { seen->take(outcome); }});
    if (auto* refusal = std::get_if<HttpResponse>(&begun)) return wrap(std::move(*refusal), *seen);
    auto& exchange = *std::get<std::unique_ptr<net::HttpExchange>>(begun);
    if (auto refusal = exchange.write(as_bytes(opened.payload))) return wrap(std::move(*refusal), *seen);
    HttpResponse response = exchange.finish();
    if (response.later == nullptr) return wrap(std::move(response), *seen);
    HttpResponse later;
    later.later = wrap_later(std::move(response.later), reply_of());
    return later;
  }

  void forget() const {
    if (options_->opener != nullptr && !remembered_.empty()) options_->opener->forget(remembered_);
  }

  /// Whoever can have something decrypted must not learn how far it went.
  static bool is_encrypted(const Envelope& envelope) {
    const auto* security = sealgate::soap::find_child(envelope.header(), sealgate::soap::kWsse, "Security");
    return security != nullptr &&
           sealgate::soap::find_child(security, sealgate::soap::kXenc, "EncryptedKey") != nullptr;
  }

  ReplyForm reply_of() const { return {version_, options_->location, options_->limits, options_->sealer}; }
  HttpResponse wrap(HttpResponse response, const Seen& seen) const {
    return wrap_response(std::move(response), seen, reply_of());
  }

  Result<Opened> open() {
    version_ = announced_;
    SG_TRY_ASSIGN(Envelope envelope, Envelope::parse(bytes_, options_->limits));
    Bytes().swap(bytes_);
    const Version version = envelope.version();
    if (options_->service.version && version != *options_->service.version) {
      return fail(sealgate::soap::kVersionMismatch,
                  "this service takes SOAP " + std::string(to_string(*options_->service.version)) + " only");
    }
    version_ = version;
    if (version != announced_) {
      return fail(kBadContentType, "the Content-Type announces another version of SOAP than the envelope is of");
    }
    SG_TRY(check_understood(envelope));
    Unsealed unsealed;
    if (options_->opener != nullptr) {
      tells_nothing_ = is_encrypted(envelope);
      SG_TRY_ASSIGN(unsealed, options_->opener->open(envelope));
      tells_nothing_ = false;
      remembered_ = unsealed.remembered;
    }
    SG_TRY_ASSIGN(const xmlNodePtr element, envelope.body_element());
    if (element == nullptr) return fail(sealgate::soap::kBodyNotOne, "the Body is empty");
    if (sealgate::soap::is_element(element, namespace_of(version), "Fault")) {
      return fail(sealgate::soap::kBadEnvelope, "a request must not be a fault");
    }
    const std::string given = action();
    SG_TRY(check_operation(element, given));
    Opened opened;
    SG_TRY_ASSIGN(opened.payload, sealgate::soap::standalone(element));
    SG_TRY_ASSIGN(opened.context, context_of(envelope, given, unsealed.may_be_used));
    opened.context.push_back({"BTS.InboundTransportType", "SOAP"});
    for (ContextEntry& entry : unsealed.context) opened.context.push_back(std::move(entry));
    return opened;
  }

  Result<> check_understood(const Envelope& envelope) const {
    auto understood = options_->understood;
    if (options_->opener != nullptr) understood.push_back(std::string(sealgate::soap::kWsse) + "#Security");
    const auto blocks = envelope.not_understood(understood);
    if (blocks.empty()) return {};
    return fail(sealgate::soap::kNotUnderstood,
                "the header block " + std::string(blocks.front().local()) + " must be understood, and is not",
                options_->location, "name it under understood_headers when it is dealt with");
  }

  Result<> check_operation(const xmlNode* element, const std::string& given) const {
    if (options_->service.operations.empty()) return {};
    const std::string uri(sealgate::soap::namespace_of(element));
    const std::string local(sealgate::soap::local_name(element));
    const auto* operation = options_->service.find(uri.empty() ? local : uri + "#" + local);
    if (operation == nullptr) {
      return fail(sealgate::soap::kNoSuchOperation, "no operation of this service takes a document with this root",
                  options_->location, "send what the service's description (?wsdl) offers");
    }
    if (!operation->action.empty() && !given.empty() && operation->action != given) {
      return fail(sealgate::soap::kActionMismatch, "the action is not that of the document in the Body",
                  options_->location, "send the action that the service's description (?wsdl) gives");
    }
    return {};
  }

  std::string action() const {
    if (version_ == Version::Soap12) {
      const std::string* type = request_.headers.find("Content-Type");
      return type == nullptr ? std::string() : parameter_of(*type, "action");
    }
    const std::string* header = request_.headers.find("SOAPAction");
    std::string_view value = header == nullptr ? std::string_view() : trim(*header);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return std::string(value);
  }

  Options options_;
  net::HttpRequest request_;
  Version announced_;
  Version version_ = Version::Soap11;
  bool tells_nothing_ = false;
  std::vector<std::string> remembered_;
  http::LocationFlavour::Next next_;
  Bytes bytes_;
};

class SoapLocation final : public http::LocationFlavour {
 public:
  explicit SoapLocation(SoapLocationOptions options)
      : options_(std::make_shared<const SoapLocationOptions>(std::move(options))) {}

  net::HttpBegin begin(net::HttpRequest request, Next next) const override {
    if (request.method == "GET" && iequals(request.query, "wsdl")) return describe(request);
    if (request.method != "POST") return next({std::move(request), {}, {}});
    const std::string* type = request.headers.find("Content-Type");
    const auto version = type == nullptr ? std::nullopt : version_of(*type);
    if (!version || !has_known_charset(*type)) {
      return reply_fault(version.value_or(Version::Soap11),
                         sealgate::soap::fault_of({kBadContentType,
                                                   "send text/xml (SOAP 1.1) or application/soap+xml (SOAP 1.2), in "
                                                   "UTF-8 or UTF-16, without attachments",
                                                   {},
                                                   {}}),
                         415);
    }
    const std::string* coding = request.headers.find("Content-Encoding");
    const bool plain = coding == nullptr || iequals(*coding, "identity");
    // The location's own checks answer what has no body or is coded.
    if (!plain || !request.has_body()) {
      auto refused = next({std::move(request), {}, {}});
      if (auto* response = std::get_if<HttpResponse>(&refused)) {
        return wrap_response(std::move(*response), {}, {*version, options_->location, options_->limits, nullptr});
      }
      return refused;
    }
    if (request.content_length.value_or(0) > options_->limits.bytes) return refuse_size(*version);
    return std::make_unique<SoapExchange>(options_, std::move(request), *version, std::move(next));
  }

 private:
  HttpResponse describe(const net::HttpRequest& request) const {
    std::string address = options_->public_address;
    if (address.empty()) {
      const std::string* host = request.headers.find("Host");
      address = (request.tls ? "https://" : "http://") + (host == nullptr ? std::string("localhost") : *host) +
                request.target.substr(0, request.target.find('?'));
    }
    HttpResponse response;
    response.headers.add("Content-Type", "text/xml; charset=utf-8");
    response.body = sealgate::soap::write_wsdl(options_->service, address);
    return response;
  }

  Options options_;
};

}  // namespace

std::shared_ptr<const http::LocationFlavour> make_soap_location(SoapLocationOptions options) {
  return std::make_shared<SoapLocation>(std::move(options));
}

}  // namespace sealgate::adapters::soap

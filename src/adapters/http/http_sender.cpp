#include "adapters/http/http_sender.h"

#include "adapters/http/errors.h"
#include "adapters/http/mime_fields.h"
#include "base/text.h"
#include "io/gzip_sink.h"
#include "net/errors.h"

namespace sealgate::adapters::http {

namespace {

/// BizTalk sends smaller requests with a length even where chunks are enabled.
constexpr std::uint64_t kChunkAbove = std::uint64_t{8} * 1024;
constexpr std::size_t kKeptAnswer = std::size_t{48} * 1024;

/// Who it is and how it is packed is our word alone.
bool is_ours(std::string_view name) {
  return iequals(name, "Message-ID") || iequals(name, "Sealgate-Delivery-Id") || iequals(name, "Content-Encoding");
}

/// Headers of a request; the first of a name wins.
class RequestHeaders {
 public:
  void add(const std::string& name, const std::string& value) {
    if (!headers_.contains(name) && !is_ours(name)) headers_.add(name, value);
  }
  void add_all(const net::HttpHeaders& more) {
    for (const net::HttpHeader& field : more) add(field.name, field.value);
  }
  /// Those of a protocol: they come first, and one of them may be the Message-ID.
  void add_wishes(const ContextEntries& wishes) {
    for (const ContextEntry& field : wishes) headers_.add(field.name, field.value);
  }
  net::HttpHeaders take(std::string_view delivery_id) {
    headers_.add("Sealgate-Delivery-Id", std::string(delivery_id));
    const bool has_domain = delivery_id.find('@') != std::string_view::npos;
    if (headers_.contains("Message-ID")) return std::move(headers_);
    headers_.add("Message-ID", "<" + std::string(delivery_id) + (has_domain ? ">" : "@sealgate>"));
    return std::move(headers_);
  }

 private:
  net::HttpHeaders headers_;
};

/// HTTP.UserHttpHeaders: lines "Name: value".
Result<net::HttpHeaders> parse_user_headers(std::string_view text) {
  net::HttpHeaders headers;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      return fail(net::kBadHeader, "a line of HTTP.UserHttpHeaders has no colon", {},
                  "write one \"Name: value\" a line");
    }
    headers.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
  }
  return headers;
}

Result<EntityHead> read_entity_head(OutboundMessage& message) {
  if (message.body_form() == BodyForm::Payload) return EntityHead{};
  EntityHeadReader reader;
  const auto pumped = message.pump(reader);
  if (!reader.complete()) {
    if (!pumped) return fail(pumped.error());
    return fail(kBadMimeEntity, "the message has no header block");
  }
  return reader.head();
}

std::chrono::milliseconds time_for(std::chrono::milliseconds setting, std::uint64_t size) {
  if (setting.count() > 0) return setting;
  return std::chrono::seconds(60 + static_cast<std::int64_t>(size / (std::uint64_t{64} * 1024)));
}

/// What no partner and no network can mend, or what must not be repeated.
bool needs_operator(const Error& error) {
  return error.code == net::kBadUrl || error.code == net::kBadHeader || error.code == net::kBadTlsIdentity ||
         error.code == net::kAnswerTooLarge || error.code == net::kAnswerExpands || error.code == kBadMimeEntity;
}

SendOutcome failed(Error error) {
  return needs_operator(error) ? SendOutcome::permanent(std::move(error)) : SendOutcome::retry(std::move(error));
}

std::string to_lines(const net::HttpHeaders& headers) {
  std::string lines;
  for (const net::HttpHeader& field : headers) {
    if (!iequals(field.name, "Set-Cookie")) lines.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  return lines;
}

SendOutcome from_response(const net::HttpClientResponse& response, const std::string& url) {
  const auto status_class = response.status_class();
  const std::string class_name(net::to_string(status_class));
  ContextEntries details{{"HTTP.ResponseStatusCode", std::to_string(response.status)},
                         {"HTTP.StatusClass", class_name},
                         {"HTTP.InboundHttpHeaders", to_lines(response.headers)}};
  if (status_class == net::HttpStatusClass::Success) return SendOutcome::delivered(std::move(details));
  details.push_back({"HTTP.ResponseBody", response.body});
  Error error{kRefused, "the partner answered " + std::to_string(response.status) + " (" + class_name + ")", url,
              "read the answer's body; the message is tried again by the schedule of the send port"};
  return SendOutcome::retry(std::move(error), std::move(details));
}

bool is_entity(const net::HttpHeaders& headers) {
  const std::string* type = headers.find("Content-Type");
  return type != nullptr && is_entity_type(*type);
}

void add_answer_details(const net::HttpHeaders& headers, ContextEntries& details) {
  if (const std::string* type = headers.find("Content-Type")) details.push_back({"HTTP.ContentType", *type});
  details.push_back({"HTTP.MimeEntity", is_entity(headers) ? "true" : "false"});
}

/// The rest of the message behind its head, compressed or as it is.
Result<> pump_body(OutboundMessage& message, std::uint64_t head, bool gzip, Sink& sink) {
  if (!gzip) {
    SkippingSink body(head, sink);
    return message.pump(body);
  }
  io::GzipSink compressed(sink);
  SkippingSink body(head, compressed);
  return message.pump(body);
}

class CountingSink final : public Sink {
 public:
  Result<> write(ByteView bytes) override {
    size_ += bytes.size();
    return {};
  }
  Result<> finish() override { return {}; }
  std::uint64_t size() const { return size_; }

 private:
  std::uint64_t size_ = 0;
};

Result<Credentials> ask(const CredentialSource& credentials, const OutboundMessage& message, bool basic) {
  if (!credentials) return fail(kBadCredentials, "there are no credentials", {}, "give user and password_source");
  SG_TRY_ASSIGN(Credentials found, credentials(message));
  // RFC 7617, 2: the first colon ends the user; and a line end would begin a header of its own.
  if (found.user.empty() || !net::is_field_value(found.user) ||
      (basic && found.user.find(':') != std::string::npos)) {
    return fail(kBadCredentials, "the user name is empty or has characters that it cannot have", {},
                "correct it: no control characters, and no colon for Basic");
  }
  return found;
}

}  // namespace

HttpSender::HttpSender(HttpSendOptions options, std::shared_ptr<net::HttpClient> client)
    : options_(std::move(options)), client_(std::move(client)) {}

Result<> HttpSender::add_body(net::HttpClientRequest& request, OutboundMessage& message, std::uint64_t head) const {
  const std::uint64_t size = message.size() - head;
  const bool gzip = options_.gzip_request;
  request.total_timeout = time_for(options_.request_timeout, size);
  if (gzip) request.headers.add("Content-Encoding", "gzip");
  const HttpWishes* const wishes = message.http_wishes();
  const bool chunked = wishes != nullptr ? wishes->chunked : options_.chunked && size > kChunkAbove;
  if (!chunked || !options_.proxy.empty()) {
    request.body_size = size;
    if (gzip) {
      CountingSink count;
      SG_TRY(pump_body(message, head, true, count));
      request.body_size = count.size();
    }
  }
  request.body = [&message, head, gzip](Sink& sink) { return pump_body(message, head, gzip, sink); };
  return {};
}

Result<> HttpSender::add_credentials(net::HttpClientRequest& request, const OutboundMessage& message) const {
  if (options_.authentication != net::HttpAuthentication::None) {
    SG_TRY_ASSIGN(Credentials found,
                  ask(options_.credentials, message, options_.authentication == net::HttpAuthentication::Basic));
    request.authentication = options_.authentication;
    request.user = std::move(found.user);
    request.password = std::move(found.password);
  }
  request.proxy = options_.proxy;
  if (!options_.proxy.empty() && options_.proxy_credentials) {
    SG_TRY_ASSIGN(Credentials found, ask(options_.proxy_credentials, message, true));
    request.proxy_user = std::move(found.user);
    request.proxy_password = std::move(found.password);
  }
  return {};
}

void HttpSender::apply(const HttpWishes& wishes, net::HttpClientRequest& request) const {
  request.keep_alive = wishes.keep_alive;
  if (wishes.check_server_name) request.verify_name = *wishes.check_server_name;
  if (!wishes.expect_continue) return;
  request.expect_continue = wishes.expect_continue;
  if (wishes.expect_continue->count() == 0) request.expect_continue.reset();
}

Result<net::HttpClientRequest> HttpSender::make_request(OutboundMessage& message) const {
  SG_TRY_ASSIGN(const EntityHead head, read_entity_head(message));
  if (head.size > message.size()) return fail(kBadMimeEntity, "the message is shorter than its header block");
  SG_TRY_ASSIGN(const net::HttpHeaders user_headers,
                parse_user_headers(message.property("HTTP.UserHttpHeaders").value_or("")));
  RequestHeaders headers;
  const HttpWishes* const wishes = message.http_wishes();
  if (wishes != nullptr) headers.add_wishes(wishes->headers);
  headers.add_all(head.fields);
  headers.add_all(user_headers);
  headers.add_all(options_.headers);
  headers.add("Content-Type", options_.content_type);

  net::HttpClientRequest request;
  request.url = options_.url;
  request.headers = headers.take(message.delivery_id());
  SG_TRY(add_body(request, message, head.size));
  request.connect_timeout = options_.connect_timeout;
  request.tls_timeout = options_.tls_timeout;
  request.stall_timeout = options_.stall_timeout;
  request.answer_timeout = options_.answer_timeout;
  request.expect_continue = options_.expect_continue;
  request.response_limit = kKeptAnswer;
  request.answer_limit = options_.maximum_response;
  request.accept_gzip = options_.gzip_response;
  request.redirects = options_.redirects;
  request.http2 = options_.http2;
  request.minimum_tls = options_.minimum_tls;
  request.verify_name = options_.verify_name;
  request.trusted_ca_pem = options_.trusted_ca_pem;
  request.trust_system = options_.trust_system;
  if (wishes != nullptr) apply(*wishes, request);
  Sink* const answer = message.answer();
  if (answer != nullptr) {
    request.answer_target = [answer](const net::HttpHeaders& fields) -> Result<Sink*> {
      if (is_entity(fields)) {
        SG_TRY(answer->write(as_bytes(make_entity_head(fields))));
      }
      return answer;
    };
  }
  return request;
}

SendOutcome HttpSender::send(OutboundMessage& message) {
  if (options_.unusable) return SendOutcome::permanent(*options_.unusable);
  auto request = make_request(message);
  if (!request) return failed(std::move(request).error());
  if (const auto added = add_credentials(*request, message); !added) return without_credentials(added.error());
  if (options_.client_identity) {
    auto identity = options_.client_identity();
    if (!identity) return SendOutcome::permanent(std::move(identity).error());
    request->client_certificate = std::move(*identity);
  }
  auto response = client_->send(*request);
  if (!response) return failed(std::move(response).error());
  auto outcome = from_response(*response, options_.url);
  if (message.answer() != nullptr && outcome.kind == SendKind::Delivered) {
    add_answer_details(response->headers, outcome.details);
  }
  return outcome;
}

void HttpSender::cancel() {
  client_->cancel();
}

}  // namespace sealgate::adapters::http

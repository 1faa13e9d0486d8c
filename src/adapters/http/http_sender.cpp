#include "adapters/http/http_sender.h"

#include "adapters/http/errors.h"
#include "adapters/http/mime_fields.h"
#include "base/text.h"
#include "net/errors.h"

namespace sealgate::adapters::http {

namespace {

/// BizTalk sends smaller requests with a length even where chunks are enabled.
constexpr std::uint64_t kChunkAbove = std::uint64_t{8} * 1024;
constexpr std::size_t kKeptAnswer = std::size_t{48} * 1024;

bool is_identity(std::string_view name) {
  return iequals(name, "Message-ID") || iequals(name, "Sealgate-Delivery-Id");
}

/// Headers of a request; the first of a name wins, and nobody sets the identity but us.
class RequestHeaders {
 public:
  void add(const std::string& name, const std::string& value) {
    if (!headers_.contains(name) && !is_identity(name)) headers_.add(name, value);
  }
  void add_all(const net::HttpHeaders& more) {
    for (const net::HttpHeader& field : more) add(field.name, field.value);
  }
  net::HttpHeaders take(std::string_view delivery_id) {
    headers_.add("Sealgate-Delivery-Id", std::string(delivery_id));
    const bool has_domain = delivery_id.find('@') != std::string_view::npos;
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

std::chrono::milliseconds time_for(std::chrono::seconds setting, std::uint64_t size) {
  if (setting.count() > 0) return setting;
  return std::chrono::seconds(60 + static_cast<std::int64_t>(size / (std::uint64_t{64} * 1024)));
}

/// Only what no partner and no network can mend.
bool needs_operator(const Error& error) {
  return error.code == net::kBadUrl || error.code == net::kBadHeader || error.code == net::kBadTlsIdentity ||
         error.code == kBadMimeEntity;
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

}  // namespace

HttpSender::HttpSender(HttpSendOptions options, std::shared_ptr<net::HttpClient> client)
    : options_(std::move(options)), client_(std::move(client)) {}

SendOutcome HttpSender::send(OutboundMessage& message) {
  auto head = read_entity_head(message);
  if (!head) return failed(std::move(head).error());
  if (head->size > message.size()) {
    return failed({kBadMimeEntity, "the message is shorter than its header block", {}, {}});
  }
  auto user_headers = parse_user_headers(message.property("HTTP.UserHttpHeaders").value_or(""));
  if (!user_headers) return failed(std::move(user_headers).error());

  RequestHeaders headers;
  headers.add_all(head->fields);
  headers.add_all(*user_headers);
  headers.add_all(options_.headers);
  headers.add("Content-Type", options_.content_type);

  net::HttpClientRequest request;
  request.url = options_.url;
  request.headers = headers.take(message.delivery_id());
  const std::uint64_t size = message.size() - head->size;
  if (!options_.chunked || size <= kChunkAbove || !options_.proxy.empty()) request.body_size = size;
  request.body = [&message, skip = head->size](Sink& sink) -> Result<> {
    SkippingSink body(skip, sink);
    return message.pump(body);
  };
  request.connect_timeout = options_.connect_timeout;
  request.total_timeout = time_for(options_.request_timeout, size);
  request.response_limit = kKeptAnswer;
  request.authentication = options_.authentication;
  request.user = options_.user;
  request.password = options_.password;
  request.verify_server = options_.verify_server;
  request.trusted_ca_pem = options_.trusted_ca_pem;
  request.trust_system = true;
  if (options_.client_identity) {
    auto identity = options_.client_identity();
    if (!identity) return SendOutcome::permanent(std::move(identity).error());
    request.client_certificate = std::move(*identity);
  }
  request.proxy = options_.proxy;
  request.proxy_user = options_.proxy_user;
  request.proxy_password = options_.proxy_password;

  Sink* const answer = message.answer();
  if (answer != nullptr) {
    request.answer_target = [answer](const net::HttpHeaders& fields) -> Result<Sink*> {
      if (is_entity(fields)) {
        SG_TRY(answer->write(as_bytes(make_entity_head(fields))));
      }
      return answer;
    };
  }
  auto response = client_->send(request);
  if (!response) return failed(std::move(response).error());
  auto outcome = from_response(*response, options_.url);
  if (answer != nullptr && outcome.kind == SendKind::Delivered)
    add_answer_details(response->headers, outcome.details);
  return outcome;
}

void HttpSender::cancel() {
  client_->cancel();
}

}  // namespace sealgate::adapters::http

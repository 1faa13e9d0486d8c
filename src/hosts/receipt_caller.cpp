#include "hosts/receipt_caller.h"

#include "as2/message_headers.h"
#include "base/log.h"
#include "certificates/export.h"
#include "hosts/errors.h"
#include "hosts/receipt_address.h"
#include "messaging/property_names.h"
#include "net/addresses.h"
#include "pipeline/delivery_policy.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using messaging::Failure;
using messaging::WorkItem;

constexpr std::chrono::seconds kConnect{30};
constexpr std::chrono::minutes kStall{2};

Result<> suspend(const SendEnvironment& environment, const WorkItem& item, const Error& error,
                 const messaging::TrackingDetails& tracking = {}) {
  log(LogLevel::Warning, "receipt suspended",
      {{"message", item.message.text()}, {"agreement", item.port}, {"reason", error.to_string()}});
  return environment.box.suspend(item.claim, Failure::from(error), environment.clock.now(), tracking);
}

/// The policy of the agreement, where a send port has its own.
artifacts::SendPort as_port(const artifacts::GivenReceipt& receipt) {
  artifacts::SendPort port;
  port.retry = receipt.retry;
  return port;
}

Result<> record_failed(const SendEnvironment& environment, const artifacts::Agreement& agreement,
                       const WorkItem& item, const Error& error, bool permanent,
                       const messaging::TrackingDetails& tracking) {
  const Time now = environment.clock.now();
  if (environment.cut.is_set()) return environment.box.release(item.claim, now);
  const auto decision = pipeline::decide(as_port(agreement.receiving.receipt), pipeline::kPrimaryTransport,
                                         item.attempts + 1, permanent, now);
  if (decision.verdict == pipeline::Verdict::Suspend) return suspend(environment, item, error, tracking);
  log(LogLevel::Warning, "a receipt was not taken, it is sent again",
      {{"message", item.message.text()},
       {"agreement", item.port},
       {"next", to_rfc3339(decision.next)},
       {"reason", error.to_string()}});
  return environment.box.retry_later(
      item.claim, messaging::Retry{Failure::from(error), decision.next, item.transport, tracking}, now);
}

/// The stored bytes as a request.
Result<net::HttpClientRequest> make_request(const messaging::Message& message, const std::string& url,
                                            const artifacts::As2HttpSettings& http) {
  const messaging::Part* part = message.body_part();
  if (part == nullptr) return fail(kNoSuchAgreement, "the receipt has no content");
  BufferSink sink;  // bounded by messaging::kMaximumReceipt
  SG_TRY(part->body->copy_to(sink));
  const std::string_view text = as_text(sink.bytes());
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return fail(kReceiptNotMade, "a stored receipt has no header");
  SG_TRY_ASSIGN(const mime::Headers headers, as2::parse_http_headers(text.substr(0, end + 2)));
  net::HttpClientRequest request;
  request.url = url;
  for (const mime::HeaderField& field : headers.fields()) request.headers.add(field.name, field.value);
  auto body = std::make_shared<const std::string>(text.substr(end + 4));
  request.body_size = body->size();
  request.body = [body](Sink& target) -> Result<> {
    SG_TRY(target.write(as_bytes(*body)));
    return target.finish();
  };
  request.connect_timeout = kConnect;
  request.tls_timeout = kConnect;
  request.stall_timeout = kStall;
  request.answer_timeout = kStall;
  request.verify_name = http.check_server_name;
  if (http.expect_continue.count() > 0) request.expect_continue = http.expect_continue;
  request.keep_alive = http.keep_alive;
  return request;
}

}  // namespace

Result<> call_for_receipt(const SendEnvironment& environment, net::HttpClient& client, const WorkItem& item) {
  const artifacts::ArtifactSet& set = environment.configuration.artifacts.set;
  const artifacts::Agreement* agreement = set.find_agreement(item.port);
  if (agreement == nullptr) {
    return suspend(environment, item,
                   {kNoSuchAgreement, "the agreement of the receipt does not exist any more",
                    "agreement " + item.port, "apply it again and resume, or terminate the receipt"});
  }
  auto message = environment.box.load(item.message);
  if (!message) {
    if (message.error().code.error_class == ErrorClass::Environment) return fail(std::move(message).error());
    return suspend(environment, item, message.error());
  }
  const std::string url = message->context.text_or_empty(names::kAs2MdnAsyncUri);
  messaging::TrackingDetails tracking{{"address", url}, {"attempt", std::to_string(item.attempts + 1)}};
  auto guard = check_receipt_address(set, *agreement, url);
  if (!guard) return record_failed(environment, *agreement, item, guard.error(), true, tracking);
  auto request = make_request(*message, url, agreement->receiving.receipt.http);
  if (!request) {
    if (request.error().code.error_class == ErrorClass::Environment) return fail(std::move(request).error());
    return suspend(environment, item, request.error(), tracking);
  }
  request->accept_address = std::move(*guard);
  const auto& certificates = environment.configuration.certificates;
  if (certificates != nullptr && net::parse_http_url(url)->scheme == "https") {
    const std::string roots = certificates::export_pem(certificates->trusted_roots);
    request->trusted_ca_pem.assign(roots.begin(), roots.end());
    request->trust_system = true;
  }
  const auto response = client.send(*request);
  if (!response) return record_failed(environment, *agreement, item, response.error(), false, tracking);
  tracking.emplace_back("status", std::to_string(response->status));
  if (response->status_class() != net::HttpStatusClass::Success) {
    const Error error{kReceiptNotTaken, "the partner answered " + std::to_string(response->status), url,
                      "ask the partner whether the address is right; resume it then"};
    const bool permanent = response->status_class() == net::HttpStatusClass::ClientError;
    return record_failed(environment, *agreement, item, error, permanent, tracking);
  }
  log(LogLevel::Info, "receipt delivered", {{"message", item.message.text()}, {"agreement", item.port}});
  return environment.box.complete(item.claim, environment.clock.now(), tracking);
}

}  // namespace sealgate::hosts

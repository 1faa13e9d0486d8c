#include "adapters/http/access.h"

#include <algorithm>

#include "adapters/http/errors.h"
#include "base/log.h"
#include "base/text.h"
#include "net/http_problem.h"

namespace sealgate::adapters::http {
namespace {

using net::HttpResponse;

/// What the connection and a trusted proxy say of the client. 400 when the proxy's field is there twice.
std::optional<HttpResponse> look_behind_proxy(net::HttpRequest& request, const ProxyRules& rules) {
  const bool trusted = any_contains(rules.trusted, request.remote_address);
  std::string client = client_address(request, rules);
  if (trusted) request.client_certificate.reset();  // the proxy's own, which is nobody's for whom it speaks
  if (trusted && !rules.certificate_field.empty()) {
    if (request.headers.count(rules.certificate_field) > 1) {
      return net::problem(400, kAmbiguousHeader, "the field of the client's certificate is there more than once");
    }
    const std::string* field = request.headers.find(rules.certificate_field);
    if (field != nullptr) request.client_certificate = certificate_of_field(*field);
  }
  if (!rules.certificate_field.empty() && request.headers.contains(rules.certificate_field)) {
    net::HttpHeaders kept;
    for (const net::HttpHeader& field : request.headers) {
      if (!iequals(field.name, rules.certificate_field)) kept.add(field.name, field.value);
    }
    request.headers = std::move(kept);
  }
  request.remote_address = std::move(client);
  return std::nullopt;
}

}  // namespace

void Access::set_rules(HttpRules rules) {
  auto next = std::make_shared<const HttpRules>(std::move(rules));
  const std::lock_guard lock(mutex_);
  rules_ = std::move(next);
}

HttpResponse Access::refuse(const net::HttpRequest& request, const HttpLocation& location, int status,
                            const ErrorCode& code, std::string_view detail, const std::string& reason) {
  if (authenticator_.worth_a_line(request.remote_address, Authenticator::Clock::now())) {
    log(LogLevel::Warning, "an HTTP client was refused",
        {{"location", location.name},
         {"client", request.remote_address},
         {"code", std::string(code.id)},
         {"reason", reason.empty() ? std::string(detail) : reason}});
  }
  return net::problem(status, code, detail);
}

std::optional<HttpResponse> Access::judge_certificate(net::HttpRequest& request, const HttpLocation& location,
                                                      const HttpRules& rules) {
  const ClientCertificateUse use = location.access.client_certificate;
  const bool required = use == ClientCertificateUse::Required;
  if (use == ClientCertificateUse::Ignored) request.client_certificate.reset();
  if (!request.client_certificate) {
    if (!required) return std::nullopt;
    return refuse(request, location, 403, kNoClientCertificate, "this location asks for a client certificate");
  }
  auto judged = rules.judge_certificate ? rules.judge_certificate(*request.client_certificate, location.name)
                                        : Result<>(fail(kBadClientCertificate, "nobody judges client certificates"));
  if (judged) return std::nullopt;
  const std::string shown = request.client_certificate->sha1_thumbprint;
  request.client_certificate.reset();
  HttpResponse refusal = refuse(request, location, 403, kBadClientCertificate,
                                "the client certificate is not accepted", shown + ": " + judged.error().to_string());
  if (!required) return std::nullopt;
  return refusal;
}

Access::Admission Access::admit(net::HttpRequest& request, const HttpLocation& location) {
  std::shared_ptr<const HttpRules> rules;
  {
    const std::lock_guard lock(mutex_);
    rules = rules_;
  }
  const auto now = Authenticator::Clock::now();
  const HttpAccess& access = location.access;
  if (auto refusal = look_behind_proxy(request, rules->proxies)) return {std::move(refusal), {}};
  if (!access.allowed_clients.empty() && !any_contains(access.allowed_clients, request.remote_address)) {
    return {
        refuse(request, location, 403, kClientNotAllowed, "this location does not take anything from this address"),
        {}};
  }
  if (access.requests_per_second > 0 &&
      !requests_.take(location.name + ' ' + request.remote_address, access.requests_per_second,
                      access.requests_per_second, now)) {
    HttpResponse refusal = net::problem(429, kTooManyRequests, "too many requests from this address");
    refusal.headers.add("Retry-After", "1");
    return {std::move(refusal), {}};
  }
  if (auto refusal = judge_certificate(request, location, *rules)) return {std::move(refusal), {}};
  auto verdict = authenticator_.judge(request, request.remote_address, *access.users, access.authentication, now);
  if (verdict.refusal && request.headers.contains("Authorization") &&
      authenticator_.worth_a_line(request.remote_address, now)) {
    log(LogLevel::Warning, "an HTTP client gave no name and password that are known here",
        {{"location", location.name},
         {"client", request.remote_address},
         {"status", std::to_string(verdict.refusal->status)}});
  }
  return {std::move(verdict.refusal), std::move(verdict.user)};
}

}  // namespace sealgate::adapters::http

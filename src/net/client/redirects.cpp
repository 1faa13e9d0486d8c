#include "net/client/redirects.h"

#include "base/text.h"
#include "net/addresses.h"
#include "net/errors.h"

namespace sealgate::net::client {
namespace {

bool is_followed(int status) {
  return status == 301 || status == 302 || status == 307 || status == 308;
}

/// The same server, or the same host that asks for TLS.
bool same_host(const HttpUrl& from, const HttpUrl& to) {
  const bool secured = from.scheme == "http" && from.port == "80" && to.scheme == "https" && to.port == "443";
  return from.host == to.host && ((from.scheme == to.scheme && from.port == to.port) || secured);
}

bool is_numeric(const std::string& host) {
  return host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
}

tl::unexpected<Error> refused(std::string what, const std::string& url) {
  return fail(kRedirectRefused, std::move(what), url, "write the right address into the send port");
}

void forget_credentials(HttpClientRequest& request) {
  request.authentication = HttpAuthentication::None;
  request.user.clear();
  request.password.reset();
  request.client_certificate.reset();
  HttpHeaders kept;
  for (const HttpHeader& field : request.headers) {
    if (!iequals(field.name, "Authorization") && !iequals(field.name, "Cookie")) kept.add(field.name, field.value);
  }
  request.headers = std::move(kept);
}

}  // namespace

Result<> Redirects::check_hop(const HttpUrl& from, const HttpUrl& to) const {
  if (from.scheme == "https" && to.scheme == "http") {
    return refused("the server redirects from https to http", url_);
  }
  // A proxy resolves names by itself: of the target only a numeric address can be judged.
  if (from_public_ && is_numeric(to.host) && !is_public_address(to.host)) {
    return refused("the server redirects to " + to.host + ", which is no public address", url_);
  }
  return {};
}

Result<std::optional<HttpClientRequest>> Redirects::next(const HttpClientResponse& response) {
  const std::string* location = response.headers.find("Location");
  if (request_.redirects == 0 || !is_followed(response.status) || location == nullptr) return std::nullopt;
  SG_TRY_ASSIGN(const HttpUrl from, parse_http_url(url_));
  if (followed_ == 0) {
    from_public_ = request_.proxy.empty() ? is_public_address(response.peer_address)
                                          : !is_numeric(from.host) || is_public_address(from.host);
  }
  if (followed_ == request_.redirects) {
    return refused("the server redirects more than " + std::to_string(request_.redirects) + " times", request_.url);
  }
  auto target = resolve_url(url_, *location);
  if (!target) return refused("the server redirects to what is no http or https URL", url_);
  SG_TRY_ASSIGN(const HttpUrl to, parse_http_url(*target));
  SG_TRY(check_hop(from, to));
  ++followed_;
  left_host_ = left_host_ || !same_host(from, to);
  url_ = *target;
  HttpClientRequest onward = request_;
  onward.url = url_;
  if (left_host_) forget_credentials(onward);
  if (from_public_ && request_.proxy.empty()) {
    onward.accept_address = [asked = request_.accept_address](const std::string& address) {
      return is_public_address(address) && (!asked || asked(address));
    };
  }
  return onward;
}

}  // namespace sealgate::net::client

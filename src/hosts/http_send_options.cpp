#include "hosts/http_send_options.h"

#include <algorithm>

#include "certificates/export.h"
#include "hosts/affiliate_credentials.h"
#include "hosts/errors.h"
#include "hosts/secret_sources.h"

namespace sealgate::hosts {
namespace {

using adapters::http::HttpSendOptions;

net::HttpAuthentication authentication_of(artifacts::HttpAuthentication authentication) {
  switch (authentication) {
    case artifacts::HttpAuthentication::Anonymous:
      return net::HttpAuthentication::None;
    case artifacts::HttpAuthentication::Basic:
      return net::HttpAuthentication::Basic;
    case artifacts::HttpAuthentication::Digest:
      return net::HttpAuthentication::Digest;
    case artifacts::HttpAuthentication::Ntlm:
      return net::HttpAuthentication::Ntlm;
  }
  return net::HttpAuthentication::None;
}

/// The certificates that alone are trusted.
Result<std::vector<certificates::Certificate>> find_trusted(const std::vector<certificates::Thumbprint>& thumbprints,
                                                            const Sender& sender) {
  std::vector<certificates::Certificate> found;
  for (const certificates::Thumbprint& thumbprint : thumbprints) {
    const auto& roots = sender.certificates->trusted_roots;
    const auto root = std::ranges::find_if(roots, [&](const auto& one) { return one.has_thumbprint(thumbprint); });
    if (root != roots.end()) {
      found.push_back(*root);
      continue;
    }
    SG_TRY_ASSIGN(auto own, sender.certificates->find_partner(thumbprint));
    if (!own) {
      return fail(kTrustedCertificateMissing,
                  "the certificate " + thumbprint.to_biztalk() + " that the server is to be trusted by is not there",
                  "send port " + sender.port, "import it into TrustedRoots, or the server's own into OtherPeople");
    }
    found.push_back(std::move(*own));
  }
  return found;
}

void set_trust(HttpSendOptions& options, const artifacts::HttpSendSettings& settings, const Sender& sender) {
  options.minimum_tls =
      settings.minimum_tls == artifacts::TlsVersion::Tls13 ? net::TlsVersion::Tls13 : net::TlsVersion::Tls12;
  options.verify_name = settings.check_server_name;
  if (sender.certificates == nullptr) return;
  std::string pem;
  if (settings.trusted_certificates.empty()) {
    pem = certificates::export_pem(sender.certificates->trusted_roots);
  } else {
    options.trust_system = false;
    const auto trusted = find_trusted(settings.trusted_certificates, sender);
    if (!trusted) {
      options.unusable = trusted.error();
      return;
    }
    pem = certificates::export_pem(*trusted);
  }
  options.trusted_ca_pem.assign(pem.begin(), pem.end());
}

}  // namespace

HttpSendOptions http_send_options(const artifacts::HttpSendSettings& settings, const Sender& sender,
                                  const Clock& clock, credentials::Service& credentials) {
  HttpSendOptions options;
  options.url = settings.url;
  options.chunked = settings.chunked;
  if (!settings.content_type.empty()) options.content_type = settings.content_type;
  options.gzip_request = settings.gzip_request;
  options.gzip_response = settings.gzip_response;
  options.request_timeout = settings.timeout;
  options.connect_timeout = settings.connect_timeout;
  options.tls_timeout = settings.tls_timeout;
  options.stall_timeout = settings.stall_timeout;
  options.answer_timeout = settings.answer_timeout;
  if (settings.expect_continue.count() > 0) options.expect_continue = settings.expect_continue;
  options.maximum_response = settings.maximum_response;
  options.redirects = settings.redirects;
  options.http2 = settings.http2;
  options.authentication = authentication_of(settings.authentication);
  if (!settings.affiliate_application.empty()) {
    options.credentials = affiliate_credentials(credentials, settings.affiliate_application, sender);
  } else if (options.authentication != net::HttpAuthentication::None) {
    options.credentials = password_at(settings.user, settings.password_source, "send port " + sender.port);
  }
  options.proxy = settings.proxy;
  if (!settings.proxy_user.empty()) {
    options.proxy_credentials =
        password_at(settings.proxy_user, settings.proxy_password_source, "send port " + sender.port);
  }
  set_trust(options, settings, sender);
  if (settings.client_certificate) {
    options.client_identity = [sender, &clock, thumbprint = *settings.client_certificate] {
      return client_identity(sender, thumbprint, clock.now());
    };
  }
  return options;
}

}  // namespace sealgate::hosts

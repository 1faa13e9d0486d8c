// Settings of HTTP send.

#include "artifacts/errors.h"
#include "artifacts/read_parts.h"
#include "base/text.h"

namespace sealgate::artifacts {
namespace {

bool is_https(const std::string& url) {
  return ascii_lower(url).starts_with("https://");
}

void check_url(Fields& fields, const std::string& url) {
  check_address_length(fields, "url", url);
  const std::string lower = ascii_lower(url);
  const std::size_t scheme = lower.starts_with("http://") ? 7 : lower.starts_with("https://") ? 8 : 0;
  const std::string_view rest = std::string_view(url).substr(scheme);
  if (scheme == 0 || rest.empty() || rest.front() == '/' || rest.find_first_of(" <>\"\\") != std::string_view::npos) {
    fields.bad_value("url", "'url' must be http://host[:port]/path or https://host[:port]/path", "correct it");
  } else if (rest.substr(0, rest.find('/')).find('@') != std::string_view::npos) {
    fields.bad_value("url", "'url' holds a user name", "user names and passwords do not belong into addresses");
  }
}

void check_proxy(Fields& fields, const HttpSendSettings& http) {
  if (http.proxy.empty()) {
    if (http.proxy_user.empty() && http.proxy_password_source.empty()) return;
    fields.bad_value("proxy_user", "there is no proxy to tell a user to", "add 'proxy', or remove this",
                     kContradiction);
    return;
  }
  const std::string_view host = std::string_view(http.proxy).substr(std::min<std::size_t>(http.proxy.size(), 7));
  if (!ascii_lower(http.proxy).starts_with("http://") || host.empty() ||
      host.find_first_of(" /?#@<>\"\\") != std::string_view::npos) {
    fields.bad_value("proxy", "'proxy' must be http://host:port", "user and password go into fields of their own");
  }
}

/// A user and where its password lies: both or neither.
void check_pair(Fields& fields, std::string_view user_key, const std::string& user, std::string_view source_key,
                const std::string& source) {
  if (user.empty() != source.empty()) {
    fields.bad_value(user.empty() ? source_key : user_key,
                     "'" + std::string(user_key) + "' and '" + std::string(source_key) + "' go together",
                     "write both, or neither", kContradiction);
  } else {
    check_secret_source(fields, source_key, source);
  }
}

void check_authentication(Fields& fields, const HttpSendSettings& http, bool dynamic) {
  check_pair(fields, "user", http.user, "password_source", http.password_source);
  if (fields.reading().failed()) return;
  const bool looked_up = !http.affiliate_application.empty();
  if (looked_up && !http.user.empty()) {
    fields.bad_value("affiliate_application", "name and password come from one place only",
                     "remove 'user' and 'password_source', or 'affiliate_application'", kContradiction);
  } else if (http.authentication == HttpAuthentication::Anonymous) {
    if (looked_up || !http.user.empty()) {
      fields.bad_value(looked_up ? "affiliate_application" : "user", "without 'authentication' nobody is told a user",
                       "set authentication: basic, digest or ntlm, or remove the user", kContradiction);
    }
  } else if (dynamic) {
    fields.bad_value("authentication", "a dynamic port would tell the password to whatever address a message names",
                     "make a send port with a fixed address, or remove 'authentication'", kContradiction);
  } else if (http.user.empty() && !looked_up) {
    fields.bad_value("authentication", "there is no user to authenticate",
                     "add 'user' and 'password_source', or 'affiliate_application'", kContradiction);
  } else if (http.authentication == HttpAuthentication::Basic && http.user.find(':') != std::string::npos) {
    fields.bad_value("user", "a user of Basic cannot have a colon in its name", "use another user, or digest");
  }
}

void check_tls(Fields& fields, const HttpSendSettings& http) {
  if (is_https(http.url)) return;
  const auto refuse = [&fields](std::string_view key, const char* what) {
    fields.bad_value(key, what, "write an https address, or remove '" + std::string(key) + "'", kContradiction);
  };
  if (http.client_certificate) {
    refuse("client_certificate", "without TLS there is nobody to show a client certificate to");
  } else if (!http.trusted_certificates.empty()) {
    refuse("trusted_certificates", "without TLS there is no certificate to trust");
  } else if (!http.check_server_name) {
    refuse("check_server_name", "without TLS there is no name to check");
  }
}

void read_trusted(Fields& fields, std::vector<Thumbprint>& out) {
  CertificateAssignments listed;
  fields.assignments("trusted_certificates", listed);
  for (CertificateAssignment& one : listed) {
    if (one.from || one.until) {
      return fields.bad_value("trusted_certificates", "trust has no window here", "list thumbprints only");
    }
    out.push_back(std::move(one.certificate));
  }
}

}  // namespace

HttpSendSettings read_http_send(Fields& fields, bool dynamic) {
  HttpSendSettings http;
  if (dynamic) {
    refuse_address(fields, "url");
  } else {
    fields.text("url", http.url, Need::Required);
  }
  fields.boolean("chunked", http.chunked);
  fields.duration("timeout", http.timeout, Duration(0), kLongest);
  fields.text("content_type", http.content_type);
  fields.choice("authentication", http.authentication,
                {HttpAuthentication::Anonymous, HttpAuthentication::Basic, HttpAuthentication::Digest,
                 HttpAuthentication::Ntlm});
  fields.text("user", http.user);
  fields.text("password_source", http.password_source);
  fields.text("affiliate_application", http.affiliate_application);
  fields.thumbprint("client_certificate", http.client_certificate);
  read_trusted(fields, http.trusted_certificates);
  fields.choice("minimum_tls", http.minimum_tls, {TlsVersion::Tls12, TlsVersion::Tls13});
  fields.boolean("check_server_name", http.check_server_name);
  fields.boolean("http2", http.http2);
  fields.text("proxy", http.proxy);
  fields.text("proxy_user", http.proxy_user);
  fields.text("proxy_password_source", http.proxy_password_source);
  fields.integer("redirects", http.redirects, 0, 10);
  fields.duration("expect_continue", http.expect_continue, Duration(0), std::chrono::minutes(1));
  fields.boolean("gzip_request", http.gzip_request);
  fields.boolean("gzip_response", http.gzip_response);
  fields.size("maximum_response", http.maximum_response);
  for (const auto& [key, value] :
       {std::pair{"connect_timeout", &http.connect_timeout}, std::pair{"tls_timeout", &http.tls_timeout},
        std::pair{"stall_timeout", &http.stall_timeout}, std::pair{"answer_timeout", &http.answer_timeout}}) {
    fields.duration(key, *value, std::chrono::seconds(1), std::chrono::hours(24));
  }
  fields.no_other_keys();
  if (fields.reading().failed()) return http;
  check_proxy(fields, http);
  check_pair(fields, "proxy_user", http.proxy_user, "proxy_password_source", http.proxy_password_source);
  check_authentication(fields, http, dynamic);
  if (dynamic) return http;
  check_url(fields, http.url);
  if (!fields.reading().failed()) check_tls(fields, http);
  return http;
}

}  // namespace sealgate::artifacts

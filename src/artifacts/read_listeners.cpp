// Listeners and users of a host.

#include <algorithm>

#include "artifacts/errors.h"
#include "artifacts/read_parts.h"
#include "base/network.h"
#include "crypto/password_hash.h"

namespace sealgate::artifacts {
namespace {

constexpr int kMostConnections = 100'000;
constexpr std::size_t kMaximumNetwork = 64;

bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_hexadecimal(const std::string& text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

void check_listener(Fields& fields, const HttpListener& listener) {
  if (fields.reading().failed()) return;
  const auto endpoint = parse_endpoint(listener.listen);
  if (!endpoint || !Network::parse(endpoint->first)) {
    fields.bad_value("listen", "'listen' must be an address of this computer and a port",
                     "write 0.0.0.0:8443, [::]:8443 or :8443");
  } else if (!std::ranges::all_of(listener.client_certificate_field, is_token_character)) {
    fields.bad_value("client_certificate_field", "this is no name of a header field", "write X-Client-Certificate");
  } else if (!listener.client_certificate_field.empty() && listener.trusted_proxies.empty()) {
    fields.bad_value("client_certificate_field", "without trusted proxies nobody may speak for a client",
                     "name the proxy under 'trusted_proxies', or remove 'client_certificate_field'", kContradiction);
  } else if (listener.client_certificates != ClientCertificates::Off && listener.certificates.empty()) {
    fields.bad_value("client_certificates", "without TLS no client shows a certificate",
                     "name the server's own certificate under 'certificates'", kContradiction);
  } else if (listener.connections_per_address > listener.maximum_connections) {
    fields.bad_value("connections_per_address", "one address cannot have more connections than all",
                     "lower it, or raise 'maximum_connections'", kContradiction);
  }
}

HttpListener read_listener(Fields& fields) {
  HttpListener listener;
  fields.name("name", listener.name, Need::Required);
  fields.text("listen", listener.listen, Need::Required);
  fields.assignments("certificates", listener.certificates, true);
  fields.choice("minimum_tls", listener.minimum_tls, {TlsVersion::Tls12, TlsVersion::Tls13});
  fields.choice("client_certificates", listener.client_certificates,
                {ClientCertificates::Off, ClientCertificates::Request, ClientCertificates::Require});
  read_networks(fields, "trusted_proxies", listener.trusted_proxies);
  fields.choice("forwarded", listener.forwarded, {ForwardedField::XForwardedFor, ForwardedField::Forwarded});
  fields.text("client_certificate_field", listener.client_certificate_field);
  fields.integer("maximum_connections", listener.maximum_connections, 1, kMostConnections);
  if (!fields.has("connections_per_address")) {
    listener.connections_per_address = std::max(1, listener.maximum_connections / 2);
  }
  fields.integer("connections_per_address", listener.connections_per_address, 1, kMostConnections);
  fields.no_other_keys();
  check_listener(fields, listener);
  return listener;
}

HttpUser read_user(Fields& fields) {
  HttpUser user;
  fields.name("name", user.name, Need::Required);
  fields.text("password", user.password);
  fields.text("digest_sha256", user.digest_sha256);
  fields.text("digest_md5", user.digest_md5);
  fields.no_other_keys();
  if (fields.reading().failed()) return user;
  const auto* const remedy = "make it with: sealgate user hash NAME";
  if (user.name.find(':') != std::string::npos) {
    fields.bad_value("name", "the name of a user has no colon", "leave it out", kBadName);
  } else if (!user.password.empty() && !crypto::is_password_hash(user.password)) {
    fields.bad_value("password", "'password' must be an argon2id hash, and never the password itself", remedy);
  } else if (!user.digest_sha256.empty() && !is_hexadecimal(user.digest_sha256, 64)) {
    fields.bad_value("digest_sha256", "'digest_sha256' must have 64 hexadecimal digits", remedy);
  } else if (!user.digest_md5.empty() && !is_hexadecimal(user.digest_md5, 32)) {
    fields.bad_value("digest_md5", "'digest_md5' must have 32 hexadecimal digits", remedy);
  } else if (user.password.empty() && user.digest_sha256.empty() && user.digest_md5.empty()) {
    fields.bad_value("name", "user '" + user.name + "' could never come in", remedy, kMissingKey);
  }
  return user;
}

/// A fault at the second of two of one name.
template <typename Entry>
void add_unique(Fields& fields, std::vector<Entry>& all, Entry entry) {
  if (!fields.reading().failed() && std::ranges::find(all, entry.name, &Entry::name) != all.end()) {
    fields.bad_value("name", "'" + entry.name + "' is in the list twice", "rename one of them", kDuplicateName);
  }
  all.push_back(std::move(entry));
}

}  // namespace

void read_networks(Fields& fields, std::string_view key, std::vector<std::string>& out) {
  fields.texts(
      key, out, kMaximumNetwork, [](std::string_view text) { return Network::parse(text).has_value(); },
      "write networks or addresses: 192.0.2.0/24, 2001:db8::/32, 192.0.2.7");
}

void read_doors(Fields& fields, Host& host) {
  for (Fields& entry : fields.maps("listeners")) add_unique(entry, host.listeners, read_listener(entry));
  fields.text("realm", host.realm);
  if (!fields.reading().failed() && (host.realm.empty() || host.realm.find_first_of("\"\\:") != std::string::npos)) {
    fields.bad_value("realm", "a realm has no quote, backslash or colon", "write a short name");
  }
  for (Fields& entry : fields.maps("users")) add_unique(entry, host.users, read_user(entry));
}

}  // namespace sealgate::artifacts

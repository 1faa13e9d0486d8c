// The canonical form: fixed order of keys, defaults left out, except what decides security or routing.

#include "artifacts/documents.h"
#include "artifacts/write_artifact.h"

namespace sealgate::artifacts {
namespace {

void write(Writer& out, const HttpListener& listener) {
  const HttpListener usual;
  out.line("name", listener.name);
  out.line("listen", listener.listen);
  out.assignments("certificates", listener.certificates);
  if (listener.minimum_tls != usual.minimum_tls) out.line("minimum_tls", to_string(listener.minimum_tls));
  if (listener.client_certificates != usual.client_certificates) {
    out.line("client_certificates", to_string(listener.client_certificates));
  }
  out.names("trusted_proxies", listener.trusted_proxies);
  if (listener.forwarded != usual.forwarded) out.line("forwarded", to_string(listener.forwarded));
  out.text("client_certificate_field", listener.client_certificate_field);
  out.unless("maximum_connections", listener.maximum_connections, usual.maximum_connections);
  out.line("connections_per_address", listener.connections_per_address);
}

void write(Writer& out, const HttpUser& user) {
  out.line("name", user.name);
  out.text("password", user.password);
  out.text("digest_sha256", user.digest_sha256);
  out.text("digest_md5", user.digest_md5);
}

template <typename Entry>
void write_list(Writer& out, std::string_view key, const std::vector<Entry>& all) {
  if (all.empty()) return;
  out.open(key);
  for (const Entry& entry : all) {
    out.open_item();
    write(out, entry);
    out.close();
  }
  out.close();
}

}  // namespace

void write(Writer& out, const Group& group) {
  const Group usual;
  out.assignments("signing_certificates", group.signing_certificates);
  write(out, group.revocation);
  write(out, group.expiry_warnings);
  out.unless("keep_completed", group.keep_completed, usual.keep_completed);
  if (group.maximum_body != usual.maximum_body) out.size("maximum_body", group.maximum_body);
  out.unless("keep_tracking", group.keep_tracking, usual.keep_tracking);
  if (group.maximum_tracking != usual.maximum_tracking) out.size("maximum_tracking", group.maximum_tracking);
  if (group.disk_watermark != usual.disk_watermark) out.size("disk_watermark", group.disk_watermark);
  out.unless("keep_revisions", group.keep_revisions, usual.keep_revisions);
}

void write(Writer& out, const Host& host) {
  const Host usual;
  out.line("account", host.account);
  out.unless("authentication_trusted", host.authentication_trusted, usual.authentication_trusted);
  out.assignments("decryption_certificates", host.decryption_certificates);
  out.unless("send_threads", host.send_threads, usual.send_threads);
  write_list(out, "listeners", host.listeners);
  out.unless("realm", host.realm, usual.realm);
  write_list(out, "users", host.users);
}

void write(Writer& out, const Party& party) {
  out.assignments("verification_certificates", party.verification_certificates);
  write(out, party.revocation);
  write(out, party.path);
  if (!party.aliases.empty()) {
    out.open("aliases");
    for (const PartyAlias& alias : party.aliases) {
      out.open_item();
      out.line("name", alias.name);
      out.line("qualifier", alias.qualifier);
      out.line("value", alias.value);
      out.close();
    }
    out.close();
  }
  if (!party.profiles.empty()) {
    out.open("profiles");
    for (const PartyProfile& profile : party.profiles) {
      out.open_item();
      out.line("name", profile.name);
      out.text("description", profile.description);
      out.close();
    }
    out.close();
  }
  if (party.weak_algorithms.empty()) return;
  out.open("weak_algorithms");
  for (const WeakAlgorithm& weak : party.weak_algorithms) {
    out.open_item();
    out.line("algorithm", weak.algorithm);
    out.line("reason", weak.reason);
    out.line("until", to_rfc3339(weak.until));
    out.close();
  }
  out.close();
}

std::string to_yaml(const Artifact& artifact) {
  Writer out;
  out.line("kind", to_string(kind_of(artifact)));
  std::visit(
      [&](const auto& value) {
        out.line("name", value.name);
        out.text("description", value.description);
        write(out, value);
      },
      artifact);
  return out.take();
}

}  // namespace sealgate::artifacts

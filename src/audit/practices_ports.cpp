// Practices of locations and send ports.

#include <algorithm>

#include "artifacts/built_in_pipelines.h"
#include "audit/practice_codes.h"
#include "audit/practices_parts.h"
#include "base/text.h"

namespace sealgate::audit {

using namespace artifacts;

Guard guard_of(const ArtifactSet& set, const ReceivePipelineSettings& pipeline) {
  Guard guard;
  const auto components = components_of(set, pipeline);
  if (!components) return guard;
  if (const auto* decoder = find_settings<DecoderSettings>(*components)) {
    guard.decodes = true;
    guard.takes_encrypted = true;
    guard.takes_plain = !decoder->require_encryption;
    guard.takes_unsigned = !decoder->require_signature;
    guard.checks_revocation = decoder->check_revocation;
    guard.checks_usage = decoder->check_extended_key_usage;
  }
  if (const auto* as2 = find_settings<As2DecoderSettings>(*components)) {
    const auto any = [&](bool ReceivingAgreement::*required) {
      return std::ranges::any_of(set.agreements,
                                 [&](const Agreement& one) { return one.enabled && !(one.receiving.*required); });
    };
    guard.decodes = guard.takes_encrypted = guard.by_agreement = true;
    guard.takes_plain = any(&ReceivingAgreement::require_encryption);
    guard.takes_unsigned = any(&ReceivingAgreement::require_signature);
    guard.checks_revocation = as2->check_revocation;
    guard.checks_usage = as2->check_extended_key_usage;
  }
  if (const auto* resolution = find_settings<PartyResolutionSettings>(*components)) {
    guard.resolves_party = resolution->resolve_by_certificate || resolution->resolve_by_sid;
  }
  return guard;
}

bool takes_as2(const ArtifactSet& set, const ReceiveLocation& location) {
  return artifacts::takes_as2(set, location.pipeline);
}

Seal seal_of(const ArtifactSet& set, const SendPipelineSettings& pipeline) {
  Seal seal;
  const auto components = components_of(set, pipeline);
  const EncoderSettings* encoder = components ? find_settings<EncoderSettings>(*components) : nullptr;
  if (encoder == nullptr) return seal;
  seal.encodes = true;
  seal.signs = encoder->signature_type != SignatureType::None;
  seal.encrypts = encoder->enable_encryption;
  seal.checks_revocation = encoder->check_revocation;
  if (seal.encrypts && crypto::is_weak(encoder->encryption_algorithm)) {
    seal.weak.emplace_back(crypto::name(encoder->encryption_algorithm));
  }
  if (seal.signs && crypto::is_weak(encoder->digest)) seal.weak.emplace_back(crypto::name(encoder->digest));
  return seal;
}

Seal seal_of(const ArtifactSet& set, const SendPort& port) {
  const auto components = components_of(set, port.pipeline);
  const auto* as2 = components ? find_settings<As2EncoderSettings>(*components) : nullptr;
  if (as2 == nullptr) return seal_of(set, port.pipeline);
  // As the agreements say, all of those that may be meant; their algorithms are theirs (practices_agreements.cpp).
  Seal seal;
  seal.checks_revocation = as2->check_revocation;
  for (const Agreement& agreement : set.agreements) {
    const auto& ports = agreement.sending.send_ports;
    const bool listed = std::ranges::find(ports, port.name) != ports.end();
    if (!agreement.enabled || !(listed || (!port.party.empty() && agreement.partner.party == port.party))) continue;
    seal.signs = agreement.sending.sign && (seal.signs || !seal.encodes);
    seal.encrypts = agreement.sending.encrypt && (seal.encrypts || !seal.encodes);
    seal.encodes = true;
  }
  return seal;
}

const HttpListener* listener_of(const ArtifactSet& set, const ReceiveLocation& location) {
  const auto* http = http_settings(location.transport);
  const Host* host = set.find_host(location.host);
  if (http == nullptr || host == nullptr) return nullptr;
  const auto found = std::ranges::find(host->listeners, http->listener, &HttpListener::name);
  return found == host->listeners.end() ? nullptr : &*found;
}

std::string url_of(const SendTransport& transport) {
  const auto* http = http_settings(transport);
  return http != nullptr ? http->url : std::string();
}

bool is_plain_http(std::string_view url) {
  return ascii_lower(url).starts_with("http://");
}

bool is_loopback(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string rest = ascii_lower(url.substr(scheme + 3));
  if (rest.starts_with("[::1]")) return true;
  const std::string host = rest.substr(0, rest.find_first_of(":/?#"));
  return host == "localhost" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

namespace {

/// What a port or location of SFTP leaves open towards the partner's server.
void judge_sftp(const SftpServerSettings* server, const std::string& where, std::vector<Finding>& out) {
  if (server == nullptr || server->check_host_key) return;
  out.push_back({Severity::Error, kHostKeyUnchecked,
                 "the key of the SFTP server is not checked: whoever sits in between gets the messages and the "
                 "password",
                 where, "write host_keys with the fingerprints that the partner tells you, or known_hosts"});
}

void judge_location(const ArtifactSet& set, const ReceivePort& port, const ReceiveLocation& location,
                    std::vector<Finding>& out) {
  const Guard guard = guard_of(set, location.pipeline);
  const std::string where = "ReceivePort " + port.name + ", location " + location.name;
  const auto say = [&](Severity severity, std::string_view code, std::string what, std::string remedy) {
    out.push_back({severity, code, std::move(what), where, std::move(remedy)});
  };
  judge_sftp(sftp_server(location.transport), where, out);
  const auto* http = http_settings(location.transport);
  const bool takes_passwords =
      http != nullptr &&
      std::ranges::find(http->authentication, HttpAuthentication::Basic) != http->authentication.end();
  const HttpListener* listener = listener_of(set, location);
  if (takes_passwords &&
      (listener == nullptr || (listener->certificates.empty() && listener->trusted_proxies.empty()))) {
    say(Severity::Error, kPlainHttp, "passwords come in by HTTP without TLS (authentication basic)",
        "use a listener with certificates, or one behind a trusted proxy that ends TLS");
  }
  if (guard.decodes && guard.takes_plain && !guard.by_agreement) {
    say(Severity::Warning, kMixedLocation, "encrypted and plain messages come in at one location",
        "make a location for encrypted messages with require_encryption: true (and allow_non_mime: false), best in a "
        "host of its own");
  }
  if (http != nullptr && guard.takes_unsigned && !guard.by_agreement) {
    say(Severity::Warning, kUnsignedAccepted, "messages that nobody signed are accepted from the network",
        "use a pipeline with a decoder and require_signature: true");
  }
  if (guard.decodes && !guard.checks_revocation) {
    say(Severity::Warning, kRevocationOff, "the decoder does not check revocation", "set check_revocation: true");
  } else if (location.revocation == RevocationPolicy::Off) {
    say(Severity::Warning, kRevocationOff, "the location does not ask for revocation", "set revocation: require");
  } else if (location.revocation == RevocationPolicy::Prefer) {
    say(Severity::Note, kRevocationSoft, "certificates of unknown revocation pass", "set revocation: require");
  }
  if (guard.decodes && !guard.checks_usage) {
    say(Severity::Note, kUsageUnchecked, "the extended key usage of signers is not checked",
        "set check_extended_key_usage: true once all partners sign with certificates for mail");
  }
  if (port.authentication != Authentication::None && !guard.resolves_party) {
    say(Severity::Error, kAuthenticationVain,
        "the port demands a known party, but the pipeline looks for none: every message is refused",
        "use a pipeline with party_resolution");
  }
  const Host* host = set.find_host(location.host);
  if (host != nullptr && !host->authentication_trusted && guard.resolves_party) {
    say(Severity::Warning, kUntrustedHost,
        "host " + host->name + " is not trusted: the parties found here become the guest",
        "run the location in a trusted host, or leave party resolution out");
  }
  if (http != nullptr && port.authentication == Authentication::None && http->suspend_failed_requests) {
    say(Severity::Warning, kFlood, "whatever anybody posts is kept, also when it fails",
        "set suspend_failed_requests: false, or authentication: drop on the port");
  }
  const bool keeps_raw = port.tracking.before_receive_pipeline;
  if (guard.decodes && !guard.takes_unsigned && !keeps_raw && !guard.by_agreement) {
    say(Severity::Note, kNoEvidence, "signed messages are not kept as they came",
        "add before-receive-pipeline to the tracking of the port, if you must prove later what was signed");
  }
}

/// What a port of HTTP leaves open towards the partner's server.
void judge_http(const SendPort& port, const HttpSendSettings& http, std::vector<Finding>& out) {
  const std::string where = "SendPort " + port.name + ", " + http.url;
  const bool clear = is_plain_http(http.url) && !is_loopback(http.url);
  if (clear && http.authentication == HttpAuthentication::Basic) {
    out.push_back({Severity::Error, kPlainPassword, "a password goes out in clear by HTTP", where,
                   "use https://, or authentication: digest"});
  }
  if (!http.check_server_name) {
    out.push_back({Severity::Warning, kNameUnchecked,
                   "the name in the server's certificate is not checked: whoever has a certificate of a trusted "
                   "authority can take the partner's place",
                   where,
                   "leave check_server_name out, or list the server's own certificate in trusted_certificates"});
  }
}

void judge_transport(const SendPort& port, const SendTransport& transport, const Seal& seal,
                     std::vector<Finding>& out) {
  if (const auto* http = http_settings(transport)) judge_http(port, *http, out);
  judge_sftp(sftp_server(transport), "SendPort " + port.name + ", " + address(transport), out);
  const std::string url = url_of(transport);
  if (!is_plain_http(url) || is_loopback(url)) return;
  out.push_back({seal.encrypts ? Severity::Warning : Severity::Error, kPlainHttp,
                 seal.encrypts ? "messages go out by HTTP without TLS: headers and who speaks to whom can be read"
                               : "messages go out in clear by HTTP",
                 "SendPort " + port.name + ", " + url, "use https://, or at least encrypt (enable_encryption)"});
}

}  // namespace

void judge_receiving(const ArtifactSet& set, std::vector<Finding>& out) {
  for (const ReceivePort& port : set.receive_ports) {
    if (port.authentication == Authentication::None) {
      const bool network = std::ranges::any_of(port.locations, [](const ReceiveLocation& location) {
        return http_settings(location.transport) != nullptr;
      });
      out.push_back({network ? Severity::Warning : Severity::Note, kAuthenticationOff,
                     "messages of nobody known are published", "ReceivePort " + port.name,
                     "set authentication: drop, or keep to look at them first"});
    }
    if (!port.tracking.events) {
      out.push_back({Severity::Warning, kNoTracking, "what happens here leaves nothing in the tracking log",
                     "ReceivePort " + port.name, "set tracking.events: true"});
    }
    for (const ReceiveLocation& location : port.locations) judge_location(set, port, location, out);
  }
}

void judge_sending(const ArtifactSet& set, std::vector<Finding>& out) {
  for (const SendPort& port : set.send_ports) {
    const Seal seal = seal_of(set, port);
    const std::string where = "SendPort " + port.name;
    for (const std::string& algorithm : seal.weak) {
      out.push_back({Severity::Warning, kWeakSent, "messages go out under " + algorithm, where,
                     "agree on AES-256 and SHA-256 with the partner"});
    }
    if (!port.dynamic) {
      judge_transport(port, port.transport, seal, out);
    } else if (const auto* http = http_settings(port.transport)) {
      judge_http(port, *http, out);
    }
    if (port.backup) judge_transport(port, port.backup->transport, seal, out);
    if (seal.encrypts && !seal.signs) {
      out.push_back({Severity::Note, kUnsignedSent,
                     "messages are encrypted but not signed: the partner cannot tell that "
                     "they are yours",
                     where, "set signature_type: blob or clear"});
    }
    if (seal.encodes && (seal.signs || seal.encrypts) && !seal.checks_revocation) {
      out.push_back({Severity::Warning, kRevocationOff, "the encoder does not check revocation", where,
                     "set check_revocation: true"});
    } else if (port.revocation == RevocationPolicy::Off) {
      out.push_back({Severity::Warning, kRevocationOff, "the port does not ask for revocation", where,
                     "set revocation: require"});
    } else if (port.revocation == RevocationPolicy::Prefer) {
      out.push_back({Severity::Note, kRevocationSoft, "certificates of unknown revocation pass", where,
                     "set revocation: require"});
    }
    if (!port.tracking.events) {
      out.push_back({Severity::Warning, kNoTracking, "what happens here leaves nothing in the tracking log", where,
                     "set tracking.events: true"});
    }
  }
}

}  // namespace sealgate::audit

#include "audit/threat_model.h"

#include <algorithm>
#include <set>

#include "audit/practices_parts.h"
#include "base/text.h"

namespace sealgate::audit {
namespace {

using namespace artifacts;

enum Stride : std::size_t { kSpoofing, kTampering, kRepudiation, kDisclosure, kDenial, kElevation };

class FlowBuilder {
 public:
  FlowBuilder(std::string name, std::string from, std::string to) {
    flow_.name = std::move(name);
    flow_.from = std::move(from);
    flow_.to = std::move(to);
  }
  FlowBuilder& guarded(Stride threat, std::string by) {
    flow_.threats[threat].protections.push_back(std::move(by));
    return *this;
  }
  FlowBuilder& open(Stride threat, std::string what) {
    flow_.threats[threat].open.push_back(std::move(what));
    return *this;
  }
  /// One of the two.
  FlowBuilder& when(bool holds, Stride threat, std::string by, std::string otherwise) {
    return holds ? guarded(threat, std::move(by)) : open(threat, std::move(otherwise));
  }
  Flow take() { return std::move(flow_); }

 private:
  Flow flow_;
};

unsigned mode_of(const Facts& facts, PathFact::Role role, std::string_view path, unsigned otherwise) {
  for (const PathFact& fact : facts.paths) {
    if (fact.role == role && (path.empty() || fact.path == path)) return fact.exists ? fact.mode : otherwise;
  }
  return otherwise;
}

Flow location_flow(const ArtifactSet& set, const Facts& facts, const ReceivePort& port,
                   const ReceiveLocation& location) {
  const Guard guard = guard_of(set, location.pipeline);
  const bool http = http_settings(location.transport) != nullptr;
  FlowBuilder flow(
      "Location " + location.name + " of receive port " + port.name,
      http                                         ? "anybody who reaches the listener"
      : sftp_server(location.transport) != nullptr ? "whoever can write to the folder of the partner's server"
                                                   : "whoever can write to the folder",
      std::string(adapter_name(location.transport)) + " " + address(location.transport) + ", host " + location.host);
  flow.when(!guard.takes_unsigned, kSpoofing, "each message must be signed, with a path to a trusted root",
            "messages that nobody signed are accepted");
  flow.when(port.authentication != Authentication::None, kSpoofing,
            "messages of no known party are " +
                std::string(port.authentication == Authentication::Drop ? "dropped" : "kept for a person"),
            "messages of nobody known are published (authentication: none)");
  flow.when(!guard.takes_unsigned, kTampering, "the signature covers the content",
            http ? "unsigned content may be changed on its way, unless TLS ends right before the listener"
                 : "unsigned content may be changed on its way to the folder and in it");
  flow.when(!guard.takes_unsigned, kRepudiation, "the sender's signature",
            "nothing proves who sent an unsigned message");
  flow.when(port.tracking.events, kRepudiation, "the sealed tracking log",
            "the port leaves nothing in the tracking log");
  flow.when(port.tracking.before_receive_pipeline, kRepudiation, "the message is kept as it came",
            "the message is not kept as it came, so its signature cannot be shown later");
  flow.when(guard.decodes && !guard.takes_plain, kDisclosure, "only encrypted messages are accepted",
            "plain messages are accepted");
  if (http) {
    const auto& settings = *http_settings(location.transport);
    const HttpListener* listener = listener_of(set, location);
    flow.when(listener != nullptr && !listener->certificates.empty(), kDisclosure, "the listener speaks TLS only",
              "the listener speaks plain HTTP: give it certificates, or put a proxy with TLS in front of it");
    const bool must_log_in =
        !settings.authentication.empty() &&
        std::ranges::find(settings.authentication, HttpAuthentication::Anonymous) == settings.authentication.end();
    if (settings.client_certificate == ClientCertificates::Require) {
      flow.guarded(kSpoofing, "each client shows a certificate that is trusted, valid and not revoked");
    }
    if (must_log_in) flow.guarded(kSpoofing, "each client gives a name and password; guessing is slowed down");
    flow.guarded(
        kDenial,
        "limits for headers, bodies, connections and slow senders, for each address too; who holds connections "
        "without using them makes room for who comes; 503 before the disk is full");
    flow.when(!settings.suspend_failed_requests || port.authentication == Authentication::Drop, kDenial,
              "messages that fail are refused and not kept",
              "messages that fail are kept: anybody can fill the store");
    flow.guarded(kElevation,
                 "what partners may read of a refusal names no server, no path and no reason of a decryption");
  } else if (const auto* server = sftp_server(location.transport)) {
    flow.when(server->check_host_key, kSpoofing, "the partner's server must show a key that is known",
              "the key of the partner's server is not checked: anybody in between can offer files");
    flow.when(server->check_host_key, kDisclosure, "SSH, to a server whose key is known",
              "whoever sits in between reads the files and the password");
    flow.guarded(kDenial, "batches, limits for listings, time limits of each phase, and a watermark of the disk");
    flow.guarded(kElevation, "names that the server lists are data; one with a slash is nobody's file");
  } else {
    const auto& settings = std::get<FileReceiveSettings>(location.transport);
    const unsigned mode = mode_of(facts, PathFact::Role::ReceiveFolder, settings.folder, 0);
    flow.when((mode & 0002U) == 0, kSpoofing, "only some accounts may write to the folder",
              "every account of the computer may drop files into the folder");
    flow.when((mode & 0004U) == 0, kDisclosure, "only some accounts may read the folder",
              "every account of the computer may read the folder");
    flow.guarded(kDenial, "batches, and a watermark of the disk");
    flow.guarded(kElevation, "names of files are data; links and special files are not followed");
  }
  const Host* host = set.find_host(location.host);
  flow.guarded(kElevation, "a host opens the private keys of its own account only" +
                               (host != nullptr ? " (" + host->account + ")" : std::string()));
  flow.when(guard.checks_revocation && location.revocation != RevocationPolicy::Off, kSpoofing,
            "revoked certificates are refused", "nobody asks whether the signer's certificate was revoked");
  return flow.take();
}

Flow port_flow(const ArtifactSet& set, const Facts& facts, const SendPort& port, const SendTransport& transport,
               const std::string& name) {
  const Seal seal = seal_of(set, port);
  const std::string url = url_of(transport);
  FlowBuilder flow(
      name, "host " + port.host,
      port.dynamic ? "where the message says" : std::string(adapter_name(transport)) + " " + address(transport));
  flow.when(seal.signs, kSpoofing, "the message is signed with our certificate",
            "the message is not signed: the partner cannot tell that it is ours");
  flow.when(seal.signs, kTampering, "the signature covers the content", "the content is not signed");
  flow.when(seal.signs, kRepudiation, "our signature, and the sealed tracking log",
            "without a signature only the tracking log tells what was sent");
  if (!port.tracking.events) flow.open(kRepudiation, "the port leaves nothing in the tracking log");
  flow.when(seal.encrypts, kDisclosure,
            "encrypted to the partner's certificate; never sent in clear when it is missing",
            "the message is not encrypted");
  if (port.dynamic) {
    flow.open(kSpoofing, "the address comes from the message: whoever may set it chooses the recipient");
    flow.open(kElevation, "a message can make this host connect to any address");
  } else if (!url.empty()) {
    flow.when(!is_plain_http(url), kSpoofing, "TLS: the server's certificate and name are checked",
              "plain HTTP: any server at this address takes the message");
    flow.when(!is_plain_http(url), kDisclosure, "TLS", "headers go out in clear");
  } else if (const auto* server = sftp_server(transport)) {
    flow.when(server->check_host_key, kSpoofing, "the partner's server must show a key that is known",
              "any server at this address takes the message and the password");
    flow.when(server->check_host_key, kDisclosure, "SSH, to a server whose key is known",
              "whoever sits in between reads the messages");
  } else if (const auto* file = std::get_if<FileSendSettings>(&transport)) {
    const unsigned mode = mode_of(facts, PathFact::Role::SendFolder, file->folder, 0);
    flow.when((mode & 0004U) == 0, kDisclosure, "only some accounts may read the folder",
              "every account of the computer may read the folder");
    flow.when((mode & 0002U) == 0, kTampering, "only some accounts may write to the folder",
              "every account of the computer may change what was sent");
  }
  flow.guarded(kDenial,
               "time limits, retries on a schedule" + std::string(port.circuit_breaker ? ", a circuit breaker" : ""));
  flow.when(port.circuit_breaker.has_value() || port.maximum_concurrency > 0, kDenial,
            "a slow partner cannot take all workers of the host",
            "a slow partner can take all workers of the host: set maximum_concurrency or circuit_breaker");
  flow.guarded(kElevation, "answers of the partner are bounded and never run");
  return flow.take();
}

Flow store_flow(const Facts& facts) {
  const bool shared = facts.store != "sqlite" && !facts.store.empty();
  FlowBuilder flow("The store", "every host instance",
                   shared ? "the database server " + facts.store : "the database in the data folder");
  flow.guarded(kTampering, "the tracking log is a chain of hashes: changes show (sealgate tracking verify)");
  flow.open(kTampering, "who may write to the database can change messages and the configuration");
  flow.guarded(kRepudiation, "the chain, when its heads are kept elsewhere (sealgate tracking head)");
  flow.guarded(kDisclosure, "private keys and tracked bodies are encrypted under key files outside of the database");
  flow.open(kDisclosure, "bodies of messages under way, and their context, are in clear in the database");
  if (shared) {
    const bool verified = facts.store.find("sslmode=verify-full") != std::string::npos;
    flow.when(verified, kSpoofing, "TLS to the server with its name checked (sslmode=verify-full)",
              "the server is not verified: add sslmode=verify-full and sslrootcert to the connection string");
    flow.guarded(kDenial, "the gateway waits for the database and accepts nothing meanwhile");
  } else {
    const unsigned mode = mode_of(facts, PathFact::Role::DataFolder, {}, 0700);
    flow.when((mode & 0077U) == 0, kSpoofing, "only its owner may open the data folder",
              "others may open the data folder");
    flow.guarded(kDenial, "a watermark of the disk below which nothing new is accepted");
  }
  flow.guarded(kElevation, "statements with parameters only; damage is detected and not worked with");
  return flow.take();
}

Flow key_flow(const ArtifactSet& set, const Facts& facts, const std::string& account) {
  std::string hosts;
  std::size_t count = 0;
  for (const Host& host : set.hosts) {
    if (host.account != account) continue;
    hosts += (hosts.empty() ? "" : ", ") + host.name;
    ++count;
  }
  FlowBuilder flow("Private keys of account " + account, "the key file and the Personal store of the account",
                   "the hosts " + hosts);
  bool wide = false;
  for (const PathFact& fact : facts.paths) {
    wide |= fact.role == PathFact::Role::KeyFile && fact.exists && (fact.mode & 0077U) != 0 &&
            fact.path.ends_with("/" + account + ".key");
  }
  flow.when(!wide, kDisclosure, "the key file is readable by its owner alone; the keys are wrapped with AES-256-GCM",
            "others can read the key file");
  flow.guarded(kTampering, "a wrapped key cannot be moved to another account or certificate");
  flow.when(count < 2, kElevation, "one host uses these keys", "several hosts share these keys: " + hosts);
  flow.guarded(kSpoofing, "an export needs a password");
  flow.guarded(kRepudiation, "each signature names its certificate in the tracking log");
  flow.open(kDenial,
            "without its key file the account signs and decrypts nothing: back the folder 'keys' up, apart from "
            "the database");
  return flow.take();
}

Flow download_flow(const RevocationSettings& revocation) {
  std::string sources;
  bool plain = false;
  for (const std::string& source : revocation.sources) {
    sources += (sources.empty() ? "" : ", ") + source;
    plain |= is_plain_http(source);
  }
  if (revocation.ocsp) sources += (sources.empty() ? "" : ", ") + std::string("responders that certificates name");
  if (revocation.fetch_issuers)
    sources += (sources.empty() ? "" : ", ") + std::string("issuers that certificates name");
  FlowBuilder flow("Downloads about revocation", "the gateway", sources);
  flow.guarded(kTampering, "lists and answers are signed by the authority");
  flow.guarded(kDenial, "limits of size, time and redirects");
  flow.when(revocation.inbound() != RevocationPolicy::Require, kDenial,
            "messages pass while a source does not answer (prefer or off)",
            "messages wait for a person while no source answers (require)");
  flow.when(revocation.inbound() == RevocationPolicy::Require, kSpoofing, "an unknown state is an error",
            "who can cut the source off makes revoked certificates pass");
  flow.when(revocation.allowed_private_hosts.empty(), kElevation, "private addresses are refused",
            "certificates may name private addresses of the allow-list");
  if (plain) flow.open(kDisclosure, "over HTTP others see which authorities we ask");
  flow.guarded(kRepudiation, "what was decided stands in the tracking log");
  return flow.take();
}

Flow notice_flow(const ExpirySettings& notices) {
  FlowBuilder flow("Warnings of coming expiries", "the gateway",
                   notices.webhook + (notices.webhook.empty() || !notices.email ? "" : ", ") +
                       (notices.email ? notices.email->smtp_url : std::string()));
  const bool plain = is_plain_http(notices.webhook) ||
                     (notices.email && ascii_lower(notices.email->smtp_url).starts_with("smtp://"));
  flow.when(!plain, kDisclosure, "TLS", "names of certificates, ports and partners may go out in clear");
  flow.when(!plain, kSpoofing, "the server's certificate is checked", "a false server can swallow warnings");
  flow.guarded(kDenial, "tried again until it is taken; never holds messages up; the log has it in any case");
  flow.guarded(kElevation, "answers are not read beyond their status");
  return flow.take();
}

}  // namespace

std::vector<Flow> threat_model(const ArtifactSet& set, const Facts& facts) {
  std::vector<Flow> flows;
  for (const ReceivePort& port : set.receive_ports) {
    for (const ReceiveLocation& location : port.locations) flows.push_back(location_flow(set, facts, port, location));
  }
  for (const SendPort& port : set.send_ports) {
    flows.push_back(port_flow(set, facts, port, port.transport, "Send port " + port.name));
    if (port.backup) {
      flows.push_back(
          port_flow(set, facts, port, port.backup->transport, "Backup transport of send port " + port.name));
    }
  }
  flows.push_back(store_flow(facts));
  std::set<std::string> accounts;
  for (const Host& host : set.hosts) accounts.insert(host.account);
  for (const std::string& account : accounts) flows.push_back(key_flow(set, facts, account));
  if (set.group) {
    const RevocationSettings& revocation = set.group->revocation;
    if (!revocation.sources.empty() || revocation.ocsp || revocation.fetch_issuers) {
      flows.push_back(download_flow(revocation));
    }
    const ExpirySettings& notices = set.group->expiry_warnings;
    if (!notices.webhook.empty() || notices.email) flows.push_back(notice_flow(notices));
  }
  return flows;
}

}  // namespace sealgate::audit

#include "audit/uses.h"

#include <algorithm>
#include <set>

#include "artifacts/built_in_pipelines.h"
#include "artifacts/soap_seals.h"

namespace sealgate::audit {
namespace {

using namespace artifacts;
using certificates::StoreName;
using certificates::Usage;

/// What runs on the way out at a port or for the answers of a location.
const EncoderSettings* encoder_of(const std::vector<Component>& components) {
  return find_settings<EncoderSettings>(components);
}

bool signs(const EncoderSettings* encoder) {
  return encoder != nullptr && encoder->signature_type != SignatureType::None;
}

bool encrypts(const EncoderSettings* encoder) {
  return encoder != nullptr && encoder->enable_encryption;
}

class Collector {
 public:
  explicit Collector(const ArtifactSet& set) : set_(set) {
    if (set.group) revocation_ = set.group->revocation;
  }

  std::vector<Place> run() {
    for (const SendPort& port : set_.send_ports) note_signer(port);
    for (const ReceivePort& port : set_.receive_ports) {
      for (const ReceiveLocation& location : port.locations) note_answers(port, location);
    }
    for (const Agreement& agreement : set_.agreements) note_signer(agreement);
    group();
    for (const Host& host : set_.hosts) {
      decryption(host);
      for (const HttpListener& listener : host.listeners) server(host, listener);
    }
    for (const Party& party : set_.parties) verification(party);
    for (const ReceivePort& port : set_.receive_ports) {
      for (const ReceiveLocation& location : port.locations) response(port, location);
    }
    for (const SendPort& port : set_.send_ports) send_port(port);
    for (const Agreement& one : set_.agreements) agreement(one);
    return std::move(places_);
  }

 private:
  std::string account_of(const std::string& host) const {
    const Host* found = set_.find_host(host);
    return found != nullptr ? found->account : std::string();
  }

  /// Of what goes out.
  RevocationPolicy policy(std::optional<RevocationPolicy> own, const std::string& party_name) const {
    const Party* party = party_name.empty() ? nullptr : set_.find_party(party_name);
    return strictest(own, party != nullptr ? party->revocation : std::nullopt).value_or(revocation_.outbound());
  }

  /// Who signs with the group's certificates, by account.
  void note_signer(const SendPort& port) {
    const auto components = components_of(set_, port.pipeline);
    const EncoderSettings* encoder = components ? encoder_of(*components) : nullptr;
    const bool signing = signs(encoder) || seals_by_signing(seal_of(port.transport));
    if (!signing || !port.signing_certificates.empty()) return;
    note(account_of(port.host), "SendPort " + port.name, encoder != nullptr ? *encoder : EncoderSettings(),
         policy(port.revocation, port.party));
  }
  /// Messages of an agreement are signed in the hosts of its ports, its receipts where AS2 comes in.
  void note_signer(const Agreement& agreement) {
    if (!agreement.enabled || !agreement.sending.signing_certificates.empty()) return;
    if (gives_signed_receipts(agreement)) {
      for (const std::string& account : receiving_accounts()) {
        note(account, "receipts of Agreement " + agreement.name, EncoderSettings(),
             policy(agreement.sending.revocation, agreement.partner.party));
      }
    }
    if (!agreement.sending.sign) return;
    for (const std::string& name : agreement.sending.send_ports) {
      const SendPort* port = set_.find_send_port(name);
      if (port == nullptr || !port->signing_certificates.empty()) continue;
      note(account_of(port->host), "Agreement " + agreement.name, EncoderSettings(),
           policy(agreement.sending.revocation, agreement.partner.party));
    }
  }
  static bool gives_signed_receipts(const Agreement& agreement) {
    const GivenReceipt& receipt = agreement.receiving.receipt;
    // Otherwise the message says so.
    if (receipt.rule == ReceiptRule::Headers) return true;
    return receipt.mode != ReceiptMode::None && receipt.is_signed;
  }
  /// Of the hosts that take AS2.
  std::set<std::string> receiving_accounts() const {
    std::set<std::string> accounts;
    for (const ReceivePort& port : set_.receive_ports) {
      for (const ReceiveLocation& location : port.locations) {
        const auto components = components_of(set_, location.pipeline);
        if (!components || find_settings<As2DecoderSettings>(*components) == nullptr) continue;
        accounts.insert(account_of(location.host));
      }
    }
    return accounts;
  }
  void note_answers(const ReceivePort& port, const ReceiveLocation& location) {
    const auto components = components_of(set_, location.response_pipeline);
    const EncoderSettings* encoder = components ? encoder_of(*components) : nullptr;
    if (!port.two_way || !(signs(encoder) || seals_by_signing(seal_of(location.transport)))) return;
    note(account_of(location.host), "location " + location.name, encoder != nullptr ? *encoder : EncoderSettings(),
         policy(location.revocation, {}));
  }
  void note(const std::string& account, std::string who, const EncoderSettings& encoder, RevocationPolicy policy) {
    Signers& signers = signers_[account];
    signers.ports.push_back(std::move(who));
    if (!encoder.check_revocation) return;
    signers.policy = std::max(signers.policy, policy);
  }

  void group() {
    if (!set_.group || set_.group->signing_certificates.empty()) return;
    Place place;
    place.usage = Usage::Sign;
    place.kind = Kind::Group;
    place.artifact = set_.group->name;
    place.field = "signing_certificates";
    place.assignments = set_.group->signing_certificates;
    if (signers_.empty()) {
      place.needed = false;
      place.revocation = revocation_.outbound();
      places_.push_back(place);
    }
    for (const auto& [account, signers] : signers_) {
      place.account = account;
      place.ports = signers.ports;
      place.revocation = signers.policy;
      places_.push_back(place);
    }
  }

  void decryption(const Host& host) {
    if (host.decryption_certificates.empty()) return;
    Place place;
    place.usage = Usage::Decrypt;
    place.account = host.account;
    place.kind = Kind::Host;
    place.artifact = host.name;
    place.field = "decryption_certificates";
    place.assignments = host.decryption_certificates;
    // What decrypts is not asked for at an authority: the partner chose it.
    place.revocation = RevocationPolicy::Off;
    place.expired_opens = true;
    const auto note = [&](const std::string& user, const std::string& where,
                          const ReceivePipelineSettings& pipeline) {
      const auto components = components_of(set_, pipeline);
      if (where != host.name || !components) return;
      const auto* decoder = find_settings<DecoderSettings>(*components);
      const auto* as2 = find_settings<As2DecoderSettings>(*components);
      if (decoder == nullptr && as2 == nullptr) return;
      place.ports.push_back(user);
      const bool expired = decoder != nullptr ? decoder->allow_expired_decryption : as2->allow_expired_decryption;
      place.expired_opens = place.expired_opens && expired;
    };
    for (const ReceivePort& port : set_.receive_ports) {
      for (const ReceiveLocation& location : port.locations) {
        note("location " + location.name, location.host, location.pipeline);
      }
    }
    for (const SendPort& port : set_.send_ports) {
      if (port.two_way) note("answers of SendPort " + port.name, port.host, port.response_pipeline);
    }
    place.needed = !place.ports.empty();
    place.expired_opens = place.expired_opens && place.needed;
    places_.push_back(std::move(place));
  }

  void server(const Host& host, const HttpListener& listener) {
    if (listener.certificates.empty()) return;
    Place place;
    place.usage = Usage::HttpsServer;
    place.account = host.account;
    place.kind = Kind::Host;
    place.artifact = host.name;
    place.field = "listeners." + listener.name + ".certificates";
    place.assignments = listener.certificates;
    // The partners ask for themselves.
    place.revocation = RevocationPolicy::Off;
    for (const ReceivePort& port : set_.receive_ports) {
      for (const ReceiveLocation& location : port.locations) {
        const auto* http = http_settings(location.transport);
        if (http != nullptr && location.host == host.name && http->listener == listener.name) {
          place.ports.push_back("location " + location.name);
        }
      }
    }
    place.needed = !place.ports.empty();
    places_.push_back(std::move(place));
  }

  void verification(const Party& party) {
    if (party.verification_certificates.empty()) return;
    Place place;
    place.usage = Usage::Verify;
    place.store = StoreName::OtherPeople;
    place.kind = Kind::Party;
    place.artifact = party.name;
    place.field = "verification_certificates";
    place.party = party.name;
    place.assignments = party.verification_certificates;
    place.revocation = party.revocation.value_or(revocation_.inbound());
    places_.push_back(std::move(place));
  }

  void response(const ReceivePort& port, const ReceiveLocation& location) {
    const auto components = components_of(set_, location.response_pipeline);
    const EncoderSettings* encoder = components ? encoder_of(*components) : nullptr;
    const bool needed = port.two_way && (encrypts(encoder) || seals_by_encrypting(seal_of(location.transport)));
    if (location.response_encryption_certificates.empty() && !needed) return;
    Place place;
    place.usage = Usage::Encrypt;
    place.store = StoreName::OtherPeople;
    place.kind = Kind::ReceivePort;
    place.artifact = port.name;
    place.location = location.name;
    place.field = "response_encryption_certificates";
    place.assignments = location.response_encryption_certificates;
    place.needed = needed;
    place.ports = {"location " + location.name};
    place.revocation =
        encoder != nullptr && !encoder->check_revocation ? RevocationPolicy::Off : policy(location.revocation, {});
    places_.push_back(std::move(place));
  }

  void send_port(const SendPort& port) {
    const auto components = components_of(set_, port.pipeline);
    const EncoderSettings* encoder = components ? encoder_of(*components) : nullptr;
    Place place;
    place.kind = Kind::SendPort;
    place.artifact = port.name;
    place.party = port.party;
    place.ports = {"SendPort " + port.name};
    place.revocation = encoder != nullptr && !encoder->check_revocation ? RevocationPolicy::Off
                                                                        : policy(port.revocation, port.party);
    const bool encrypted = encrypts(encoder) || seals_by_encrypting(seal_of(port.transport));
    // An agreement may name its own; the port's stand in for those it does not name.
    const bool as2 = sends_as2(set_, port.pipeline);
    if (!port.encryption_certificates.empty() || encrypted) {
      Place encryption = place;
      encryption.usage = Usage::Encrypt;
      encryption.store = StoreName::OtherPeople;
      encryption.field = "encryption_certificates";
      encryption.assignments = port.encryption_certificates;
      // Where a dynamic port sends, the message may name the certificate.
      encryption.needed = as2 || (encrypted && !(port.dynamic && port.encryption_certificates.empty()));
      places_.push_back(std::move(encryption));
    }
    place.account = account_of(port.host);
    if (!port.signing_certificates.empty()) {
      Place signing = place;
      signing.usage = Usage::Sign;
      signing.field = "signing_certificates";
      signing.assignments = port.signing_certificates;
      signing.needed = as2 || signs(encoder) || seals_by_signing(seal_of(port.transport));
      places_.push_back(std::move(signing));
    }
    place.revocation = policy(port.revocation, port.party);  // no encoder turns this off
    client(place, port.transport, "transport.client_certificate");
    if (port.backup) client(place, port.backup->transport, "backup.client_certificate");
  }

  void agreement(const Agreement& agreement) {
    const SendingAgreement& sending = agreement.sending;
    const ReceivingAgreement& receiving = agreement.receiving;
    Place place;
    place.kind = Kind::Agreement;
    place.artifact = agreement.name;
    place.party = agreement.partner.party;
    place.ports = {"Agreement " + agreement.name};
    place.needed = agreement.enabled;
    place.revocation = policy(sending.revocation, agreement.partner.party);
    const auto add = [&](Usage usage, const char* field, const CertificateAssignments& assignments, bool used) {
      if (assignments.empty()) return;
      Place one = place;
      one.usage = usage;
      one.store = usage == Usage::Sign ? StoreName::Personal : StoreName::OtherPeople;
      one.field = field;
      one.assignments = assignments;
      one.needed = place.needed && used;
      places_.push_back(std::move(one));
    };
    add(Usage::Encrypt, "sending.encryption_certificates", sending.encryption_certificates, sending.encrypt);
    // One place for each account that signs; without ports and locations nobody knows the account.
    std::set<std::string> accounts;
    if (gives_signed_receipts(agreement)) accounts = receiving_accounts();
    for (const std::string& name : sending.send_ports) {
      const SendPort* port = set_.find_send_port(name);
      if (port != nullptr) accounts.insert(account_of(port->host));
    }
    if (accounts.empty()) accounts.insert(std::string());
    for (const std::string& account : accounts) {
      place.account = account;
      add(Usage::Sign, "sending.signing_certificates", sending.signing_certificates, true);
    }
    place.account.clear();
    const Party* partner = set_.find_party(agreement.partner.party);
    place.revocation = strictest(receiving.revocation, partner != nullptr ? partner->revocation : std::nullopt)
                           .value_or(revocation_.inbound());
    add(Usage::Verify, "receiving.verification_certificates", receiving.verification_certificates, true);
  }

  void client(Place place, const SendTransport& transport, const char* field) {
    const auto* http = http_settings(transport);
    if (http == nullptr || !http->client_certificate) return;
    place.usage = Usage::HttpsClient;
    place.field = field;
    place.assignments = {{*http->client_certificate}};
    places_.push_back(std::move(place));
  }

  struct Signers {
    std::vector<std::string> ports;
    RevocationPolicy policy = RevocationPolicy::Off;
  };

  const ArtifactSet& set_;
  RevocationSettings revocation_;
  std::map<std::string, Signers> signers_;
  std::vector<Place> places_;
};

}  // namespace

std::string Place::where() const {
  std::string text = std::string(artifacts::to_string(kind)) + " " + artifact;
  if (!location.empty()) text += ", location " + location;
  return text + ", " + field;
}

std::string Place::store_description() const {
  std::string text = std::string(certificates::to_string(store)) + " store";
  if (store == StoreName::Personal && !account.empty()) text += " of account " + account;
  return text;
}

std::vector<const CertificateAssignment*> Place::used_at(Time time) const {
  if (usage == Usage::Sign || usage == Usage::HttpsClient) {
    const CertificateAssignment* one = latest(assignments, time);
    return one != nullptr ? std::vector{one} : std::vector<const CertificateAssignment*>{};
  }
  std::vector<const CertificateAssignment*> used;
  for (const CertificateAssignment& assignment : assignments) {
    if (assignment.in_force(time)) used.push_back(&assignment);
  }
  return used;
}

std::vector<Place> places_of(const ArtifactSet& set) {
  return Collector(set).run();
}

Uses::Uses(const ArtifactSet& set) : places_(places_of(set)) {
  for (const Place& place : places_) {
    for (const CertificateAssignment& assignment : place.assignments) {
      by_thumbprint_[assignment.certificate].push_back({&place, &assignment});
    }
  }
}

std::vector<Use> Uses::of(const certificates::Certificate& certificate) const {
  std::vector<Use> found;
  for (const Thumbprint& thumbprint : {certificate.thumbprint(), certificate.thumbprint_sha256()}) {
    const auto some = by_thumbprint_.find(thumbprint);
    if (some != by_thumbprint_.end()) found.insert(found.end(), some->second.begin(), some->second.end());
  }
  return found;
}

std::string window_of(const CertificateAssignment& assignment) {
  std::string text;
  if (assignment.from) text = "from " + to_rfc3339(*assignment.from);
  if (assignment.until) text += (text.empty() ? "until " : " until ") + to_rfc3339(*assignment.until);
  return text;
}

Result<std::vector<certificates::Certificate>> orphaned(const ArtifactSet& before, const ArtifactSet& after,
                                                        const certificates::CertificateStore& store) {
  const Uses still(after);
  std::vector<certificates::Certificate> found;
  for (const Place& place : places_of(before)) {
    if (place.store != StoreName::OtherPeople) continue;
    for (const CertificateAssignment& assignment : place.assignments) {
      SG_TRY_ASSIGN(const auto held, store.find({place.store, {}}, assignment.certificate));
      // Documents may name one certificate by either thumbprint.
      if (!held || !still.of(held->certificate).empty()) continue;
      if (std::ranges::find(found, held->certificate) == found.end()) found.push_back(held->certificate);
    }
  }
  return found;
}

bool account_is_shared(const ArtifactSet& set, const Host& host) {
  return std::ranges::any_of(
      set.hosts, [&](const Host& other) { return other.name != host.name && other.account == host.account; });
}

Result<std::vector<certificates::StoredCertificate>> left_behind(const ArtifactSet& set, const Host& host,
                                                                 const certificates::CertificateStore& store) {
  if (account_is_shared(set, host)) return std::vector<certificates::StoredCertificate>{};
  return store.list({StoreName::Personal, host.account});
}

}  // namespace sealgate::audit

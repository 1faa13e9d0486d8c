#include "artifacts/validate.h"

#include <algorithm>
#include <map>

#include "artifacts/agreement_validate.h"
#include "artifacts/built_in_pipelines.h"
#include "artifacts/declared_properties.h"
#include "artifacts/errors.h"
#include "artifacts/pipelines_validate.h"
#include "artifacts/soap_seals.h"
#include "base/text.h"
#include "io/time_zone.h"

namespace sealgate::artifacts {
namespace {

class Checker {
 public:
  Checker(const ArtifactSet& set, const std::function<std::string(Kind, std::string_view)>& where_of, Time now)
      : set_(set), where_of_(where_of), now_(now) {}

  std::vector<Error> run() {
    check_listeners();
    check_parties();
    check_receive_ports();
    for (const SendPort& port : set_.send_ports) check_send_port(port);
    check_send_port_groups();
    check_filters();
    const auto say = [this](ErrorCode code, Kind kind, const std::string& name, std::string what,
                            std::string remedy) { fault(code, kind, name, std::move(what), std::move(remedy)); };
    check_pipelines(set_, say);
    check_agreements(set_, now_, say);
    return std::move(faults_);
  }

 private:
  void fault(ErrorCode code, Kind kind, const std::string& name, std::string what, std::string remedy) {
    faults_.push_back(Error{code, std::move(what), where_of_(kind, name), std::move(remedy)});
  }

  void check_host(Kind kind, const std::string& name, const std::string& user, const std::string& host) {
    if (set_.find_host(host) != nullptr) return;
    fault(kMissingReference, kind, name, user + " names host '" + host + "', which does not exist",
          "add a document 'kind: Host' with this name, or correct the name");
  }

  void check_window(Kind kind, const std::string& name, const std::string& user,
                    const std::optional<ServiceWindow>& window) {
    if (!window) return;
    const auto zone = io::find_time_zone(window->time_zone);
    if (zone) return;
    fault(kMissingReference, kind, name, "the service window of " + user + ": " + zone.error().what,
          zone.error().remedy);
  }

  void check_maps(Kind kind, const std::string& name, const std::string& user, const std::vector<std::string>& maps) {
    std::map<std::string, std::string> sources;
    for (const std::string& map_name : maps) {
      const Map* map = set_.find_map(map_name);
      if (map == nullptr) {
        fault(kMissingReference, kind, name, user + " names map '" + map_name + "', which does not exist",
              "add a document 'kind: Map' with this name, or correct the name");
        continue;
      }
      const auto [at, fresh] = sources.emplace(map->source, map_name);
      if (fresh) continue;
      fault(kContradiction, kind, name,
            user + " has two maps for documents of type '" + map->source + "': '" + at->second + "' and '" +
                map_name + "'",
            "keep one of them");
    }
  }

  void check_send_port_groups() {
    for (const SendPortGroup& group : set_.send_port_groups) {
      for (const std::string& member : group.send_ports) {
        if (set_.find_send_port(member) != nullptr) continue;
        fault(kMissingReference, Kind::SendPortGroup, group.name,
              "send port group '" + group.name + "' names send port '" + member + "', which does not exist",
              "add a document 'kind: SendPort' with this name, or take it off the group");
      }
    }
  }

  void check_filters() {
    const DeclaredProperties declared(
        set_, [this](ErrorCode code, Kind kind, const std::string& name, std::string what, std::string remedy) {
          fault(code, kind, name, std::move(what), std::move(remedy));
        });
    for (const SendPort& port : set_.send_ports) {
      declared.check(port.filter, Kind::SendPort, port.name, "send port '" + port.name + "'");
    }
    for (const SendPortGroup& group : set_.send_port_groups) {
      declared.check(group.filter, Kind::SendPortGroup, group.name, "send port group '" + group.name + "'");
    }
  }

  void check_listeners() {
    std::map<std::string, std::string> owners;
    for (const Host& host : set_.hosts) {
      for (const HttpListener& listener : host.listeners) {
        if (listener.listen.ends_with(":0")) continue;
        const auto [at, fresh] = owners.emplace(listener.listen, host.name);
        if (fresh) continue;
        fault(kDuplicateEndpoint, Kind::Host, host.name,
              "listener '" + listener.name + "' of host '" + host.name + "' is at " + listener.listen +
                  ", where a listener of host '" + at->second + "' is already",
              "give each its own port");
      }
    }
  }

  void check_parties() {
    std::map<std::string, std::string> owners;
    std::map<std::pair<std::string, std::string>, std::string> aliases;
    for (const Party& party : set_.parties) {
      for (const CertificateAssignment& assignment : party.verification_certificates) {
        const Thumbprint& thumbprint = assignment.certificate;
        const auto [at, fresh] = owners.emplace(thumbprint.to_hex(), party.name);
        if (!fresh && at->second != party.name) {
          fault(kDuplicateThumbprint, Kind::Party, party.name,
                "certificate " + thumbprint.to_biztalk() + " of party '" + party.name + "' belongs to party '" +
                    at->second + "' already",
                "a certificate proves one sender: remove it from one of the two");
        }
      }
      for (const PartyAlias& alias : party.aliases) {
        const auto [at, fresh] =
            aliases.emplace(std::pair(ascii_lower(alias.qualifier), ascii_lower(alias.value)), party.name);
        if (!fresh) {
          fault(kDuplicateAlias, Kind::Party, party.name,
                "alias " + alias.qualifier + " '" + alias.value + "' of party '" + party.name +
                    "' belongs to party '" + at->second + "' already",
                "remove it from one of the two");
        }
      }
    }
  }

  void check_receive_ports() {
    std::map<std::string, std::string> names;
    std::map<std::string, std::string> addresses;
    for (const ReceivePort& port : set_.receive_ports) {
      check_maps(Kind::ReceivePort, port.name, "receive port '" + port.name + "'", port.maps);
      check_maps(Kind::ReceivePort, port.name, "receive port '" + port.name + "', for responses,",
                 port.response_maps);
      for (const ReceiveLocation& location : port.locations) {
        const std::string user = "receive location '" + location.name + "'";
        check_host(Kind::ReceivePort, port.name, user, location.host);
        check_window(Kind::ReceivePort, port.name, user, location.service_window);
        const auto [name, fresh_name] = names.emplace(location.name, port.name);
        if (!fresh_name) {
          fault(kDuplicateName, Kind::ReceivePort, port.name,
                "there are two receive locations '" + location.name + "', in receive ports '" + name->second +
                    "' and '" + port.name + "'",
                "rename one of them");
        }
        const auto* http = http_settings(location.transport);
        std::string endpoint = std::string(http != nullptr ? "HTTP" : adapter_name(location.transport)) + " " +
                               address(location.transport);
        if (http != nullptr) {
          if (!http->listener.empty()) endpoint += " of listener " + http->listener + " of host " + location.host;
          check_http(port, location, *http);
        }
        const auto [at, fresh_address] = addresses.emplace(endpoint, location.name);
        if (!fresh_address) {
          fault(kDuplicateEndpoint, Kind::ReceivePort, port.name,
                "receive locations '" + at->second + "' and '" + location.name + "' listen at the same " + endpoint,
                "give each its own address");
        }
        check_authentication(port, location);
        check_response(port, location);
        check_service(port, location);
      }
    }
  }

  void check_http(const ReceivePort& port, const ReceiveLocation& location, const HttpReceiveSettings& http) {
    const Host* host = set_.find_host(location.host);
    if (host == nullptr) return;  // told elsewhere
    const std::string user = "receive location '" + location.name + "'";
    const auto listener = std::ranges::find(host->listeners, http.listener, &HttpListener::name);
    const bool found = listener != host->listeners.end();
    if (!http.listener.empty() && !found) {
      return fault(kMissingReference, Kind::ReceivePort, port.name,
                   user + " names listener '" + http.listener + "', which host '" + host->name + "' does not have",
                   "add it to 'listeners' of the host, or correct the name");
    }
    const bool comes = found && (listener->client_certificates != ClientCertificates::Off ||
                                 !listener->client_certificate_field.empty());
    if (http.client_certificate != ClientCertificates::Off && !comes) {
      fault(kContradiction, Kind::ReceivePort, port.name,
            user + " wants client certificates, which nobody asks clients for",
            "name a listener with 'client_certificates: request' or 'require', or with 'client_certificate_field'");
    }
    const auto none = [&](HttpAuthentication way, const std::string HttpUser::*secret,
                          const std::string HttpUser::*other) {
      const bool wanted = std::ranges::find(http.authentication, way) != http.authentication.end();
      return wanted && std::ranges::none_of(host->users, [&](const HttpUser& one) {
               return !(one.*secret).empty() || (other != nullptr && !(one.*other).empty());
             });
    };
    if (none(HttpAuthentication::Basic, &HttpUser::password, nullptr) ||
        none(HttpAuthentication::Digest, &HttpUser::digest_sha256, &HttpUser::digest_md5)) {
      fault(kMissingReference, Kind::ReceivePort, port.name,
            user + " asks for a name and password, but no user of host '" + host->name + "' can give them that way",
            "add users to the host; sealgate user hash makes their entries");
    }
  }

  /// What a SOAP location describes.
  void check_service(const ReceivePort& port, const ReceiveLocation& location) {
    const auto* soap = std::get_if<SoapReceiveSettings>(&location.transport);
    if (soap == nullptr) return;
    for (const std::string& name : soap->schemas) {
      const Schema* schema = set_.find_schema(name);
      if (schema != nullptr && !schema->xsd.empty()) continue;
      fault(kMissingReference, Kind::ReceivePort, port.name,
            "receive location '" + location.name + "' describes its service by Schema '" + name + "', which " +
                (schema == nullptr ? "does not exist" : "has no XSD"),
            "apply a Schema of that name with its XSD, or remove it from 'schemas'");
    }
  }

  void check_authentication(const ReceivePort& port, const ReceiveLocation& location) {
    if (port.authentication == Authentication::None) return;
    const auto components = components_of(set_, location.pipeline);
    if (!components) return;  // told elsewhere
    const auto* resolution = find_settings<PartyResolutionSettings>(*components);
    if (resolution != nullptr && (resolution->resolve_by_certificate || resolution->resolve_by_sid)) return;
    fault(kContradiction, Kind::ReceivePort, port.name,
          "receive port '" + port.name + "' has authentication " + std::string(to_string(port.authentication)) +
              ", but the pipeline of location '" + location.name + "' resolves no party, so every message would fail",
          "use a pipeline with party resolution, such as SMIMEReceive, or authentication none");
  }

  void check_weak(const SendPort& port, std::string_view algorithm) {
    const Party* party = set_.find_party(port.party);
    if (has_named_weak(party, algorithm)) return;
    fault(kWeakAlgorithm, Kind::SendPort, port.name,
          "send port '" + port.name + "' uses the weak algorithm " + std::string(algorithm) +
              ", which its party does not allow",
          "use a stronger one, or name the party under 'party' and allow it there under 'weak_algorithms' with a "
          "reason "
          "and an end date");
  }

  void check_signs(Kind kind, const std::string& name, const std::string& user, bool with_signature,
                   const CertificateAssignments& own) {
    if (!with_signature || !own.empty() || (set_.group && !set_.group->signing_certificates.empty())) return;
    fault(kNoSigningCertificate, kind, name, user + " signs, but the group has no signing certificate",
          "set 'signing_certificates' in the document 'kind: Group', or use signature_type none");
  }

  /// SOAP puts XML into its envelope after the pipeline: S/MIME has no place there.
  void check_soap(Kind kind, const std::string& name, const std::string& user, std::string_view adapter,
                  bool makes_mime) {
    if (adapter != "SOAP" || !makes_mime) return;
    fault(kContradiction, kind, name, user + " goes by SOAP, but its pipeline makes S/MIME of it",
          "use a pipeline without an encoder, and let WS-Security sign and encrypt ('security' in the settings)");
  }

  /// What answers of a two-way location are sealed with.
  void check_response(const ReceivePort& port, const ReceiveLocation& location) {
    const auto components = components_of(set_, location.response_pipeline);
    if (components && find_settings<As2EncoderSettings>(*components) != nullptr) {
      fault(
          kContradiction, Kind::ReceivePort, port.name,
          "the response of receive location '" + location.name + "' has a pipeline of AS2, which answers by receipts",
          "use a pipeline without as2_encoder");
    }
    if (!port.two_way || !components) return;
    const auto* encoder = find_settings<EncoderSettings>(*components);
    const std::string user = "the response of receive location '" + location.name + "'";
    const SoapSeal* seal = seal_of(location.transport);
    const bool encoder_encrypts = encoder != nullptr && encoder->enable_encryption;
    const bool encoder_signs = encoder != nullptr && encoder->signature_type != SignatureType::None;
    check_soap(Kind::ReceivePort, port.name, user, adapter_name(location.transport),
               encoder_encrypts || encoder_signs);
    const bool encrypts = encoder_encrypts || seals_by_encrypting(seal);
    check_signs(Kind::ReceivePort, port.name, user, encoder_signs || seals_by_signing(seal), {});
    if (encrypts && location.response_encryption_certificates.empty()) {
      fault(kNoEncryptionCertificate, Kind::ReceivePort, port.name, user + " is encrypted, but to nobody",
            "name the partner's certificate under 'response_encryption_certificates', or turn enable_encryption off");
    }
    if (!encrypts && !location.response_encryption_certificates.empty()) {
      fault(kContradiction, Kind::ReceivePort, port.name,
            user + " has encryption certificates, but its pipeline answers in clear",
            "use a pipeline whose encoder has 'enable_encryption: true', or remove the certificates");
    }
  }

  /// An agreement says what is signed and encrypted; certificates of the port stand in for those it does not name.
  void check_as2_port(const SendPort& port, const std::string& user, const std::vector<Component>& components) {
    const auto contradiction = [&](std::string what, std::string remedy) {
      fault(kContradiction, Kind::SendPort, port.name, user + " sends by AS2, " + std::move(what), std::move(remedy));
    };
    if (find_settings<EncoderSettings>(components) != nullptr) {
      contradiction("but its pipeline makes S/MIME of the message, too", "use a pipeline with one of the encoders");
    }
    if (port.two_way) {
      contradiction("whose answer is a receipt, but is two-way",
                    "make it one-way; receipts are published by 'publish' of the agreement's receipt");
    }
    if ((!port.dynamic && adapter_name(port.transport) != "HTTP") ||
        (port.backup && adapter_name(port.backup->transport) != "HTTP")) {
      contradiction("but not by HTTP", "use the HTTP adapter, for the backup too");
    }
  }

  void check_send_port(const SendPort& port) {
    const std::string user = "send port '" + port.name + "'";
    check_host(Kind::SendPort, port.name, user, port.host);
    check_window(Kind::SendPort, port.name, user, port.service_window);
    if (port.backup) check_window(Kind::SendPort, port.name, "the backup of " + user, port.backup->service_window);
    check_maps(Kind::SendPort, port.name, user, port.maps);
    check_maps(Kind::SendPort, port.name, user + ", for responses,", port.response_maps);
    if (!port.party.empty() && set_.find_party(port.party) == nullptr) {
      fault(kMissingReference, Kind::SendPort, port.name,
            user + " names party '" + port.party + "', which does not exist",
            "add a document 'kind: Party' with this name, or correct the name");
    }
    const auto components = components_of(set_, port.pipeline);
    if (!components) return;  // told elsewhere
    if (find_settings<As2EncoderSettings>(*components) != nullptr) return check_as2_port(port, user, *components);
    const auto* found = find_settings<EncoderSettings>(*components);
    const EncoderSettings encoder = found == nullptr ? EncoderSettings() : *found;
    const SoapSeal* seal = seal_of(port.transport);
    const bool encoder_signs = encoder.signature_type != SignatureType::None;
    check_soap(Kind::SendPort, port.name, user, adapter_name(port.transport),
               encoder.enable_encryption || encoder_signs);
    const bool encrypts = encoder.enable_encryption || seals_by_encrypting(seal);
    const bool with_signature = encoder_signs || seals_by_signing(seal);
    if (encrypts && port.encryption_certificates.empty() && !port.dynamic) {
      fault(kNoEncryptionCertificate, Kind::SendPort, port.name,
            user + " encrypts, but has no encryption certificate",
            "name the partner's certificate under 'encryption_certificates', or turn enable_encryption off");
    }
    if (!encrypts && !port.encryption_certificates.empty()) {
      fault(kContradiction, Kind::SendPort, port.name,
            user + " has encryption certificates, but its pipeline sends in clear",
            "use a pipeline whose encoder has 'enable_encryption: true', or remove the certificates");
    }
    check_signs(Kind::SendPort, port.name, user, with_signature, port.signing_certificates);
    if (!with_signature && !port.signing_certificates.empty()) {
      fault(kContradiction, Kind::SendPort, port.name,
            user + " has signing certificates, but its pipeline does not sign",
            "use a pipeline whose encoder has a signature_type, or remove the certificates");
    }
    if (encoder.enable_encryption && crypto::is_weak(encoder.encryption_algorithm)) {
      check_weak(port, crypto::name(encoder.encryption_algorithm));
    }
    if (encoder_signs && crypto::is_weak(encoder.digest)) check_weak(port, crypto::name(encoder.digest));
  }

  const ArtifactSet& set_;
  const std::function<std::string(Kind, std::string_view)>& where_of_;
  Time now_;
  std::vector<Error> faults_;
};

}  // namespace

std::vector<Error> validate(const ArtifactSet& set,
                            const std::function<std::string(Kind, std::string_view)>& where_of, Time now) {
  return Checker(set, where_of, now).run();
}

std::vector<Error> validate(const ArtifactSet& set, Time now) {
  return validate(
      set, [](Kind kind, std::string_view name) { return std::string(to_string(kind)) + " " + std::string(name); },
      now);
}

}  // namespace sealgate::artifacts

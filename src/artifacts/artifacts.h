#pragma once
// The artifacts: everything an administrator configures, as typed values. They are written as YAML documents
// (documents.h), checked as a set (validate.h) and kept with a revision (artifact_store.h). A name is unique within
// its kind; locations are unique over all receive ports.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "artifacts/pipelines.h"
#include "artifacts/transports.h"
#include "base/clock.h"
#include "certificates/thumbprint.h"
#include "messaging/filter.h"

namespace sealgate::artifacts {

using certificates::Thumbprint;

/// The one administrative unit of a store. There is at most one.
struct Group {
  std::string name = {};
  std::string description = {};
  /// Own certificate that signs what goes out, from the Personal store of the sending host's account.
  std::optional<Thumbprint> signing_certificate = {};
  Duration keep_completed{std::chrono::hours(1)};  ///< how long a finished message can still be looked at
  std::uint64_t maximum_body = std::uint64_t{16} * 1024 * 1024 * 1024;  ///< bytes of one received message
  friend bool operator==(const Group&, const Group&) = default;
};

/// A security boundary: the account it runs as, and the certificates it decrypts with.
struct Host {
  std::string name = {};
  std::string description = {};
  std::string account = "default";     ///< whose Personal store it opens; as in `sealgate cert --account`
  bool authentication_trusted = true;  ///< false: parties that its pipelines resolve are replaced by the guest
  std::vector<Thumbprint> decryption_certificates = {};  ///< several during a rollover
  int send_threads = 4;                                  ///< messages in transmission at a time, 1-256
  friend bool operator==(const Host&, const Host&) = default;
};

enum class Authentication {
  None,  ///< everything is published
  Drop,  ///< messages of no known party are discarded
  Keep   ///< messages of no known party are suspended
};

struct ReceiveLocation {
  std::string name = {};
  std::string description = {};
  bool enabled = true;
  std::string host = {};
  ReceiveTransport transport = {};
  ReceivePipelineSettings pipeline = {};
  friend bool operator==(const ReceiveLocation&, const ReceiveLocation&) = default;
};

struct ReceivePort {
  std::string name = {};
  std::string description = {};
  Authentication authentication = Authentication::None;
  std::vector<ReceiveLocation> locations = {};
  friend bool operator==(const ReceivePort&, const ReceivePort&) = default;
};

enum class SendPortState {
  Bound,    ///< no subscription
  Stopped,  ///< subscribes; what it would get is stored suspended
  Started
};

enum class Backoff {
  Fixed,       ///< the interval each time
  Exponential  ///< doubles each time, up to maximum_retry_interval
};

struct SendPort {
  std::string name = {};
  std::string description = {};
  SendPortState state = SendPortState::Started;
  std::string host = {};
  SendTransport transport = {};
  SendPipelineSettings pipeline = {};
  std::vector<Thumbprint> encryption_certificates = {};  ///< of the partner; one recipient each
  messaging::Filter filter = {};
  int retry_count = 3;  ///< 0-1000
  Duration retry_interval{std::chrono::minutes(5)};
  Backoff backoff = Backoff::Fixed;
  Duration maximum_retry_interval{std::chrono::hours(1)};
  /// The party at the other end: its allowances for weak algorithms hold here. Empty: none hold.
  std::string party = {};
  friend bool operator==(const SendPort&, const SendPort&) = default;
};

/// A name under which a party is known elsewhere. For a Windows account: qualifier "WindowsUser".
struct PartyAlias {
  std::string name = {};
  std::string qualifier = {};
  std::string value = {};
  friend bool operator==(const PartyAlias&, const PartyAlias&) = default;
};

/// An old algorithm that this partner still needs.
struct WeakAlgorithm {
  std::string algorithm = {};  ///< "sha1", "md5", "3des", "des", "rc2-40", "rc2-64", "rc2-128", "rsa-1024"
  std::string reason = {};
  Time until = {};  ///< from then on it is refused again
  friend bool operator==(const WeakAlgorithm&, const WeakAlgorithm&) = default;
};

struct Party {
  std::string name = {};
  std::string description = {};
  std::vector<Thumbprint> verification_certificates = {};  ///< each belongs to one party only
  std::vector<PartyAlias> aliases = {};
  std::vector<WeakAlgorithm> weak_algorithms = {};
  friend bool operator==(const Party&, const Party&) = default;
};

enum class Kind { Group, Host, Party, ReceivePort, SendPort };

using Artifact = std::variant<Group, Host, Party, ReceivePort, SendPort>;

Kind kind_of(const Artifact& artifact);
const std::string& name_of(const Artifact& artifact);
std::string_view to_string(Kind kind);  ///< "SendPort"
/// Any case, with or without hyphen, singular or plural: "send-port", "sendports", "SendPort".
std::optional<Kind> parse_kind(std::string_view word);
std::string_view to_string(Authentication authentication);  ///< none, drop, keep
std::string_view to_string(SendPortState state);            ///< bound, stopped, started
std::string_view to_string(Backoff backoff);                ///< fixed, exponential

/// Everything that is configured, at one moment. A plain value: copy it, share it as shared_ptr<const ArtifactSet>.
struct ArtifactSet {
  std::optional<Group> group = {};
  std::vector<Host> hosts = {};  ///< each list is sorted by name
  std::vector<Party> parties = {};
  std::vector<ReceivePort> receive_ports = {};
  std::vector<SendPort> send_ports = {};

  // nullptr when there is none of that name.
  const Host* find_host(std::string_view name) const;
  const Party* find_party(std::string_view name) const;
  const ReceivePort* find_receive_port(std::string_view name) const;
  const SendPort* find_send_port(std::string_view name) const;
  /// The party that owns this certificate.
  const Party* find_party_by_certificate(const Thumbprint& thumbprint) const;
  /// The party with an alias of this qualifier and value (both compared without case).
  const Party* find_party_by_alias(std::string_view qualifier, std::string_view value) const;

  /// In the order of kinds, then names.
  std::vector<Artifact> all() const;
  std::optional<Artifact> find(Kind kind, std::string_view name) const;
  /// Adds it, or replaces the one of the same kind and name (for the group: whichever is there).
  void put(Artifact artifact);
  /// False when there was none.
  bool remove(Kind kind, std::string_view name);
  friend bool operator==(const ArtifactSet&, const ArtifactSet&) = default;
};

/// True when this party may still use `algorithm` at `now`. A null party may not.
bool allows_weak(const Party* party, std::string_view algorithm, Time now);

}  // namespace sealgate::artifacts

#pragma once
// The artifacts: everything an administrator configures, as typed values. They are written as YAML documents
// (documents.h), checked as a set (validate.h) and kept with a revision (artifact_store.h). A name is unique within
// its kind; locations are unique over all receive ports.

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "artifacts/agreement.h"
#include "artifacts/certificate_settings.h"
#include "artifacts/listeners.h"
#include "artifacts/pipelines.h"
#include "artifacts/retry_policy.h"
#include "artifacts/transports.h"
#include "base/clock.h"
#include "messaging/filter.h"

namespace sealgate::artifacts {

/// The one administrative unit of a store. There is at most one.
struct Group {
  std::string name = {};
  std::string description = {};
  /// Own certificates that sign what goes out, from the Personal store of the sending host's account: the one in
  /// force with the latest `from`.
  CertificateAssignments signing_certificates = {};
  RevocationSettings revocation = {};
  ExpirySettings expiry_warnings = {};
  Duration keep_completed{std::chrono::hours(1)};  ///< how long a finished message can still be looked at
  std::uint64_t maximum_body = std::uint64_t{16} * 1024 * 1024 * 1024;  ///< bytes of one received message
  Duration keep_tracking{std::chrono::hours(24 * 30)};  ///< age at which the tracking log is archived and cut
  std::uint64_t maximum_tracking = 0;                   ///< bytes of the log after which its oldest part goes; 0: any
  std::uint64_t disk_watermark = std::uint64_t{1} << 30;  ///< free bytes below which nothing new is accepted
  int keep_revisions = 1000;  ///< how many changes of the configuration are kept, and can be taken back; 1-100000
  friend bool operator==(const Group&, const Group&) = default;
};

/// A security boundary: the account it runs as, and the certificates it decrypts with.
struct Host {
  std::string name = {};
  std::string description = {};
  std::string account = "default";     ///< whose Personal store it opens; as in `sealgate cert --account`
  bool authentication_trusted = true;  ///< false: parties that its pipelines resolve are replaced by the guest
  CertificateAssignments decryption_certificates = {};  ///< several during a rollover
  int send_threads = 4;                                 ///< messages in transmission at a time, 1-256
  std::vector<HttpListener> listeners = {};             ///< addresses of its own
  std::string realm = "sealgate";                       ///< what its users are told they log in to; part of digests
  std::vector<HttpUser> users = {};                     ///< who may come in by name and password
  friend bool operator==(const Host&, const Host&) = default;
};

enum class Authentication {
  None,  ///< everything is published
  Drop,  ///< messages of no known party are discarded
  Keep   ///< messages of no known party are suspended
};

/// When something may happen, by the wall clock of a place: from `start` to `stop` on `days`. A window whose stop is
/// not after its start ends on the next day.
struct ServiceWindow {
  int start_minute = 0;                         ///< of the day, 0-1439
  int stop_minute = 0;                          ///< exclusive, 0-1440
  std::vector<std::chrono::weekday> days = {};  ///< of its start; empty: every day
  std::string time_zone = "UTC";                ///< a name of the tz database, "Europe/Berlin"
  friend bool operator==(const ServiceWindow&, const ServiceWindow&) = default;
};

/// Which bodies are kept (encrypted) for later proof, and whether the journey is logged.
struct Tracking {
  bool events = true;
  bool before_receive_pipeline = false;
  bool after_receive_pipeline = false;
  bool before_send_pipeline = false;
  bool after_send_pipeline = false;
  friend bool operator==(const Tracking&, const Tracking&) = default;
};

/// A point at which a body can be kept, as documents name it.
struct TrackingPoint {
  std::string_view word = {};
  bool Tracking::*flag = nullptr;
  bool receives = false;  ///< of a receive pipeline
};
inline constexpr std::array<TrackingPoint, 4> kTrackingPoints{
    TrackingPoint{"before-receive-pipeline", &Tracking::before_receive_pipeline, true},
    TrackingPoint{"after-receive-pipeline", &Tracking::after_receive_pipeline, true},
    TrackingPoint{"before-send-pipeline", &Tracking::before_send_pipeline, false},
    TrackingPoint{"after-send-pipeline", &Tracking::after_send_pipeline, false}};
/// nullptr when there is none of that name.
const TrackingPoint* find_tracking_point(std::string_view word);

struct ReceiveLocation {
  std::string name = {};
  std::string description = {};
  bool enabled = true;
  std::string host = {};
  ReceiveTransport transport = {};
  ReceivePipelineSettings pipeline = {};
  SendPipelineSettings response_pipeline = {};  ///< of a two-way port: what the response goes through
  CertificateAssignments response_encryption_certificates = {};  ///< all in force; one recipient each
  std::optional<RevocationPolicy> revocation =
      {};  ///< the stricter of this and the party's holds; unset: the group's
  Duration response_timeout{std::chrono::seconds(60)};  ///< how long the caller of a two-way port waits
  /// Messages of nobody known that authentication keep has suspended here at a time; the next are refused.
  int maximum_unauthenticated = 1000;
  std::optional<ServiceWindow> service_window = {};  ///< outside of it nothing is taken
  /// Messages get a ticket for the user that the adapter authenticated (credentials/ticket.h).
  bool issue_sso_ticket = false;
  friend bool operator==(const ReceiveLocation&, const ReceiveLocation&) = default;
};

struct ReceivePort {
  std::string name = {};
  std::string description = {};
  Authentication authentication = Authentication::None;
  bool two_way = false;                ///< request-response: the caller waits for a message that answers
  bool route_failed_messages = false;  ///< a failed message is published with ErrorReport properties, not suspended
  std::vector<std::string> maps = {};  ///< names, applied after the pipeline; at most one for each message type
  std::vector<std::string> response_maps = {};
  Tracking tracking = {};
  std::vector<ReceiveLocation> locations = {};
  friend bool operator==(const ReceivePort&, const ReceivePort&) = default;
};

enum class SendPortState {
  Bound,    ///< no subscription
  Stopped,  ///< subscribes; what it would get is stored suspended
  Started
};

/// What is tried when all retries of the primary transport failed.
struct BackupTransport {
  SendTransport transport = {};
  RetryPolicy retry = {};
  std::optional<ServiceWindow> service_window = {};
  friend bool operator==(const BackupTransport&, const BackupTransport&) = default;
};

enum class OrderedFailure {
  Stop,     ///< the failed message stays at the head, resumable; nothing overtakes it
  Continue  ///< the failed message is suspended for good, the next one goes on
};

/// After this many failures in a row a destination is left alone for a while; then one message tries.
struct CircuitBreaker {
  int failures = 5;  ///< 1-1000
  Duration pause{std::chrono::seconds(30)};
  friend bool operator==(const CircuitBreaker&, const CircuitBreaker&) = default;
};

struct SendPort {
  std::string name = {};
  std::string description = {};
  SendPortState state = SendPortState::Started;
  std::string host = {};
  /// Address and adapter come from the message (BTS.OutboundTransportLocation, BTS.OutboundTransportType):
  /// `transport` then only gives the settings for messages of its kind.
  bool dynamic = false;
  bool two_way = false;  ///< solicit-response: the answer is published as a message
  SendTransport transport = {};
  std::optional<BackupTransport> backup = {};
  std::optional<ServiceWindow> service_window = {};
  int priority = 5;  ///< 1 (highest) to 10
  std::optional<OrderedFailure> ordered_delivery = {};
  int maximum_concurrency = 0;  ///< transmissions at a time in one host instance, 1-256; 0: the host's send_threads
  std::optional<CircuitBreaker> circuit_breaker = {};
  bool route_failed_messages = false;  ///< a failed message is published with ErrorReport properties, not suspended
  bool acknowledge = false;            ///< publish an ACK when it was sent, a NACK when it was suspended
  std::vector<std::string> maps = {};  ///< names, applied before the pipeline; at most one for each message type
  std::vector<std::string> response_maps = {};
  Tracking tracking = {};
  SendPipelineSettings pipeline = {};
  ReceivePipelineSettings response_pipeline = {};       ///< of a two-way port: what the answer goes through
  CertificateAssignments encryption_certificates = {};  ///< of the partner; all in force, one recipient each
  CertificateAssignments signing_certificates = {};     ///< instead of the group's; empty: the group's
  std::optional<RevocationPolicy> revocation = {};      ///< the stricter of this and the party's holds
  messaging::Filter filter = {};
  RetryPolicy retry = {};
  /// The party at the other end: its allowances for weak algorithms hold here. Empty: none hold.
  std::string party = {};
  friend bool operator==(const SendPort&, const SendPort&) = default;
};

/// Ports that get a message together. A port that a message reaches in several ways gets it once.
struct SendPortGroup {
  std::string name = {};
  std::string description = {};
  SendPortState state = SendPortState::Started;  ///< not started: what comes through it is suspended at each port
  messaging::Filter filter = {};
  std::vector<std::string> send_ports = {};
  friend bool operator==(const SendPortGroup&, const SendPortGroup&) = default;
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

/// A part of a party that agreements are made with: a division, a plant, a brand.
struct PartyProfile {
  std::string name = {};
  std::string description = {};
  friend bool operator==(const PartyProfile&, const PartyProfile&) = default;
};

struct Party {
  std::string name = {};
  std::string description = {};
  CertificateAssignments verification_certificates = {};  ///< each belongs to one party only, whenever it is in force
  std::optional<RevocationPolicy> revocation = {};        ///< the stricter of this and the location's or port's holds
  PathSettings path = {};
  std::vector<PartyAlias> aliases = {};
  std::vector<PartyProfile> profiles = {};  ///< each name once
  std::vector<WeakAlgorithm> weak_algorithms = {};
  friend bool operator==(const Party&, const Party&) = default;
};

/// In the order in which they are listed: what is referred to before what refers to it.
enum class Kind { Group, Host, Party, Schema, Map, Pipeline, ReceivePort, SendPort, SendPortGroup, Agreement };
inline constexpr std::array kAllKinds{Kind::Group,         Kind::Host,     Kind::Party,       Kind::Schema,
                                      Kind::Map,           Kind::Pipeline, Kind::ReceivePort, Kind::SendPort,
                                      Kind::SendPortGroup, Kind::Agreement};

/// In the order of Kind.
using Artifact =
    std::variant<Group, Host, Party, Schema, Map, Pipeline, ReceivePort, SendPort, SendPortGroup, Agreement>;

Kind kind_of(const Artifact& artifact);
const std::string& name_of(const Artifact& artifact);
std::string_view to_string(Kind kind);  ///< "SendPort"
/// Any case, with or without hyphen, singular or plural: "send-port", "sendports", "SendPort".
std::optional<Kind> parse_kind(std::string_view word);
/// "Group, Host, ...", for messages.
std::string kind_list();
std::string_view to_string(Authentication authentication);  ///< none, drop, keep
std::string_view to_string(SendPortState state);            ///< bound, stopped, started
std::string_view to_string(OrderedFailure failure);         ///< stop, continue

/// Everything that is configured, at one moment. A plain value: copy it, share it as shared_ptr<const ArtifactSet>.
struct ArtifactSet {
  std::optional<Group> group = {};
  std::vector<Host> hosts = {};  ///< each list is sorted by name
  std::vector<Party> parties = {};
  std::vector<Schema> schemas = {};
  std::vector<Map> maps = {};
  std::vector<Pipeline> pipelines = {};
  std::vector<ReceivePort> receive_ports = {};
  std::vector<SendPort> send_ports = {};
  std::vector<SendPortGroup> send_port_groups = {};
  std::vector<Agreement> agreements = {};

  // nullptr when there is none of that name.
  const Host* find_host(std::string_view name) const;
  const Party* find_party(std::string_view name) const;
  const Schema* find_schema(std::string_view name) const;
  const Map* find_map(std::string_view name) const;
  const Pipeline* find_pipeline(std::string_view name) const;
  const ReceivePort* find_receive_port(std::string_view name) const;
  const SendPort* find_send_port(std::string_view name) const;
  const SendPortGroup* find_send_port_group(std::string_view name) const;
  const Agreement* find_agreement(std::string_view name) const;
  /// The party that owns this certificate at `now`.
  const Party* find_party_by_certificate(const Thumbprint& thumbprint, Time now) const;
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
/// True when this party has been allowed it, though that may have ended: then it stops messages when they are sent,
/// and not the configuration of everything else.
bool has_named_weak(const Party* party, std::string_view algorithm);

}  // namespace sealgate::artifacts

#include "hosts/send_flow.h"

#include "artifacts/built_in_pipelines.h"
#include "base/log.h"
#include "hosts/answer_flow.h"
#include "hosts/answer_target.h"
#include "hosts/as2_await.h"
#include "hosts/as2_send.h"
#include "hosts/errors.h"
#include "hosts/outbound.h"
#include "hosts/send_outcome.h"
#include "hosts/service_window.h"
#include "hosts/subscribers.h"
#include "hosts/tracked_send.h"
#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "pipeline/delivery_policy.h"
#include "pipeline/send_pipeline.h"

namespace sealgate::hosts {
namespace {

using messaging::WorkItem;

/// How long a message waits whose destination, one of many of a dynamic port, has all that it may at a time.
constexpr std::chrono::milliseconds kFullDestination{200};

/// Why nothing can be sent by this port now, whatever the message holds.
std::optional<Error> port_obstacle(const Configuration& configuration, const WorkItem& item,
                                   const artifacts::SendPort* port) {
  if (port == nullptr) {
    return Error{kNoSuchPort, "the send port does not exist any more", "send port " + item.port,
                 "apply it again and resume, or terminate the message"};
  }
  if (port->state != artifacts::SendPortState::Started && !item.forced) {
    return Error{messaging::kPortStopped, "the send port is " + std::string(artifacts::to_string(port->state)),
                 "send port " + port->name, "start the port, and it is sent; or resume it with --force"};
  }
  if (configuration.artifacts.set.find_host(port->host) == nullptr) {
    return Error{kNoSuchHost, "the host of the port does not exist", "send port " + port->name,
                 "apply a Host named " + port->host + ", then resume"};
  }
  if (!configuration.send_adapters.contains(item.port)) {
    return Error{kNoSuchPort, "the send port has no adapter", "send port " + port->name, "apply it again"};
  }
  return std::nullopt;
}

/// The adapter for this attempt.
struct Way {
  adapters::SendAdapter* adapter = nullptr;  ///< null: the destination has all it may for now
  std::unique_ptr<DynamicAdapters::Place> place;
};

Result<Way> find_way(Attempt& attempt) {
  const PortAdapters& adapters = attempt.environment.configuration.send_adapters.find(attempt.port.name)->second;
  const auto goes_by = [&attempt](const artifacts::SendTransport& transport) {
    attempt.address = artifacts::address(transport);
    attempt.adapter = artifacts::adapter_name(transport);
  };
  Way way;
  if (attempt.transport == pipeline::kBackupTransport) {
    way.adapter = adapters.backup.get();
    goes_by(attempt.port.backup->transport);
  } else if (adapters.dynamic == nullptr) {
    way.adapter = adapters.primary.get();
    goes_by(attempt.port.transport);
  } else {
    SG_TRY_ASSIGN(const auto transport, dynamic_transport(attempt.port, attempt.message->context));
    goes_by(transport);
    way.place = adapters.dynamic->enter(transport);
    if (way.place != nullptr) way.adapter = &way.place->adapter();
  }
  return way;
}

/// Asks the breaker of a destination, and tells it that nothing came of it unless somebody said more.
class BreakerTurn {
 public:
  explicit BreakerTurn(const Attempt& attempt)
      : breakers_(attempt.environment.breakers),
        settings_(attempt.port.circuit_breaker),
        destination_{attempt.port.name, attempt.transport, attempt.port.dynamic ? attempt.address : std::string()} {}
  ~BreakerTurn() {
    if (settings_ && admitted_) breakers_.abandoned(destination_);
  }
  BreakerTurn(const BreakerTurn&) = delete;
  BreakerTurn& operator=(const BreakerTurn&) = delete;

  /// How long to wait first; empty: go on.
  std::optional<std::chrono::milliseconds> ask() {
    if (!settings_) return std::nullopt;
    const auto now = std::chrono::steady_clock::now();
    const auto later = breakers_.ask(destination_, now);
    admitted_ = !later;
    if (!later) return std::nullopt;
    return std::chrono::ceil<std::chrono::milliseconds>(*later - now);
  }
  void tell(bool success) {
    if (!settings_) return;
    admitted_ = false;
    if (success) {
      breakers_.succeeded(destination_);
    } else {
      breakers_.failed(destination_, *settings_, std::chrono::steady_clock::now());
    }
  }

 private:
  CircuitBreakers& breakers_;
  std::optional<artifacts::CircuitBreaker> settings_;
  Destination destination_;
  bool admitted_ = false;
};

Result<> postpone(const Attempt& attempt, std::chrono::milliseconds by) {
  const Time now = attempt.environment.clock.now();
  return attempt.environment.box.postpone(attempt.item.claim, now + by, now);
}

/// Not an attempt: with few or no retries left, our own stop would suspend the message.
Result<> give_back(const Attempt& attempt) {
  return attempt.environment.box.release(attempt.item.claim, attempt.environment.clock.now());
}

void note(Attempt& attempt, const adapters::SendOutcome& outcome) {
  attempt.details = outcome.details;
  for (const adapters::ContextEntry& detail : outcome.details) {
    if (detail.name == "HTTP.ResponseStatusCode") attempt.tracking.emplace_back("status", detail.value);
    if (detail.name == "FILE.SentFileName") attempt.tracking.emplace_back("file", detail.value);
  }
}

/// Hands it to the adapter; `delivered` records that it was taken.
Result<> hand_to_adapter(Attempt& attempt, adapters::SendAdapter& adapter, BreakerTurn& turn,
                         adapters::OutboundMessage& outbound, const std::function<Result<>()>& delivered) {
  const adapters::SendOutcome outcome = adapter.send(outbound);
  note(attempt, outcome);
  if (outcome.kind == adapters::SendKind::Delivered) {
    turn.tell(true);
    return delivered();
  }
  if (outcome.kind == adapters::SendKind::RetryLater && attempt.environment.cut.is_set()) return give_back(attempt);
  const bool permanent = outcome.kind == adapters::SendKind::PermanentFailure;
  if (!permanent) turn.tell(false);
  const Error error = outcome.error.value_or(
      Error{kSendFailed, "the adapter could not send the message", "send port " + attempt.port.name, {}});
  return record_failed(attempt, error, permanent);
}

Result<> transmit(Attempt& attempt, adapters::SendAdapter& adapter, BreakerTurn& turn) {
  const SendEnvironment& environment = attempt.environment;
  const bool entity = pipeline::produces_mime_entity(environment.configuration.artifacts.set,
                                                     pipeline::use_of(attempt.port), *attempt.message);
  const auto form = entity ? adapters::BodyForm::MimeEntity : adapters::BodyForm::Payload;
  SpooledOutbound outbound(*attempt.message, attempt.item, form, environment.spool);
  const artifacts::Host& host = *environment.configuration.artifacts.set.find_host(attempt.port.host);
  if (auto encoded = run_tracked_send(environment, host, pipeline::use_of(attempt.port), attempt.port.tracking,
                                      *attempt.message, outbound.spool(), attempt.tracking);
      !encoded) {
    if (environment.cut.is_set()) return give_back(attempt);
    // A full disk passes by; a missing certificate waits for a person.
    return record_failed(attempt, encoded.error(), encoded.error().code.error_class != ErrorClass::Environment);
  }

  AnswerTarget answer(environment, attempt.port);
  if (attempt.port.two_way) {
    SG_TRY(answer.open());
    outbound.want_answer(answer);
  }
  return hand_to_adapter(attempt, adapter, turn, outbound, [&]() -> Result<> {
    if (!attempt.port.two_way) return record_sent(attempt);
    SG_TRY_ASSIGN(auto body, answer.take());
    return record_answered(attempt, std::move(body));
  });
}

/// The bytes that were made when the message was encoded.
Result<> transmit_as2(Attempt& attempt, const artifacts::Agreement& agreement, adapters::SendAdapter& adapter,
                      BreakerTurn& turn) {
  if (attempt.adapter != "HTTP") {
    return record_failed(attempt,
                         Error{kBadAddress, "AS2 goes by HTTP, and this by " + attempt.adapter,
                               "send port " + attempt.port.name, "send it to an address of HTTP"},
                         true);
  }
  auto wishes = wishes_of(*attempt.message, agreement);
  if (!wishes) return record_failed(attempt, wishes.error(), true);
  As2Outbound outbound(*attempt.message, attempt.item, std::move(*wishes));
  return hand_to_adapter(attempt, adapter, turn, outbound,
                         [&] { return record_as2_sent(attempt, outbound.answered()); });
}

/// What reports are about, as far as it is still there and anybody wants them.
void load_original(Attempt& attempt) {
  const bool wanted = attempt.port.acknowledge || attempt.port.route_failed_messages ||
                      attempt.environment.configuration.acknowledgements_wanted;
  if (!wanted) return;
  auto original = attempt.environment.box.load(
      messaging::MessageId(attempt.message->context.text_or_empty(messaging::names::kAs2SentMessage)));
  if (original) attempt.original = std::move(*original);
}

}  // namespace

Result<> send(const SendEnvironment& environment, const WorkItem& item) {
  const Configuration& configuration = environment.configuration;
  const artifacts::SendPort* port = configuration.artifacts.set.find_send_port(item.port);
  if (const auto obstacle = port_obstacle(configuration, item, port)) {
    return suspend_work(environment, item, *obstacle);
  }
  auto message = environment.box.load(item.message);
  if (!message) {
    if (message.error().code.error_class == ErrorClass::Environment) return fail(std::move(message).error());
    return suspend_work(environment, item, message.error());
  }
  const artifacts::Agreement* agreement = nullptr;
  artifacts::SendPort by_agreement;
  if (is_encoded_as2(message->context)) {
    const auto found = agreement_of(configuration, message->context);
    if (!found) return suspend_work(environment, item, found.error());
    agreement = *found;
    by_agreement = as2_port(*port, *agreement);
    port = &by_agreement;
  }
  const bool by_backup = item.transport == pipeline::kBackupTransport && port->backup.has_value();
  Attempt attempt{environment, item, *port};
  if (by_backup) attempt.transport = pipeline::kBackupTransport;

  const Time now = environment.clock.now();
  const auto opens = opens_at(by_backup ? port->backup->service_window : port->service_window, now);
  if (!opens) return suspend_work(environment, item, opens.error());
  if (*opens > now) return environment.box.postpone(item.claim, *opens, now);

  attempt.message = &*message;
  // Asked again: it may have been resumed, or sent on to another port.
  if (const auto refused = refuse_port(configuration, *port, message->context)) {
    return suspend_work(environment, item, *refused);
  }
  if (agreement == nullptr && artifacts::sends_as2(configuration.artifacts.set, port->pipeline)) {
    return encode_as2(attempt);
  }
  if (agreement != nullptr) {
    load_original(attempt);
    // The answer to an earlier attempt was lost, and a receipt came all the same.
    if (item.attempts > 0) {
      SG_TRY_ASSIGN(const bool settled, is_settled(environment.box, message->context));
      if (settled) return environment.box.complete(item.claim, now, {{"as2.receipt", "came before"}});
    }
    attempt.retries_until = retries_until(*agreement, item);
  }
  auto way = find_way(attempt);
  if (!way) return record_failed(attempt, way.error(), true);
  if (way->adapter == nullptr) return postpone(attempt, kFullDestination);
  attempt.tracking.emplace_back("transport", attempt.adapter);
  attempt.tracking.emplace_back("address", attempt.address);
  attempt.tracking.emplace_back("attempt", std::to_string(item.attempts + 1));
  if (by_backup) attempt.tracking.emplace_back("by", "backup transport");

  BreakerTurn turn(attempt);
  if (const auto pause = turn.ask()) return postpone(attempt, *pause);
  if (agreement != nullptr) return transmit_as2(attempt, *agreement, *way->adapter, turn);
  return transmit(attempt, *way->adapter, turn);
}

}  // namespace sealgate::hosts

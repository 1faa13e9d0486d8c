#include "hosts/send_flow.h"

#include <algorithm>
#include <thread>

#include "base/log.h"
#include "hosts/errors.h"
#include "hosts/outbound.h"
#include "messaging/errors.h"
#include "pipeline/delivery_policy.h"
#include "pipeline/send_pipeline.h"

namespace sealgate::hosts {
namespace {

using messaging::Failure;
using messaging::WorkItem;

constexpr std::chrono::milliseconds kFirstCompleteRetry{10};
constexpr std::chrono::milliseconds kLongestCompleteRetry{500};

Result<> suspend(const SendEnvironment& environment, const WorkItem& item, const Error& error) {
  log(LogLevel::Warning, "message suspended",
      {{"message", item.message.text()},
       {"work", item.claim.work.text()},
       {"port", item.port},
       {"reason", error.to_string()}});
  return environment.box.suspend(item.claim, Failure::from(error), environment.clock.now());
}

Result<> record_failure(const SendEnvironment& environment, const WorkItem& item, const artifacts::SendPort& port,
                        const Error& error, bool permanent) {
  const Time now = environment.clock.now();
  const auto decision = pipeline::decide(port, item.attempts + 1, permanent, now);
  if (decision.verdict == pipeline::Verdict::Suspend) return suspend(environment, item, error);
  log(LogLevel::Warning, "attempt failed, will be repeated",
      {{"message", item.message.text()},
       {"work", item.claim.work.text()},
       {"port", item.port},
       {"attempt", std::to_string(item.attempts + 1)},
       {"next", to_rfc3339(decision.next)},
       {"reason", error.to_string()}});
  return environment.box.retry_later(item.claim,
                                     messaging::Retry{Failure::from(error), decision.next, item.transport, {}}, now);
}

/// Why nothing can be sent by this port now, whatever the message holds.
std::optional<Error> port_obstacle(const Configuration& configuration, const WorkItem& item,
                                   const artifacts::SendPort* port) {
  if (port == nullptr) {
    return Error{kNoSuchPort, "the send port does not exist any more", "send port " + item.port,
                 "apply it again and resume, or terminate the message"};
  }
  if (port->state != artifacts::SendPortState::Started && !item.forced) {
    return Error{kPortNotStarted, "the send port is " + std::string(artifacts::to_string(port->state)),
                 "send port " + port->name, "start the port, then resume"};
  }
  if (configuration.artifacts.set.find_host(port->host) == nullptr) {
    return Error{kNoSuchHost, "the host of the port does not exist", "send port " + port->name,
                 "apply a Host named " + port->host + ", then resume"};
  }
  return std::nullopt;
}

/// The partner has it: as long as the box is in trouble (disk full), giving up would send it once more. Nobody else
/// takes the work meanwhile in this process, and a stop ends the wait.
Result<> complete(const SendEnvironment& environment, const WorkItem& item) {
  auto wait = kFirstCompleteRetry;
  for (;;) {
    auto completed = environment.box.complete(item.claim, environment.clock.now());
    if (completed || completed.error().code.error_class != ErrorClass::Environment || environment.cut) {
      return completed;
    }
    if (wait == kFirstCompleteRetry) {
      log(LogLevel::Error, "message sent, but that cannot be recorded yet",
          {{"message", item.message.text()},
           {"work", item.claim.work.text()},
           {"port", item.port},
           {"reason", completed.error().to_string()}});
    }
    std::this_thread::sleep_for(wait);
    wait = std::min(wait * 2, kLongestCompleteRetry);
  }
}

}  // namespace

Result<> send(const SendEnvironment& environment, const WorkItem& item) {
  const Configuration& configuration = environment.configuration;
  const artifacts::SendPort* port = configuration.artifacts.set.find_send_port(item.port);
  if (const auto obstacle = port_obstacle(configuration, item, port)) return suspend(environment, item, *obstacle);
  const auto adapter = configuration.send_adapters.find(item.port);
  if (adapter == configuration.send_adapters.end()) {
    return suspend(environment, item,
                   Error{kNoSuchPort, "the send port has no adapter", "send port " + port->name, "apply it again"});
  }
  const artifacts::Host& host = *configuration.artifacts.set.find_host(port->host);

  SG_TRY_ASSIGN(const messaging::Message message, environment.box.load(item.message));
  const auto form =
      pipeline::produces_mime_entity(*port, message) ? adapters::BodyForm::MimeEntity : adapters::BodyForm::Payload;
  SpooledOutbound outbound(message, item, form, environment.spool);
  const pipeline::Environment pipeline_environment{configuration.artifacts.set, *configuration.certificates,
                                                   environment.box, environment.clock.now()};
  CuttableSink target(outbound.target(), environment.cut);
  if (auto encoded = pipeline::run_send_pipeline(pipeline_environment, host, *port, message, target); !encoded) {
    if (environment.cut) return environment.box.release(item.claim, environment.clock.now());
    // A full disk passes by; a missing certificate waits for a person.
    const bool permanent = encoded.error().code.error_class != ErrorClass::Environment;
    return record_failure(environment, item, *port, encoded.error(), permanent);
  }

  const adapters::SendOutcome outcome = adapter->second->send(outbound);
  if (outcome.kind == adapters::SendKind::Delivered) {
    SG_TRY(complete(environment, item));
    log(LogLevel::Info, "message sent",
        {{"message", item.message.text()},
         {"work", item.claim.work.text()},
         {"port", item.port},
         {"bytes", std::to_string(outbound.size())}});
    return {};
  }
  if (outcome.kind == adapters::SendKind::RetryLater && environment.cut) {
    // Not an attempt: with few or no retries left, our own stop would suspend the message.
    return environment.box.release(item.claim, environment.clock.now());
  }
  const Error error = outcome.error.value_or(
      Error{kPortNotStarted, "the adapter could not send the message", "send port " + port->name, {}});
  return record_failure(environment, item, *port, error, outcome.kind == adapters::SendKind::PermanentFailure);
}

}  // namespace sealgate::hosts

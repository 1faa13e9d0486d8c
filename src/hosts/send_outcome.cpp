#include "hosts/send_outcome.h"

#include <algorithm>

#include "base/log.h"
#include "hosts/callers.h"
#include "hosts/completer.h"
#include "hosts/reports.h"
#include "hosts/subscribers.h"
#include "messaging/property_names.h"
#include "pipeline/delivery_policy.h"

namespace sealgate::hosts {
namespace {

using messaging::Failure;
using messaging::WorkItem;

void say(LogLevel level, std::string_view what, const WorkItem& item, const std::string& reason) {
  log(level, what,
      {{"message", item.message.text()}, {"work", item.claim.work.text()}, {"port", item.port}, {"reason", reason}});
}

/// Does it until the box is not in trouble of its own any more.
template <typename Record>
Result<> record_surely(const SendEnvironment& environment, const WorkItem& item, const Record& record) {
  auto wait = Completer::kFirstRetry;
  for (;;) {
    auto recorded = record();
    if (recorded || recorded.error().code.error_class != ErrorClass::Environment || environment.cut.is_set()) {
      return recorded;
    }
    if (wait == Completer::kFirstRetry) {
      say(LogLevel::Error, "message sent, but that cannot be recorded yet", item, recorded.error().to_string());
    }
    environment.cut.wait(wait);
    wait = std::min(wait * 2, Completer::kLongestRetry);
  }
}

Step step_of(const Attempt& attempt, Time now) {
  return Step{attempt.original ? *attempt.original : *attempt.message,
              now,
              attempt.port.name,
              attempt.address,
              attempt.adapter,
              attempt.item.claim.work.text(),
              attempt.details};
}

bool wants_acknowledgements(const Attempt& attempt) {
  if (attempt.message == nullptr || attempt.message->context.has(messaging::names::kAckType)) return false;
  return attempt.port.acknowledge || attempt.environment.configuration.acknowledgements_wanted;
}

Result<> add_wanted(std::vector<messaging::Publication>& publications, const Attempt& attempt,
                    messaging::Message message, Time now) {
  SG_TRY_ASSIGN(auto wanted, make_wanted_publication(attempt.environment.configuration, std::move(message), now));
  if (wanted) publications.push_back(std::move(*wanted));
  return {};
}

/// Nothing but the work item itself has to be written, and nobody waits for that.
bool is_plain(const Attempt& attempt, const std::vector<messaging::Publication>& answers) {
  return answers.empty() && !attempt.resolves && !attempt.item.ordered && !wants_acknowledgements(attempt);
}

/// One try to record that it was sent, with everything that is published for it.
Result<> publish_sent(const Attempt& attempt, std::vector<messaging::Publication> publications) {
  messaging::MessageBox& box = attempt.environment.box;
  const Time now = attempt.environment.clock.now();
  if (wants_acknowledgements(attempt)) {
    SG_TRY_ASSIGN(auto ack, make_ack(box, step_of(attempt, now)));
    SG_TRY(add_wanted(publications, attempt, std::move(ack), now));
  }
  if (publications.empty() && !attempt.resolves) return box.complete(attempt.item.claim, now, attempt.tracking);
  messaging::PublishRequest request;
  request.publications = std::move(publications);
  request.settles = messaging::Settlement{attempt.item.claim, std::nullopt, attempt.tracking};
  request.resolves = attempt.resolves;
  SG_TRY(box.publish(std::move(request), now));
  return {};
}

/// The failed message and the negative acknowledgement, as far as somebody wants them. The first says whether the
/// message itself is dealt with by that.
Result<std::pair<bool, std::vector<messaging::Publication>>> reports_of(const Attempt& attempt, const Error& error,
                                                                        Time now) {
  std::vector<messaging::Publication> reports;
  if (attempt.message == nullptr) return std::pair{false, std::move(reports)};
  const Step step = step_of(attempt, now);
  // A failed message that fails is suspended: it goes round once.
  if (attempt.port.route_failed_messages && !is_report(attempt.message->context)) {
    SG_TRY(add_wanted(reports, attempt, make_failed_message(step, error), now));
  }
  const bool dealt_with = !reports.empty();
  // One message tells the caller and who subscribes to negative acknowledgements.
  SG_TRY_ASSIGN(auto told, tell_caller(attempt, error, now));
  if (told.empty() && wants_acknowledgements(attempt)) {
    SG_TRY_ASSIGN(auto nack, make_nack(attempt.environment.box, step, error));
    SG_TRY(add_wanted(reports, attempt, std::move(nack), now));
  }
  for (messaging::Publication& publication : told) reports.push_back(std::move(publication));
  return std::pair{dealt_with, std::move(reports)};
}

/// No transport is left.
Result<> give_up(const Attempt& attempt, const Error& error, bool resumable, Time now) {
  messaging::MessageBox& box = attempt.environment.box;
  const Failure failure = Failure::from(error, resumable);
  auto reports = reports_of(attempt, error, now);
  if (reports && !reports->second.empty()) {
    messaging::PublishRequest request;
    request.publications = std::move(reports->second);
    request.settles = messaging::Settlement{attempt.item.claim, std::nullopt, attempt.tracking};
    if (!reports->first) request.settles->suspends = failure;
    const auto published = box.publish(std::move(request), now);
    if (published) {
      say(LogLevel::Warning,
          reports->first ? "message failed and is routed as a failed message" : "message suspended", attempt.item,
          error.to_string());
      return {};
    }
    // Trouble of the box passes by; a report that breaks a limit must not keep the message from being suspended.
    if (published.error().code.error_class != ErrorClass::Policy) return fail(published.error());
    reports = fail(published.error());
  }
  if (!reports) say(LogLevel::Warning, "no report can be made", attempt.item, reports.error().to_string());
  say(LogLevel::Warning, "message suspended", attempt.item, error.to_string());
  return box.suspend(attempt.item.claim, failure, now, attempt.tracking);
}

}  // namespace

Result<std::vector<messaging::Publication>> tell_caller(const Attempt& attempt, const Error& error, Time now) {
  std::vector<messaging::Publication> told;
  if (!attempt.port.two_way || !attempt.message->context.has(messaging::names::kRequestResponseToken)) return told;
  SG_TRY_ASSIGN(auto nack, make_nack(attempt.environment.box, step_of(attempt, now), error));
  if (!address_to_caller(nack.context, attempt.message->context)) return told;
  SG_TRY(add_wanted(told, attempt, std::move(nack), now));
  return told;
}

Result<> suspend_work(const SendEnvironment& environment, const WorkItem& item, const Error& error) {
  say(LogLevel::Warning, "message suspended", item, error.to_string());
  return environment.box.suspend(item.claim, Failure::from(error), environment.clock.now());
}

Result<> record_sent(const Attempt& attempt, std::vector<messaging::Publication> answers) {
  if (is_plain(attempt, answers) && attempt.environment.hand_over(attempt.item, attempt.tracking)) return {};
  attempt.environment.transmitted();
  SG_TRY(record_surely(attempt.environment, attempt.item, [&] { return publish_sent(attempt, answers); }));
  log_sent(attempt.item);
  return {};
}

Result<> record_failed(const Attempt& attempt, const Error& error, bool permanent) {
  const SendEnvironment& environment = attempt.environment;
  const WorkItem& item = attempt.item;
  const Time now = environment.clock.now();
  // What an item failed by another transport than this one does not count against it.
  const std::int64_t failed = item.transport == attempt.transport ? item.attempts + 1 : 1;
  auto decision = pipeline::decide(attempt.port, attempt.transport, failed, permanent, now);
  const bool too_late = attempt.retries_until && decision.next > *attempt.retries_until;
  if (decision.verdict == pipeline::Verdict::RetryLater && too_late) {
    decision = pipeline::decide(attempt.port, attempt.transport, failed, true, now);
  }
  if (decision.verdict == pipeline::Verdict::Suspend) {
    const bool for_good = attempt.message != nullptr &&
                          attempt.message->context.boolean(messaging::names::kSuspendAsNonResumable).value_or(false);
    return give_up(attempt, error, decision.resumable && !for_good, now);
  }
  const bool backup = decision.verdict == pipeline::Verdict::NextTransport;
  log(LogLevel::Warning, backup ? "transport failed, the backup is next" : "attempt failed, will be repeated",
      {{"message", item.message.text()},
       {"work", item.claim.work.text()},
       {"port", item.port},
       {"attempt", std::to_string(failed)},
       {"next", to_rfc3339(decision.next)},
       {"reason", error.to_string()}});
  return environment.box.retry_later(
      item.claim, messaging::Retry{Failure::from(error), decision.next, decision.transport, attempt.tracking}, now);
}

}  // namespace sealgate::hosts

#include "hosts/send_outcome.h"

#include <algorithm>

#include "base/log.h"
#include "pipeline/delivery_policy.h"

namespace sealgate::hosts {
namespace {

using messaging::Failure;
using messaging::WorkItem;

constexpr std::chrono::milliseconds kFirstRetry{10};
constexpr std::chrono::milliseconds kLongestRetry{500};

void say(LogLevel level, std::string_view what, const WorkItem& item, const std::string& reason) {
  log(level, what,
      {{"message", item.message.text()}, {"work", item.claim.work.text()}, {"port", item.port}, {"reason", reason}});
}

/// Does it until the box is not in trouble of its own any more.
template <typename Record>
Result<> record_surely(const SendEnvironment& environment, const WorkItem& item, const Record& record) {
  auto wait = kFirstRetry;
  for (;;) {
    auto recorded = record();
    if (recorded || recorded.error().code.error_class != ErrorClass::Environment || environment.cut.is_set()) {
      return recorded;
    }
    if (wait == kFirstRetry) {
      say(LogLevel::Error, "message sent, but that cannot be recorded yet", item, recorded.error().to_string());
    }
    environment.cut.wait(wait);
    wait = std::min(wait * 2, kLongestRetry);
  }
}

}  // namespace

Result<> suspend_work(const SendEnvironment& environment, const WorkItem& item, const Error& error) {
  say(LogLevel::Warning, "message suspended", item, error.to_string());
  return environment.box.suspend(item.claim, Failure::from(error), environment.clock.now());
}

Result<> record_sent(const Attempt& attempt) {
  const SendEnvironment& environment = attempt.environment;
  SG_TRY(record_surely(environment, attempt.item, [&] {
    return environment.box.complete(attempt.item.claim, environment.clock.now(), attempt.tracking);
  }));
  log(LogLevel::Info, "message sent",
      {{"message", attempt.item.message.text()},
       {"work", attempt.item.claim.work.text()},
       {"port", attempt.item.port}});
  return {};
}

Result<> record_failed(const Attempt& attempt, const Error& error, bool permanent) {
  const SendEnvironment& environment = attempt.environment;
  const WorkItem& item = attempt.item;
  const Time now = environment.clock.now();
  // What an item failed by another transport than this one does not count against it.
  const std::int64_t failed = item.transport == attempt.transport ? item.attempts + 1 : 1;
  const auto decision = pipeline::decide(attempt.port, attempt.transport, failed, permanent, now);
  if (decision.verdict == pipeline::Verdict::Suspend) {
    say(LogLevel::Warning, "message suspended", item, error.to_string());
    return environment.box.suspend(item.claim, Failure::from(error, decision.resumable), now, attempt.tracking);
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

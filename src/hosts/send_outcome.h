#pragma once
// What is written to the box after an attempt to send: sent, to be tried again, by the next transport, suspended.

#include "hosts/send_flow.h"

namespace sealgate::hosts {

/// One attempt. All must outlive it.
struct Attempt {
  const SendEnvironment& environment;
  const messaging::WorkItem& item;
  const artifacts::SendPort& port;
  int transport = 0;                            ///< that of the attempt
  const messaging::Message* message = nullptr;  ///< null before it was loaded
  std::string address = {};
  std::string adapter = {};
  adapters::ContextEntries details = {};     ///< what the adapter said
  messaging::TrackingDetails tracking = {};  ///< what is known of it: address, bytes, status
  /// What a message was made of that was encoded before it was sent: reports are about that.
  std::optional<messaging::Message> original = {};
  std::optional<Time> retries_until = {};              ///< no attempt after it, whatever the port's schedule says
  std::optional<messaging::Resolution> resolves = {};  ///< with the record that it was sent
};

/// The partner has it. As long as the box is in trouble (disk full), giving up would send it once more: tries until
/// it is recorded. Nobody else takes the work meanwhile in this process, and a cut ends the wait. `answers` are
/// published in the same commit, and an acknowledgement if somebody wants one.
Result<> record_sent(const Attempt& attempt, std::vector<messaging::Publication> answers = {});
/// A transmission or what leads to it failed. `permanent`: see pipeline::decide(). What is suspended for it may be
/// published as a failed message instead, and a negative acknowledgement with it.
Result<> record_failed(const Attempt& attempt, const Error& error, bool permanent);
/// For the caller who waits for what the attempt asked for: that there will be no answer. Empty when nobody waits.
Result<std::vector<messaging::Publication>> tell_caller(const Attempt& attempt, const Error& error, Time now);
/// Work that cannot be tried at all as things are.
Result<> suspend_work(const SendEnvironment& environment, const messaging::WorkItem& item, const Error& error);

}  // namespace sealgate::hosts

#pragma once
// The message box: where messages are durable. One interface for every database behind it; store/ implements it.
//
// Everything here is thread-safe. A call that changes something returns only when the change is on disk; when it
// fails, nothing of it happened. Times come in as arguments.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "messaging/message.h"
#include "messaging/state.h"
#include "messaging/tracking.h"

namespace sealgate::messaging {

/// Why work stopped: what a person sees at 3 a.m. Never holds secrets or message content.
struct Failure {
  std::string code = {};    ///< an ErrorCode id, "smime.no-key"
  std::string text = {};    ///< what happened, and where
  std::string remedy = {};  ///< what to do about it
  bool resumable = true;

  static Failure from(const Error& error, bool resumable = true);
};

inline constexpr int kHighestPriority = 1;
inline constexpr int kDefaultPriority = 5;
inline constexpr int kLowestPriority = 10;
/// How much earlier than it came a message counts for each step of priority above the default (later below it). Work
/// is taken in the order of this corrected time, so that nothing ever starves.
inline constexpr std::chrono::seconds kPriorityStep{10};

/// One subscriber of a message: becomes one work item.
struct Delivery {
  /// Name of the send port (Send, Await), of the receive port (Respond) or of the agreement (Receipt).
  std::string port = {};
  std::optional<Failure> suspended = {};  ///< set when the work item starts suspended (the port is stopped)
  WorkId id = {};                         ///< empty: the box makes one
  WorkKind kind = WorkKind::Send;
  int priority = kDefaultPriority;
  /// One at a time and in the order of acceptance, among the ordered work of this port: it cannot be claimed while an
  /// older one is unfinished. Unfinished is every state but completed, terminated, and suspended not resumable.
  bool ordered = false;
  std::optional<Time> not_before = {};  ///< Scheduled until then (outside of the port's service window)
  std::string instance = {};            ///< Respond: only this host instance may claim it; empty: any
  /// Starts completed: the message is only kept, to be looked at until it is purged. Then it is the only one of its
  /// message, and neither suspended, ordered nor put off.
  bool done = false;
};

/// A message past its receive pipeline, with everybody who wants it. Without deliveries it is stored suspended as
/// Route work, with `routing_report` as its reason.
struct Publication {
  Message message = {};
  std::vector<Delivery> deliveries = {};
  /// Which ports were asked and why they did not match; used without deliveries only.
  std::string routing_report = {};
  TrackingDetails tracking = {};  ///< what the log shall say of how it came in
};

/// Names a work item that the caller holds a lease on.
struct Claim {
  WorkId work = {};
  std::string owner = {};
  std::int64_t lease = 0;  ///< changes with every claim
};

/// Work that was done.
struct Completion {
  Claim claim = {};
  TrackingDetails tracking = {};
};

/// How the work that led to a publication ends, in the same commit.
struct Settlement {
  Claim claim = {};
  std::optional<Failure> suspends = {};  ///< set: it is suspended for this; else completed
  TrackingDetails tracking = {};
  std::optional<TrackingEvent> event = {};  ///< of the completion, where its kind would say another
};

/// What becomes of work because of what was published, whoever holds it: work that waits for something else than its
/// time (Await). Work that has ended stays as it is: completed, terminated, suspended and not resumable.
struct Resolution {
  enum class Outcome {
    Completes,
    Suspends,  ///< for `failure`
    Waits      ///< Scheduled until `until`, from its state of waiting; suspended work stays suspended
  };
  WorkId work = {};
  Outcome outcome = Outcome::Completes;
  Failure failure = {};
  Time until = {};
  TrackingDetails tracking = {};
};

inline constexpr std::size_t kMaximumReceipt = std::size_t{256} * 1024;

struct PublishRequest {
  std::vector<Publication> publications = {};
  /// When set, this publish happens once for this key: a second one stores nothing and reports `duplicate`. For
  /// sources that cannot take part in the commit (a file is removed after it). Forget it when the source is gone.
  std::string receive_key = {};
  /// Kept with the receive key, in the same commit and for as long: what the sender is told, byte by byte. At most
  /// kMaximumReceipt bytes, else messaging.receipt-too-large; without a receive key it is not kept.
  Bytes receipt = {};
  /// When set, the work item that led to this: a Receive that was resumed, a Send whose acknowledgement or error
  /// message this is.
  std::optional<Settlement> settles = {};
  /// In the same commit, unless it is a duplicate.
  std::optional<Resolution> resolves = {};
};

struct PublishResult {
  bool duplicate = false;
  std::vector<MessageId> messages = {};  ///< one for each publication; of the first time when duplicate
  Bytes receipt = {};                    ///< of the first time; empty unless duplicate, or when there was none
  bool resolved = false;                 ///< `resolves` changed its work: it had not ended before, and exists
};

/// A message whose receive pipeline failed, in its raw form, to be resumed or looked at.
struct SuspendRequest {
  MessageContext context = {};
  Part raw = {};
  Failure failure = {};
  std::string receive_key = {};  ///< as in PublishRequest
  TrackingDetails tracking = {};
};

struct WorkItem {
  Claim claim = {};
  WorkKind kind = WorkKind::Send;
  MessageId message = {};
  std::string port = {};  ///< send port (Send, Await), receive port (Receive, Route, Respond), agreement (Receipt)
  std::int64_t attempts = 0;  ///< failed attempts so far on this transport since it was published or resumed
  int transport = 0;          ///< 0: the primary one, 1: the backup
  int priority = kDefaultPriority;
  bool ordered = false;
  Time created = {};
  bool forced = false;  ///< a person resumed it by force: it is delivered even if its port is not started
};

/// A failed attempt that is worth another one.
struct Retry {
  Failure failure = {};
  Time next = {};
  int transport = 0;  ///< when it is not the item's own, its attempts start at 0
  TrackingDetails tracking = {};
};

struct ClaimRequest {
  std::string owner = {};  ///< the host instance
  Time now = {};
  std::chrono::milliseconds lease{std::chrono::minutes(5)};
  std::size_t limit = 16;
  std::vector<WorkKind> kinds = {};  ///< empty: all
  std::size_t per_port = 1000;       ///< at most so many of one port
  /// At most so many of these ports, whatever per_port says.
  std::map<std::string, std::size_t, std::less<>> port_limits = {};
  std::vector<std::string> skip_ports = {};  ///< ports that have as much in flight as they may
};

/// One line of a listing.
struct WorkSummary {
  WorkId id = {};
  MessageId message = {};
  WorkKind kind = WorkKind::Send;
  WorkState state = WorkState::Ready;
  std::string port = {};
  std::string party = {};         ///< Party.Name of the message; may be empty
  std::string message_type = {};  ///< BTS.MessageType, else MIME.ContentType; may be empty
  std::int64_t attempts = 0;
  Time created = {};  ///< when the message was accepted
  Time changed = {};
  std::optional<Time> due = {};  ///< Retrying, Scheduled: the next attempt; Active: the end of the lease
  int transport = 0;
  int priority = kDefaultPriority;
  bool ordered = false;
  std::string owner = {};               ///< Active: who holds it
  std::optional<Failure> failure = {};  ///< of the last attempt; absent when none failed
  std::uint64_t size = 0;               ///< bytes of all parts
};

struct ListQuery {
  std::vector<WorkState> states = {};  ///< empty: all
  std::vector<WorkKind> kinds = {};    ///< empty: all
  std::string port = {};               ///< empty: any
  std::string party = {};              ///< empty: any
  std::optional<MessageId> message = {};
  std::size_t limit = 1000;
  bool newest_first = false;  ///< false: from the oldest to the newest
  WorkId after = {};          ///< for the next page: the last id of this one
};

struct Counts {
  std::uint64_t ready = 0, active = 0, retrying = 0, scheduled = 0, suspended = 0, completed = 0, terminated = 0;
};

/// messaging.receipt-too-large; the same for every box.
Result<> check_receipt(const PublishRequest& request);

class MessageBox {
 public:
  MessageBox() = default;
  MessageBox(const MessageBox&) = delete;
  MessageBox& operator=(const MessageBox&) = delete;
  virtual ~MessageBox() = default;

  // Tracking
  /// Which ports want no records; asked before each record, whoever causes it.
  TrackingSwitch& tracking_switch() { return tracking_switch_; }

  // Accepting
  /// Bodies written here are cheap to publish; bodies of other makers are copied in by publish().
  virtual Result<std::unique_ptr<BodyWriter>> create_body() = 0;
  virtual Result<PublishResult> publish(PublishRequest request, Time now) = 0;
  /// A context that breaks a limit is trimmed (MessageContext::trim_to_limits). When the receive key came before,
  /// nothing is stored, and the id is that of the work of the first time; empty when that is finished and purged.
  virtual Result<WorkId> suspend_received(SuspendRequest request, Time now) = 0;
  /// True when something was stored under this receive key and it was not forgotten since.
  virtual Result<bool> was_received(const std::string& receive_key) = 0;
  /// The receipt that was kept with it (PublishRequest::receipt); "not found", of the key or of a receipt, is
  /// nullopt.
  virtual Result<std::optional<Bytes>> receipt_of(const std::string& receive_key) = 0;
  /// The sources are gone for good: the keys may come again with new content. One commit for all of them; an unknown
  /// key is no error.
  virtual Result<> forget_received(const std::vector<std::string>& receive_keys) = 0;
  /// The same for one key, if it was stored before `before`. What comes under it at once with this call is either a
  /// duplicate of the old or the first of the new.
  virtual Result<> forget_received_before(const std::string& receive_key, Time before) = 0;

  // Working
  /// Takes due work: ready, retrying and scheduled whose time has come, active whose lease ran out. In the order of
  /// their times, corrected by priority (kPriorityStep). Ports that are skipped or full cost nothing, however much
  /// waits for them. With very many ports at once only some of them are looked at, and the next call goes on there.
  virtual Result<std::vector<WorkItem>> claim(const ClaimRequest& request) = 0;
  /// The answers to a claim; messaging.lease-lost when it is no longer the caller's.
  virtual Result<> complete(const Claim& claim, Time now, const TrackingDetails& tracking = {}) = 0;
  /// As complete() for each of them, in one commit as far as possible. The results are in their order: one that is
  /// lost does not disturb the others.
  virtual std::vector<Result<>> complete_all(std::span<const Completion> completions, Time now) {
    std::vector<Result<>> results;
    for (const Completion& one : completions) results.push_back(complete(one.claim, now, one.tracking));
    return results;
  }
  /// Counts a failed attempt and makes it due again at retry.next.
  virtual Result<> retry_later(const Claim& claim, const Retry& retry, Time now) = 0;
  /// Puts it off without an attempt (service window closed, destination paused): Scheduled until then.
  virtual Result<> postpone(const Claim& claim, Time until, Time now) = 0;
  virtual Result<> suspend(const Claim& claim, const Failure& failure, Time now,
                           const TrackingDetails& tracking = {}) = 0;
  /// For Route work: completes it and adds work for these subscribers to the same message.
  virtual Result<> deliver(const Claim& claim, const std::vector<Delivery>& deliveries, Time now) = 0;
  /// Gives it back unfinished (shutting down): ready again, no attempt counted.
  virtual Result<> release(const Claim& claim, Time now) = 0;
  virtual Result<> extend(const Claim& claim, Time until) = 0;
  /// When the life of a host instance ended: whatever it held is ready again, and what it alone could claim (Respond)
  /// may be claimed by anybody. An empty owner is everybody: for who knows that no other instance works on this box.
  /// Says how much was held.
  virtual Result<std::uint64_t> release_all(const std::string& owner, Time now) = 0;
  /// When the next work is due that claim() would not give at `now`; empty when nothing waits.
  virtual Result<std::optional<Time>> next_due(Time now) = 0;
  /// Called after a commit that made work ready, from an inner thread: set a flag and return. It is a hint only; work
  /// made ready by another process is found by asking. Set it before the box is shared between threads.
  virtual void on_work(std::function<void()> listener) = 0;

  // People. `tracking` goes into the record of it: who did it.
  /// `forced`: it is delivered even if its port is not started then. Attempts and transport start over.
  /// messaging.not-resumable, messaging.wrong-state, messaging.no-such-work.
  virtual Result<> resume(const WorkId& work, bool forced, Time now, const TrackingDetails& tracking = {}) = 0;
  /// Resumes up to `limit` suspended items of this kind and port whose failure has this code, oldest first (a stopped
  /// port was started). Says how many; call again while it is `limit`.
  virtual Result<std::uint64_t> resume_all(WorkKind kind, const std::string& port, std::string_view failure_code,
                                           Time now, std::size_t limit) = 0;
  /// New Send work for the same message, unedited, under a new identity: for a completed, terminated or suspended
  /// Send item. To `port` when it is not empty, else to the port it went to; ordered as `delivery.ordered` says.
  /// messaging.wrong-state, messaging.no-such-work.
  virtual Result<WorkId> resend(const WorkId& work, const Delivery& delivery, Time now,
                                const TrackingDetails& tracking = {}) = 0;
  /// From every state but completed; work that is active is taken from its owner.
  virtual Result<> terminate(const WorkId& work, Time now, const TrackingDetails& tracking = {}) = 0;
  virtual Result<std::vector<WorkSummary>> list(const ListQuery& query) = 0;
  virtual Result<WorkSummary> show(const WorkId& work) = 0;
  virtual Result<Counts> counts() = 0;

  // Telling
  /// Records for the tracking log about what is no message here. Time and instance are filled in.
  virtual Result<> record(const std::vector<TrackingRecord>& records, Time now) = 0;

  // Reading
  /// The message as published (or the raw form, for Receive work). Its bodies stay readable while the message exists;
  /// after it was purged, copy_to() fails with messaging.no-such-message.
  virtual Result<Message> load(const MessageId& message) = 0;

  // Housekeeping
  /// Deletes up to `limit` messages all of whose work was completed or terminated before `before`, with their bodies,
  /// and forgets receive keys older than 30 days before that. Says how many; call again while it is `limit`.
  virtual Result<std::uint64_t> purge(Time before, std::size_t limit) = 0;

 private:
  TrackingSwitch tracking_switch_;
};

}  // namespace sealgate::messaging

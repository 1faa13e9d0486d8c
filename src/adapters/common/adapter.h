#pragma once
// The contracts between the engine (hosts/, pipeline/) and what carries messages in and out. An adapter knows a
// transport and nothing else: not the store, not pipelines, not parties.
//
// A new adapter is one folder src/adapters/<name>/ and one line in the explicit table of hosts/. There is no
// registration by static objects.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sink.h"
#include "io/file.h"

namespace sealgate::adapters {

/// One context property as an adapter sees it: the name as BizTalk writes it ("HTTP.ContentType"), the value as text.
/// Whether it is promoted is the engine's business.
struct ContextEntry {
  std::string name;
  std::string value;
};
using ContextEntries = std::vector<ContextEntry>;

/// What the bytes of a message that goes out are.
enum class BodyForm {
  Payload,    ///< the document alone
  MimeEntity  ///< a MIME header block (RFC 822 fields, an empty line), then the body
};

// ---------------------------------------------------------------------------------------------------- receiving

/// What became of a message that an adapter handed in. Everything said here is durable already.
enum class SubmitKind {
  Accepted,              ///< committed, to be delivered
  Suspended,             ///< committed, but its pipeline failed: it waits for an operator
  AuthenticationFailed,  ///< the port demands a known party and this is none; nothing is kept unless the port keeps
                         ///< it
  Rejected               ///< failed and discarded; nothing is kept, the sender must learn of it
};

/// What the caller of a request-response location gets.
struct Answer {
  enum class Kind {
    Response,  ///< `content` is the answer
    Failed,    ///< there will be none: what should make it failed
    TimedOut,  ///< none came in the time that the location gives
    Stopping   ///< the gateway stops: what comes now has nobody to go to
  };
  Kind kind = Kind::Failed;
  std::shared_ptr<const io::Spool> content = {};
  BodyForm form = BodyForm::Payload;
  std::string content_type = {};  ///< of a payload; may be empty
  std::string reason = {};        ///< for the log; unless Response
};

/// The caller's end of a request. Dropped without take(): the caller is gone, and an answer has nobody to go to.
/// Thread-safe.
class PendingAnswer {
 public:
  PendingAnswer() = default;
  PendingAnswer(const PendingAnswer&) = delete;
  PendingAnswer& operator=(const PendingAnswer&) = delete;
  virtual ~PendingAnswer() = default;
  /// Calls `ready` once, from any thread, perhaps at once; in the time of the location at the latest.
  virtual void on_ready(std::function<void()> ready) = 0;
  /// After that, once.
  virtual Answer take() = 0;
};

/// What the sender is told in the terms of his own protocol, such as an AS2 receipt.
struct Reply {
  ContextEntries headers = {};  ///< header fields of an answer over HTTP, each on one line
  std::string body = {};
};

struct SubmitOutcome {
  SubmitKind kind = SubmitKind::Accepted;
  std::string message_id;  ///< identity of the message; empty when nothing was kept
  /// The identity key of the request was committed before: nothing was stored now, `message_id` is the first one's.
  bool duplicate = false;
  std::string reason;  ///< for the log of the adapter, and for the sender where policy allows; "" when Accepted
  /// Accepted, of a request-response location: the answer comes from there. Null: there is none to wait for.
  std::shared_ptr<PendingAnswer> answer = {};
  /// In place of what the transport says by itself, whatever became of the message: success for the transport. Null:
  /// the protocol has nothing to say.
  std::shared_ptr<const Reply> reply = {};
  /// Of a request-response location, whatever became of the request: whoever sent it waits for more than a receipt.
  bool two_way = false;
};

/// One message on its way in. Takes the raw bytes of the message exactly as they came.
/// Order: write()*, finish() at the normal end of the bytes, commit(). Destroyed without commit() = nothing happened.
/// Calls come one after the other, but not always from the same thread.
class Submission : public Sink {
 public:
  /// Runs what the location demands (pipeline, routing) and returns only after the result is durable. May block for
  /// as long as that takes; must not be called on an I/O thread. An error means that nothing was kept and that the
  /// same message may be submitted again later (store not available, disk full): answer 503, leave the file.
  virtual Result<SubmitOutcome> commit() = 0;
};

struct SubmitRequest {
  std::string location;    ///< name of the receive location
  ContextEntries context;  ///< what the transport knows
  /// Optional; names this very message at its source ("file:device:inode:born:mtime:size:name"). A key that was
  /// committed before for the same location is not submitted again: commit() says Accepted with `duplicate`.
  std::string identity_key;
};

/// Implemented by hosts/. Thread-safe.
class Submitter {
 public:
  Submitter() = default;
  Submitter(const Submitter&) = delete;
  Submitter& operator=(const Submitter&) = delete;
  virtual ~Submitter() = default;

  /// Fails when the location is disabled or unknown (class NotFound or Policy), or when nothing can be taken now
  /// (class Transport or Environment; the adapter tries again or tells the sender to; of Transport the submitter has
  /// said in the log why). May block for a short time.
  virtual Result<std::unique_ptr<Submission>> begin(SubmitRequest request) = 0;
  /// The sources of these messages are gone for good (removed, and that is durable): what comes under their keys from
  /// now on is new. Not to be called before; costs one commit. An error means that the keys are still known.
  virtual Result<> forget(const std::string& location, const std::vector<std::string>& identity_keys) = 0;
};

/// Something that receives. Life: start(), stop_accepting(), stop(). Made and driven by one thread of hosts/; runs
/// threads of its own. Calls Submitter from those.
class ReceiveAdapter {
 public:
  ReceiveAdapter() = default;
  ReceiveAdapter(const ReceiveAdapter&) = delete;
  ReceiveAdapter& operator=(const ReceiveAdapter&) = delete;
  virtual ~ReceiveAdapter() = default;

  /// Ready to receive when it returns. Fails for what an operator must mend (port taken, certificate unreadable);
  /// what may come back by itself (a missing folder) is logged and tried again.
  virtual Result<> start() = 0;
  /// Takes no new message from now on; those that have begun go on. Does not block.
  virtual void stop_accepting() = 0;
  /// What keeps it from receiving at this moment (a folder or server that is away), for operators; empty: nothing.
  /// Thread-safe, does not block.
  virtual std::string trouble() const { return {}; }
  /// Waits for those that have begun, cuts off at the deadline what still waits for a partner, and joins its threads.
  /// A Submitter call that runs is always waited for. Afterwards no thread of the adapter exists. Also right without
  /// start() and when called twice.
  virtual void stop(std::chrono::steady_clock::time_point deadline) = 0;
};

// ------------------------------------------------------------------------------------------------------ sending

/// What a protocol over HTTP, such as AS2, wants of the request that carries its message. Other transports take none.
struct HttpWishes {
  /// Header fields of the protocol, each on one line. They go before those that the adapter would write, Message-ID
  /// and Content-Type among them.
  ContextEntries headers = {};
  bool chunked = true;     ///< however small the body is; false: Content-Length
  bool keep_alive = true;  ///< false: the connection is closed after the answer
  // What is absent is as the adapter's own settings say.
  std::optional<bool> check_server_name = {};
  std::optional<std::chrono::milliseconds> expect_continue = {};  ///< 0: it is not asked for
};

/// One message on its way out, as the send pipeline left it. Owned by the engine, which keeps it unchanged for every
/// attempt. Used by one thread at a time.
class OutboundMessage {
 public:
  OutboundMessage() = default;
  OutboundMessage(const OutboundMessage&) = delete;
  OutboundMessage& operator=(const OutboundMessage&) = delete;
  virtual ~OutboundMessage() = default;

  /// BTS.MessageID without braces; unique to the message, made by us.
  virtual std::string_view message_id() const = 0;
  /// The same on every attempt of this delivery, also after a restart: unique to (message, send port). Printable
  /// ASCII without blanks, `<`, `>`; at most 200 characters. Partners drop copies by it.
  virtual std::string_view delivery_id() const = 0;
  /// When this delivery came into being: the same on every attempt, so that a name made from it is, too. "Not known"
  /// is nullopt.
  virtual std::optional<Time> created() const { return std::nullopt; }
  /// A context property; "not found" is nullopt.
  virtual std::optional<std::string> property(std::string_view name) const = 0;
  virtual BodyForm body_form() const = 0;
  /// Bytes that pump() will write.
  virtual std::uint64_t size() const = 0;
  /// Writes the whole message from its first byte and calls finish(). May be called again for another attempt.
  /// Stops at the first error of the sink and returns it.
  virtual Result<> pump(Sink& sink) = 0;
  /// Where the body of the partner's answer goes, as it comes; its finish() is not the adapter's to call. An answer
  /// that is a MIME entity begins with its header block, and the details of the outcome say so. nullptr: no answer is
  /// wanted.
  virtual Sink* answer() { return nullptr; }
  /// nullptr: none.
  virtual const HttpWishes* http_wishes() const { return nullptr; }
};

enum class SendKind {
  Delivered,        ///< the partner has it, durably as far as the transport can tell
  RetryLater,       ///< this attempt failed; the schedule of the send port decides on the next one
  PermanentFailure  ///< no attempt can succeed without a change by an operator: next transport, or suspend
};

struct SendOutcome {
  SendKind kind = SendKind::Delivered;
  /// What happened, where, remedy. Meaningful unless Delivered.
  std::optional<Error> error;
  /// What the transport says about the attempt, for the message's history: HTTP.ResponseStatusCode, FILE name used.
  ContextEntries details;

  static SendOutcome delivered(ContextEntries details = {}) { return {SendKind::Delivered, {}, std::move(details)}; }
  static SendOutcome retry(Error error, ContextEntries details = {}) {
    return {SendKind::RetryLater, std::move(error), std::move(details)};
  }
  static SendOutcome permanent(Error error, ContextEntries details = {}) {
    return {SendKind::PermanentFailure, std::move(error), std::move(details)};
  }
};

/// Something that sends, configured for one send port transport. send() is thread-safe, blocks until the outcome is
/// known, and never throws.
class SendAdapter {
 public:
  SendAdapter() = default;
  SendAdapter(const SendAdapter&) = delete;
  SendAdapter& operator=(const SendAdapter&) = delete;
  virtual ~SendAdapter() = default;

  virtual SendOutcome send(OutboundMessage& message) = 0;
  /// Makes running and later send() calls end soon with RetryLater. Thread-safe; for the end of the stop deadline.
  virtual void cancel() = 0;
};

}  // namespace sealgate::adapters

#pragma once
// The callers of request-response locations that wait in this process. A request is published with a token that names
// its host instance and its call; whatever answers it carries the token back, whichever instance it is published by,
// and becomes Respond work for the instance that holds the caller. Nothing of this is durable: after a restart the
// callers are gone, and answers to them are suspended for good.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/common/adapter.h"
#include "messaging/message_box.h"

namespace sealgate::hosts {

/// One caller. Held by who will answer it on the wire; when that is gone, so is the caller.
class Call final : public adapters::PendingAnswer {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  Call(std::string token, std::string location, Moment until)
      : token_(std::move(token)), location_(std::move(location)), until_(until) {}
  /// BTS.EpmRRCorrelationToken of the request.
  const std::string& token() const { return token_; }
  const std::string& location() const { return location_; }
  Moment until() const { return until_; }
  /// False when it was settled before: this answer goes to nobody.
  bool settle(adapters::Answer answer);

  void on_ready(std::function<void()> ready) override;
  adapters::Answer take() override;

 private:
  const std::string token_;
  const std::string location_;
  const Moment until_;
  std::mutex mutex_;
  bool settled_ = false;
  adapters::Answer answer_;
  std::function<void()> ready_;
};

class Callers {
 public:
  /// At most `limit` wait at a time.
  explicit Callers(std::string instance, std::size_t limit = 1000) : instance_(std::move(instance)), limit_(limit) {}

  /// A new caller of this port. hosts.too-many-callers, hosts.stopping.
  Result<std::shared_ptr<Call>> expect(const std::string& port, const std::string& location,
                                       std::chrono::milliseconds timeout, Time now);
  /// Null when nobody waits for this (any more).
  std::shared_ptr<Call> find(const std::string& token);
  /// Settles those whose time is over, forgets those that are gone. To be called now and then.
  void expire(Call::Moment now);
  /// The gateway stops: nobody waits any longer, and nobody begins to.
  void end();

 private:
  const std::string instance_;
  const std::size_t limit_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Call>> calls_;  ///< by token
  bool ended_ = false;
};

/// For a message that goes to a waiting caller (BTS.RouteDirectToTP and the token): the delivery to it.
std::optional<messaging::Delivery> caller_of(const messaging::MessageContext& context);
/// Makes `answer` go to the caller that `request` came from; false when it came from none.
bool address_to_caller(messaging::MessageContext& answer, const messaging::MessageContext& request);

}  // namespace sealgate::hosts

#include "hosts/submitter.h"

#include "hosts/errors.h"
#include "hosts/receive_flow.h"
#include "hosts/service_window.h"
#include "hosts/typed_context.h"
#include "hosts/unknown_senders.h"
#include "messaging/property_names.h"

namespace sealgate::hosts {
namespace {

/// Locations have keys of their own: two of them may look into one folder.
std::string receive_key(const std::string& location, const std::string& identity_key) {
  return location + "\n" + identity_key;
}

class BoxSubmission final : public adapters::Submission {
 public:
  BoxSubmission(ConfigurationRef configuration, messaging::MessageBox& box, const Clock& clock, Callers& callers,
                adapters::SubmitRequest request, std::unique_ptr<messaging::BodyWriter> writer, std::uint64_t limit,
                UnknownSenders::Place place)
      : configuration_(std::move(configuration)),
        box_(box),
        clock_(clock),
        callers_(callers),
        request_(std::move(request)),
        writer_(std::move(writer)),
        limit_(limit),
        place_(std::move(place)) {}

  Result<> write(ByteView bytes) override {
    size_ += bytes.size();
    if (size_ > limit_) {
      return fail(kTooLarge, "the message is larger than the " + std::to_string(limit_) + " bytes allowed",
                  "receive location " + request_.location, "raise maximum_body of the group or the location");
    }
    return writer_->write(bytes);
  }

  Result<> finish() override { return writer_->finish(); }

  Result<adapters::SubmitOutcome> commit() override {
    Inbound inbound;
    inbound.location = request_.location;
    inbound.context = typed_context(request_.context);
    inbound.raw.name = "body";
    inbound.raw.body = writer_->take();
    if (!request_.identity_key.empty()) inbound.receive_key = receive_key(request_.location, request_.identity_key);
    const auto [port, location] = configuration_->find_location(request_.location);
    if (!port->two_way) return receive(*configuration_, box_, std::move(inbound), clock_.now());
    return ask(*port, *location, std::move(inbound));
  }

 private:
  /// The caller waits from before the request is published: the answer may be faster than we are.
  Result<adapters::SubmitOutcome> ask(const artifacts::ReceivePort& port, const artifacts::ReceiveLocation& location,
                                      Inbound inbound) {
    const Time now = clock_.now();
    SG_TRY_ASSIGN(auto call, callers_.expect(port.name, location.name, location.response_timeout, now));
    inbound.context.promote(messaging::names::kRequestResponseToken, call->token());
    inbound.context.promote(messaging::names::kCorrelationToken, call->token());
    SG_TRY_ASSIGN(auto outcome, receive(*configuration_, box_, std::move(inbound), now));
    outcome.two_way = true;
    if (outcome.kind == adapters::SubmitKind::Accepted) outcome.answer = std::move(call);
    return outcome;
  }

  ConfigurationRef configuration_;
  messaging::MessageBox& box_;
  const Clock& clock_;
  Callers& callers_;
  adapters::SubmitRequest request_;
  std::unique_ptr<messaging::BodyWriter> writer_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
  UnknownSenders::Place place_;
};

/// Empty when the adapter knows none.
std::string address_of(const adapters::SubmitRequest& request) {
  for (const adapters::ContextEntry& entry : request.context) {
    if (entry.name == messaging::names::kHttpRemoteAddress) return entry.value;
  }
  return {};
}

/// The location's own limit where it has one, else the group's.
std::uint64_t body_limit(const Configuration& configuration, const artifacts::ReceiveLocation& location) {
  const auto* http = artifacts::http_settings(location.transport);
  if (http != nullptr && http->maximum_body != 0) return http->maximum_body;
  return configuration.artifacts.set.group ? configuration.artifacts.set.group->maximum_body
                                           : artifacts::Group{}.maximum_body;
}

}  // namespace

Result<std::unique_ptr<adapters::Submission>> BoxSubmitter::begin(adapters::SubmitRequest request) {
  if (stopping_) return fail(kStopping, "the gateway is stopping", {}, "send it again in a moment");
  auto configuration = configuration_.get();
  const auto [port, location] = configuration->find_location(request.location);
  if (location == nullptr) return fail(kNoSuchLocation, "there is no such receive location", request.location);
  if (!location->enabled) {
    return fail(kLocationDisabled, "the receive location is disabled", request.location, "enable it and apply");
  }
  if (!is_open(location->service_window, clock_.now())) {
    return fail(kOutsideWindow, "the receive location takes nothing at this time", request.location,
                "send it in the service window of the location");
  }
  UnknownSenders::Place place;
  if (port->authentication != artifacts::Authentication::None && configuration->unknown_senders != nullptr) {
    SG_TRY_ASSIGN(place, configuration->unknown_senders->enter(port->name, location->name, address_of(request),
                                                               UnknownSenders::Moment::clock::now()));
  }
  const std::uint64_t limit = body_limit(*configuration, *location);
  SG_TRY_ASSIGN(auto writer, box_.create_body());
  return std::make_unique<BoxSubmission>(std::move(configuration), box_, clock_, callers_, std::move(request),
                                         std::move(writer), limit, std::move(place));
}

Result<> BoxSubmitter::forget(const std::string& location, const std::vector<std::string>& identity_keys) {
  std::vector<std::string> keys;
  for (const std::string& key : identity_keys) keys.push_back(receive_key(location, key));
  return box_.forget_received(keys);
}

}  // namespace sealgate::hosts

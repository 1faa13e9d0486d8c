#pragma once
// A tracking log that does nothing, for tests that need a part of one.

#include "messaging/errors.h"
#include "messaging/tracking_log.h"

namespace sealgate::messaging::testing {

class NoLog : public TrackingLog {
 public:
  Result<> keep_body(const Body&, Time) override { return refused(); }
  Result<TrackingPage> search(const TrackingQuery&) override { return refused(); }
  Result<std::vector<TrackingRecord>> journey(const MessageId&) override { return refused(); }
  Result<TrackingState> state() override { return refused(); }
  Result<std::optional<SealedRecord>> sealed_record(std::int64_t) override { return refused(); }
  Result<std::uint64_t> seal(Time) override { return refused(); }
  Result<Verification> verify(const Bytes&, const std::function<bool(std::int64_t)>&) override { return refused(); }
  Result<TrackingArchive> archive(const TrackingPart&, Sink&) override { return refused(); }
  Result<> cut(const TrackingArchive&, const std::string&, Time) override { return refused(); }
  Result<> read_body(const Bytes&, Sink&) override { return refused(); }
  Result<std::uint64_t> sweep_bodies(Time) override { return refused(); }

 private:
  static tl::unexpected<Error> refused() { return fail(kNoSuchTrackedBody, "this test's log does not do that"); }
};

}  // namespace sealgate::messaging::testing

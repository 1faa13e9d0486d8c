#pragma once
// A tracking log that only remembers which bodies it was given.

#include <functional>

#include "messaging/errors.h"
#include "messaging/tracking_log.h"
#include "store/common/errors.h"

namespace sealgate::hosts::testing {

class RecordingLog final : public messaging::TrackingLog {
 public:
  std::vector<std::string> kept;
  bool fails = false;
  std::function<void()> on_keep = [] {};

  Result<> keep_body(const messaging::Body& body, Time) override {
    if (fails) return fail(store::kDiskFull, "no space");
    on_keep();
    BufferSink sink;
    SG_TRY(body.copy_to(sink));
    kept.emplace_back(as_text(sink.bytes()));
    return {};
  }
  Result<messaging::TrackingPage> search(const messaging::TrackingQuery&) override { return refused(); }
  Result<std::vector<messaging::TrackingRecord>> journey(const messaging::MessageId&) override { return refused(); }
  Result<messaging::TrackingState> state() override { return refused(); }
  Result<std::optional<messaging::SealedRecord>> sealed_record(std::int64_t) override { return refused(); }
  Result<std::uint64_t> seal(Time) override { return refused(); }
  Result<messaging::Verification> verify(const Bytes&, const std::function<bool(std::int64_t)>&) override {
    return refused();
  }
  Result<messaging::TrackingArchive> archive(const messaging::TrackingPart&, Sink&) override { return refused(); }
  Result<> cut(const messaging::TrackingArchive&, const std::string&, Time) override { return refused(); }
  Result<> read_body(const Bytes&, Sink&) override { return refused(); }
  Result<std::uint64_t> sweep_bodies(Time) override { return refused(); }

 private:
  static tl::unexpected<Error> refused() {
    return fail(messaging::kNoSuchTrackedBody, "this test's log does not do that");
  }
};

}  // namespace sealgate::hosts::testing

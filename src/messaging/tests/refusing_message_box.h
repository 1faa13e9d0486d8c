#pragma once
// A box that refuses everything, for tests that override the one member they are about.

#include "messaging/errors.h"
#include "messaging/message_box.h"

namespace sealgate::messaging::testing {

class RefusingMessageBox : public MessageBox {
 public:
  Result<std::unique_ptr<BodyWriter>> create_body() override { return refused(); }
  Result<PublishResult> publish(PublishRequest, Time) override { return refused(); }
  Result<WorkId> suspend_received(SuspendRequest, Time) override { return refused(); }
  Result<bool> was_received(const std::string&) override { return refused(); }
  Result<std::optional<Bytes>> receipt_of(const std::string&) override { return refused(); }
  Result<> forget_received(const std::vector<std::string>&) override { return refused(); }
  Result<> forget_received_before(const std::string&, Time) override { return refused(); }
  Result<std::vector<WorkItem>> claim(const ClaimRequest&) override { return refused(); }
  Result<> complete(const Claim&, Time, const TrackingDetails&) override { return refused(); }
  Result<> retry_later(const Claim&, const Retry&, Time) override { return refused(); }
  Result<> postpone(const Claim&, Time, Time) override { return refused(); }
  Result<> suspend(const Claim&, const Failure&, Time, const TrackingDetails&) override { return refused(); }
  Result<> deliver(const Claim&, const std::vector<Delivery>&, Time) override { return refused(); }
  Result<> release(const Claim&, Time) override { return refused(); }
  Result<> extend(const Claim&, Time) override { return refused(); }
  Result<std::uint64_t> release_all(const std::string&, Time) override { return refused(); }
  Result<std::optional<Time>> next_due(Time) override { return refused(); }
  void on_work(std::function<void()>) override {}
  Result<> resume(const WorkId&, bool, Time, const TrackingDetails&) override { return refused(); }
  Result<> record(const std::vector<TrackingRecord>&, Time) override { return refused(); }
  Result<std::uint64_t> resume_all(WorkKind, const std::string&, std::string_view, Time, std::size_t) override {
    return refused();
  }
  Result<WorkId> resend(const WorkId&, const Delivery&, Time, const TrackingDetails&) override { return refused(); }
  Result<> terminate(const WorkId&, Time, const TrackingDetails&) override { return refused(); }
  Result<std::vector<WorkSummary>> list(const ListQuery&) override { return refused(); }
  Result<WorkSummary> show(const WorkId&) override { return refused(); }
  Result<Counts> counts() override { return refused(); }
  Result<Message> load(const MessageId&) override { return refused(); }
  Result<std::uint64_t> purge(Time, std::size_t) override { return refused(); }

 protected:
  static tl::unexpected<Error> refused() { return fail(kNoSuchWork, "this test's box does not do that"); }
};

}  // namespace sealgate::messaging::testing

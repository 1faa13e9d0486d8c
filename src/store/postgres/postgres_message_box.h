#pragma once
// The message box on PostgreSQL. What a member means is said in messaging/message_box.h.
// publish, suspend_received: postgres_box_accept.cpp; claims: postgres_box_claim.cpp; what becomes of work:
// postgres_box_work.cpp; what people do: postgres_box_people.cpp; listings: postgres_box_query.cpp.

#include <memory>
#include <mutex>

#include "messaging/message_box.h"
#include "store/postgres/box_batch.h"
#include "store/postgres/box_change.h"
#include "store/postgres/postgres_body.h"

namespace sealgate::store::postgres {

class PostgresMessageBox final : public messaging::MessageBox {
 public:
  /// `instance` is for the tracking log.
  PostgresMessageBox(std::shared_ptr<BodyStage> stage, std::string instance)
      : stage_(std::move(stage)),
        database_(*stage_->database),
        instance_(std::move(instance)),
        batches_(database_, tracking_switch(), instance_) {}

  Result<std::unique_ptr<messaging::BodyWriter>> create_body() override { return make_body_writer(stage_); }
  Result<messaging::PublishResult> publish(messaging::PublishRequest request, Time now) override;
  Result<messaging::WorkId> suspend_received(messaging::SuspendRequest request, Time now) override;
  Result<bool> was_received(const std::string& receive_key) override;
  Result<std::optional<Bytes>> receipt_of(const std::string& receive_key) override;
  Result<> forget_received(const std::vector<std::string>& receive_keys) override;
  Result<> forget_received_before(const std::string& receive_key, Time before) override;

  Result<std::vector<messaging::WorkItem>> claim(const messaging::ClaimRequest& request) override;
  Result<> complete(const messaging::Claim& claim, Time now, const messaging::TrackingDetails& tracking) override;
  std::vector<Result<>> complete_all(std::span<const messaging::Completion> completions, Time now) override;
  Result<> retry_later(const messaging::Claim& claim, const messaging::Retry& retry, Time now) override;
  Result<> postpone(const messaging::Claim& claim, Time until, Time now) override;
  Result<> suspend(const messaging::Claim& claim, const messaging::Failure& failure, Time now,
                   const messaging::TrackingDetails& tracking) override;
  Result<> deliver(const messaging::Claim& claim, const std::vector<messaging::Delivery>& deliveries,
                   Time now) override;
  Result<> release(const messaging::Claim& claim, Time now) override;
  Result<> extend(const messaging::Claim& claim, Time until) override;
  Result<std::uint64_t> release_all(const std::string& owner, Time now) override;
  Result<std::optional<Time>> next_due(Time now) override;
  void on_work(std::function<void()> listener) override;

  Result<> resume(const messaging::WorkId& work, bool forced, Time now,
                  const messaging::TrackingDetails& tracking) override;
  Result<> record(const std::vector<messaging::TrackingRecord>& records, Time now) override;
  Result<std::uint64_t> resume_all(messaging::WorkKind kind, const std::string& port, std::string_view failure_code,
                                   Time now, std::size_t limit) override;
  Result<messaging::WorkId> resend(const messaging::WorkId& work, const messaging::Delivery& delivery, Time now,
                                   const messaging::TrackingDetails& tracking) override;
  Result<> terminate(const messaging::WorkId& work, Time now, const messaging::TrackingDetails& tracking) override;
  Result<std::vector<messaging::WorkSummary>> list(const messaging::ListQuery& query) override;
  Result<messaging::WorkSummary> show(const messaging::WorkId& work) override;
  Result<messaging::Counts> counts() override;
  Result<messaging::Message> load(const messaging::MessageId& message) override;
  Result<std::uint64_t> purge(Time before, std::size_t limit) override;

  /// Tells the listener of on_work(), without any commit of this process: another one said that there is work.
  void hint();
  /// Called with every announcement of this process, for telling other processes. Set it before the box is used.
  void on_announce(std::function<void()> teller) { teller_ = std::move(teller); }

 private:
  using Step = std::function<Result<>(BoxChange&)>;
  /// Runs `step` in a transaction with its log, and announces what it made ready.
  Result<> change(Time now, const Step& step, Durability durability = Durability::Full);
  void announce();

  struct Candidates;
  Result<Candidates> find_candidates(const messaging::ClaimRequest& request);
  Result<std::vector<messaging::WorkItem>> take(const Candidates& candidates, const messaging::ClaimRequest& request);
  /// What the claimed work will be loaded for, as far as it is small.
  Result<> fetch(Connection& connection, const std::vector<std::pair<messaging::WorkId, messaging::MessageId>>& work);
  Result<> ring_timers(Time now);
  Result<> ring_ordered_timers(Time now);

  std::shared_ptr<BodyStage> stage_;
  Database& database_;
  std::string instance_;
  BoxBatches batches_;
  ClaimedMessages held_;
  std::mutex claim_mutex_;    ///< two claims of one process at once would only take turns at the same rows
  std::string claim_cursor_;  ///< the queue after which the next claim goes on; under claim_mutex_
  std::mutex listener_mutex_;
  std::function<void()> listener_;
  std::function<void()> teller_;
};

}  // namespace sealgate::store::postgres

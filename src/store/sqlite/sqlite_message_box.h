#pragma once
// The message box on SQLite. What a member means is said in messaging/message_box.h.
// publish, suspend_received: sqlite_box_accept.cpp; claim: sqlite_box_claim.cpp; what became of claims:
// sqlite_box_work.cpp; what people do: sqlite_box_people.cpp; listings, purge: sqlite_box_query.cpp.

#include "messaging/message_box.h"
#include "store/sqlite/body_spool.h"
#include "store/sqlite/ready_work.h"
#include "store/sqlite/recent_messages.h"
#include "store/sqlite/sql/database.h"
#include "store/sqlite/sqlite_box_change.h"

namespace sealgate::store {

class SqliteMessageBox final : public messaging::MessageBox {
 public:
  /// Both must outlive the box, and every body it gave out. `instance` is for the log.
  SqliteMessageBox(sql::Database& database, BodySpool& spool, std::string instance)
      : database_(database), spool_(spool), instance_(std::move(instance)), recent_(database, spool) {}

  Result<std::unique_ptr<messaging::BodyWriter>> create_body() override { return spool_.create(); }
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
  void on_work(std::function<void()> listener) override { listener_ = std::move(listener); }

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

 private:
  /// After the clock was turned back: what waits for a time goes on to wait as long as it had to, not until that time
  /// comes again.
  Result<> shorten_waits(Time now);
  void announce() const {
    if (listener_) listener_();
  }

  /// Runs `job` in a durable commit, and announces what became ready after it. It may run twice: it sets what it
  /// captures and does not add to it.
  template <typename Job>
  Result<> change(Time now, const Job& job) {
    bool ready = false;
    SG_TRY(database_.write([&](sql::Connection& connection) -> Result<> {
      BoxChange change(connection, tracking_switch(), instance_, now);
      SG_TRY(job(change));
      ready = change.made_ready();
      return change.finish();
    }));
    if (ready) announce();
    return {};
  }

  sql::Database& database_;
  BodySpool& spool_;
  std::string instance_;
  ReadyCursor cursor_;
  LatestTime latest_;
  RecentMessages recent_;
  std::function<void()> listener_;
};

}  // namespace sealgate::store

#include "hosts/intake.h"

#include "base/log.h"
#include "hosts/errors.h"

namespace sealgate::hosts {
namespace {

// Partners may read these: what exactly is wrong with which disk or server is in the log.
constexpr std::string_view kNoStore = "the store does not answer";
constexpr std::string_view kDiskLow = "the disk is below its watermark";
constexpr std::string_view kTooMany = "too many messages are being received";
constexpr std::string_view kTooMuch = "too many bytes are being received";
constexpr std::string_view kElsewhere = "another host instance runs this location";

tl::unexpected<Error> not_now(std::string_view why, const std::string& location) {
  return fail(kOverloaded, "nothing is accepted now: " + std::string(why), "receive location " + location,
              "send it again in a moment; /health/ready says when");
}

}  // namespace

/// Counts what is being received, and asks once more before the commit.
class Intake::Guarded final : public adapters::Submission {
 public:
  Guarded(Intake& intake, std::string location, std::optional<messaging::NamedLease> lease,
          std::unique_ptr<adapters::Submission> inner)
      : intake_(intake), location_(std::move(location)), lease_(std::move(lease)), inner_(std::move(inner)) {}

  ~Guarded() override {
    inner_.reset();
    intake_.bytes_ -= counted_;
    --intake_.submissions_;
  }

  Result<> write(ByteView bytes) override {
    // A large message must not take what the small ones before it left.
    if (intake_.disk_.is_low()) return not_now(kDiskLow, location_);
    counted_ += bytes.size();
    intake_.bytes_ += bytes.size();
    return inner_->write(bytes);
  }

  Result<> finish() override { return inner_->finish(); }

  Result<adapters::SubmitOutcome> commit() override {
    if (lease_) {
      // It may have taken long to get here, and another instance may have read the same source meanwhile.
      SG_TRY_ASSIGN(const bool held, intake_.check_(*lease_));
      if (!held) return not_now(kElsewhere, location_);
    }
    return inner_->commit();
  }

 private:
  Intake& intake_;
  std::string location_;
  std::optional<messaging::NamedLease> lease_;
  std::unique_ptr<adapters::Submission> inner_;
  std::uint64_t counted_ = 0;
};

std::string_view Intake::refusal() {
  if (!membership_.is_member()) return kNoStore;
  if (disk_.is_low()) return kDiskLow;
  if (submissions_ >= limits_.submissions) return kTooMany;
  if (bytes_ >= limits_.bytes) return kTooMuch;
  return {};
}

void Intake::say(std::string_view reason) {
  const std::lock_guard lock(mutex_);
  if (reason == said_) return;
  if (reason.empty()) {
    log(LogLevel::Info, "messages are accepted again");
  } else {
    log(LogLevel::Warning, "messages are refused for now", {{"reason", std::string(reason)}});
  }
  said_ = reason;
}

Result<std::unique_ptr<adapters::Submission>> Intake::begin(adapters::SubmitRequest request) {
  const std::string location = request.location;
  const std::string_view reason = refusal();
  say(reason);
  if (!reason.empty()) return not_now(reason, location);
  const auto lease = lease_of(location);
  if (lease && !membership_.may_hold(*lease)) return not_now(kElsewhere, location);
  SG_TRY_ASSIGN(auto inner, inner_.begin(std::move(request)));
  ++submissions_;
  return std::make_unique<Guarded>(*this, location, lease, std::move(inner));
}

Result<> Intake::forget(const std::string& location, const std::vector<std::string>& identity_keys) {
  return inner_.forget(location, identity_keys);
}

void Intake::set_lease(const std::string& location, std::optional<messaging::NamedLease> lease) {
  const std::lock_guard lock(mutex_);
  if (lease) {
    leases_[location] = std::move(*lease);
  } else {
    leases_.erase(location);
  }
}

std::optional<messaging::NamedLease> Intake::lease_of(const std::string& location) const {
  const std::lock_guard lock(mutex_);
  const auto found = leases_.find(location);
  if (found == leases_.end()) return std::nullopt;
  return found->second;
}

}  // namespace sealgate::hosts

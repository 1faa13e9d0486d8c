#include "hosts/intake.h"

#include "base/log.h"
#include "hosts/errors.h"

namespace sealgate::hosts {
namespace {

tl::unexpected<Error> not_now(const std::string& why, const std::string& location) {
  return fail(kOverloaded, "nothing is accepted now: " + why, "receive location " + location,
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
    if (intake_.disk_.is_low()) return not_now(intake_.disk_.words(), location_);
    counted_ += bytes.size();
    intake_.bytes_ += bytes.size();
    return inner_->write(bytes);
  }

  Result<> finish() override { return inner_->finish(); }

  Result<adapters::SubmitOutcome> commit() override {
    if (lease_) {
      // It may have taken long to get here, and another instance may have read the same source meanwhile.
      SG_TRY_ASSIGN(const bool held, intake_.check_(*lease_));
      if (!held) return not_now("another host instance runs this location", location_);
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

std::string Intake::refusal() {
  if (auto trouble = membership_.trouble(); !trouble.empty()) return trouble;
  if (disk_.is_low()) return disk_.words();
  if (submissions_ >= limits_.submissions) {
    return "more than " + std::to_string(limits_.submissions) + " messages are being received";
  }
  if (bytes_ >= limits_.bytes) {
    return "more than " + std::to_string(limits_.bytes) + " bytes are being received";
  }
  return {};
}

void Intake::say(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (reason.empty() && !said_.empty()) log(LogLevel::Info, "messages are accepted again");
  if (!reason.empty() && said_.empty()) {
    log(LogLevel::Warning, "a message was refused for now", {{"reason", reason}});
  }
  said_ = reason;
}

Result<std::unique_ptr<adapters::Submission>> Intake::begin(adapters::SubmitRequest request) {
  const std::string location = request.location;
  const std::string reason = refusal();
  say(reason);
  if (!reason.empty()) return not_now(reason, location);
  const auto lease = lease_of(location);
  if (lease && !membership_.may_hold(*lease)) return not_now("another host instance runs this location", location);
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

#pragma once
// How the group is: looked up at most once a second, whoever asks.

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "admin/suspended.h"
#include "api/services.h"
#include "audit/forecast.h"

namespace sealgate::api {

/// What can be seen to have changed.
struct GroupState {
  artifacts::Revision configuration = 0;
  std::uint64_t certificates = 0;
  std::string status = {};   ///< JSON, as GET /status gives it
  std::string figures = {};  ///< what of it is worth telling: without the time
};

/// The certificate of a place that expires first, of those that nothing takes over from.
struct NextExpiry {
  std::string name = {};
  std::string thumbprint = {};  ///< as people read it
  Time not_after = {};
  /// Whole days; 0 on the last day, negative after the expiry.
  int days_left(Time now) const;
};

struct Expiries {
  std::string first = {};  ///< JSON: Status.expires_next
  /// "SendPort Orders", "location Orders by HTTP", "party Contoso".
  std::map<std::string, NextExpiry, std::less<>> by_place = {};
};

/// Thread-safe.
class StatusBoard {
 public:
  explicit StatusBoard(std::shared_ptr<Services> services) : services_(std::move(services)) {}
  /// As of now, or of less than a second ago.
  Result<std::shared_ptr<const GroupState>> look();
  /// What expires, as of now or of less than a minute ago.
  Result<std::shared_ptr<const Expiries>> expiries();

 private:
  Result<std::shared_ptr<const GroupState>> look_anew(Time now);
  Result<std::shared_ptr<const Expiries>> look_at_expiries(artifacts::Revision configuration,
                                                           std::uint64_t certificates, Time now);

  const std::shared_ptr<Services> services_;
  std::mutex mutex_;
  std::shared_ptr<const GroupState> state_;
  Time looked_ = {};
  // What expires next changes with these, and with the day.
  artifacts::Revision expiry_configuration_ = -1;
  std::uint64_t expiry_certificates_ = 0;
  Time expiry_looked_ = {};
  std::shared_ptr<const Expiries> expiries_;
};

}  // namespace sealgate::api

#include "hosts/location_leases.h"

#include "base/log.h"

namespace sealgate::hosts {

bool LocationLeases::take(const std::string& location) {
  if (!membership_.is_member()) return false;
  auto lease = membership_.acquire("location:" + location);
  if (!lease) {
    log(LogLevel::Warning, "the lease of a receive location cannot be asked for",
        {{"location", location}, {"reason", lease.error().to_string()}});
    return false;
  }
  if (!*lease) return false;
  if (shared_) intake_.set_lease(location, **lease);
  held_[location] = std::move(**lease);
  return true;
}

bool LocationLeases::holds(const std::string& location) const {
  const auto found = held_.find(location);
  return found != held_.end() && membership_.may_hold(found->second);
}

void LocationLeases::give_up(const std::string& location) {
  const auto found = held_.find(location);
  if (found == held_.end()) return;
  // What was lost is free already, or another's. And a store that does not answer frees it with this instance.
  if (membership_.may_hold(found->second)) {
    if (const auto released = membership_.release(found->second); !released) {
      log(LogLevel::Warning, "the lease of a receive location could not be given back",
          {{"location", location}, {"reason", released.error().to_string()}});
    }
  }
  if (shared_) intake_.set_lease(location, std::nullopt);
  held_.erase(found);
}

}  // namespace sealgate::hosts

#pragma once
// Which instance runs a location that must run once (a polled folder): the one that holds its lease.

#include <map>
#include <string>

#include "hosts/intake.h"
#include "hosts/membership.h"

namespace sealgate::hosts {

/// Of one thread.
class LocationLeases {
 public:
  /// Both must outlive it. `shared`: other instances may run it, too, so what comes in is checked against the lease.
  LocationLeases(Membership& membership, Intake& intake, bool shared)
      : membership_(membership), intake_(intake), shared_(shared) {}

  /// Takes the lease if it is free; true when it is held now. The store's trouble is in the log.
  bool take(const std::string& location);
  /// False when it was lost: another instance may run the location already.
  bool holds(const std::string& location) const;
  /// After the location stopped.
  void give_up(const std::string& location);

 private:
  Membership& membership_;
  Intake& intake_;
  bool shared_;
  std::map<std::string, messaging::NamedLease, std::less<>> held_;
};

}  // namespace sealgate::hosts

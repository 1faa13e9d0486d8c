#pragma once
// What adapters hand their messages to: spools the raw bytes into the box's own storage, then runs the receive flow.

#include <atomic>

#include "adapters/common/adapter.h"
#include "hosts/callers.h"
#include "hosts/configuration.h"
#include "messaging/message_box.h"

namespace sealgate::hosts {

class BoxSubmitter final : public adapters::Submitter {
 public:
  /// All must outlive the submitter and its submissions.
  BoxSubmitter(const ConfigurationHolder& configuration, messaging::MessageBox& box, const Clock& clock,
               Callers& callers)
      : configuration_(configuration), box_(box), clock_(clock), callers_(callers) {}

  Result<std::unique_ptr<adapters::Submission>> begin(adapters::SubmitRequest request) override;
  Result<> forget(const std::string& location, const std::vector<std::string>& identity_keys) override;
  /// From now on begin() fails; submissions that have begun go on.
  void stop() { stopping_ = true; }

 private:
  const ConfigurationHolder& configuration_;
  messaging::MessageBox& box_;
  const Clock& clock_;
  Callers& callers_;
  std::atomic<bool> stopping_{false};
};

}  // namespace sealgate::hosts

#pragma once
// What people do to work on messages: resume, resend, terminate.

#include <string>

#include "artifacts/artifacts.h"
#include "messaging/message_box.h"

namespace sealgate::admin {

/// What an operation works on.
struct WorkPlace {
  messaging::MessageBox& box;
  const artifacts::ArtifactSet& set;
  bool force = false;     ///< of resume: deliver it also while its port is not started
  std::string port = {};  ///< of resend: to this port; empty: to the one it went to
  std::string by = {};    ///< who does it, for the tracking log
};

struct Changed {
  messaging::WorkId made = {};  ///< of resend: the new delivery
  std::string port = {};        ///< of resend: where it goes
};

/// hosts.port-not-started unless place.force; the errors of MessageBox::resume().
Result<Changed> resume(const WorkPlace& place, const messaging::WorkSummary& work, Time now);
/// hosts.no-such-port, hosts.port-not-started; the errors of MessageBox::resend().
Result<Changed> resend(const WorkPlace& place, const messaging::WorkSummary& work, Time now);
/// The errors of MessageBox::terminate().
Result<Changed> terminate(const WorkPlace& place, const messaging::WorkSummary& work, Time now);

// Whether a state is one that the operation is for.
bool can_resume(const messaging::WorkSummary& work);
bool can_resend(const messaging::WorkSummary& work);
bool can_terminate(const messaging::WorkSummary& work);

/// Whether resume() would do it now, as far as can be told: hosts.port-not-started, messaging.not-resumable.
Result<> check_resumable(const WorkPlace& place, const messaging::WorkSummary& work);

/// hosts.port-not-started when there is such a send port and it is not started.
Result<> check_started(const artifacts::ArtifactSet& set, const std::string& port, const char* remedy);

}  // namespace sealgate::admin

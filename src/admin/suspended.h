#pragma once
// What is suspended, by its reason.

#include <map>
#include <string>
#include <vector>

#include "artifacts/artifacts.h"
#include "messaging/message_box.h"

namespace sealgate::admin {

struct SuspendedGroup {
  std::string code = {};    ///< of the failure
  std::string text = {};    ///< of the newest
  std::string remedy = {};  ///< of the newest
  std::size_t count = 0;
  std::size_t resumable = 0;
  std::map<std::string, std::size_t> ports = {};
  std::map<std::string, std::size_t> parties = {};  ///< from whom and to whom, as far as they are known
  Time oldest = {}, newest = {};                    ///< when they were suspended
  messaging::WorkId example = {};                   ///< the newest
};

struct Suspended {
  std::vector<SuspendedGroup> groups = {};  ///< the largest first
  std::size_t total = 0;
  bool complete = true;  ///< false: there are more than kMaxSuspendedSeen
};
inline constexpr std::size_t kMaxSuspendedSeen = 100'000;

/// `set`: who is behind which port.
Result<Suspended> look_at_suspended(messaging::MessageBox& box, const artifacts::ArtifactSet& set);

/// "3 messages are suspended, all for cms.no-key at Orders."
std::string sentence_of(const Suspended& suspended);

}  // namespace sealgate::admin

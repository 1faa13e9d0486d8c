#pragma once
// Messages found by more than the box knows about them: to whom they go, why they failed, file names, AS2
// Message-IDs, properties. A search through very much comes back now and then with few or none, and says where to go
// on.

#include <optional>
#include <string>
#include <vector>

#include "artifacts/artifacts.h"
#include "messaging/filter.h"
#include "store/common/store.h"

namespace sealgate::admin {

/// Everything that is set must hold.
struct MessageQuery {
  messaging::ListQuery list = {};  ///< states, kinds, port, message, order, limit; the rest is not looked at
  std::string party = {};          ///< from it, or to it
  std::string code = {};           ///< of the last failure
  std::string file = {};           ///< as the tracking log has it: FILE with its folder, others the name; in any case
  std::string as2_message_id = {};    ///< with its angle brackets; out of the tracking log
  std::optional<Time> from = {};      ///< work that was added not before
  std::optional<Time> until = {};     ///< and before
  messaging::Filter properties = {};  ///< empty: any
  std::string place = {};             ///< MessagePage::next; empty: the first page
};

struct MessagePage {
  std::vector<messaging::WorkSummary> items = {};
  std::string next = {};  ///< empty: that was all
};

/// `set`: who is behind which port. messaging.bad-id for a place that is none.
Result<MessagePage> search_messages(store::Store& store, const artifacts::ArtifactSet& set,
                                    const MessageQuery& query);

/// The party that this work goes to; empty: nobody that is configured.
std::string partner_of(const artifacts::ArtifactSet& set, const messaging::WorkSummary& work);
/// Whether it came from this party, or goes to it.
bool concerns(const artifacts::ArtifactSet& set, const messaging::WorkSummary& work, const std::string& party);

/// How a filter does on what was published lately.
struct FilterTrial {
  std::size_t tested = 0;  ///< messages, the newest ones
  std::size_t matched = 0;
  std::optional<Time> oldest = {};                    ///< of those that were tested
  std::vector<messaging::WorkSummary> examples = {};  ///< the newest that match, one item of work of each
};
inline constexpr std::size_t kTrialMessages = 1000;
inline constexpr std::size_t kTrialExamples = 5;
Result<FilterTrial> try_filter(messaging::MessageBox& box, const messaging::Filter& filter);

}  // namespace sealgate::admin

#include "admin/suspended.h"

#include <algorithm>

#include "admin/message_search.h"

namespace sealgate::admin {

using namespace messaging;

namespace {

constexpr std::size_t kPage = 1000;

/// partner_of(), which is the same for all work of a port.
class Partners {
 public:
  explicit Partners(const artifacts::ArtifactSet& set) : set_(set) {}
  const std::string& of(const WorkSummary& work) {
    const auto [known, is_new] = known_.try_emplace({work.kind, work.port});
    if (is_new) known->second = partner_of(set_, work);
    return known->second;
  }

 private:
  const artifacts::ArtifactSet& set_;
  std::map<std::pair<WorkKind, std::string>, std::string> known_;
};

void add(std::map<std::string, SuspendedGroup>& groups, const WorkSummary& work, const std::string& partner) {
  const Failure failure = work.failure.value_or(Failure{});
  SuspendedGroup& group = groups[failure.code];
  if (group.count == 0) group.oldest = work.changed;
  group.code = failure.code;
  ++group.count;
  if (failure.resumable) ++group.resumable;
  ++group.ports[work.port];
  if (!work.party.empty()) ++group.parties[work.party];
  if (!partner.empty() && partner != work.party) ++group.parties[partner];
  group.oldest = std::min(group.oldest, work.changed);
  if (work.changed < group.newest) return;
  group.newest = work.changed;
  group.text = failure.text;
  group.remedy = failure.remedy;
  group.example = work.id;
}

}  // namespace

Result<Suspended> look_at_suspended(MessageBox& box, const artifacts::ArtifactSet& set) {
  Suspended suspended;
  Partners partners(set);
  std::map<std::string, SuspendedGroup> groups;
  ListQuery query;
  query.states = {WorkState::Suspended};
  query.limit = kPage;
  query.newest_first = true;
  for (;;) {
    SG_TRY_ASSIGN(const auto page, box.list(query));
    for (const WorkSummary& work : page) add(groups, work, partners.of(work));
    suspended.total += page.size();
    if (page.size() < kPage) break;
    suspended.complete = suspended.total < kMaxSuspendedSeen;
    if (!suspended.complete) break;
    query.after = page.back().id;
  }
  for (auto& [code, group] : groups) suspended.groups.push_back(std::move(group));
  std::ranges::stable_sort(suspended.groups, std::greater{}, &SuspendedGroup::count);
  return suspended;
}

std::string sentence_of(const Suspended& suspended) {
  if (suspended.groups.empty()) return "Nothing is suspended.";
  const SuspendedGroup& first = suspended.groups.front();
  const std::string more = suspended.complete ? "" : "more than ";
  std::string text = more + std::to_string(suspended.total) +
                     (suspended.total == 1 ? " message is suspended" : " messages are suspended");
  const bool all = suspended.groups.size() == 1;
  text +=
      all ? (suspended.total == 1 ? ", for " : ", all for ") : ", " + std::to_string(first.count) + " of them for ";
  text += first.code.empty() ? "no reason that is known" : first.code;
  if (first.ports.size() == 1) text += " at " + first.ports.begin()->first;
  text[0] = text[0] == 'm' ? 'M' : text[0];
  return text + ".";
}

}  // namespace sealgate::admin

#include "revocation/updater.h"

#include <algorithm>

#include "base/log.h"
#include "revocation/errors.h"
#include "revocation/folder.h"
#include "revocation/list_intake.h"

namespace sealgate::revocation {
namespace {

using certificates::Crl;

/// What a source gave that is not in order although it was taken.
std::optional<Error> staleness(const Source& source, const std::vector<Crl>& lists, Time now) {
  for (const Crl& list : lists) {
    if (!list.next_update() || *list.next_update() >= now) continue;
    return Error{
        kStaleList,
        "the revocation list of " + list.issuer() + " there was to be replaced on " + to_rfc3339(*list.next_update()),
        source.address, "ask the authority's operator for the current list"};
  }
  return std::nullopt;
}

void tell(const SourceState& before, const Update& update, bool changed) {
  const SourceState& now = update.state;
  if (!update.failure) {
    if (!changed && before.failures == 0) return;
    log(LogLevel::Info, "revocation lists updated",
        {{"source", now.source.address},
         {"lists", std::to_string(update.lists.size())},
         {"next", to_rfc3339(now.next)}});
    return;
  }
  // Each other trouble once, and now and then that it lasts.
  if (before.failure_code == now.failure_code && now.failures % 10 != 0) return;
  log(LogLevel::Warning, "revocation lists cannot be updated",
      {{"source", now.source.address},
       {"reason", update.failure->to_string()},
       {"failures", std::to_string(now.failures)},
       {"next", to_rfc3339(now.next)}});
}

}  // namespace

Result<std::vector<Crl>> Updater::fetch(const Source& source, std::chrono::milliseconds total_time,
                                        std::optional<Error>& trouble) {
  if (source.kind == SourceKind::Folder) {
    SG_TRY_ASSIGN(FolderLists found, read_folder(source.address));
    if (!found.passed_over.empty()) trouble = std::move(found.passed_over.front());
    return std::move(found.lists);
  }
  DownloadRules rules;
  rules.max_bytes = kMaxListBytes;
  rules.total_time = total_time;
  SG_TRY_ASSIGN(const Bytes bytes, downloader_.get(source.address, rules));
  auto lists = read_lists(bytes);
  if (!lists) return fail(std::move(lists).error().at(source.address));
  return lists;
}

Result<Update> Updater::update(const Source& source, std::chrono::milliseconds refresh,
                               std::chrono::milliseconds total_time, bool demanded) {
  SourceState before;
  before.source = source;
  if (auto known = load_state(memos_, source.address); known && *known) before = std::move(**known);
  Update result;
  const auto fetched = fetch(source, total_time, result.failure);
  const Time now = clock_.now();
  bool changed = false;
  if (!fetched) {
    result.failure = fetched.error();
  } else {
    SG_TRY_ASSIGN(Intake intake, take_in(store_, *fetched, now));
    for (const std::string& list : intake.added) SG_TRY(save_origin(memos_, {list, source.address, now}));
    for (const std::string& list : intake.removed) SG_TRY(forget_origin(memos_, list, now));
    changed = !intake.added.empty();
    if (!intake.refused.empty()) result.failure = std::move(intake.refused.front()).at(source.address);
    result.lists = std::move(intake.stored);
    if (!result.failure) result.failure = staleness(source, result.lists, now);
  }

  SourceState& state = result.state;
  state = before;
  state.source = source;
  state.asked = now;
  if (demanded) state.demanded = now;
  if (!result.lists.empty()) state.lists = static_cast<int>(result.lists.size());
  if (result.failure) {
    state.failures = std::min(before.failures + 1, 1'000'000);
    state.failure = result.failure->to_string();
    state.failure_code = result.failure->code.id;
    state.next = next_after_failure(now, refresh, state.failures);
  } else {
    state.fetched = now;
    state.failures = 0;
    state.failure.clear();
    state.failure_code.clear();
    state.next = next_after_success(now, refresh, result.lists);
  }
  SG_TRY(save_state(memos_, state, now));
  tell(before, result, changed);
  return result;
}

}  // namespace sealgate::revocation

#include "store/common/artifact_changes.h"

#include <algorithm>

#include "artifacts/errors.h"
#include "artifacts/veil.h"

namespace sealgate::store {

using namespace artifacts;

namespace {

Result<std::vector<SourcedArtifact>> parse_stored(const Documents::key_type& key, const std::string& document) {
  return parse_documents(document, "stored " + key.first + " '" + key.second + "'");
}

/// A document that an older program wrote may say the same in other words.
Result<std::string> as_written_now(const Documents::value_type& stored) {
  SG_TRY_ASSIGN(const auto parsed, parse_stored(stored.first, stored.second));
  return parsed.size() == 1 ? to_yaml(parsed.front().artifact) : stored.second;
}

}  // namespace

Documents documents_of(const ArtifactSet& set) {
  Documents documents;
  for (const Artifact& artifact : set.all()) {
    documents.emplace(std::pair(std::string(to_string(kind_of(artifact))), name_of(artifact)), to_yaml(artifact));
  }
  return documents;
}

Result<ArtifactSet> set_of(const Documents& documents) {
  ArtifactSet set;
  for (const auto& [key, document] : documents) {
    SG_TRY_ASSIGN(std::vector<SourcedArtifact> parsed, parse_stored(key, document));
    for (SourcedArtifact& artifact : parsed) set.put(std::move(artifact.artifact));
  }
  return set;
}

Change change_of(std::string_view kind, std::string name, std::string before, std::string after) {
  Change change;
  change.kind = parse_kind(kind).value_or(Kind::Group);
  change.name = std::move(name);
  change.change = before.empty() ? ChangeKind::Created : after.empty() ? ChangeKind::Deleted : ChangeKind::Changed;
  change.before = std::move(before);
  change.after = std::move(after);
  return change;
}

Result<DocumentChanges> changes_between(const Documents& stored, const Documents& wanted) {
  DocumentChanges all;
  std::size_t size = 0;
  const auto note = [&](const Documents::key_type& key, std::string before, const std::string& after) -> Result<> {
    Change change = change_of(key.first, key.second, std::move(before), after);
    size += change.before.size() + change.after.size();
    if (size > kMaxChangeSize) {
      return fail(kChangeTooLarge,
                  "the change has more than " + std::to_string(kMaxChangeSize >> 20) + " MiB of documents",
                  std::to_string(all.changes.size() + 1) + " artifacts and more", "make it in several steps");
    }
    change.before = veiled_text(change.kind, change.before);
    change.after = veiled_text(change.kind, change.after);
    all.changes.push_back(std::move(change));
    return {};
  };
  for (const auto& entry : stored) {
    const auto after = wanted.find(entry.first);
    if (after != wanted.end() && after->second == entry.second) continue;
    SG_TRY_ASSIGN(std::string before, as_written_now(entry));
    if (after == wanted.end()) {
      all.remove.push_back(&entry.first);
      SG_TRY(note(entry.first, std::move(before), {}));
    } else if (before != after->second) {
      all.put.push_back(&*after);
      SG_TRY(note(entry.first, std::move(before), after->second));
    }
  }
  for (const auto& entry : wanted) {
    if (stored.contains(entry.first)) continue;
    all.put.push_back(&entry);
    SG_TRY(note(entry.first, {}, entry.second));
  }
  return all;
}

/// "SendPort Orders", "Host A and Host B", "Host A, Host B, Host C and 4 more".
std::string about(const std::vector<Change>& changes) {
  constexpr std::size_t kNamed = 3;
  const std::size_t named = std::min(changes.size(), kNamed);
  std::string text;
  for (std::size_t i = 0; i < named; ++i) {
    if (i > 0) text += i + 1 == changes.size() ? " and " : ", ";
    text += std::string(to_string(changes[i].kind)) + " " + changes[i].name;
  }
  return changes.size() > named ? text + " and " + std::to_string(changes.size() - named) + " more" : text;
}

RevisionSummary revision_of(const ChangeNote& note, Revision number, Time now, const DocumentChanges& all) {
  return {number,       now,           note.who,           note.address,      note.origin,
          note.comment, note.restores, all.changes.size(), about(all.changes)};
}

Result<> check_expected(Revision revision, Revision expected, const std::optional<RevisionSummary>& last) {
  if (revision == expected) return {};
  std::string what = "somebody else changed the artifacts meanwhile";
  if (last) {
    what = (last->who.empty() ? std::string("somebody else") : "'" + last->who + "'") + " changed the artifacts at " +
           to_rfc3339(last->at);
  }
  return fail(kChangedMeanwhile, what,
              "revision " + std::to_string(revision) + " instead of " + std::to_string(expected), "try again");
}

Revision first_kept(const ArtifactSet& set, Revision newest) {
  return newest - (set.group ? *set.group : Group()).keep_revisions + 1;
}

}  // namespace sealgate::store

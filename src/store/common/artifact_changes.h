#pragma once
// What every backend does with the artifacts before it writes rows: documents, and what differs between two sets.

#include <map>

#include "artifacts/artifact_store.h"

namespace sealgate::store {

/// Kind and name, and the canonical document.
using Documents = std::map<std::pair<std::string, std::string>, std::string>;

Documents documents_of(const artifacts::ArtifactSet& set);
/// The set that was stored as these documents. Errors of what cannot be read, which nobody stored by us.
Result<artifacts::ArtifactSet> set_of(const Documents& documents);

/// What a transaction is to write to make `wanted` of `stored`.
struct DocumentChanges {
  std::vector<const Documents::value_type*> put = {};
  std::vector<const Documents::key_type*> remove = {};
  /// For the revision, by kind and name: with the documents as they would be written now, veiled.
  std::vector<artifacts::Change> changes = {};
  bool none() const { return put.empty() && remove.empty(); }
};
/// Refers to both. artifacts.change-too-large.
Result<DocumentChanges> changes_between(const Documents& stored, const Documents& wanted);

/// As it is kept.
artifacts::RevisionSummary revision_of(const artifacts::ChangeNote& note, artifacts::Revision number, Time now,
                                       const DocumentChanges& all);

/// artifacts.changed-meanwhile when somebody else was faster; who that was, of `last`.
Result<> check_expected(artifacts::Revision revision, artifacts::Revision expected,
                        const std::optional<artifacts::RevisionSummary>& last);

/// The oldest revision that is kept once `newest` is stored, by Group::keep_revisions.
artifacts::Revision first_kept(const artifacts::ArtifactSet& set, artifacts::Revision newest);

/// As it was read.
artifacts::Change change_of(std::string_view kind, std::string name, std::string before, std::string after);

}  // namespace sealgate::store

#pragma once
// What became of the configuration, change by change: each is kept under the revision that it made, with who made it
// and every artifact as it was and as it is. So any revision can be shown, and made again, as long as all that came
// after it are kept.

#include <optional>
#include <string>
#include <vector>

#include "access/audit_record.h"
#include "artifacts/documents.h"

namespace sealgate::artifacts {

using Revision = std::int64_t;  ///< 0: nothing was ever stored

enum class ChangeKind { Created, Changed, Unchanged, Deleted };
std::string_view to_string(ChangeKind change);  ///< created, changed, unchanged, deleted

struct Change {
  Kind kind = Kind::Group;
  std::string name = {};
  ChangeKind change = ChangeKind::Unchanged;
  std::string before = {};  ///< YAML; empty when created
  std::string after = {};   ///< YAML; empty when deleted
  friend bool operator==(const Change&, const Change&) = default;
};

/// Which way a change came. Stored as its word.
enum class Origin {
  Unknown,  ///< "unknown"
  Command,  ///< "command": the command line, on the computer of the store
  Console,  ///< "console": somebody who is signed in
  Api       ///< "api": a token
};
std::string_view to_string(Origin origin);
/// Unknown for an unknown word.
Origin parse_origin(std::string_view word);

inline constexpr std::size_t kMaxComment = 2000;                              ///< bytes
inline constexpr std::size_t kMaxChangeSize = std::size_t{32} * 1024 * 1024;  ///< bytes of all documents of a change

/// What is said of a change, and goes with it in its commit.
struct ChangeNote {
  std::string who = {};      ///< Principal::who()
  std::string address = {};  ///< Principal::address()
  Origin origin = Origin::Unknown;
  std::string comment = {};                     ///< why; at most kMaxComment
  std::optional<Revision> restores = {};        ///< the revision that it goes back to
  std::vector<access::AuditRecord> audit = {};  ///< appended to the audit log
};

struct RevisionSummary {
  Revision number = 0;
  Time at = {};
  std::string who = {};
  std::string address = {};
  Origin origin = Origin::Unknown;
  std::string comment = {};
  std::optional<Revision> restores = {};
  std::size_t changes = 0;  ///< artifacts that it created, changed or deleted
  std::string about = {};   ///< the first of them in words: "SendPort Orders, Party Fabrikam and 3 more"
  friend bool operator==(const RevisionSummary&, const RevisionSummary&) = default;
};

/// The change of one artifact, and the revision that it was part of. What is veiled (veil.h) is so here as well: a
/// change of nothing else has the same text before and after.
struct KeptChange {
  RevisionSummary revision = {};
  Change change = {};
};

/// All that is set must fit. A `name` without a kind: whatever its kind.
struct RevisionFilter {
  std::optional<Kind> kind = {};
  std::string name = {};
  std::string who = {};  ///< also through tokens of his
};

struct ArtifactKey {
  std::string kind = {};
  std::string name = {};
};

/// Thread-safe.
class RevisionLog {
 public:
  RevisionLog() = default;
  RevisionLog(const RevisionLog&) = delete;
  RevisionLog& operator=(const RevisionLog&) = delete;
  virtual ~RevisionLog() = default;

  /// Up to `limit`, the newest first, that come before this one; 0: from the newest.
  virtual Result<std::vector<RevisionSummary>> list(const RevisionFilter& filter, Revision before,
                                                    std::size_t limit) = 0;
  /// Empty when there is none of this number, or no more.
  virtual Result<std::optional<RevisionSummary>> find(Revision number) = 0;
  /// Up to `limit` changes of one revision, by the words of kind and name, that come after this artifact.
  virtual Result<std::vector<Change>> changes(Revision number, const ArtifactKey& after, std::size_t limit) = 0;
  /// Up to `limit` changes of one artifact, the newest first, that come before this revision; 0: from the newest.
  virtual Result<std::vector<KeptChange>> history(Kind kind, const std::string& name, Revision before,
                                                  std::size_t limit) = 0;
  /// The first change of each artifact after this revision, whose `before` is what it was then; and, in the same
  /// view, the newest revision and how many are kept after this one: fewer than their difference when some are gone.
  struct Since {
    Revision newest = 0;
    Revision kept = 0;
    std::vector<Change> first = {};
  };
  virtual Result<Since> since(Revision number) = 0;
};

}  // namespace sealgate::artifacts

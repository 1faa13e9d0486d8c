#pragma once
// The configuration as it was after an earlier revision, made again: planned, judged and stored as any other change.
// It goes back as a whole or not at all, and is a new revision.
//
// Passwords of a host's users are not kept in revisions (artifacts/veil.h): who is still there keeps the one he has;
// who is not cannot be brought back that way.

#include "admin/configure.h"
#include "artifacts/revisions.h"

namespace sealgate::admin {

struct RollbackPlan {
  artifacts::Plan plan = {};  ///< only what would differ
  /// Why it cannot be: faults that the configuration does not have now, and what it needs and is not there any more.
  /// Empty: it can. Certificates that do not fit are configure()'s to judge.
  std::vector<Error> refusals = {};
};

struct RollbackSource {
  artifacts::ArtifactStore& artifacts;
  artifacts::RevisionLog& revisions;
  const certificates::CertificateStore& certificates;
  const std::vector<std::string>& applications;  ///< names of the affiliate applications
};

/// artifacts.no-revision when there is no such revision, or what came after it is not kept in full;
/// artifacts.changed-meanwhile.
Result<RollbackPlan> plan_rollback(const RollbackSource& source, artifacts::Revision to, Time now);

struct RolledBack {
  Configured done = {};
  std::vector<Error> refusals = {};  ///< of a dry run; else they are the error
};

/// Does it, or with options.dry_run tells what it would do and whether it may. `options.restores` is set by this.
/// The first of the refusals as error, whose remedy counts the others; `faults` receives all.
Result<RolledBack> roll_back(const RollbackSource& source, artifacts::Revision to, const Clock& clock,
                             ConfigureOptions options, std::vector<Error>* faults = nullptr);

}  // namespace sealgate::admin

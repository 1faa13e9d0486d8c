#pragma once
// Changes of the configuration: planned as a whole, looked at with the certificates that they assign, stored in one
// commit or not at all. Who loses a race plans again on what is there then.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/principal.h"
#include "admin/assignments.h"
#include "artifacts/artifact_store.h"

namespace sealgate::admin {

/// Who asks for a change, and why.
struct Author {
  access::Principal by;
  std::string comment = {};  ///< at most artifacts::kMaxComment
  std::string action = {};   ///< for the audit log; empty: artifact.create, artifact.change, artifact.delete
};

struct ConfigureOptions {
  Author author;
  bool dry_run = false;                              ///< nothing is stored
  bool accept_wrong_usage = false;                   ///< also what certificates are not meant for
  std::optional<artifacts::Revision> restores = {};  ///< the revision that it goes back to
  /// Looks at each plan before it is stored; its error ends the whole.
  std::function<Result<>(const artifacts::Plan& plan)> approve = {};
};

struct Configured {
  artifacts::Plan plan = {};
  AssignmentReview review = {};
  bool refused = false;              ///< by review.misfits: nothing was stored
  artifacts::Revision revision = 0;  ///< the new one; the one that was compared with when nothing was stored
  /// A new revision was made, and its records are in the audit log.
  bool stored() const { return revision != plan.base.revision; }
};

/// Makes the plan, on what is stored when it is called.
using MakePlan = std::function<Result<artifacts::Plan>()>;

/// What is stored is kept as a revision and recorded in the audit log, in one commit. `applications` are the names of
/// the affiliate applications. Errors of `make` and `approve`, artifacts.changed-meanwhile when others were faster
/// again and again, artifacts.bad-value for a comment that is too long.
Result<Configured> configure(artifacts::ArtifactStore& store, const certificates::CertificateStore& certificates,
                             const std::vector<std::string>& applications, const Clock& clock, const MakePlan& make,
                             const ConfigureOptions& options);

/// One artifact of the configuration changed by `change`, which says no by an error. artifacts.not-found.
Result<artifacts::Plan> plan_change(artifacts::ArtifactStore& store, artifacts::Kind kind, const std::string& name,
                                    Time now, const std::function<Result<>(artifacts::Artifact&)>& change);

/// The same for a receive location, whatever port it is of.
Result<artifacts::Plan> plan_location_change(artifacts::ArtifactStore& store, const std::string& name, Time now,
                                             const std::function<void(artifacts::ReceiveLocation&)>& change);

}  // namespace sealgate::admin

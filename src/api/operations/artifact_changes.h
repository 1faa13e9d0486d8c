#pragma once
// What the operations that change the configuration share.

#include <nlohmann/json_fwd.hpp>

#include "admin/configure.h"
#include "api/call.h"
#include "api/services.h"

namespace sealgate::api {

/// "receive-ports": the kind as it stands in paths.
std::string path_of(artifacts::Kind kind);
Result<artifacts::Kind> kind_of_path(const Call& call);

/// For If-Match: of one artifact by its content, of the whole configuration by its revision. Where something is
/// veiled, `revision` counts as well: a digest would let it be guessed.
std::string tag_of(const artifacts::Artifact& artifact, artifacts::Revision revision);
std::string tag_of(artifacts::Revision revision);
/// Whether a list of tags, or "*", names this one.
bool names_tag(const std::string& list, const std::string& tag);

/// api.forbidden unless the caller may change artifacts of this kind.
Result<> may_change(const Call& call, artifacts::Kind kind);

/// The documents of the body, with what was veiled put back. `where`: source for messages.
Result<std::vector<artifacts::SourcedArtifact>> read_documents(const Call& call,
                                                               const artifacts::ArtifactSet& stored);

/// Does it, with dry-run and accept-wrong-usage of the call; certificates that do not fit are the call's faults.
Result<admin::Configured> change(Call& call, Services& services, const admin::MakePlan& make,
                                 std::function<Result<>(const artifacts::Plan& plan)> approve = {});

/// What every change answers.
nlohmann::ordered_json applied_json(const Call& call, const admin::Configured& done);

}  // namespace sealgate::api

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

/// "'alice' changed it at 2026-… (revision 57)": of the newest that fits, as words for who came too late.
std::string who_changed(store::Store& store, const artifacts::RevisionFilter& filter, const std::string& what);
/// If-Match of the whole configuration, and whether the caller may change all of that. api.precondition-failed,
/// api.forbidden.
Result<> approve_all(const Call& call, store::Store& store, const artifacts::Plan& plan);

/// The documents of the body, with what was veiled put back. `where`: source for messages.
Result<std::vector<artifacts::SourcedArtifact>> read_documents(const Call& call,
                                                               const artifacts::ArtifactSet& stored);

/// Who asks, why, and how: dry-run, accept-wrong-usage and comment of the call.
admin::ConfigureOptions options_of(const Call& call, std::function<Result<>(const artifacts::Plan& plan)> approve);
/// After configure(): what was stored holds in this process; certificates that do not fit are the call's faults.
Result<> settle(Call& call, Services& services, const admin::Configured& done);

/// Does it, with dry-run and accept-wrong-usage of the call; certificates that do not fit are the call's faults.
Result<admin::Configured> change(Call& call, Services& services, const admin::MakePlan& make,
                                 std::function<Result<>(const artifacts::Plan& plan)> approve = {});

/// One artifact with its lines that differ.
nlohmann::ordered_json change_json(const artifacts::Change& change);
/// What every change answers.
nlohmann::ordered_json applied_json(const Call& call, const admin::Configured& done);

}  // namespace sealgate::api

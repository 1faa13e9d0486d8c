#pragma once
// What of the configuration is kept from those who look at it: the hashes of users' passwords, of which some are as
// good as the password. In their place stand values that no password has; who sends them back keeps what is stored.

#include "artifacts/documents.h"

namespace sealgate::artifacts {

/// Replaces what is kept; other artifacts stay as they are.
void veil(Artifact& artifact);
/// The same for the text of a document, such as of a Change. Text that is no document becomes empty.
std::string veiled_text(Kind kind, const std::string& yaml);
/// Puts back what `stored` has. artifacts.bad-value where there is nothing to keep.
Result<> unveil(Artifact& artifact, const ArtifactSet& stored);

}  // namespace sealgate::artifacts

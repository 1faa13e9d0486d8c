#pragma once
// Whether a signature is that of the partner of an agreement, for messages and for receipts.

#include <optional>

#include "pipeline/components.h"
#include "pipeline/errors.h"
#include "pipeline/signer_judge.h"

namespace sealgate::pipeline {

/// What the agreement says about revocation and about certificates that have expired.
SignerRules signer_rules(const Environment& environment, const artifacts::Agreement& agreement);

/// A certificate that came with the message proves nothing by itself, and neither does another partner's.
/// pipeline.signer-not-of-agreement. Without a signer there is nothing to check.
Result<> check_agreement_signer(const Environment& environment, const artifacts::Agreement& agreement,
                                const std::optional<Certificate>& signer);

}  // namespace sealgate::pipeline

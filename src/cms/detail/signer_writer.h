#pragma once
// Internal: the parts of a SignedData that come after its content.

#include "cms/writer.h"
#include "crypto/signature.h"

namespace sealgate::cms::detail {

/// Checks the signers and fixes what a key demands (Ed25519 goes with SHA-512).
Result<> prepare_signers(SignedDataOptions& options);
/// 1, or 3 when a signer is named by key identifier or the content is not id-data (RFC 5652 section 5.1).
std::uint64_t signed_data_version(const SignedDataOptions& options);
/// SET OF DigestAlgorithmIdentifier.
Bytes digest_algorithms(const SignedDataOptions& options);
/// [0] certificates if any, then SET OF SignerInfo, signed now.
Result<Bytes> certificates_and_signers(const SignedDataOptions& options, const crypto::MultiDigest& digests);

}  // namespace sealgate::cms::detail

#pragma once
// Internal: AlgorithmIdentifiers of signatures with their parameters (RFC 4055, 4056).

#include "cms/ber_cursor.h"
#include "crypto/key_transport.h"
#include "crypto/signature.h"

namespace sealgate::cms::detail {

/// `digest` is the SignerInfo's digestAlgorithm, for algorithms that name none. Fails with unsupported-algorithm.
/// RSASSA-PSS without parameters, as pyas2 writes it, verifies with any salt length and the signer's digest, instead
/// of the defaults of RFC 4055 (SHA-1, 20), which nobody means by it.
Result<crypto::SignatureScheme> parse_signature_scheme(const AlgorithmId& algorithm, crypto::DigestAlgorithm digest);

/// RSAES-OAEP-params; absent parameters are the defaults (SHA-1).
Result<crypto::OaepParameters> parse_oaep_parameters(const AlgorithmId& algorithm);

/// The other direction, as DER AlgorithmIdentifier.
Bytes signature_algorithm_der(const crypto::SignatureScheme& scheme);
Bytes oaep_algorithm_der(const crypto::OaepParameters& parameters);

}  // namespace sealgate::cms::detail

#include "cms/detail/signature_parameters.h"

#include "cms/der.h"
#include "cms/detail/layer_reader.h"
#include "cms/errors.h"

namespace sealgate::cms::detail {
namespace {

using crypto::DigestAlgorithm;

Result<DigestAlgorithm> digest_of(const BerElement& element) {
  SG_TRY_ASSIGN(const AlgorithmId id, algorithm_id(element));
  const auto known = crypto::digest_from_oid(id.oid);
  if (!known) return fail(kUnsupportedAlgorithm, "digest " + id.oid + " is not supported");
  return *known;
}

Result<DigestAlgorithm> mgf1_digest_of(const BerElement& element) {
  SG_TRY_ASSIGN(const AlgorithmId id, algorithm_id(element));
  if (id.oid != crypto::kMgf1Oid)
    return fail(kUnsupportedAlgorithm, "mask generation " + id.oid + " is not supported");
  SG_TRY_ASSIGN(const BerElement inner, parse_single(id.parameters, "MGF1"));
  return digest_of(inner);
}

/// The element inside an EXPLICIT tag.
Result<BerElement> inside(const BerElement& wrapper) {
  return parse_single(wrapper.content, "algorithm parameters");
}

Bytes digest_der(DigestAlgorithm digest) {
  return der_algorithm(crypto::oid(digest), der_null());
}
Bytes mgf1_der(DigestAlgorithm digest) {
  return der_algorithm(crypto::kMgf1Oid, digest_der(digest));
}

}  // namespace

Result<crypto::SignatureScheme> parse_signature_scheme(const AlgorithmId& algorithm, DigestAlgorithm digest) {
  const auto known = crypto::signature_from_oid(algorithm.oid);
  if (!known) return fail(kUnsupportedAlgorithm, "signature algorithm " + algorithm.oid + " is not supported");
  crypto::SignatureScheme scheme{known->kind, known->digest.value_or(digest)};
  if (known->kind != crypto::SignatureKind::RsaPss || algorithm.no_parameters()) return scheme;

  scheme.digest = DigestAlgorithm::Sha1;
  scheme.mgf1_digest = DigestAlgorithm::Sha1;
  scheme.salt_length = 20;
  SG_TRY_ASSIGN(const BerElement parameters, parse_single(algorithm.parameters, "RSASSA-PSS"));
  BerCursor cursor(parameters, "RSASSA-PSS");
  while (!cursor.at_end()) {
    SG_TRY_ASSIGN(const BerElement field, cursor.next());
    SG_TRY_ASSIGN(const BerElement value, inside(field));
    if (field.is_context(0)) {
      SG_TRY_ASSIGN(scheme.digest, digest_of(value));
    } else if (field.is_context(1)) {
      SG_TRY_ASSIGN(scheme.mgf1_digest, mgf1_digest_of(value));
    } else if (field.is_context(2)) {
      SG_TRY_ASSIGN(const std::uint64_t salt, small_integer(value));
      if (salt > 4096) return malformed("RSASSA-PSS", "an impossible salt length");
      scheme.salt_length = static_cast<int>(salt);
    } else if (field.is_context(3)) {
      SG_TRY_ASSIGN(const std::uint64_t trailer, small_integer(value));
      if (trailer != 1) return fail(kUnsupportedAlgorithm, "an unknown PSS trailer field");
    } else {
      return malformed("RSASSA-PSS", "an unknown field");
    }
  }
  return scheme;
}

Result<crypto::OaepParameters> parse_oaep_parameters(const AlgorithmId& algorithm) {
  crypto::OaepParameters result;
  if (algorithm.no_parameters()) return result;
  SG_TRY_ASSIGN(const BerElement parameters, parse_single(algorithm.parameters, "RSAES-OAEP"));
  BerCursor cursor(parameters, "RSAES-OAEP");
  while (!cursor.at_end()) {
    SG_TRY_ASSIGN(const BerElement field, cursor.next());
    SG_TRY_ASSIGN(const BerElement value, inside(field));
    if (field.is_context(0)) {
      SG_TRY_ASSIGN(result.digest, digest_of(value));
    } else if (field.is_context(1)) {
      SG_TRY_ASSIGN(result.mgf1_digest, mgf1_digest_of(value));
    } else if (field.is_context(2)) {
      SG_TRY_ASSIGN(const AlgorithmId source, algorithm_id(value));
      if (source.oid != crypto::kPSpecifiedOid) return fail(kUnsupportedAlgorithm, "an unknown OAEP label source");
      SG_TRY_ASSIGN(const BerElement label, parse_single(source.parameters, "RSAES-OAEP"));
      SG_TRY_ASSIGN(result.label, octet_string(label));
    } else {
      return malformed("RSAES-OAEP", "an unknown field");
    }
  }
  return result;
}

Bytes signature_algorithm_der(const crypto::SignatureScheme& scheme) {
  const std::string_view oid = crypto::signature_oid(scheme.kind, scheme.digest);
  if (scheme.kind == crypto::SignatureKind::RsaPkcs1) return der_algorithm(oid, der_null());
  if (scheme.kind != crypto::SignatureKind::RsaPss) return der_algorithm(oid);
  const int salt = scheme.salt_length.value_or(static_cast<int>(crypto::digest_size(scheme.digest)));
  const Bytes parameters = der_sequence({
      der_element(der::context(0), digest_der(scheme.digest)),
      der_element(der::context(1), mgf1_der(scheme.mgf1_digest.value_or(scheme.digest))),
      der_element(der::context(2), der_integer(static_cast<std::uint64_t>(salt))),
  });
  return der_algorithm(oid, parameters);
}

Bytes oaep_algorithm_der(const crypto::OaepParameters& parameters) {
  // DER leaves out fields that have their default (RFC 4055 section 4.1).
  Bytes fields;
  if (parameters.digest != DigestAlgorithm::Sha1) {
    append(fields, der_element(der::context(0), digest_der(parameters.digest)));
  }
  if (parameters.mgf1_digest != DigestAlgorithm::Sha1) {
    append(fields, der_element(der::context(1), mgf1_der(parameters.mgf1_digest)));
  }
  if (!parameters.label.empty()) {
    const Bytes source = der_algorithm(crypto::kPSpecifiedOid, der_octet_string(parameters.label));
    append(fields, der_element(der::context(2), source));
  }
  return der_algorithm(crypto::kRsaOaepOid, der_element(der::kSequence, fields));
}

}  // namespace sealgate::cms::detail

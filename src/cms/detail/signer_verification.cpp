// Verification of one SignerInfo (RFC 5652 sections 5.4 and 5.6).

#include <algorithm>

#include "cms/detail/signature_parameters.h"
#include "cms/detail/signer_info.h"
#include "cms/errors.h"
#include "cms/oids.h"
#include "crypto/constant_time.h"
#include "crypto/errors.h"

namespace sealgate::cms::detail {
namespace {

using crypto::DigestAlgorithm;
using crypto::DigestValue;
using crypto::SignatureScheme;

tl::unexpected<Error> mismatch(const char* what) {
  return fail(kDigestMismatch, what, {}, "the content was changed after it was signed, or on the way");
}

tl::unexpected<Error> bad_signature() {
  return fail(kBadSignature, "the signature does not fit the signer's certificate", {},
              "the message was altered, or signed with another key than that of the certificate");
}

bool same_algorithm(const AlgorithmId& a, const AlgorithmId& b) {
  return a.oid == b.oid && (a.parameters == b.parameters || (a.no_parameters() && b.no_parameters()));
}

Result<> check_attributes(const SignerInfo& info, const SignedContent& content) {
  const Layer& layer = content.layer;
  if (info.attribute_error) return fail(*info.attribute_error);
  if (!info.has_attributes) {
    // RFC 5652 section 5.3: only id-data may be signed without attributes. And attributes as content are a known
    // forgery: the signature was made over them as attributes, of some other content.
    if (layer.content_type != oids::kData) {
      return fail(kBadAttribute, "content of this type must be signed with attributes");
    }
    if (content.looks_like_attributes) {
      return fail(kBadAttribute, "the signed attributes of another message were put in place of the content");
    }
    return {};
  }
  if (*info.attributes.content_type != layer.content_type) {
    return fail(kBadAttribute, "the signed content type differs from that of the content");
  }
  if (const auto& protection = info.attributes.protection) {
    // RFC 6211 section 3: both algorithms must be those of the SignerInfo, and no MAC is in place here.
    const bool same = !protection->has_mac && protection->signature &&
                      same_algorithm(protection->digest, info.digest) &&
                      same_algorithm(*protection->signature, info.signature);
    if (!same) return fail(kBadAttribute, "the signed algorithms differ from those of the signature");
  }
  return {};
}

/// One reading of the content: the octets inside, or a variant of detached content.
struct Candidate {
  std::string name;
  std::optional<DigestValue> digest;
  std::optional<ByteView> octets;
};

bool has_digest(const Candidate& candidate, const Bytes& expected) {
  return candidate.digest && crypto::constant_time_equal(candidate.digest->view(), expected);
}

Result<std::vector<Candidate>> inside_candidate(const SignedContent& content, DigestAlgorithm algorithm) {
  if (!content.digests.contains(algorithm)) {
    return fail(kMalformed, "a signer uses a digest that the message does not announce",
                std::string(crypto::name(algorithm)),
                "digestAlgorithms must list every signer's digest (RFC 5652 5.1)");
  }
  SG_TRY_ASSIGN(const DigestValue value, content.digests.value(algorithm));
  Candidate candidate{{}, value, std::nullopt};
  if (content.pure_content) candidate.octets = ByteView(*content.pure_content);
  return std::vector<Candidate>{candidate};
}

/// What the signature may cover, up to the first one that has the digest `expected`; all when there is none. With
/// content inside and detached content both, they must be the same.
Result<std::vector<Candidate>> candidates(const SignedContent& content, DigestAlgorithm algorithm,
                                          const Bytes* expected) {
  const DetachedContent* detached = content.options.detached;
  if (content.layer.has_content && detached == nullptr) return inside_candidate(content, algorithm);
  if (detached == nullptr) {
    return fail(kNoContent, "the signature is detached and the signed content is not at hand", {},
                "give the content that belongs to the signature");
  }
  std::vector<Candidate> found;
  for (std::size_t i = 0; i < detached->variant_count(); ++i) {
    Candidate candidate{std::string(detached->variant_name(i)), detached->digest(i, algorithm), detached->content(i)};
    if (!candidate.digest && !candidate.octets) continue;
    found.push_back(std::move(candidate));
    // Another reading costs hashing all of it once more.
    if (!content.layer.has_content && expected != nullptr && has_digest(found.back(), *expected)) break;
  }
  if (found.empty()) {
    return fail(kNoContent, "the detached content was not hashed with " + std::string(crypto::name(algorithm)));
  }
  if (content.layer.has_content) {
    SG_TRY_ASSIGN(const std::vector<Candidate> inside, inside_candidate(content, algorithm));
    std::erase_if(found, [&inside](const Candidate& c) { return !c.digest || !(*c.digest == *inside[0].digest); });
    if (found.empty()) return mismatch("the content inside the signature differs from the content next to it");
  }
  return found;
}

Result<> verify_attributes(const SignerInfo& info, const crypto::PublicKey& key, const SignatureScheme& scheme) {
  for (const Bytes& form : info.attribute_forms) {
    const auto verified = crypto::verify_message(key, scheme, form, info.signature_value);
    if (verified) return {};
    if (verified.error().code == crypto::kKeyMismatch) break;
  }
  return bad_signature();
}

Result<> verify_content(const SignerInfo& info, const crypto::PublicKey& key, const SignatureScheme& scheme,
                        const std::vector<Candidate>& contents, bool too_large, Signer& signer) {
  const bool pure = scheme.kind == crypto::SignatureKind::Ed25519;
  for (const Candidate& candidate : contents) {
    if (pure && !candidate.octets) {
      if (too_large) {
        return fail(kLimitPureSignature, "the signature covers the content as a whole, which is too large to keep");
      }
      return fail(kNoContent, "the signature covers the content as a whole, which was not kept");
    }
    if (!pure && !candidate.digest) continue;
    const auto verified = pure ? crypto::verify_message(key, scheme, *candidate.octets, info.signature_value)
                               : crypto::verify_digest(key, scheme, candidate.digest->view(), info.signature_value);
    if (!verified) continue;
    signer.content_variant = candidate.name;
    if (candidate.digest)
      signer.message_digest.assign(candidate.digest->view().begin(), candidate.digest->view().end());
    return {};
  }
  return bad_signature();
}

/// The digests that a signature over attributes may be made with: what the signature algorithm says; signers exist
/// whose two algorithm fields disagree and who mean the digestAlgorithm.
std::vector<SignatureScheme> schemes_to_try(const SignatureScheme& scheme, DigestAlgorithm digest) {
  std::vector<SignatureScheme> schemes{scheme};
  if (scheme.digest != digest && scheme.kind != crypto::SignatureKind::RsaPss &&
      scheme.kind != crypto::SignatureKind::Ed25519) {
    schemes.push_back(SignatureScheme{scheme.kind, digest});
  }
  return schemes;
}

struct Found {
  certificates::Certificate certificate;
  bool embedded;
};

std::vector<Found> find_certificates(const EntityId& id, const SignedContent& content) {
  std::vector<Found> found;
  if (content.options.signers != nullptr) {
    for (certificates::Certificate& certificate : content.options.signers->find(id)) {
      found.push_back(Found{std::move(certificate), false});
    }
  }
  for (const certificates::Certificate& certificate : content.layer.certificates) {
    if (!id.matches(certificate)) continue;
    const auto same = [&certificate](const Found& f) { return f.certificate == certificate; };
    const auto known = std::find_if(found.begin(), found.end(), same);
    if (known == found.end()) {
      found.push_back(Found{certificate, true});
    } else {
      known->embedded = true;
    }
  }
  return found;
}

Result<crypto::PublicKey> public_key_of(const certificates::Certificate& certificate, const SignedContent& content) {
  static const MemorySignerProvider no_signers;
  const SignerProvider& provider = content.options.signers != nullptr ? *content.options.signers : no_signers;
  auto key = provider.public_key(certificate, content.layer.certificates);
  if (key) return key;
  return fail(kUnsupportedAlgorithm, "the signer's public key cannot be used: " + key.error().what,
              certificate.subject(), "add the issuer's certificate if the key inherits its parameters");
}

Result<> verify_with(const SignerInfo& info, const crypto::PublicKey& key,
                     const std::vector<SignatureScheme>& schemes, const std::vector<Candidate>& contents,
                     bool too_large, Signer& signer) {
  Result<> result = bad_signature();
  for (const SignatureScheme& scheme : schemes) {
    result = info.has_attributes ? verify_attributes(info, key, scheme)
                                 : verify_content(info, key, scheme, contents, too_large, signer);
    if (!result) continue;
    if (scheme.kind != crypto::SignatureKind::Ed25519) signer.signature_digest = crypto::name(scheme.digest);
    return result;
  }
  return result;
}

Result<> verify(const SignerInfo& info, const SignedContent& content, Signer& signer) {
  const auto digest = crypto::digest_from_oid(info.digest.oid);
  if (!digest) {
    return fail(kUnsupportedAlgorithm, "digest " + signer.digest + " is not supported", {},
                "ask the sender to sign with SHA-256");
  }
  SG_TRY_ASSIGN(const SignatureScheme scheme, parse_signature_scheme(info.signature, *digest));
  if (scheme.kind == crypto::SignatureKind::RsaPss && !info.has_attributes && scheme.digest != *digest) {
    return malformed("SignerInfo", "the PSS parameters name another digest than the signer");
  }
  SG_TRY(check_attributes(info, content));
  std::vector<Found> found = find_certificates(info.id, content);
  if (found.empty()) {
    return fail(kNoSignerCertificate, "the certificate of the signer is neither in the message nor known here",
                info.id.to_string(), "ask the partner for the certificate and add it to OtherPeople");
  }
  signer.certificate = found.front().certificate;
  signer.certificate_embedded = found.front().embedded;
  const Bytes* const expected_digest = info.has_attributes ? &*info.attributes.message_digest : nullptr;
  SG_TRY_ASSIGN(const std::vector<Candidate> contents, candidates(content, *digest, expected_digest));
  if (info.has_attributes) {
    const Bytes& expected = *expected_digest;
    const auto match = std::find_if(contents.begin(), contents.end(),
                                    [&expected](const Candidate& c) { return has_digest(c, expected); });
    if (match == contents.end()) return mismatch("the digest of the content differs from the signed one");
    signer.content_variant = match->name;
    signer.message_digest = expected;
  }
  const std::vector<SignatureScheme> schemes = schemes_to_try(scheme, *digest);
  Result<> first_failure;
  for (Found& candidate : found) {
    const auto key = public_key_of(candidate.certificate, content);
    Result<> result = key ? verify_with(info, *key, schemes, contents, content.pure_too_large, signer)
                          : Result<>(fail(key.error()));
    if (result) {
      signer.certificate = std::move(candidate.certificate);
      signer.certificate_embedded = candidate.embedded;
      return {};
    }
    if (first_failure) first_failure = std::move(result);
  }
  return first_failure;
}

}  // namespace

Signer verify_signer(const SignerInfo& info, const SignedContent& content) {
  Signer signer;
  signer.id = info.id;
  signer.digest = digest_display_name(info.digest.oid);
  const auto known = crypto::signature_from_oid(info.signature.oid);
  signer.signature = known ? std::string(known->name) : info.signature.oid;
  signer.signed_attributes = info.has_attributes;
  signer.signing_time = info.attributes.signing_time;
  auto result = verify(info, content, signer);
  if (!result) signer.error = std::move(result).error();
  return signer;
}

void add_weak_key(Layer& layer, const crypto::PublicKey& key) {
  if (!crypto::is_weak_key(key.type(), key.bits())) return;
  std::string weak(crypto::name(key.type()));
  for (char& c : weak) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  layer.add_weak(weak + '-' + std::to_string(key.bits()));
}

}  // namespace sealgate::cms::detail

#include "certificates/dsa_inheritance.h"

namespace sealgate::certificates {
namespace {

/// Inherited parameters rarely pass through more than one authority; a longer line is a trap.
constexpr int kMaxInheritance = 8;
/// Signature checks spent on finding the issuer of one certificate.
constexpr int kMaxIssuersTried = 16;

crypto::PublicKey complete(const Certificate& certificate, std::span<const std::span<const Certificate>> candidates,
                           int depth) {
  if (!lacks_dsa_parameters(certificate)) {
    auto key = certificate.public_key();
    return key ? *key : crypto::PublicKey();
  }
  if (depth >= kMaxInheritance || certificate.self_issued()) return {};
  const X509_NAME* issuer_name = X509_get_issuer_name(certificate.native());
  int tried = 0;
  for (const auto& group : candidates) {
    for (const Certificate& issuer : group) {
      if (X509_NAME_cmp(X509_get_subject_name(issuer.native()), issuer_name) != 0) continue;
      if (++tried > kMaxIssuersTried) return {};
      const crypto::PublicKey issuer_key = complete(issuer, candidates, depth + 1);
      if (!issuer_key || issuer_key.type() != crypto::KeyType::Dsa) continue;
      if (X509_verify(certificate.native(), issuer_key.native()) != 1) continue;
      auto key = crypto::PublicKey::with_inherited_dsa_parameters(certificate.spki_der(), issuer_key);
      if (key) return *key;
    }
  }
  return {};
}

}  // namespace

bool lacks_dsa_parameters(const Certificate& certificate) {
  const ErrorQueueGuard guard;
  ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR* parameters = nullptr;
  X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, &parameters, X509_get_X509_PUBKEY(certificate.native()));
  if (algorithm == nullptr || OBJ_obj2nid(algorithm) != NID_dsa) return false;
  int type = V_ASN1_UNDEF;
  X509_ALGOR_get0(nullptr, &type, nullptr, parameters);
  return type != V_ASN1_SEQUENCE;
}

crypto::PublicKey complete_dsa_key(const Certificate& certificate,
                                   std::span<const std::span<const Certificate>> candidates) {
  const ErrorQueueGuard guard;
  return complete(certificate, candidates, 0);
}

X509Handle with_public_key(const Certificate& certificate, const crypto::PublicKey& key) {
  const ErrorQueueGuard guard;
  X509Handle copy(X509_dup(certificate.native()));
  if (!copy || X509_set_pubkey(copy.get(), key.native()) != 1) return {};
  X509_check_purpose(copy.get(), -1, 0);
  return copy;
}

}  // namespace sealgate::certificates

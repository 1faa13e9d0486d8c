#pragma once
// Certificates of signers and issuers from outside the message: the few that are at hand, and the partners' in a
// store that may hold very many.

#include <optional>
#include <span>
#include <vector>

#include "certificates/certificate_lookup.h"
#include "cms/providers.h"

namespace sealgate::smime::detail {

class KnownSigners final : public cms::SignerProvider {
 public:
  /// `partners` may be null.
  KnownSigners(std::vector<certificates::Certificate> known,
               std::shared_ptr<const certificates::CertificateFinder> partners)
      : known_(std::move(known)), partners_(std::move(partners)) {}

  std::vector<certificates::Certificate> find(const cms::EntityId& signer) const override;
  /// Looks for issuers among these certificates, too.
  Result<crypto::PublicKey> public_key(const certificates::Certificate& signer,
                                       std::span<const certificates::Certificate> embedded) const override;
  /// Those of the partners' that a path from `signer` can pass.
  std::vector<certificates::Certificate> issuers(const certificates::Certificate& signer,
                                                 std::span<const certificates::Certificate> embedded) const;

  /// What kept the store from answering. Then nothing is known of the message, good or bad.
  const std::optional<Error>& trouble() const { return trouble_; }

 private:
  std::vector<certificates::Certificate> known_;
  std::shared_ptr<const certificates::CertificateFinder> partners_;
  mutable std::optional<Error> trouble_;
};

}  // namespace sealgate::smime::detail

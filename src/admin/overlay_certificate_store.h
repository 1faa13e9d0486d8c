#pragma once
// A certificate store to try changes on: it reads what is there, and keeps what is added or removed to itself. For
// dry runs.

#include <memory>
#include <set>
#include <string>

#include "certificates/certificate_store.h"

namespace sealgate::admin {

/// Not for several threads.
class OverlayCertificateStore final : public certificates::CertificateStore {
 public:
  /// `base` must outlive it and is never written to.
  explicit OverlayCertificateStore(const certificates::CertificateStore& base);

  Result<std::vector<certificates::StoredCertificate>> page(const certificates::StoreId& id,
                                                            const certificates::Page& page) const override;
  Result<std::vector<certificates::StoredCertificate>> find_named(const certificates::StoreId& id,
                                                                  certificates::CertificateQuery::Kind kind,
                                                                  ByteView key) const override;
  Result<std::optional<certificates::StoredCertificate>> find(
      const certificates::StoreId& id, const certificates::Thumbprint& thumbprint) const override;
  Result<certificates::AddOutcome> add(const certificates::StoreId& id,
                                       const certificates::NewCertificate& entry) override;
  /// certificates.not-found for what only the base has: nobody tries that.
  Result<> remove(const certificates::StoreId& id, const certificates::Thumbprint& thumbprint,
                  bool with_key) override;
  Result<std::optional<Bytes>> wrapped_key(const certificates::StoreId& id,
                                           const certificates::Thumbprint& thumbprint) const override;
  Result<std::size_t> replace_keys(const certificates::StoreId& id,
                                   const std::vector<certificates::KeyReplacement>& keys) override;
  Result<std::uint64_t> revision() const override;
  Result<std::vector<certificates::Crl>> list_crls() const override;
  Result<certificates::AddOutcome> add_crl(const certificates::Crl& crl) override;
  Result<> remove_crl(std::string_view sha256) override;

 private:
  const certificates::CertificateStore& base_;
  std::unique_ptr<certificates::CertificateStore> own_;
  std::set<std::string, std::less<>> removed_lists_;  ///< of the base, by Crl::sha256()
};

}  // namespace sealgate::admin

#include "admin/overlay_certificate_store.h"

#include <algorithm>

namespace sealgate::admin {

using namespace certificates;

namespace {

/// What the base has goes before; a key that only the overlay has counts.
void merge(std::vector<StoredCertificate>& all, std::vector<StoredCertificate> own) {
  for (StoredCertificate& entry : own) {
    const auto same = std::ranges::find(all, entry.certificate, &StoredCertificate::certificate);
    if (same == all.end()) {
      all.push_back(std::move(entry));
    } else {
      same->has_private_key |= entry.has_private_key;
    }
  }
}

}  // namespace

OverlayCertificateStore::OverlayCertificateStore(const CertificateStore& base)
    : base_(base), own_(make_memory_certificate_store()) {}

Result<std::vector<StoredCertificate>> OverlayCertificateStore::page(const StoreId& id, const Page& page) const {
  SG_TRY_ASSIGN(auto all, base_.page(id, page));
  SG_TRY_ASSIGN(auto own, own_->page(id, page));
  merge(all, std::move(own));
  std::ranges::sort(all, {}, [](const StoredCertificate& entry) { return entry.certificate.thumbprint(); });
  if (all.size() > page.limit) all.erase(all.begin() + static_cast<std::ptrdiff_t>(page.limit), all.end());
  return all;
}

Result<std::vector<StoredCertificate>> OverlayCertificateStore::find_named(const StoreId& id,
                                                                           CertificateQuery::Kind kind,
                                                                           ByteView key) const {
  SG_TRY_ASSIGN(auto all, base_.find_named(id, kind, key));
  SG_TRY_ASSIGN(auto own, own_->find_named(id, kind, key));
  merge(all, std::move(own));
  return all;
}

Result<std::optional<StoredCertificate>> OverlayCertificateStore::find(const StoreId& id,
                                                                       const Thumbprint& thumbprint) const {
  SG_TRY_ASSIGN(auto found, base_.find(id, thumbprint));
  SG_TRY_ASSIGN(auto own, own_->find(id, thumbprint));
  if (!found) return own;
  if (own) found->has_private_key |= own->has_private_key;
  return found;
}

Result<AddOutcome> OverlayCertificateStore::add(const StoreId& id, const NewCertificate& entry) {
  SG_TRY_ASSIGN(const auto there, find(id, entry.certificate.thumbprint_sha256()));
  SG_TRY(own_->add(id, entry));
  if (!there) return AddOutcome::Added;
  return entry.wrapped_key && !there->has_private_key ? AddOutcome::KeyAdded : AddOutcome::AlreadyThere;
}

Result<> OverlayCertificateStore::remove(const StoreId& id, const Thumbprint& thumbprint, bool with_key) {
  return own_->remove(id, thumbprint, with_key);
}

Result<std::optional<Bytes>> OverlayCertificateStore::wrapped_key(const StoreId& id,
                                                                  const Thumbprint& thumbprint) const {
  SG_TRY_ASSIGN(auto own, own_->wrapped_key(id, thumbprint));
  if (own) return own;
  return base_.wrapped_key(id, thumbprint);
}

Result<std::size_t> OverlayCertificateStore::replace_keys(const StoreId& id,
                                                          const std::vector<KeyReplacement>& keys) {
  return own_->replace_keys(id, keys);
}

Result<std::uint64_t> OverlayCertificateStore::revision() const {
  SG_TRY_ASSIGN(const std::uint64_t base, base_.revision());
  SG_TRY_ASSIGN(const std::uint64_t own, own_->revision());
  return base + own;
}

Result<std::vector<Crl>> OverlayCertificateStore::list_crls() const {
  SG_TRY_ASSIGN(auto all, base_.list_crls());
  std::erase_if(all, [&](const Crl& list) { return removed_lists_.contains(list.sha256()); });
  SG_TRY_ASSIGN(auto own, own_->list_crls());
  for (Crl& list : own) {
    if (std::ranges::find(all, list.sha256(), &Crl::sha256) == all.end()) all.push_back(std::move(list));
  }
  return all;
}

Result<AddOutcome> OverlayCertificateStore::add_crl(const Crl& crl) {
  SG_TRY_ASSIGN(const auto all, list_crls());
  if (std::ranges::find(all, crl.sha256(), &Crl::sha256) != all.end()) return AddOutcome::AlreadyThere;
  return own_->add_crl(crl);
}

Result<> OverlayCertificateStore::remove_crl(std::string_view sha256) {
  if (own_->remove_crl(sha256)) return {};
  SG_TRY_ASSIGN(const auto lists, base_.list_crls());
  if (std::ranges::find(lists, sha256, &Crl::sha256) == lists.end()) return crl_not_found(sha256);
  removed_lists_.emplace(sha256);
  return {};
}

}  // namespace sealgate::admin

#include <map>
#include <mutex>

#include "certificates/certificate_store.h"

namespace sealgate::certificates {
namespace {

struct Entry {
  Certificate certificate;
  std::string friendly_name;
  std::optional<Bytes> wrapped_key;
};

StoredCertificate describe(const Entry& entry) {
  return {entry.certificate, entry.wrapped_key.has_value(), entry.friendly_name};
}

class MemoryCertificateStore final : public CertificateStore {
 public:
  Result<std::vector<StoredCertificate>> page(const StoreId& id, const Page& page) const override {
    return those(id, page.limit, [&](const CertificateKey& thumbprints, const Entry& entry) {
      return (!page.after || *page.after < thumbprints.first) &&
             page.search.matches(entry.certificate, entry.friendly_name);
    });
  }

  Result<std::vector<StoredCertificate>> find_named(const StoreId& id, CertificateQuery::Kind kind,
                                                    ByteView key) const override {
    return those(id, kMaxMatches, [&](const CertificateKey&, const Entry& entry) {
      return as_text(lookup_keys_of(entry.certificate).of(kind)) == as_text(key);
    });
  }

  Result<std::optional<StoredCertificate>> find(const StoreId& id, const Thumbprint& thumbprint) const override {
    SG_TRY(check_store_id(id));
    const std::scoped_lock lock(mutex_);
    SG_TRY_ASSIGN(const Entry* entry, find_entry(id, thumbprint));
    return entry == nullptr ? std::nullopt : std::optional(describe(*entry));
  }

  Result<AddOutcome> add(const StoreId& id, const NewCertificate& entry) override {
    SG_TRY(check_new_certificate(id, entry));
    const std::scoped_lock lock(mutex_);
    Entries& entries = stores_[key_of(id)];
    const auto place = entries.find(key_of(entry.certificate));
    ++revision_;
    if (place == entries.end()) {
      if (entries.size() >= kMaxCertificates) return store_full(id);
      entries.emplace(key_of(entry.certificate), Entry{entry.certificate, entry.friendly_name, entry.wrapped_key});
      return AddOutcome::Added;
    }
    if (place->second.friendly_name.empty()) place->second.friendly_name = entry.friendly_name;
    if (!entry.wrapped_key || place->second.wrapped_key) return AddOutcome::AlreadyThere;
    place->second.wrapped_key = entry.wrapped_key;
    return AddOutcome::KeyAdded;
  }

  Result<> remove(const StoreId& id, const Thumbprint& thumbprint, bool with_key) override {
    SG_TRY(check_store_id(id));
    const std::scoped_lock lock(mutex_);
    SG_TRY_ASSIGN(const Entry* entry, find_entry(id, thumbprint));
    SG_TRY(check_removal(id, thumbprint, entry != nullptr, entry != nullptr && entry->wrapped_key, with_key));
    const auto key = key_of(entry->certificate);
    stores_[key_of(id)].erase(key);
    ++revision_;
    return {};
  }

  Result<std::optional<Bytes>> wrapped_key(const StoreId& id, const Thumbprint& thumbprint) const override {
    SG_TRY(check_store_id(id));
    const std::scoped_lock lock(mutex_);
    SG_TRY_ASSIGN(const Entry* entry, find_entry(id, thumbprint));
    return entry == nullptr ? std::nullopt : entry->wrapped_key;
  }

  Result<std::size_t> replace_keys(const StoreId& id, const std::vector<KeyReplacement>& keys) override {
    SG_TRY(check_store_id(id));
    const std::scoped_lock lock(mutex_);
    std::size_t replaced = 0;
    for (auto& [thumbprints, entry] : stores_[key_of(id)]) {
      for (const KeyReplacement& key : keys) {
        if (key.certificate != thumbprints.second || entry.wrapped_key != key.expected) continue;
        entry.wrapped_key = key.wrapped;
        ++replaced;
        break;
      }
    }
    if (replaced > 0) ++revision_;
    return replaced;
  }

  Result<std::uint64_t> revision() const override {
    const std::scoped_lock lock(mutex_);
    return revision_;
  }

  Result<std::vector<Crl>> list_crls() const override {
    const std::scoped_lock lock(mutex_);
    std::vector<Crl> result;
    for (const auto& [hash, crl] : crls_) result.push_back(crl);
    return result;
  }

  Result<AddOutcome> add_crl(const Crl& crl) override {
    const std::scoped_lock lock(mutex_);
    ++revision_;
    return crls_.emplace(crl.sha256(), crl).second ? AddOutcome::Added : AddOutcome::AlreadyThere;
  }

  Result<> remove_crl(std::string_view sha256) override {
    const std::scoped_lock lock(mutex_);
    if (crls_.erase(std::string(sha256)) == 0) return crl_not_found(sha256);
    ++revision_;
    return {};
  }

 private:
  using StoreKey = std::pair<std::string, StoreName>;
  /// SHA-1 first: it gives the order of list().
  using CertificateKey = std::pair<Thumbprint, Thumbprint>;
  using Entries = std::map<CertificateKey, Entry>;

  static StoreKey key_of(const StoreId& id) { return {std::string(id.effective_account()), id.name}; }
  static CertificateKey key_of(const Certificate& certificate) {
    return {certificate.thumbprint(), certificate.thumbprint_sha256()};
  }

  template <typename Wanted>
  Result<std::vector<StoredCertificate>> those(const StoreId& id, std::size_t limit, Wanted wanted) const {
    SG_TRY(check_store_id(id));
    const std::scoped_lock lock(mutex_);
    std::vector<StoredCertificate> result;
    const Entries* entries = entries_of(id);
    if (entries == nullptr) return result;
    for (const auto& [thumbprints, entry] : *entries) {
      if (result.size() < limit && wanted(thumbprints, entry)) result.push_back(describe(entry));
    }
    return result;
  }

  const Entries* entries_of(const StoreId& id) const {
    const auto found = stores_.find(key_of(id));
    return found == stores_.end() ? nullptr : &found->second;
  }

  /// Null when it is not there.
  Result<const Entry*> find_entry(const StoreId& id, const Thumbprint& thumbprint) const {
    const Entry* found = nullptr;
    const Entries* entries = entries_of(id);
    if (entries == nullptr) return found;
    for (const auto& [thumbprints, entry] : *entries) {
      if (!entry.certificate.has_thumbprint(thumbprint)) continue;
      if (found != nullptr) return ambiguous(id, thumbprint);
      found = &entry;
    }
    return found;
  }

  mutable std::mutex mutex_;
  std::uint64_t revision_ = 0;
  std::map<StoreKey, Entries> stores_;
  std::map<std::string, Crl> crls_;
};

}  // namespace

std::unique_ptr<CertificateStore> make_memory_certificate_store() {
  return std::make_unique<MemoryCertificateStore>();
}

}  // namespace sealgate::certificates

#include "admin/certificate_import.h"

#include "certificates/errors.h"
#include "revocation/errors.h"
#include "revocation/list_intake.h"
#include "store/common/account_keys.h"

namespace sealgate::admin {

using namespace certificates;

namespace {

class Importer {
 public:
  Importer(const ImportPlace& place, ImportMaterial material) : place_(place), material_(std::move(material)) {
    key_used_.resize(material_.keys.size(), false);
    for (ImportedCertificate& entry : material_.certificates) find_key(entry);
  }

  Result<ImportReport> run(Time now) {
    report_.notes = material_.notes;
    if (material_.token) SG_TRY(import_token_certificate());
    for (const ImportedCertificate& entry : material_.certificates) SG_TRY(import_one(entry));
    for (std::size_t index = 0; index < material_.keys.size(); ++index) {
      if (!key_used_[index]) SG_TRY(import_lone_key(material_.keys[index]));
    }
    if (!material_.crls.empty()) SG_TRY(import_lists(now));
    for (Imported& entry : report_.imported) {
      entry.arrival = judge_arrival(place_.configuration.set, entry.certificate, entry.place);
    }
    return std::move(report_);
  }

 private:
  void find_key(ImportedCertificate& entry) {
    entry.key_index.reset();
    const auto public_key = entry.certificate.public_key();
    for (std::size_t index = 0; public_key && index < material_.keys.size(); ++index) {
      if (crypto::matches(material_.keys[index], *public_key)) entry.key_index = index;
    }
  }

  StoreId id(StoreName name) const { return {name, place_.account}; }

  /// What is about to be wrapped is not forgotten by a renewal of the key.
  Result<store::HeldAccountKey> hold() const {
    if (!place_.dry_run) return store::hold_account_key(place_.data, place_.account);
    SG_TRY_ASSIGN(auto forgotten, AccountKey::generate(place_.account));
    return store::HeldAccountKey{std::move(forgotten), {}};
  }

  /// After the certificates: the issuer of a list may be among them.
  Result<> import_lists(Time now) {
    SG_TRY_ASSIGN(const auto intake, revocation::take_in(place_.store, material_.crls, now));
    report_.lists = intake.stored.size();
    report_.stored = intake.stored;
    for (const Error& refused : intake.refused) {
      if (!(refused.code == revocation::kOlderList)) return fail(refused);
      report_.notes.push_back(refused.what + " (" + refused.where + ")");
      ++report_.lists;
    }
    return {};
  }

  Result<> import_token_certificate() {
    const ImportedCertificate own = material_.certificates.front();
    material_.certificates.erase(material_.certificates.begin());
    SG_TRY_ASSIGN(const store::HeldAccountKey held, hold());
    SG_TRY_ASSIGN(const AddOutcome outcome,
                  add_with_token_key(place_.store, held.key, own.certificate, *material_.token, own.friendly_name));
    report_.imported.push_back({own.certificate, id(StoreName::Personal), true, outcome, {}});
    return {};
  }

  Result<> import_one(const ImportedCertificate& entry) {
    if (place_.chosen) {
      if (entry.key_index && *place_.chosen != StoreName::Personal) {
        report_.notes.push_back("the private key of '" + entry.certificate.short_name() +
                                "' was left out: only Personal holds private keys");
        key_used_[*entry.key_index] = true;
      }
      return add(entry, *place_.chosen);
    }
    if (entry.key_index) return add(entry, StoreName::Personal);
    const bool root = entry.certificate.self_signed();
    if (is_authority(entry.certificate) && !root) return add(entry, StoreName::IntermediateAuthorities);
    if (!is_authority(entry.certificate)) SG_TRY(add(entry, StoreName::OtherPeople));
    if (!root) return {};
    if (place_.trust_roots) return add(entry, StoreName::TrustedRoots);
    report_.untrusted_roots.push_back(entry.certificate);
    return {};
  }

  Result<> add(const ImportedCertificate& entry, StoreName name) {
    if (name == StoreName::Personal && entry.key_index) {
      SG_TRY(add_with_key(entry.certificate, material_.keys[*entry.key_index], entry.friendly_name));
      key_used_[*entry.key_index] = true;
      return {};
    }
    SG_TRY_ASSIGN(const AddOutcome outcome, place_.store.add(id(name), {entry.certificate, entry.friendly_name}));
    SG_TRY_ASSIGN(const auto stored, place_.store.find(id(name), entry.certificate.thumbprint_sha256()));
    report_.imported.push_back({entry.certificate, id(name), stored && stored->has_private_key, outcome, {}});
    return {};
  }

  Result<> add_with_key(const Certificate& certificate, const crypto::PrivateKey& key,
                        const std::string& friendly_name) {
    SG_TRY_ASSIGN(const store::HeldAccountKey held, hold());
    SG_TRY_ASSIGN(const AddOutcome outcome,
                  add_with_private_key(place_.store, held.key, certificate, key, friendly_name));
    report_.imported.push_back({certificate, id(StoreName::Personal), true, outcome, {}});
    return {};
  }

  /// A key file alone: for a certificate that is in Personal without its key.
  Result<> import_lone_key(const crypto::PrivateKey& key) {
    SG_TRY_ASSIGN(const auto personal, place_.store.list(id(StoreName::Personal)));
    for (const StoredCertificate& entry : personal) {
      const auto public_key = entry.certificate.public_key();
      if (public_key && crypto::matches(key, *public_key)) return add_with_key(entry.certificate, key, {});
    }
    return fail(kKeyDoesNotFit, "a private key belongs to no certificate of the files nor of Personal", {},
                "name the file with its certificate as well: sealgate cert import CERT KEY");
  }

  const ImportPlace& place_;
  ImportMaterial material_;
  std::vector<bool> key_used_;
  ImportReport report_;
};

}  // namespace

void ImportMaterial::add(ImportBundle bundle, const std::string& file) {
  for (auto& entry : bundle.certificates) certificates.push_back(std::move(entry));
  for (auto& key : bundle.keys) keys.push_back(std::move(key));
  for (auto& crl : bundle.crls) crls.push_back(std::move(crl));
  for (const auto& note : bundle.notes) notes.push_back(file + ": " + note);
}

Result<ImportReport> import_material(const ImportPlace& place, ImportMaterial material, Time now) {
  return Importer(place, std::move(material)).run(now);
}

bool is_authority(const Certificate& certificate) {
  const auto constraints = certificate.basic_constraints();
  return constraints && constraints->ca;
}

std::string_view outcome_word(AddOutcome outcome) {
  switch (outcome) {
    case AddOutcome::Added:
      return "added";
    case AddOutcome::KeyAdded:
      return "private key added";
    case AddOutcome::AlreadyThere:
      return "already there";
  }
  return "";
}

}  // namespace sealgate::admin

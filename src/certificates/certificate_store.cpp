// What all versions of the store have in common.
#include "certificates/certificate_store.h"

#include "base/text.h"
#include "certificates/errors.h"
#include "tokens/token_key.h"

namespace sealgate::certificates {

std::string_view to_string(StoreName name) {
  switch (name) {
    case StoreName::Personal:
      return "Personal";
    case StoreName::OtherPeople:
      return "OtherPeople";
    case StoreName::TrustedRoots:
      return "TrustedRoots";
    case StoreName::IntermediateAuthorities:
      return "IntermediateAuthorities";
    case StoreName::Untrusted:
      return "Untrusted";
  }
  return "";
}

Result<StoreName> parse_store_name(std::string_view text) {
  for (const StoreName name : kAllStoreNames) {
    if (iequals(text, to_string(name))) return name;
  }
  if (iequals(text, "My")) return StoreName::Personal;
  if (iequals(text, "AddressBook")) return StoreName::OtherPeople;
  if (iequals(text, "Root")) return StoreName::TrustedRoots;
  if (iequals(text, "CA")) return StoreName::IntermediateAuthorities;
  if (iequals(text, "Disallowed")) return StoreName::Untrusted;
  return fail(kBadStoreName, "there is no certificate store '" + std::string(text.substr(0, 64)) + "'", {},
              "use Personal, OtherPeople, TrustedRoots, IntermediateAuthorities or Untrusted");
}

std::string StoreId::description() const {
  return name == StoreName::Personal ? "Personal of account " + account : std::string(to_string(name));
}

Result<> check_store_id(const StoreId& id) {
  if (id.name != StoreName::Personal) return {};
  SG_TRY(check_account_name(id.account));
  if (id.account == kComputerAccount) {
    return fail(kBadAccountName, "'computer' names the stores of the whole computer and cannot be an account", {},
                "choose another account name");
  }
  return {};
}

Result<> check_new_certificate(const StoreId& id, const NewCertificate& entry) {
  SG_TRY(check_store_id(id));
  if (entry.wrapped_key && id.name != StoreName::Personal) {
    return fail(kKeysOnlyInPersonal, "a private key can only be put into the Personal store of an account",
                id.description(), "import the certificate with its key into Personal");
  }
  return {};
}

Result<> check_removal(const StoreId& id, const Thumbprint& thumbprint, bool found, bool has_private_key,
                       bool with_key) {
  if (!found) {
    return fail(kCertificateNotFound, "the certificate " + thumbprint.to_biztalk() + " is not there",
                id.description(), "list what is there with: sealgate cert list");
  }
  if (has_private_key && !with_key) {
    return fail(kPrivateKeyWouldBeLost,
                "the certificate " + thumbprint.to_biztalk() + " has a private key, which would be lost with it",
                id.description(), "export both first; then remove with --with-key");
  }
  return {};
}

tl::unexpected<Error> ambiguous(const StoreId& id, const Thumbprint& thumbprint) {
  return fail(kThumbprintAmbiguous, "two different certificates have the SHA-1 thumbprint " + thumbprint.to_biztalk(),
              id.description(), "name the certificate by its SHA-256 thumbprint; one of the two is a forgery");
}

tl::unexpected<Error> store_full(const StoreId& id) {
  return fail(kStoreFull,
              "the store holds " + std::to_string(CertificateStore::kMaxCertificates) + " certificates already",
              id.description(), "remove certificates that are no longer in use");
}

tl::unexpected<Error> crl_not_found(std::string_view sha256) {
  return fail(kCertificateNotFound, "there is no revocation list with the SHA-256 digest " + std::string(sha256), {},
              "list what is there with: sealgate crl list");
}

Result<AddOutcome> add_with_private_key(CertificateStore& store, const AccountKey& account_key,
                                        const Certificate& certificate, const crypto::PrivateKey& key,
                                        std::string friendly_name) {
  SG_TRY_ASSIGN(const crypto::PublicKey public_key, certificate.public_key());
  if (!crypto::matches(key, public_key)) {
    return fail(kKeyDoesNotFit, "the private key does not belong to the certificate", certificate.subject(),
                "give the private key that was made together with this certificate");
  }
  SG_TRY_ASSIGN(Bytes wrapped, wrap_private_key(account_key, certificate.thumbprint_sha256(), key));
  return store.add({StoreName::Personal, account_key.account()},
                   {certificate, std::move(friendly_name), std::move(wrapped)});
}

Result<AddOutcome> add_with_token_key(CertificateStore& store, const AccountKey& account_key,
                                      const Certificate& certificate, const tokens::TokenUri& uri,
                                      std::string friendly_name) {
  SG_TRY_ASSIGN(const crypto::PublicKey public_key, certificate.public_key());
  SG_TRY_ASSIGN(const crypto::PrivateKey key, tokens::open_private_key(uri, public_key));
  SG_TRY(tokens::prove_private_key(key, public_key));
  SG_TRY_ASSIGN(Bytes wrapped, wrap_token_address(account_key, certificate.thumbprint_sha256(), uri.text()));
  return store.add({StoreName::Personal, account_key.account()},
                   {certificate, std::move(friendly_name), std::move(wrapped)});
}

Result<crypto::PrivateKey> open_private_key(const CertificateStore& store, const AccountKey& account_key,
                                            const Thumbprint& thumbprint) {
  const StoreId id{StoreName::Personal, account_key.account()};
  SG_TRY_ASSIGN(const std::optional<StoredCertificate> entry, store.find(id, thumbprint));
  if (!entry) {
    return fail(kCertificateNotFound, "the certificate " + thumbprint.to_biztalk() + " is not there",
                id.description(),
                "import the certificate with its private key for this account (sealgate cert import)");
  }
  SG_TRY_ASSIGN(const std::optional<Bytes> wrapped, store.wrapped_key(id, thumbprint));
  if (!wrapped) {
    return fail(kNoPrivateKey, "the certificate " + thumbprint.to_biztalk() + " is there without its private key",
                id.description(), "import the PKCS#12 file (.pfx, .p12) that contains the private key");
  }
  const Thumbprint& sha256 = entry->certificate.thumbprint_sha256();
  if (!is_token_address(*wrapped)) return unwrap_private_key(account_key, sha256, *wrapped);
  SG_TRY_ASSIGN(const std::string address, unwrap_token_address(account_key, sha256, *wrapped));
  SG_TRY_ASSIGN(const tokens::TokenUri uri, tokens::TokenUri::parse(address));
  SG_TRY_ASSIGN(const crypto::PublicKey public_key, entry->certificate.public_key());
  return tokens::open_private_key(uri, public_key);
}

}  // namespace sealgate::certificates

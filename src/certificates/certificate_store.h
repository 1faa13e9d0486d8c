#pragma once
// Where certificates live. A store is (account, name). Personal holds an account's own certificates with their
// private keys; the other stores belong to the whole computer and hold public certificates only. The memory version
// is here; the folder and database versions are in store/ and pass the same tests.
//
// Private keys go in and come out wrapped (key_protection.h): an implementation never sees one in clear.
// All members may be called from several threads at once.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certificates/certificate.h"
#include "certificates/certificate_lookup.h"
#include "certificates/certificate_search.h"
#include "certificates/crl.h"
#include "certificates/key_protection.h"

namespace sealgate::tokens {
class TokenUri;
}

namespace sealgate::certificates {

enum class StoreName { Personal, OtherPeople, TrustedRoots, IntermediateAuthorities, Untrusted };

inline constexpr std::array<StoreName, 5> kAllStoreNames{StoreName::Personal, StoreName::OtherPeople,
                                                         StoreName::TrustedRoots, StoreName::IntermediateAuthorities,
                                                         StoreName::Untrusted};

std::string_view to_string(StoreName name);
/// Any case; also Windows' names "My", "AddressBook", "Root", "CA", "Disallowed". certificates.bad-store-name.
Result<StoreName> parse_store_name(std::string_view text);

/// Account of every store but Personal.
inline constexpr std::string_view kComputerAccount = "computer";

struct StoreId {
  StoreName name = StoreName::Personal;
  std::string account;  ///< of Personal; ignored for the stores of the whole computer

  std::string_view effective_account() const {
    return name == StoreName::Personal ? std::string_view(account) : kComputerAccount;
  }
  /// "Personal of account default", "OtherPeople": for messages.
  std::string description() const;
};

struct StoredCertificate {
  Certificate certificate;
  bool has_private_key = false;
  std::string friendly_name;
};

/// What is to be added. `wrapped_key` only into Personal.
struct NewCertificate {
  Certificate certificate;
  std::string friendly_name = {};
  std::optional<Bytes> wrapped_key = {};
};

/// Another wrapping of one private key.
struct KeyReplacement {
  Thumbprint certificate;  ///< SHA-256
  Bytes expected;          ///< what is stored now
  Bytes wrapped;           ///< what is to be stored
};

enum class AddOutcome { Added, KeyAdded, AlreadyThere };

/// A part of a long list.
struct Page {
  std::optional<Thumbprint> after = {};  ///< the SHA-1 thumbprint of the last one before; absent: from the start
  std::size_t limit = static_cast<std::size_t>(-1);
  CertificateSearch search = {};  ///< only those that it finds
};

class CertificateStore {
 public:
  /// Certificates in one store; more is certificates.store-full.
  static constexpr std::size_t kMaxCertificates = 100'000;

  CertificateStore() = default;
  CertificateStore(const CertificateStore&) = delete;
  CertificateStore& operator=(const CertificateStore&) = delete;
  virtual ~CertificateStore() = default;

  /// All of a store, ordered by thumbprint (SHA-1). A store that nobody has written to is empty, not an error.
  Result<std::vector<StoredCertificate>> list(const StoreId& id) const { return page(id, {}); }
  /// Some of the same list.
  virtual Result<std::vector<StoredCertificate>> page(const StoreId& id, const Page& page) const = 0;
  /// Those that are filed under `key` (CertificateQuery::key()), which may be a few more than asked for; at most
  /// kMaxMatches. Ask a CertificateFinder instead.
  virtual Result<std::vector<StoredCertificate>> find_named(const StoreId& id, CertificateQuery::Kind kind,
                                                            ByteView key) const = 0;
  /// By SHA-1 or SHA-256 thumbprint; absent when it is not there. Two certificates with one SHA-1 thumbprint are
  /// certificates.ambiguous-thumbprint.
  virtual Result<std::optional<StoredCertificate>> find(const StoreId& id, const Thumbprint& thumbprint) const = 0;
  /// Durable when it returns. Adding again is AlreadyThere and changes nothing but a key that was missing (KeyAdded)
  /// and a friendly name that was empty.
  virtual Result<AddOutcome> add(const StoreId& id, const NewCertificate& entry) = 0;
  /// Durable when it returns. Without `with_key`, an entry that has a private key stays:
  /// certificates.private-key-would-be-lost. certificates.not-found when it is not there.
  virtual Result<> remove(const StoreId& id, const Thumbprint& thumbprint, bool with_key) = 0;
  /// The wrapped private key; absent when the certificate is not there or has none.
  virtual Result<std::optional<Bytes>> wrapped_key(const StoreId& id, const Thumbprint& thumbprint) const = 0;

  /// Each is either as before or replaced when the process dies in between, and durable when it returns. What is no
  /// longer as expected (removed, wrapped anew by another process) is left alone. Returns how many were replaced.
  virtual Result<std::size_t> replace_keys(const StoreId& id, const std::vector<KeyReplacement>& keys) = 0;

  /// Another number after any change of certificates or lists, also by other processes: whoever keeps parsed
  /// certificates asks this before using them.
  virtual Result<std::uint64_t> revision() const = 0;

  /// The revocation lists of the whole computer. Adding one that is there already is AlreadyThere.
  virtual Result<std::vector<Crl>> list_crls() const = 0;
  virtual Result<AddOutcome> add_crl(const Crl& crl) = 0;
  /// By Crl::sha256(); certificates.not-found.
  virtual Result<> remove_crl(std::string_view sha256) = 0;
};

/// Wraps `key` under the account's key and adds both to the account's Personal store. A key that does not fit the
/// certificate is certificates.key-does-not-fit.
Result<AddOutcome> add_with_private_key(CertificateStore& store, const AccountKey& account_key,
                                        const Certificate& certificate, const crypto::PrivateKey& key,
                                        std::string friendly_name = {});

/// The same for a private key that stays in a token: its address is sealed and kept. The token is asked, so the
/// errors of tokens/errors.h.
Result<AddOutcome> add_with_token_key(CertificateStore& store, const AccountKey& account_key,
                                      const Certificate& certificate, const tokens::TokenUri& uri,
                                      std::string friendly_name = {});

/// The private key of a certificate in the Personal store of the account that holds `account_key`.
/// certificates.not-found, certificates.no-private-key, certificates.key-unwrap-failed.
Result<crypto::PrivateKey> open_private_key(const CertificateStore& store, const AccountKey& account_key,
                                            const Thumbprint& thumbprint);

/// Same rules for every version, so that they answer alike: the account name of Personal, and no key elsewhere.
Result<> check_store_id(const StoreId& id);
Result<> check_new_certificate(const StoreId& id, const NewCertificate& entry);
/// certificates.not-found, or certificates.private-key-would-be-lost for one with a key unless `with_key`.
Result<> check_removal(const StoreId& id, const Thumbprint& thumbprint, bool found, bool has_private_key,
                       bool with_key);
tl::unexpected<Error> ambiguous(const StoreId& id, const Thumbprint& thumbprint);
tl::unexpected<Error> store_full(const StoreId& id);
tl::unexpected<Error> crl_not_found(std::string_view sha256);

/// Forgets everything when it dies; for tests and for `--data :memory:`.
std::unique_ptr<CertificateStore> make_memory_certificate_store();

}  // namespace sealgate::certificates

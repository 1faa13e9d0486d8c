#pragma once
// Certificates, private keys and revocation lists of any files into the stores, each where it belongs.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/certificate_arrival.h"
#include "artifacts/artifact_store.h"
#include "certificates/import.h"
#include "tokens/token_uri.h"

namespace sealgate::admin {

/// All files together: a key may lie in another file than its certificate.
struct ImportMaterial {
  std::vector<certificates::ImportedCertificate> certificates = {};
  std::vector<crypto::PrivateKey> keys = {};
  std::vector<certificates::Crl> crls = {};
  std::vector<std::string> notes = {};
  /// The key of the first certificate, of which there must be one, stays there.
  std::optional<tokens::TokenUri> token = {};
  /// `file` is its name, for messages.
  void add(certificates::ImportBundle bundle, const std::string& file);
};

struct ImportPlace {
  certificates::CertificateStore& store;
  std::string data = {};     ///< where the key files of accounts are
  std::string account = {};  ///< whose Personal store
  /// Everything goes there; absent: certificates with key to Personal, authorities to IntermediateAuthorities, others
  /// to OtherPeople.
  std::optional<certificates::StoreName> chosen = {};
  bool trust_roots = false;                ///< self-signed authorities go to TrustedRoots; else they are left out
  artifacts::Snapshot configuration = {};  ///< whose assignments what comes is held against
  /// No key of an account is made: `store` is one to try on (overlay_certificate_store.h).
  bool dry_run = false;
};

struct Imported {
  certificates::Certificate certificate;
  certificates::StoreId place;
  bool with_key = false;
  certificates::AddOutcome outcome = certificates::AddOutcome::Added;
  Arrival arrival = {};
};

struct ImportReport {
  std::vector<Imported> imported = {};
  std::vector<certificates::Certificate> untrusted_roots = {};  ///< that were left out
  std::size_t lists = 0;                                        ///< with those that are older than what is there
  std::vector<certificates::Crl> stored = {};                   ///< of them
  std::vector<std::string> notes = {};
};

/// Each certificate is stored or not by itself: on an error those before it are.
Result<ImportReport> import_material(const ImportPlace& place, ImportMaterial material, Time now);

bool is_authority(const certificates::Certificate& certificate);
/// added, private key added, already there
std::string_view outcome_word(certificates::AddOutcome outcome);

}  // namespace sealgate::admin

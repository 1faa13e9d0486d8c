#pragma once
// Opens the WS-Security header of an envelope: decrypts, verifies, and tells what was proven, element by element.
// What a certificate is worth, whose password it is, and whether it came before are for others to judge (check.h and
// who calls it).
//
// Against signature wrapping: an Id means one element (ids.h); references and transforms are of a white list; each
// reference is resolved by us to an element, and what xmlsec digested must be, byte by byte, the canonical form of
// that very element; and what is used afterwards is asked for by the element's identity, covers(), never by an Id.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "certificates/certificate_lookup.h"
#include "soap/envelope.h"

namespace sealgate::soap {

inline constexpr std::size_t kMaximumReferences = 32;
inline constexpr std::size_t kMaximumTokens = 8;

struct OwnKey {
  crypto::PrivateKey key;
  certificates::Certificate certificate;
};

struct OpeningKeys {
  std::span<const OwnKey> own;                                ///< to decrypt with
  const certificates::CertificateFinder* partners = nullptr;  ///< signers that a message only names; null: none
  /// CBC tells an attacker who may ask often about the content, unless a signature is demanded.
  bool take_cbc = false;
};

struct UsernameToken {
  std::string name;
  Secret password;  ///< as text; empty with a digest
  Bytes digest;     ///< empty with a text
  Bytes nonce;
  std::string created;  ///< as it stands: part of the digest
};

struct OpenedSecurity {
  bool present = false;
  std::optional<certificates::Certificate> signer = {};
  std::vector<certificates::Certificate> certificates = {};  ///< all that the message brought
  /// What was signed, canonical: it tells one message from another, which values of signatures do not (whoever has
  /// one of ECDSA can make a second one).
  Bytes signed_info = {};
  bool decrypted = false;  ///< the Body
  std::optional<certificates::Certificate> opened_with = {};
  xmlNodePtr timestamp = nullptr;
  std::optional<Time> created = {};
  std::optional<Time> expires = {};
  std::optional<UsernameToken> user = {};
  xmlNodePtr user_node = nullptr;
  std::vector<xmlNodePtr> covered = {};  ///< by the signature; borrowed from the envelope

  bool covers(const xmlNode* element) const;
};

/// Changes the envelope: what was encrypted stands in clear where it was. Blocks for other actors are not looked at.
/// The errors of WS-Security in errors.h; nothing of the envelope may be used after one.
Result<OpenedSecurity> open_security(Envelope& envelope, const OpeningKeys& keys, const TreeLimits& limits);

}  // namespace sealgate::soap

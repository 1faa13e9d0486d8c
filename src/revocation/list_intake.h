#pragma once
// Revocation lists on their way into the certificate store: checked against their issuer where that is known, never
// older than what is there, and in the place of what they supersede.

#include <vector>

#include "certificates/certificate_store.h"

namespace sealgate::revocation {

/// Bytes of one list, and of one file or answer; more is revocation.too-large. The largest lists of public
/// authorities have about a third of it.
inline constexpr std::size_t kMaxListBytes = std::size_t{64} * 1024 * 1024;
/// Lists in one file or answer, and in the store; more is revocation.too-many-lists.
inline constexpr std::size_t kMaxListsAtOnce = 100;
inline constexpr std::size_t kMaxLists = 1'000;

/// DER, PEM or PKCS#7; revocation.not-a-list when it holds none.
Result<std::vector<certificates::Crl>> read_lists(ByteView bytes);

struct Intake {
  std::vector<certificates::Crl> stored = {};  ///< in the store now, newly or since before
  std::vector<std::string> added = {};         ///< of these, by Crl::sha256(), those that were not there before
  std::vector<std::string> removed = {};       ///< superseded
  std::vector<Error> refused = {};             ///< one for each that was not taken
};

/// Puts lists into `store`. Refused, each on its own: revocation.wrong-signer when certificates of its issuer are
/// there and none of their keys signed it, revocation.older-list, revocation.future-list. An error of the call itself
/// is one of the store. Afterwards lists that a stored one supersedes (certificates::supersedes) are gone.
Result<Intake> take_in(certificates::CertificateStore& store, const std::vector<certificates::Crl>& lists, Time now);

}  // namespace sealgate::revocation

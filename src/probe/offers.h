#pragma once
// Which versions and ciphers a server accepts: each is found by offering it. Bounded in handshakes and in time.

#include <functional>
#include <string>
#include <vector>

#include "probe/handshake.h"

namespace sealgate::probe {

/// Handshakes for all versions together; each ends as soon as the server has chosen.
inline constexpr int kMaxOffers = 120;

struct AcceptedCipher {
  std::string name = {};  ///< of the standard: "TLS_AES_256_GCM_SHA384"
  bool weak = false;      ///< no encryption, no authentication, or broken
};

struct AcceptedVersion {
  TlsVersion version = TlsVersion::Tls10;
  bool accepted = false;
  std::vector<AcceptedCipher> ciphers = {};  ///< in the order of the server's preference
  std::string reason = {};                   ///< why it is not accepted, in the words of the server
  bool complete = true;                      ///< false: a limit or a failure came before the last cipher
};

/// Connects and shakes hands.
using TryOffer = std::function<Result<Handshake>(const HandshakeOffer&)>;

/// Everything that our library can offer, however weak: what a server is described with.
HandshakeOffer widest_offer();

/// Asks for each version until the server refuses what is left. Stops, incomplete, at `deadline`.
std::vector<AcceptedVersion> find_accepted(const HandshakeOffer& base, const TryOffer& attempt, Deadline deadline);

/// By the standard's name: "TLS_RSA_WITH_NULL_SHA256", "TLS_DH_anon_…", RC4, DES, 3DES, export and MD5.
bool is_weak_cipher(std::string_view name);

}  // namespace sealgate::probe

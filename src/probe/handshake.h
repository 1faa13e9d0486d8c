#pragma once
// One TLS handshake, looked at from the outside: what the server sent is kept also when the handshake fails, and no
// certificate is judged here. Bounded in time and bytes.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "net/tls_identity.h"
#include "probe/reach.h"

namespace sealgate::probe {

/// Bytes that a server may send in one handshake, and certificates that are kept of them.
inline constexpr std::size_t kMaxHandshakeBytes = std::size_t{512} * 1024;
inline constexpr std::size_t kMaxSentCertificates = 20;
/// Names of authorities that are kept.
inline constexpr std::size_t kMaxAuthorities = 500;

/// As on the wire.
enum class TlsVersion : std::uint16_t { Tls10 = 0x0301, Tls11 = 0x0302, Tls12 = 0x0303, Tls13 = 0x0304 };
std::string to_string(TlsVersion version);  ///< "TLS 1.2"

struct HandshakeOffer {
  TlsVersion lowest = TlsVersion::Tls12;
  TlsVersion highest = TlsVersion::Tls13;
  /// In OpenSSL's language, of TLS 1.2 and older, and of TLS 1.3; empty: what the HTTP client offers.
  std::string ciphers = {};
  std::string suites = {};
  std::string server_name = {};  ///< SNI; empty: none
  bool alpn = true;              ///< h2 and http/1.1
  bool only_hello = false;       ///< goes away as soon as the server has chosen version and cipher
  const net::TlsIdentity* identity = nullptr;
};

enum class HandshakeEnd {
  Done,
  NotTls,   ///< the first bytes are no TLS
  Cut,      ///< the connection ended
  Silent,   ///< not a byte before the deadline
  Slow,     ///< some bytes, but no end before the deadline
  TooMuch,  ///< more than kMaxHandshakeBytes
  Alert,    ///< the server refused
  Failed    ///< we refused
};

struct Handshake {
  HandshakeEnd end = HandshakeEnd::Failed;
  int alert = 0;                    ///< RFC 8446 section 6.2, with Alert
  std::string reason = {};          ///< for people: the alert's or OpenSSL's words, or the server's first line
  std::string version = {};         ///< "TLS 1.3"; empty: it was not chosen
  std::string cipher = {};          ///< the name of the standard
  std::string cipher_openssl = {};  ///< OpenSSL's
  std::string group = {};           ///< of the key exchange; empty: unknown
  std::string alpn = {};            ///< empty: none was chosen
  std::vector<Bytes> certificates;  ///< DER, as sent
  std::size_t certificates_sent = 0;
  Bytes staple = {};  ///< OCSP response; empty: none
  bool asks_for_certificate = false;
  std::vector<Bytes> authorities = {};  ///< DER of the names that it would accept certificates of
  std::vector<std::string> authority_names = {};
};

/// On a connected socket that does not block. An error is one of our own: probe.cannot-probe, net.bad-tls-identity.
Result<Handshake> shake_hands(const io::FileDescriptor& socket, const HandshakeOffer& offer, Deadline deadline);

}  // namespace sealgate::probe

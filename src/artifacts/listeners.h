#pragma once
// The doors of a host for HTTP: listeners of its own with TLS, and the users that may come in by name and password.

#include <string>
#include <string_view>
#include <vector>

#include "artifacts/certificate_settings.h"
#include "artifacts/tls_version.h"

namespace sealgate::artifacts {

/// Which field of a request names the clients that trusted proxies speak for.
enum class ForwardedField { XForwardedFor, Forwarded };

struct HttpListener {
  std::string name = {};    ///< unique in the host
  std::string listen = {};  ///< "0.0.0.0:8443", "[::]:8443"; port 0: the system chooses
  /// Own server certificates in the Personal store of the host's account, chosen by the name that a client asks for;
  /// the first in force for those who ask for none of them. Empty: no TLS.
  CertificateAssignments certificates = {};
  TlsVersion minimum_tls = TlsVersion::Tls12;
  ClientCertificates client_certificates = ClientCertificates::Off;
  std::vector<std::string> trusted_proxies = {};  ///< networks whose word about the client is taken
  ForwardedField forwarded = ForwardedField::XForwardedFor;
  /// The field in which a trusted proxy passes the certificate it asked the client for: PEM, percent-encoded, as
  /// nginx's $ssl_client_escaped_cert. Empty: none.
  std::string client_certificate_field = {};
  int maximum_connections = 2000;
  int connections_per_address = 1000;  ///< trusted proxies are exempt
  friend bool operator==(const HttpListener&, const HttpListener&) = default;
};

/// Somebody who proves himself by name and password (RFC 7617, RFC 7616). What is kept does not tell the password.
struct HttpUser {
  std::string name = {};
  std::string password = {};       ///< "$argon2id$v=19$m=…,t=…,p=…$salt$hash", for Basic; empty: not by Basic
  std::string digest_sha256 = {};  ///< hexadecimal SHA-256 of name:realm:password, for Digest; empty: not by it
  std::string digest_md5 = {};     ///< MD5 of the same, for partners that know nothing else
  friend bool operator==(const HttpUser&, const HttpUser&) = default;
};

std::string_view to_string(ForwardedField field);  ///< x-forwarded-for, forwarded

}  // namespace sealgate::artifacts

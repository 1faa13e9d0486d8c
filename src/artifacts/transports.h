#pragma once
// The settings of the adapters on ports and locations. Times are std::chrono durations; in documents "500ms", "30s",
// "5m", "2h", "7d".

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "artifacts/sftp_settings.h"
#include "artifacts/tls_version.h"
#include "certificates/thumbprint.h"

namespace sealgate::artifacts {

struct FileReceiveSettings {
  std::string folder = {};                 ///< absolute
  std::vector<std::string> masks = {"*"};  ///< with * and ?: a name that fits one of them
  std::vector<std::string> exclude = {};   ///< and none of these
  bool ignore_case = false;                ///< of both
  Duration polling_interval{std::chrono::seconds(1)};
  /// A file must not have changed for so long. 0: as soon as its writer has closed it, a second where nobody can
  /// tell.
  Duration stable_for{0};
  std::string marker = {};  ///< ".done": order.xml is taken when order.xml.done is there; empty: at once
  bool rename_while_reading = false;
  bool skip_read_only = true;
  int batch_size = 20;  ///< files in one round, 1-256
  std::uint64_t batch_bytes = std::uint64_t{100} << 20;
  int readers = 1;  ///< files that are read at a time, 1-16
  friend bool operator==(const FileReceiveSettings&, const FileReceiveSettings&) = default;
};

/// Whether the certificate of a TLS client is asked for.
enum class ClientCertificates {
  Off,
  Request,  ///< who has none comes in all the same
  Require
};

/// How the sender of a request proves who he is, besides a client certificate. Ntlm: the gateway itself, at a
/// partner's server.
enum class HttpAuthentication { Anonymous, Basic, Digest, Ntlm };

struct HttpReceiveSettings {
  std::string path =
      {};  ///< "/orders"; unique at its listener. A query string of the request is ignored for matching.
  std::string listener = {};  ///< of the location's host; empty: the address that `sealgate serve` was given
  /// Those that are offered; with Anonymous among them nobody must. Empty: anonymous alone.
  std::vector<HttpAuthentication> authentication = {};
  ClientCertificates client_certificate = ClientCertificates::Off;
  std::vector<std::string> content_types = {};    ///< "text/xml", "application/*"; empty: any
  std::vector<std::string> allowed_clients = {};  ///< networks; empty: any
  int requests_per_second = 0;                    ///< of one client address; 0: any
  /// A message that fails is suspended here and answered 202; false: it is refused with 500 and nothing is kept.
  bool suspend_failed_requests = true;
  bool return_correlation_handle = true;  ///< the message id in the body of the 202
  std::uint64_t maximum_body = 0;         ///< bytes; 0: the group's limit
  friend bool operator==(const HttpReceiveSettings&, const HttpReceiveSettings&) = default;
};

enum class FileCopyMode { Append, Overwrite, CreateNew };

struct FileSendSettings {
  std::string folder = {};                    ///< absolute
  std::string file_name = "%MessageID%.xml";  ///< with macros
  FileCopyMode copy_mode = FileCopyMode::CreateNew;
  std::string temporary_folder = {};  ///< absolute, on the same file system; empty: `folder`
  bool create_folder = false;
  friend bool operator==(const FileSendSettings&, const FileSendSettings&) = default;
};

struct HttpSendSettings {
  std::string url = {};  ///< http[s]://host[:port]/path?query, at most 256 characters
  bool chunked = true;
  Duration timeout{0};            ///< of the whole request; 0: from the size
  std::string content_type = {};  ///< empty: that of the message, else text/xml
  HttpAuthentication authentication = HttpAuthentication::Anonymous;
  std::string user = {};             ///< "DOMAIN\\user" for NTLM
  std::string password_source = {};  ///< as io/secret_source.h reads it
  /// Instead of both: where name and password are looked up at each attempt (credentials/look_up.h).
  std::string affiliate_application = {};
  /// What the gateway proves itself with, in the Personal store of the sending host's account. https only.
  std::optional<certificates::Thumbprint> client_certificate = {};
  /// In TrustedRoots, or the server's own in OtherPeople: nothing else is trusted. Empty: all roots, and the
  /// system's.
  std::vector<certificates::Thumbprint> trusted_certificates = {};
  TlsVersion minimum_tls = TlsVersion::Tls12;
  bool check_server_name = true;
  bool http2 = true;
  std::string proxy = {};  ///< http://host:port
  std::string proxy_user = {};
  std::string proxy_password_source = {};
  int redirects = 0;
  Duration expect_continue{0};  ///< how long to wait for "100 Continue"; 0: it is not asked for
  bool gzip_request = false;
  bool gzip_response = false;
  std::uint64_t maximum_response = 0;  ///< bytes, expanded; 0: the group's limit
  Duration connect_timeout{std::chrono::seconds(30)};
  Duration tls_timeout{std::chrono::seconds(30)};
  Duration stall_timeout{std::chrono::minutes(5)};
  Duration answer_timeout{std::chrono::minutes(5)};
  friend bool operator==(const HttpSendSettings&, const HttpSendSettings&) = default;
};

/// What one SOAP message may have in bytes unless a port or location says otherwise, and at most: it is held whole.
inline constexpr std::uint64_t kSoapMaximumBody = std::uint64_t{4} * 1024 * 1024;
inline constexpr std::uint64_t kSoapLargestBody = std::uint64_t{64} * 1024 * 1024;

enum class SoapVersions { Any, Soap11, Soap12 };

struct SoapOperation {
  std::string name = {};      ///< letters, digits and ._-
  std::string action = {};    ///< empty: none is demanded
  std::string request = {};   ///< message type of the document in the Body; empty: any
  std::string response = {};  ///< likewise, of a two-way port
  friend bool operator==(const SoapOperation&, const SoapOperation&) = default;
};

/// Who may come in by a UsernameToken. The password is the first line of a file, so that no document holds it.
struct SoapUser {
  std::string name = {};
  std::string password_file = {};  ///< absolute
  friend bool operator==(const SoapUser&, const SoapUser&) = default;
};

/// What WS-Security must have proven of a message that comes in by SOAP.
struct SoapCheck {
  bool require_signature = false;  ///< over the Body, by a certificate that is trusted as with S/MIME
  bool require_encryption = false;
  bool require_timestamp = true;
  Duration maximum_age{std::chrono::minutes(5)};  ///< of Timestamps and UsernameTokens; how long they are remembered
  Duration clock_skew{std::chrono::minutes(1)};
  std::vector<SoapUser> users = {};  ///< not empty: a UsernameToken of one of them is demanded
  friend bool operator==(const SoapCheck&, const SoapCheck&) = default;
};

enum class SoapCipher { Aes128Gcm, Aes256Gcm, Aes128Cbc, Aes256Cbc };

/// What WS-Security does to a message that goes out by SOAP.
struct SoapSeal {
  bool sign = false;     ///< Body and Timestamp, with the port's signing certificate, else the group's
  bool encrypt = false;  ///< the Body, to the port's encryption certificates
  SoapCipher cipher = SoapCipher::Aes256Gcm;
  Duration lifetime{std::chrono::minutes(5)};  ///< of the Timestamp
  std::optional<SoapUser> user = {};
  bool password_digest = true;  ///< false: the password goes as text
  friend bool operator==(const SoapSeal&, const SoapSeal&) = default;
};

struct SoapReceiveSettings {
  HttpReceiveSettings http = {};  ///< what it travels by; maximum_body 0: kSoapMaximumBody
  SoapVersions version = SoapVersions::Any;
  /// Header blocks that are dealt with behind the location: "namespace#name", "namespace#*".
  std::vector<std::string> understood_headers = {};
  // What GET ?wsdl describes
  std::string service = "Sealgate";            ///< letters, digits and ._-
  std::string public_address = {};             ///< of the service; empty: as the client called it
  std::vector<std::string> schemas = {};       ///< names of Schemas whose XSDs are shown
  std::vector<SoapOperation> operations = {};  ///< empty: one for each root of the schemas, else one that takes all
  std::optional<SoapCheck> security = {};      ///< absent: WS-Security is not understood here
  std::optional<SoapSeal> response_security = {};  ///< of what a two-way port answers
  friend bool operator==(const SoapReceiveSettings&, const SoapReceiveSettings&) = default;
};

struct SoapSendSettings {
  HttpSendSettings http = {};                        ///< what it travels by; no content_type
  bool use_soap12 = false;                           ///< "UseSoap12"; false: SOAP 1.1
  std::string action = {};                           ///< empty: SOAP.Action of the message
  std::vector<std::string> headers = {};             ///< names of SOAPHeader properties that become header blocks
  std::vector<std::string> understood_headers = {};  ///< of answers
  std::uint64_t maximum_body = kSoapMaximumBody;     ///< bytes of a message and of an answer
  std::optional<SoapSeal> security = {};
  std::optional<SoapCheck> answer_security = {};  ///< of answers
  friend bool operator==(const SoapSendSettings&, const SoapSendSettings&) = default;
};

using ReceiveTransport =
    std::variant<FileReceiveSettings, HttpReceiveSettings, SoapReceiveSettings, SftpReceiveSettings>;
using SendTransport = std::variant<FileSendSettings, HttpSendSettings, SoapSendSettings, SftpSendSettings>;

/// Those of SFTP; nullptr: others.
const SftpServerSettings* sftp_server(const ReceiveTransport& transport);
const SftpServerSettings* sftp_server(const SendTransport& transport);
/// Those of HTTP, and of what travels by HTTP; nullptr: others.
const HttpReceiveSettings* http_settings(const ReceiveTransport& transport);
HttpReceiveSettings* http_settings(ReceiveTransport& transport);
const HttpSendSettings* http_settings(const SendTransport& transport);

/// "FILE", "HTTP", "SOAP", "SFTP": as in BTS.InboundTransportType.
std::string_view adapter_name(const ReceiveTransport& transport);
std::string_view adapter_name(const SendTransport& transport);
/// The URI of the endpoint, as in BTS.InboundTransportLocation: "/in/orders/*.xml", "/orders", "https://…".
std::string address(const ReceiveTransport& transport);
std::string address(const SendTransport& transport);
std::string_view to_string(FileCopyMode mode);          ///< append, overwrite, create-new
std::string_view to_string(ClientCertificates wanted);  ///< off, request, require
std::optional<HttpAuthentication> authentication_of(std::string_view word);
std::string_view to_string(HttpAuthentication authentication);  ///< anonymous, basic, digest, ntlm
std::string_view to_string(SoapVersions versions);              ///< any, 1.1, 1.2
std::string_view to_string(SoapCipher cipher);                  ///< aes256-gcm, aes128-cbc

}  // namespace sealgate::artifacts

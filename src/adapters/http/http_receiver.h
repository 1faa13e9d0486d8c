#pragma once
// HTTP receive: one listener of a host, receive locations by path. A POST body becomes a message.
//
// What the raw message is. A request whose Content-Type is multipart/* or application/(x-)pkcs7-mime is a MIME entity
// that travels in HTTP headers: the raw message is then the fields MIME-Version, Content-Type,
// Content-Transfer-Encoding, Content-Disposition, Content-ID and Content-Description of the request, in the order
// they came, each on one line with CRLF, an empty line, and the body; HTTP.MimeEntity is "true". Any other body is
// the raw message as it is, and its type is in HTTP.ContentType. `MimeHeaders` of the location can force either.
//
// Who may send is judged before anything of the body is taken, in this order: the client's address, how often it
// comes, its certificate, its name and password. Behind a reverse proxy that is trusted all of it is about the
// client of the proxy.
//
// Answers of one-way locations (BizTalk's table, its conflicts resolved to 202):
//   committed                                     202, Sealgate-Message-Id, {"message_id":"…","status":"accepted"}
//   same identity committed before                202, "duplicate":true
//   suspended, location suspends failed requests  202, "status":"suspended"
//   suspended otherwise, or rejected              500
//   no known party where the port demands one     401
//   store not available, nothing kept             503, Retry-After
// Answers of two-way locations: what was not accepted as above, but 500 for what was suspended; else, when it comes,
//   the response                                  200, Sealgate-Message-Id; the MIME fields of an entity as headers
//   what should make the response failed          500
//   no response in the time of the location       504
//   the gateway stops                             503, Retry-After
// Where the message's protocol has an answer of its own (SubmitOutcome::reply): 200 and that, whatever became of it.
// Of both, before the body is taken: unknown path 404, not POST 405, client or certificate not allowed 403, no or
// wrong name and password 401 with challenges, too often 429 with Retry-After, type not taken or Content-Encoding
// 415, empty body 400, too large 413. All but 200 and 202 are application/problem+json with a code of errors.h. 202
// is sent strictly after the commit.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/common/adapter.h"
#include "adapters/http/authenticator.h"
#include "adapters/http/forwarded.h"
#include "adapters/http/location_flavour.h"
#include "net/http_server.h"

namespace sealgate::adapters::http {

enum class MimeHeaders { Auto, Always, Never };

/// Whether the client must show a certificate that the gateway trusts.
enum class ClientCertificateUse {
  Ignored,
  Evidence,  ///< one that is good tells who sent it, another counts as none
  Required   ///< 403 without one that is good
};

/// Who may send to a location, and what.
struct HttpAccess {
  WantedAuthentication authentication;
  std::shared_ptr<const HttpUsers> users = std::make_shared<const HttpUsers>();
  ClientCertificateUse client_certificate = ClientCertificateUse::Ignored;
  std::vector<std::string> content_types;  ///< lower case, "text/xml", "application/*"; empty: any
  std::vector<Network> allowed_clients;    ///< empty: any
  int requests_per_second = 0;             ///< of one client address; 0: any
};

/// What holds for all locations of a listener.
struct HttpRules {
  ProxyRules proxies;
  /// Whether a client's certificate (DER) is good for a location: path, dates, revocation. May block. Empty: none is.
  std::function<Result<>(const net::TlsClientCertificate& shown, const std::string& location)> judge_certificate;
};

struct HttpLocation {
  std::string name;  ///< of the receive location
  std::string path;  ///< "/orders"; matched whole, after percent-decoding, case-sensitive
  bool suspend_failed_requests = false;
  bool two_way = false;
  HttpAccess access;
  bool return_message_id = true;  ///< "Return correlation handle on success"
  MimeHeaders mime_headers = MimeHeaders::Auto;
  std::uint64_t max_body_bytes = 0;  ///< 0: the listener's
  /// Absent: bodies are messages as they are.
  std::shared_ptr<const LocationFlavour> flavour = {};
};

/// Context that every message gets: HTTP.InboundHttpHeaders ("Name: value" lines with CRLF, credentials and cookies
/// left out), HTTP.ContentType, HTTP.RemoteAddress, HTTP.RequestPath, HTTP.QueryString, HTTP.MimeEntity,
/// BTS.InboundTransportType ("HTTP"), BTS.InboundTransportLocation (the path), and where present
/// HTTP.ClientCertificateThumbprint and HTTP.ClientCertificateSha256 (of a good certificate), BTS.WindowsUser (who
/// gave name and password), HTTP.DeliveryId (the sender's Sealgate-Delivery-Id, else its Message-ID without angle
/// brackets: evidence of a duplicate, never proof of one).
class HttpReceiver final : public ReceiveAdapter {
 public:
  /// `submitter` and `fallback` must outlive the adapter. `fallback` answers the paths that no location has (health,
  /// administration); nullptr: 404.
  HttpReceiver(net::HttpServerOptions options, Submitter& submitter, net::HttpHandler* fallback = nullptr);
  ~HttpReceiver() override;

  /// Before or after start(). Makes these the locations, all in one moment: a request finds those of before or these.
  /// Requests that have begun go on. Returns which are left out and why: adapter.http.path-taken when a location
  /// before it has that path, adapter.http.bad-path when it does not start with "/".
  std::map<std::string, Error> set_locations(std::vector<HttpLocation> locations);

  /// Before or after start(). For requests that come from now on.
  void set_rules(HttpRules rules);
  /// Before start(): that it speaks TLS, and how.
  void begin_with_tls(net::TlsServerSettings settings);
  /// net/http_server.h; after start().
  Result<> set_tls(const net::TlsServerSettings& settings);

  Result<> start() override;
  void stop_accepting() override;
  void stop(std::chrono::steady_clock::time_point deadline) override;

  /// The bound port; 0 before start().
  std::uint16_t port() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::adapters::http

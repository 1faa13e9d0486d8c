#pragma once
// HTTP send: POST of the message to a URL.
//
// The mirror of http_receiver.h: when the message is a MIME entity (BodyForm::MimeEntity), its fields MIME-Version,
// Content-Type, Content-Transfer-Encoding, Content-Disposition, Content-ID and Content-Description become HTTP
// headers, unfolded to one line each, and the bytes after its empty line are the body, untouched. Other fields of
// that block stay behind. Otherwise the bytes are the body and Content-Type is the setting.
//
// What a protocol wants (OutboundMessage::http_wishes) goes before all of this, and its Message-ID takes the place of
// ours.
//
// Every attempt carries the same "Message-ID: <delivery id@sealgate>" and "Sealgate-Delivery-Id: delivery id".
//
// 2xx is Delivered. Everything else is RetryLater, as BizTalk retries all; the status and its class are in the
// details and the error. PermanentFailure is for what only an operator can mend here: a bad URL, a bad header
// setting, a client certificate that does not load, a password that cannot be read; and for an answer past its
// limits, since each repetition would have the partner process the message again.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/common/adapter.h"
#include "adapters/common/credentials.h"
#include "net/http_client.h"

namespace sealgate::adapters::http {

struct HttpSendOptions {
  std::string url;
  std::string content_type = "text/xml";  ///< when the message itself has none
  bool chunked = false;                   ///< "Enable chunked encoding"
  bool gzip_request = false;  ///< Content-Encoding: gzip; without chunks it is compressed twice, for its length
  bool gzip_response = false;
  net::HttpHeaders headers;  ///< added to each request; HTTP.UserHttpHeaders of the message come after

  std::chrono::milliseconds request_timeout{0};  ///< 0: from the size: 60 s and 1 s for each 64 KiB
  std::chrono::milliseconds connect_timeout{30'000};
  std::chrono::milliseconds tls_timeout{30'000};
  std::chrono::milliseconds stall_timeout{300'000};
  std::chrono::milliseconds answer_timeout{300'000};
  std::optional<std::chrono::milliseconds> expect_continue;
  std::uint64_t maximum_response = 0;  ///< of an answer that is wanted, expanded; 0: as much as its sink takes
  int redirects = 0;
  bool http2 = false;

  net::HttpAuthentication authentication = net::HttpAuthentication::None;
  CredentialSource credentials;  ///< unless Anonymous; a user of NTLM is "DOMAIN\\user" or "user"

  net::TlsVersion minimum_tls = net::TlsVersion::Tls12;
  bool verify_name = true;
  Bytes trusted_ca_pem;
  bool trust_system = true;  ///< the system's roots count besides trusted_ca_pem
  /// What the gateway shows to the partner's server, asked before each request: what may not be used any more is
  /// an error, and that is PermanentFailure. Empty: nothing.
  std::function<Result<net::TlsIdentity>()> client_identity;

  std::string proxy;  ///< "http://host:port"
  /// Like `credentials`, for the proxy by Basic. Empty: none.
  CredentialSource proxy_credentials;
  /// Why these settings cannot be used at all: each send() is PermanentFailure with it.
  std::optional<Error> unusable;
};

/// The body of a 2xx goes to OutboundMessage::answer() when the message has one; HTTP.ContentType and HTTP.MimeEntity
/// are in the details then.
///
/// Details of an outcome: HTTP.ResponseStatusCode, HTTP.StatusClass, HTTP.ResponseBody (at most 48 KiB; only when not
/// Delivered), HTTP.InboundHttpHeaders.
class HttpSender final : public SendAdapter {
 public:
  /// `client` is shared by all senders of a host, for its connections.
  HttpSender(HttpSendOptions options, std::shared_ptr<net::HttpClient> client);
  SendOutcome send(OutboundMessage& message) override;
  /// Cancels the shared client.
  void cancel() override;

 private:
  Result<net::HttpClientRequest> make_request(OutboundMessage& message) const;
  Result<> add_body(net::HttpClientRequest& request, OutboundMessage& message, std::uint64_t head) const;
  void apply(const HttpWishes& wishes, net::HttpClientRequest& request) const;
  Result<> add_credentials(net::HttpClientRequest& request, const OutboundMessage& message) const;
  HttpSendOptions options_;
  std::shared_ptr<net::HttpClient> client_;
};

}  // namespace sealgate::adapters::http

#pragma once
// HTTP send: POST of the message to a URL.
//
// The mirror of http_receiver.h: when the message is a MIME entity (BodyForm::MimeEntity), its fields MIME-Version,
// Content-Type, Content-Transfer-Encoding, Content-Disposition, Content-ID and Content-Description become HTTP
// headers, unfolded to one line each, and the bytes after its empty line are the body, untouched. Other fields of
// that block stay behind. Otherwise the bytes are the body and Content-Type is the setting.
//
// Every attempt carries the same "Message-ID: <delivery id@sealgate>" and "Sealgate-Delivery-Id: delivery id".
//
// 2xx is Delivered. Everything else is RetryLater, as BizTalk retries all; the status and its class are in the
// details and the error. PermanentFailure is for what only an operator can mend here: a bad URL, a bad header
// setting, a client certificate that does not load.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/common/adapter.h"
#include "net/http_client.h"

namespace sealgate::adapters::http {

struct HttpSendOptions {
  std::string url;
  std::string content_type = "text/xml";    ///< when the message itself has none
  bool chunked = false;                     ///< "Enable chunked encoding"
  std::chrono::seconds request_timeout{0};  ///< 0: from the size: 60 s and 1 s for each 64 KiB
  std::chrono::seconds connect_timeout{30};
  net::HttpHeaders headers;  ///< added to each request; HTTP.UserHttpHeaders of the message come after
  net::HttpAuthentication authentication = net::HttpAuthentication::None;
  std::string user;
  std::shared_ptr<const Secret> password;
  bool verify_server = true;
  Bytes trusted_ca_pem;  ///< besides the system's
  /// What the gateway shows to the partner's server, asked before each request: what may not be used any more is
  /// an error, and that is PermanentFailure. Empty: nothing.
  std::function<Result<net::TlsIdentity>()> client_identity;
  std::string proxy;
  std::string proxy_user;
  std::shared_ptr<const Secret> proxy_password;
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
  HttpSendOptions options_;
  std::shared_ptr<net::HttpClient> client_;
};

}  // namespace sealgate::adapters::http

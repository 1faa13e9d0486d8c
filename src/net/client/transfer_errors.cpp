// What libcurl says, as our errors.

#include "net/client/transfer.h"
#include "net/errors.h"

namespace sealgate::net::client {

Error Transfer::describe(CURLcode code) const {
  const std::string detail = message_[0] != '\0' ? message_.data() : curl_easy_strerror(code);
  const auto error = [&](ErrorCode id, const char* what, const char* remedy) {
    return Error{id, what + (": " + detail), request_.url, remedy};
  };
  if (code == CURLE_COULDNT_CONNECT && !refused_address_.empty()) {
    return Error{kAddressRefused, "the server is at the address " + refused_address_ + ", which is not allowed",
                 request_.url, "allow its host by name, if it is meant"};
  }
  long proxy_status = 0;
  curl_easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status >= 300) {
    return Error{kProxyRefused, "the proxy answered " + std::to_string(proxy_status) + " to CONNECT", request_.url,
                 proxy_status == 407 ? "check user and password of the proxy" : "ask whoever runs the proxy"};
  }
  switch (code) {
    case CURLE_URL_MALFORMAT:
      return error(kBadUrl, "the destination URL cannot be used", "correct the URL in the send port");
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return error(kUnreachable, "the server cannot be reached", "check name, port, firewall, and that it runs");
    case CURLE_OPERATION_TIMEDOUT:
      return error(kTimeout, "the server took too long", "raise the time limit of the send port or ask the partner");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return error(kTlsNotTrusted, "the server's certificate is not trusted",
                   "import its authority as a trusted root");
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return error(kBadTlsIdentity, "the client certificate or the trusted roots cannot be used",
                   "check certificate, key and roots of the send port");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_USE_SSL_FAILED:
      return error(kTlsFailed, "the TLS handshake failed",
                   "compare TLS versions and the demanded client certificate");
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return error(kConnectionLost, "the connection broke", "it is tried again by the schedule of the send port");
    case CURLE_UNSUPPORTED_PROTOCOL:  // the URL was checked before: it is the answer that is no HTTP
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_WRITE_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
      return error(kBadResponse, "the server's answer cannot be read", "ask the partner's operator");
    default:
      return error(kClientFailed, "the request failed", "see the text of libcurl");
  }
}

}  // namespace sealgate::net::client

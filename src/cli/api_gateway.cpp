// The API of a gateway, by HTTPS.

#include "certificates/certificate.h"
#include "certificates/export.h"
#include "cli/api_transports.h"
#include "cli/errors.h"
#include "cli/key_files.h"
#include "io/file.h"
#include "net/addresses.h"
#include "net/http_client.h"
#include "probe/handshake.h"

namespace sealgate::cli {
namespace {

constexpr std::chrono::seconds kToConnect{10};
constexpr std::chrono::seconds kToAnswer{120};
/// The largest answer is the whole configuration.
constexpr std::size_t kLargest = std::size_t{64} * 1024 * 1024;

class Gateway final : public ApiClient {
 public:
  Gateway(std::string url, std::optional<Secret> token, Bytes trusted, bool verify_name)
      : url_(std::move(url)), token_(std::move(token)), trusted_(std::move(trusted)), verify_name_(verify_name) {}

 private:
  Result<ApiAnswer> exchange(const ApiRequest& request, const std::string& target) override {
    net::HttpClientRequest sent;
    sent.method = request.method;
    sent.url = url_ + target;
    sent.headers.add("Accept", request.accept);
    if (token_) sent.headers.add("Authorization", "Bearer " + std::string(token_->text()));
    if (!request.if_match.empty()) sent.headers.add("If-Match", request.if_match);
    if (!request.body.empty()) {
      sent.headers.add("Content-Type", request.body_type);
      sent.body = [&](Sink& sink) -> Result<> {
        SG_TRY(sink.write(as_bytes(request.body)));
        return sink.finish();
      };
      sent.body_size = request.body.size();
    }
    sent.connect_timeout = kToConnect;
    sent.tls_timeout = kToConnect;
    sent.answer_timeout = kToAnswer;
    sent.stall_timeout = kToAnswer;
    sent.response_limit = kLargest;
    sent.trusted_ca_pem = trusted_;
    sent.verify_name = verify_name_;
    SG_TRY_ASSIGN(net::HttpClientResponse answer, client_.send(sent));
    if (answer.body_truncated) {
      return fail(kBadAnswer, "the answer is larger than 64 MiB", request.path, "ask for less at a time");
    }
    return ApiAnswer{answer.status, std::move(answer.headers), std::move(answer.body)};
  }

  const std::string url_;
  const std::optional<Secret> token_;
  const Bytes trusted_;
  const bool verify_name_;
  net::HttpClient client_;
};

/// The certificate that the server shows, as PEM, if its SHA-256 is what it should be. The connections that follow
/// trust it alone, so that nobody can step in between.
Result<Bytes> pinned(const net::HttpUrl& url, const std::string& fingerprint) {
  SG_TRY_ASSIGN(const auto wanted, certificates::Thumbprint::parse(fingerprint));
  const auto deadline = std::chrono::steady_clock::now() + kToConnect;
  SG_TRY_ASSIGN(const auto addresses, probe::resolve(url.host, deadline));
  Result<io::FileDescriptor> socket = fail(kBadAnswer, "the name has no address", url.host);
  for (const std::string& address : addresses) {
    socket = probe::connect_to(address, url.port, deadline);
    if (socket) break;
  }
  if (!socket) return fail(std::move(socket.error()));
  probe::HandshakeOffer offer;
  offer.server_name = url.host;
  SG_TRY_ASSIGN(const auto handshake, probe::shake_hands(*socket, offer, deadline));
  if (handshake.certificates.empty()) {
    return fail(kBadAnswer, "the server shows no certificate: " + handshake.reason, url.host,
                "see whether --api leads to the administration of a gateway");
  }
  SG_TRY_ASSIGN(const auto certificate, certificates::Certificate::from_der(handshake.certificates.front()));
  if (certificate.thumbprint_sha256() != wanted) {
    return fail(kOtherCertificate,
                "the gateway shows another certificate, " + certificate.thumbprint_sha256().to_hex(), url.host,
                "compare it with the line 'serving the administration' of the gateway's log");
  }
  const std::string pem = certificates::export_pem({&certificate, 1});
  return Bytes(pem.begin(), pem.end());
}

}  // namespace

Result<std::unique_ptr<ApiClient>> connect_to_gateway(const ApiChoice& choice) {
  std::string url = choice.url;
  while (url.ends_with('/')) url.pop_back();
  SG_TRY_ASSIGN(const net::HttpUrl parsed, net::parse_http_url(url));
  if (!url.starts_with("https://")) {
    return fail(kBadOption, "a token goes by HTTPS alone", "--api", "write https://HOST:PORT");
  }
  if (choice.token_file.empty()) {
    return fail(
        kNoToken, "the API wants a token", "--token-file",
        "make one with 'sealgate token create', put it into a file that only you can read, and name that with "
        "--token-file or $SEALGATE_TOKEN_FILE");
  }
  SG_TRY_ASSIGN(Secret token, read_password_file(choice.token_file));
  Bytes trusted;
  if (!choice.fingerprint.empty()) {
    SG_TRY_ASSIGN(trusted, pinned(parsed, choice.fingerprint));
  } else if (!choice.ca_file.empty()) {
    SG_TRY_ASSIGN(trusted, io::read_file(choice.ca_file));
  }
  return std::unique_ptr<ApiClient>(
      new Gateway(std::move(url), std::move(token), std::move(trusted), choice.fingerprint.empty()));
}

}  // namespace sealgate::cli

#include "probe/probe.h"

#include <algorithm>

#include "base/network.h"
#include "net/addresses.h"
#include "net/errors.h"
#include "net/http_client.h"
#include "probe/chain.h"
#include "probe/client_part.h"
#include "probe/errors.h"
#include "probe/standing.h"

namespace sealgate::probe {
namespace {

using audit::Severity;
using certificates::Certificate;

constexpr int kAlertHandshakeFailure = 40;
constexpr int kAlertProtocolVersion = 70;
constexpr int kAlertInsufficientSecurity = 71;
constexpr int kAlertUnrecognizedName = 112;

class Probe {
 public:
  Probe(const ProbeOptions& options, OurCertificates ours, const Clock& clock)
      : options_(options),
        ours_(std::move(ours)),
        clock_(clock),
        end_(std::chrono::steady_clock::now() + options.whole) {}

  Result<Report> run() {
    SG_TRY_ASSIGN(const net::HttpUrl url, net::parse_http_url(options_.url));
    report_.url = options_.url;
    report_.host = url.host;
    report_.port = url.port;
    report_.tls = url.scheme == "https";
    report_.time = clock_.now();
    SG_TRY_ASSIGN(const bool reached, reach());
    if (!reached) return std::move(report_);
    if (!report_.tls) {
      report_.add(Severity::Warning, kPlainHttp,
                  "the address is plain http: everything can be read and changed on the way", options_.url,
                  "ask the partner for an https address");
      ask_http();
      return std::move(report_);
    }
    SG_TRY(look_at_tls());
    return std::move(report_);
  }

 private:
  Deadline step() const { return std::min(end_, std::chrono::steady_clock::now() + options_.step); }
  std::string where() const { return report_.host + " port " + report_.port; }
  const std::string& expected_name() const {
    return options_.server_name.empty() ? report_.host : options_.server_name;
  }

  /// True when some address took a connection.
  Result<bool> reach() {
    // Through a proxy it is the proxy that has to be reached, and the proxy that knows the name.
    std::string host = report_.host;
    next_port_ = report_.port;
    if (!options_.proxy.url.empty()) {
      SG_TRY_ASSIGN(const net::HttpUrl proxy, net::parse_http_url(options_.proxy.url));
      host = proxy.host;
      next_port_ = proxy.port;
    }
    auto addresses = resolve(host, step());
    if (!addresses) {
      report_.add(Severity::Error, addresses.error());
      return false;
    }
    for (std::string& address : *addresses) {
      AddressReport seen;
      const auto begin = std::chrono::steady_clock::now();
      const auto socket = enter(address);
      seen.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
      seen.connected = socket.has_value();
      if (!socket) seen.failure = socket.error();
      if (seen.connected && address_.empty()) address_ = address;
      seen.address = std::move(address);
      report_.addresses.push_back(std::move(seen));
    }
    for (const AddressReport& each : report_.addresses) {
      if (each.connected) continue;
      if (address_.empty()) {
        report_.add(Severity::Error, *each.failure);
      } else {
        report_.add(Severity::Warning, kAddressFails, each.failure->what, each.failure->where,
                    "one of several addresses: some attempts to send will be slow or fail");
      }
    }
    return !address_.empty();
  }

  Result<io::FileDescriptor> enter(const std::string& address) const {
    if (options_.proxy.url.empty() && options_.accept_address && !options_.accept_address(address)) {
      return fail(kAddressRefused, "this address is not a public one, and nobody may look around in here", address,
                  "name its host as the target of a send port, or in allowed_private_hosts of the group; "
                  "sealgate tls probe on the computer itself looks anywhere");
    }
    return connect_to(address, next_port_, step());
  }

  Result<Handshake> attempt(const HandshakeOffer& offer) const {
    const Deadline deadline = step();
    SG_TRY_ASSIGN(const auto socket, connect_to(address_, next_port_, deadline));
    if (!options_.proxy.url.empty()) {
      SG_TRY(open_tunnel(socket, options_.proxy, report_.host, report_.port, deadline));
    }
    return shake_hands(socket, offer, deadline);
  }

  HandshakeOffer with_name(HandshakeOffer offer) const {
    if (!normal_address(expected_name())) offer.server_name = expected_name();
    return offer;
  }

  Result<> look_at_tls() {
    HandshakeOffer usual = with_name({});
    usual.lowest = options_.lowest;
    if (options_.identity) usual.identity = &*options_.identity;
    report_.client.shown = options_.identity.has_value();
    SG_TRY_ASSIGN(Handshake normal, try_once(usual));
    if (report_.verdict) return {};
    if (normal.end != HandshakeEnd::Done) {
      // What it says to a client that takes anything tells why it refused ours.
      HandshakeOffer wide = with_name(widest_offer());
      wide.identity = usual.identity;
      SG_TRY_ASSIGN(Handshake described, try_once(wide));
      if (report_.verdict) return {};
      name_refusal(normal, described);
      report_.handshake = described.certificates.empty() ? std::move(normal) : std::move(described);
    } else {
      report_.handshake = std::move(normal);
    }
    if (options_.ciphers) scan();
    SG_TRY(judge_certificates());
    judge_client();
    if (normal_done()) ask_http();
    return {};
  }

  bool normal_done() const { return report_.handshake->end == HandshakeEnd::Done && !only_old_; }

  /// A failure that no other offer can change becomes a finding.
  Result<Handshake> try_once(const HandshakeOffer& offer) {
    auto handshake = attempt(offer);
    if (!handshake) {
      if (handshake.error().code.error_class != ErrorClass::Transport) return fail(std::move(handshake).error());
      report_.add(Severity::Error, handshake.error());
      return Handshake{};
    }
    switch (handshake->end) {
      case HandshakeEnd::NotTls:
        report_.add(Severity::Error, kNotTls, "the server does not speak TLS; it says '" + handshake->reason + "'",
                    where(),
                    handshake->reason.starts_with("HTTP/") ? "it is plain http: check the port, or use http:// there"
                                                           : "check the port");
        break;
      case HandshakeEnd::Silent:
      case HandshakeEnd::Slow:
        report_.add(Severity::Error, kSilentServer,
                    "the server takes the connection and does not answer: " + handshake->reason, where(),
                    "ask the partner whether the server hangs; a firewall on the way may swallow what is sent");
        break;
      case HandshakeEnd::TooMuch:
        report_.add(Severity::Error, kTooMuch, handshake->reason, where(), "this is no honest server");
        break;
      default:
        break;
    }
    if (report_.verdict) report_.handshake = *handshake;
    return handshake;
  }

  /// `normal` did not come to its end; `wide` shows what a client that takes anything sees.
  void name_refusal(const Handshake& normal, const Handshake& wide) {
    if (wide.end == HandshakeEnd::Done) {
      only_old_ = true;
      const bool old = wide.version == to_string(TlsVersion::Tls10) || wide.version == to_string(TlsVersion::Tls11);
      if (!old && wide.version != to_string(TlsVersion::Tls13) && options_.lowest == TlsVersion::Tls13) {
        report_.add(Severity::Error, kOldTlsOnly,
                    "the server speaks nothing newer than " + wide.version +
                        ", and the send port nothing older than " + to_string(options_.lowest),
                    where(), "ask the partner to switch on TLS 1.3, or set minimum_tls of the port to \"1.2\"");
      } else if (old) {
        report_.add(Severity::Error, kOldTlsOnly, "the server speaks nothing newer than " + wide.version, where(),
                    "ask the partner to switch on TLS 1.2 or 1.3; older versions are not used here");
      } else {
        report_.add(Severity::Error, kNoCommonCipher,
                    "the server accepts only ciphers that are not used here, such as " + wide.cipher, where(),
                    "ask the partner to accept ciphers with forward secrecy and AES-GCM or ChaCha20");
      }
      return;
    }
    const bool asked = normal.asks_for_certificate || wide.asks_for_certificate;
    if (asked && (normal.end == HandshakeEnd::Alert || normal.end == HandshakeEnd::Cut)) {
      demanded(normal.reason);
    } else if (normal.end == HandshakeEnd::Cut) {
      report_.add(Severity::Error, kCutInHandshake,
                  "the server ends the connection in the handshake: " + normal.reason, where(),
                  "ask the partner what the server's log says; it, or a firewall, may not know our address");
    } else if (normal.end == HandshakeEnd::Alert && normal.alert == kAlertUnrecognizedName) {
      report_.add(Severity::Error, kUnknownName, "the server does not know the name " + expected_name(), where(),
                  "check the host name of the address; ask the partner for the right one");
    } else if (normal.end == HandshakeEnd::Alert && normal.alert == kAlertProtocolVersion) {
      report_.add(Severity::Error, kOldTlsOnly, "the server and this gateway have no version of TLS in common",
                  where(), "ask the partner to switch on TLS 1.2 or 1.3");
    } else if (normal.end == HandshakeEnd::Alert &&
               (normal.alert == kAlertHandshakeFailure || normal.alert == kAlertInsufficientSecurity)) {
      report_.add(Severity::Error, kNoCommonCipher,
                  "the server accepts none of our ciphers, curves or signatures (" + normal.reason + ")", where(),
                  "ask the partner which it accepts");
    } else {
      report_.add(Severity::Error, kHandshakeFailed, "the handshake fails: " + normal.reason, where(),
                  "ask the partner what the server's log says");
    }
  }

  void demanded(const std::string& reason) {
    report_.client.asked = report_.client.demanded = true;
    if (report_.client.shown) {
      report_.add(Severity::Error, kCertificateRefused, "the server refuses our client certificate: " + reason,
                  where(), "ask the partner whether this certificate, or its authority, is registered there");
    } else {
      report_.add(Severity::Error, kCertificateDemanded, "the server demands a client certificate", where(),
                  "put one that fits into the send port as client_certificate");
    }
  }

  void scan() {
    report_.versions = find_accepted(
        with_name({}), [this](const HandshakeOffer& offer) { return attempt(offer); }, end_);
    std::string old;
    std::string weak;
    for (const AcceptedVersion& each : report_.versions) {
      if (each.accepted && each.version < TlsVersion::Tls12)
        old += (old.empty() ? "" : ", ") + to_string(each.version);
      for (const AcceptedCipher& cipher : each.ciphers) {
        if (cipher.weak && weak.find(cipher.name) == std::string::npos)
          weak += (weak.empty() ? "" : ", ") + cipher.name;
      }
    }
    if (!old.empty() && !only_old_) {
      report_.add(Severity::Warning, kOldTlsAccepted, "the server also accepts " + old, where(),
                  "RFC 8996 forbids them; ask the partner to switch them off");
    }
    if (!weak.empty()) {
      report_.add(Severity::Warning, kWeakCipherAccepted, "the server accepts weak ciphers: " + weak, where(),
                  "ask the partner to switch them off");
    }
  }

  Result<> judge_certificates() {
    std::vector<Certificate> sent;
    for (const Bytes& der : report_.handshake->certificates) {
      auto certificate = Certificate::from_der(der);
      if (certificate) {
        sent.push_back(std::move(*certificate));
      } else {
        report_.add(sent.empty() ? Severity::Error : Severity::Warning, kBadCertificate,
                    "the server sends a certificate that cannot be read: " + certificate.error().what, where(),
                    "ask the partner for a certificate whose encoding is in order");
        if (sent.empty()) return {};
      }
    }
    if (report_.handshake->certificates_sent > kMaxSentCertificates) {
      report_.add(Severity::Error, kTooMuch,
                  "the server sends " + std::to_string(report_.handshake->certificates_sent) + " certificates",
                  where(), "ask the partner to send the chain and nothing else");
    }
    if (sent.empty()) {
      if (report_.handshake->end == HandshakeEnd::Done) {
        report_.add(Severity::Error, kNoCertificate, "the server shows no certificate", where(),
                    "ask the partner for a server with a certificate");
      }
      return {};
    }
    Fetcher fetcher(options_.revocation, options_.download_lists, clock_, end_);
    ChainInputs inputs{sent, ours_.roots, ours_.intermediates, ours_.distrusted, {}, expected_name(), report_.time};
    inputs.check_name = options_.check_name;
    inputs.fetch_issuers = [&fetcher](const Certificate& certificate) { return fetcher.fetch_issuers(certificate); };
    judge_chain(inputs, report_);

    std::vector<Certificate> candidates = sent;
    candidates.insert(candidates.end(), ours_.intermediates.begin(), ours_.intermediates.end());
    candidates.insert(candidates.end(), ours_.roots.begin(), ours_.roots.end());
    StandingInputs standing;
    standing.staple = report_.handshake->staple;
    standing.sent = sent;
    standing.candidates = candidates;
    standing.roots = ours_.roots;
    standing.crls = ours_.crls;
    standing.distrusted = ours_.distrusted;
    standing.policy = options_.policy;
    standing.fetcher = &fetcher;
    standing.now = report_.time;
    judge_standing(standing, report_);
    return {};
  }

  void judge_client() {
    ClientReport& client = report_.client;
    client.asked = client.asked || report_.handshake->asks_for_certificate;
    client.authorities = report_.handshake->authority_names;
    if (!client.asked) return;
    std::vector<Certificate> others = ours_.intermediates;
    others.insert(others.end(), ours_.roots.begin(), ours_.roots.end());
    client.candidates = std::move(ours_.own);
    for (OwnCandidate& each : client.candidates) {
      each.obstacle = obstacle_to(each.certificate, report_.handshake->authorities, others, report_.time);
    }
  }

  /// Without credentials. The path of the URL may be a secret of its own: a server that is not trusted gets "/".
  void ask_http() {
    HttpReport http;
    net::HttpClient client;
    net::HttpClientRequest request;
    const bool address = report_.host.find(':') != std::string::npos;
    request.url = !report_.verdict
                      ? options_.url
                      : std::string(report_.tls ? "https" : "http") + "://" +
                            (address ? "[" + report_.host + "]" : report_.host) + ":" + report_.port + "/";
    request.verify_server = false;  // judged already; its word is only shown
    request.client_certificate = options_.identity;
    if (options_.lowest == TlsVersion::Tls13) request.minimum_tls = net::TlsVersion::Tls13;
    request.proxy = options_.proxy.url;
    if (request.proxy.empty()) request.accept_address = options_.accept_address;
    request.proxy_user = options_.proxy.user;
    request.proxy_password = options_.proxy.password;
    request.connect_timeout = options_.step;
    request.response_limit = 4096;
    request.method = "GET";  // many servers of partners do not know HEAD
    request.total_timeout = std::chrono::milliseconds(std::max(1, left_until(step())));
    const auto answer = client.send(request);
    if (answer) {
      http.status = answer->status;
      http.schemes = challenges_of(answer->headers);
      if (const std::string* server = answer->headers.find("Server")) http.server = *server;
      // nginx takes the handshake and refuses the request.
      if (http.status == 400 && report_.client.asked) demanded("HTTP status 400");
      if (!http.schemes.empty()) {
        std::string schemes;
        for (const std::string& each : http.schemes) {
          schemes += (schemes.empty() ? "" : ", ") + each.substr(0, each.find_first_of(" \t,"));
        }
        report_.add(Severity::Note, kLoginWanted, "the server wants a login: " + schemes, report_.url,
                    "give the send port a user and a password");
      }
    } else {
      const Error& error = answer.error();
      http.failure = error.what;
      const bool cut = error.code == net::kTlsFailed || error.code == net::kConnectionLost ||
                       error.code == net::kTlsNotTrusted || error.code == net::kBadTlsIdentity;
      if (cut && report_.client.asked) {
        demanded(error.what);
      } else {
        report_.add(Severity::Warning, kHttpFailed, "the server does not answer a request of HTTP: " + error.what,
                    where(), "check that the address is that of a web server");
      }
    }
    report_.http = std::move(http);
  }

  const ProbeOptions& options_;
  OurCertificates ours_;
  const Clock& clock_;
  const Deadline end_;
  Report report_;
  std::string address_;    ///< the first that took a connection
  std::string next_port_;  ///< the server's, or that of the proxy before it
  bool only_old_ = false;  ///< it takes only what this gateway does not use
};

}  // namespace

Result<Report> probe(const ProbeOptions& options, OurCertificates ours, const Clock& clock) {
  return Probe(options, std::move(ours), clock).run();
}

}  // namespace sealgate::probe

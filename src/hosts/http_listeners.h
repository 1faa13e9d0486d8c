#pragma once
// The listeners that hosts have of their own, kept in step with the configuration, the stores of certificates and the
// clock. A changed certificate, minimum version or user holds for connections and requests that come after it; what
// is open goes on. A changed address, connection limit or proxy is a new listener: the old one finishes what it has.
// What cannot be opened is logged once and tried again.

#include <future>
#include <map>
#include <memory>
#include <optional>

#include "adapters/http/http_receiver.h"
#include "hosts/client_certificates.h"
#include "hosts/configuration.h"

namespace sealgate::hosts {

/// A listener: host and its name.
using ListenerName = std::pair<std::string, std::string>;

/// Driven by one thread.
class HttpListeners {
 public:
  /// `usual` are the options that listeners share; all must outlive this.
  HttpListeners(net::HttpServerOptions usual, adapters::Submitter& submitter,
                const ConfigurationHolder& configuration, ClientCertificates& clients, const Clock& clock);
  ~HttpListeners();

  /// Makes the listeners those of `set`.
  void apply(const artifacts::ArtifactSet& set);
  /// Locations of all listeners, each of one that apply() was given; their faults by name.
  std::map<std::string, Error> set_locations(std::map<ListenerName, std::vector<adapters::http::HttpLocation>> all);
  /// Certificates that came into force or went out of it, and what could not be opened. To be called often.
  void follow();

  void stop_accepting();
  void stop(std::chrono::steady_clock::time_point deadline);

 private:
  /// What the TLS of a listener was made of.
  struct TlsState {
    std::vector<certificates::Thumbprint> certificates;
    artifacts::TlsVersion minimum = artifacts::TlsVersion::Tls12;
    artifacts::ClientCertificates clients = artifacts::ClientCertificates::Off;
    std::shared_ptr<const pipeline::CertificateView> view;
    std::chrono::steady_clock::time_point made;
    bool is_current(const TlsState& wanted) const;
  };
  struct Listener {
    artifacts::HttpListener settings;
    std::string account;
    std::unique_ptr<adapters::http::HttpReceiver> receiver;
    std::vector<adapters::http::HttpLocation> locations;
    std::optional<TlsState> tls;
    bool running = false;
    std::string trouble;  ///< last one that was logged
  };

  void update(const ListenerName& name, Listener& listener);
  Result<> open(const ListenerName& name, Listener& listener);
  Result<> renew_tls(const ListenerName& name, Listener& listener);
  Result<net::TlsServerSettings> tls_of(const ListenerName& name, const Listener& listener,
                                        const TlsState& wanted) const;
  TlsState wanted_tls(const Listener& listener) const;
  adapters::http::HttpRules rules_of(const artifacts::HttpListener& listener);
  void retire(std::unique_ptr<adapters::http::HttpReceiver> receiver);

  const net::HttpServerOptions usual_;
  adapters::Submitter& submitter_;
  const ConfigurationHolder& configuration_;
  ClientCertificates& clients_;
  const Clock& clock_;
  std::map<ListenerName, Listener> listeners_;
  std::vector<std::future<void>> retired_;
};

}  // namespace sealgate::hosts

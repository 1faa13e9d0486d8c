#include "hosts/http_listeners.h"

#include <algorithm>

#include "base/log.h"
#include "base/network.h"
#include "hosts/errors.h"
#include "hosts/sender.h"
#include "net/errors.h"

namespace sealgate::hosts {
namespace {

using adapters::http::HttpReceiver;

/// How long a listener that was changed or removed may take to finish what it has.
constexpr std::chrono::seconds kRetirement{30};
/// Half the life of the key of session tickets: it is renewed with everything else.
constexpr std::chrono::hours kTlsLife{6};

net::ClientCertificateMode mode_of(artifacts::ClientCertificates wanted) {
  switch (wanted) {
    case artifacts::ClientCertificates::Off:
      return net::ClientCertificateMode::Off;
    case artifacts::ClientCertificates::Request:
      return net::ClientCertificateMode::Request;
    case artifacts::ClientCertificates::Require:
      return net::ClientCertificateMode::Require;
  }
  return net::ClientCertificateMode::Off;
}

/// What can change only by listening anew.
bool same_door(const artifacts::HttpListener& a, const artifacts::HttpListener& b) {
  return a.listen == b.listen && a.certificates.empty() == b.certificates.empty() &&
         a.maximum_connections == b.maximum_connections && a.connections_per_address == b.connections_per_address &&
         a.trusted_proxies == b.trusted_proxies;
}

std::string where_of(const ListenerName& name) {
  return "listener " + name.second + " of host " + name.first;
}

}  // namespace

HttpListeners::HttpListeners(net::HttpServerOptions usual, adapters::Submitter& submitter,
                             const ConfigurationHolder& configuration, ClientCertificates& clients,
                             const Clock& clock)
    : usual_(std::move(usual)),
      submitter_(submitter),
      configuration_(configuration),
      clients_(clients),
      clock_(clock) {}

HttpListeners::~HttpListeners() {
  stop(std::chrono::steady_clock::now());
}

adapters::http::HttpRules HttpListeners::rules_of(const artifacts::HttpListener& listener) {
  adapters::http::HttpRules rules;
  rules.proxies.trusted = parse_networks(listener.trusted_proxies);
  rules.proxies.field = listener.forwarded == artifacts::ForwardedField::Forwarded
                            ? adapters::http::ForwardedField::Forwarded
                            : adapters::http::ForwardedField::XForwardedFor;
  rules.proxies.certificate_field = listener.client_certificate_field;
  rules.judge_certificate = [this](const net::TlsClientCertificate& shown, const std::string& location) {
    return clients_.judge(shown, location);
  };
  return rules;
}

void HttpListeners::apply(const artifacts::ArtifactSet& set) {
  std::map<ListenerName, Listener> wanted;
  for (const artifacts::Host& host : set.hosts) {
    for (const artifacts::HttpListener& settings : host.listeners) {
      const ListenerName name{host.name, settings.name};
      Listener listener;
      const auto before = listeners_.find(name);
      if (before != listeners_.end() && same_door(before->second.settings, settings)) {
        listener = std::move(before->second);
        listeners_.erase(before);
      }
      listener.settings = settings;
      listener.account = host.account;
      if (!listener.receiver) {
        net::HttpServerOptions options = usual_;
        const auto endpoint = parse_endpoint(settings.listen).value_or(std::pair<std::string, std::uint16_t>());
        options.address = endpoint.first;
        options.port = endpoint.second;
        options.max_connections = static_cast<std::size_t>(settings.maximum_connections);
        options.max_connections_per_address = static_cast<std::size_t>(settings.connections_per_address);
        options.exempt_networks = parse_networks(settings.trusted_proxies);
        listener.receiver = std::make_unique<HttpReceiver>(std::move(options), submitter_);
      }
      listener.receiver->set_rules(rules_of(settings));
      wanted.emplace(name, std::move(listener));
    }
  }
  // First those that go, which may hold the addresses of those that come.
  for (auto& [name, listener] : listeners_) {
    if (listener.running)
      log(LogLevel::Info, "HTTP listener stopped", {{"host", name.first}, {"listener", name.second}});
    retire(std::move(listener.receiver));
  }
  listeners_ = std::move(wanted);
  follow();
}

std::map<std::string, Error> HttpListeners::set_locations(
    std::map<ListenerName, std::vector<adapters::http::HttpLocation>> all) {
  std::map<std::string, Error> faults;
  for (auto& [name, listener] : listeners_) {
    const auto found = all.find(name);
    std::vector<adapters::http::HttpLocation> locations;
    if (found != all.end()) {
      locations = std::move(found->second);
      all.erase(found);
    }
    faults.merge(listener.receiver->set_locations(std::move(locations)));
  }
  for (const auto& [name, locations] : all) {
    for (const auto& location : locations) {
      faults.insert_or_assign(location.name, Error(kNoSuchListener, "there is no " + where_of(name), location.name,
                                                   "add it to the host"));
    }
  }
  return faults;
}

void HttpListeners::follow() {
  std::erase_if(retired_, [](const std::future<void>& one) {
    return one.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  });
  for (auto& [name, listener] : listeners_) update(name, listener);
}

void HttpListeners::update(const ListenerName& name, Listener& listener) {
  const auto done = listener.running ? renew_tls(name, listener) : open(name, listener);
  const std::string trouble = done ? std::string() : done.error().to_string();
  if (!trouble.empty() && trouble != listener.trouble) {
    log(LogLevel::Error,
        listener.running ? "a TLS listener goes on with the certificates it has"
                         : "an HTTP listener cannot be opened; it is tried again",
        {{"host", name.first}, {"listener", name.second}, {"reason", trouble}});
  }
  listener.trouble = trouble;
}

Result<> HttpListeners::open(const ListenerName& name, Listener& listener) {
  std::optional<TlsState> state;
  if (!listener.settings.certificates.empty()) {
    state = wanted_tls(listener);
    SG_TRY_ASSIGN(auto tls, tls_of(name, listener, *state));
    listener.receiver->begin_with_tls(std::move(tls));
  }
  SG_TRY(listener.receiver->start());
  listener.tls = std::move(state);
  listener.running = true;
  const auto endpoint = parse_endpoint(listener.settings.listen);
  log(LogLevel::Info, "HTTP listener started",
      {{"host", name.first},
       {"listener", name.second},
       {"address", (endpoint ? endpoint->first : std::string()) + ":" + std::to_string(listener.receiver->port())},
       {"tls", listener.tls ? "yes" : "no"}});
  return {};
}

bool HttpListeners::TlsState::is_current(const TlsState& wanted) const {
  return certificates == wanted.certificates && minimum == wanted.minimum && clients == wanted.clients &&
         view == wanted.view && wanted.made - made < kTlsLife;
}

HttpListeners::TlsState HttpListeners::wanted_tls(const Listener& listener) const {
  artifacts::CertificateAssignments now_in_force;
  const Time now = clock_.now();
  for (const auto& assignment : listener.settings.certificates) {
    if (assignment.in_force(now)) now_in_force.push_back(assignment);
  }
  // One without a date comes after all that have one.
  std::ranges::stable_sort(now_in_force, [](const auto& a, const auto& b) {
    return a.from.value_or(Time::min()) > b.from.value_or(Time::min());
  });
  TlsState state;
  for (const auto& assignment : now_in_force) state.certificates.push_back(assignment.certificate);
  state.minimum = listener.settings.minimum_tls;
  state.clients = listener.settings.client_certificates;
  state.view = configuration_.get()->certificates;
  state.made = std::chrono::steady_clock::now();
  return state;
}

Result<net::TlsServerSettings> HttpListeners::tls_of(const ListenerName& name, const Listener& listener,
                                                     const TlsState& wanted) const {
  const Time now = clock_.now();
  pipeline::CertificateUse use;
  use.usage = certificates::Usage::HttpsServer;
  use.place = where_of(name);
  use.account = listener.account;
  net::TlsServerSettings tls;
  std::optional<Error> fault;
  for (const certificates::Thumbprint& thumbprint : wanted.certificates) {
    auto identity = own_tls_identity(*wanted.view, use, thumbprint, now);
    if (identity) {
      tls.identities.push_back(std::move(*identity));
    } else if (!fault) {
      fault = std::move(identity).error();
    }
  }
  if (tls.identities.empty()) {
    if (fault) return fail(std::move(*fault));
    return fail(net::kBadTlsIdentity, artifacts::why_none_in_force(listener.settings.certificates, now),
                where_of(name), "assign a certificate that is in force");
  }
  if (fault) {
    log(LogLevel::Error, "a server certificate cannot be used; the others are",
        {{"host", name.first}, {"listener", name.second}, {"reason", fault->to_string()}});
  }
  tls.tls13_only = wanted.minimum == artifacts::TlsVersion::Tls13;
  tls.client_certificates = mode_of(wanted.clients);
  return tls;
}

Result<> HttpListeners::renew_tls(const ListenerName& name, Listener& listener) {
  if (!listener.tls) return {};
  TlsState wanted = wanted_tls(listener);
  if (listener.tls->is_current(wanted)) return {};
  const bool others = listener.tls->certificates != wanted.certificates;
  SG_TRY_ASSIGN(const auto tls, tls_of(name, listener, wanted));
  SG_TRY(listener.receiver->set_tls(tls));
  listener.tls = std::move(wanted);
  if (others) {
    log(LogLevel::Info, "HTTP listener has other certificates from now on",
        {{"host", name.first}, {"listener", name.second}});
  }
  return {};
}

void HttpListeners::retire(std::unique_ptr<HttpReceiver> receiver) {
  receiver->stop_accepting();
  retired_.push_back(std::async(std::launch::async, [receiver = std::shared_ptr<HttpReceiver>(std::move(receiver))] {
    receiver->stop(std::chrono::steady_clock::now() + kRetirement);
  }));
}

void HttpListeners::stop_accepting() {
  for (auto& [name, listener] : listeners_) listener.receiver->stop_accepting();
}

void HttpListeners::stop(std::chrono::steady_clock::time_point deadline) {
  for (auto& [name, listener] : listeners_) listener.receiver->stop(deadline);
  listeners_.clear();
  retired_.clear();  // waits for them
}

}  // namespace sealgate::hosts

#include "admin/tls_probe.h"

#include <openssl/x509.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "admin/errors.h"
#include "audit/references.h"
#include "certificates/errors.h"
#include "certificates/import.h"
#include "hosts/certificate_loader.h"
#include "hosts/sender.h"
#include "io/file.h"
#include "io/secret_source.h"
#include "net/addresses.h"
#include "store/common/account_keys.h"

namespace sealgate::admin {
namespace {

using certificates::Certificate;
using certificates::StoreId;
using certificates::StoreName;

/// Those that the HTTP client trusts besides ours.
std::vector<Certificate> system_roots() {
  const char* chosen = std::getenv(X509_get_default_cert_file_env());
  for (const std::string path :
       {chosen == nullptr ? "" : chosen, "/etc/ssl/certs/ca-certificates.crt", X509_get_default_cert_file()}) {
    if (path.empty()) continue;
    const auto bytes = io::read_file(path);
    const auto bundle = bytes ? certificates::import_bundle(*bytes) : fail(bytes.error());
    if (!bundle) continue;
    std::vector<Certificate> roots;
    for (const auto& entry : bundle->certificates) roots.push_back(entry.certificate);
    return roots;
  }
  return {};
}

class Planner {
 public:
  Planner(const ProbeRequest& request, store::Store& store, const std::string& data, ProbePlan& plan)
      : request_(request), store_(store), data_(data), plan_(plan) {}

  Result<> run() {
    SG_TRY_ASSIGN(const auto snapshot, store_.artifacts().load());
    const artifacts::ArtifactSet& set = snapshot.set;
    SG_TRY(take_stores(set));
    if (set.group) plan_.options.revocation = set.group->revocation;
    if (request_.guarded) guard(set);
    return request_.port.empty() ? Result<>() : take_port(set);
  }

 private:
  Result<> take_stores(const artifacts::ArtifactSet& set) {
    const auto no_keys = [](const std::string& account) -> Result<certificates::AccountKey> {
      return fail(certificates::kNoPrivateKey, "not opened", account);
    };
    SG_TRY_ASSIGN(const auto view,
                  hosts::load_certificates(store_.certificates(), no_keys, artifacts::ArtifactSet()));
    auto& ours = plan_.ours;
    ours.roots.insert(ours.roots.end(), view->trusted_roots.begin(), view->trusted_roots.end());
    ours.intermediates = view->intermediates;
    ours.distrusted = view->untrusted;
    ours.crls = view->crls;
    std::set<std::string> accounts;
    for (const artifacts::Host& host : set.hosts) accounts.insert(host.account);
    if (accounts.empty()) accounts.emplace("default");
    for (const std::string& account : accounts) {
      SG_TRY_ASSIGN(const auto entries, store_.certificates().list(StoreId{StoreName::Personal, account}));
      for (const auto& entry : entries) {
        if (entry.has_private_key) ours.own.push_back({account, entry.certificate, {}});
      }
    }
    return {};
  }

  /// Names are compared, not addresses: whoever makes a name of his own lead to an address of ours gets nowhere.
  void guard(const artifacts::ArtifactSet& set) const {
    std::set<std::string> hosts;
    const auto add = [&](const artifacts::SendTransport& transport) {
      const auto* http = artifacts::http_settings(transport);
      const auto url = http == nullptr ? net::HttpUrl() : net::parse_http_url(http->url).value_or(net::HttpUrl());
      if (!url.host.empty()) hosts.insert(url.host);
    };
    for (const artifacts::SendPort& port : set.send_ports) {
      add(port.transport);
      if (port.backup) add(port.backup->transport);
    }
    for (const std::string& host : plan_.options.revocation.allowed_private_hosts) hosts.insert(host);
    const auto asked = net::parse_http_url(request_.url);
    // That of a port is in the configuration.
    const bool known = !request_.port.empty() || (asked && hosts.contains(asked->host));
    plan_.options.accept_address = [known](const std::string& address) {
      return known || net::is_public_address(address);
    };
  }

  /// The settings of the send port: where it sends, with whose certificate, whom it trusts, and by which way.
  Result<> take_port(const artifacts::ArtifactSet& set) {
    const artifacts::SendPort* port = set.find_send_port(request_.port);
    if (port == nullptr) {
      return fail(kNoSuchPort, "there is no send port '" + request_.port + "'", {}, "see sealgate get SendPort");
    }
    const auto* http = artifacts::http_settings(port->transport);
    if (http == nullptr || http->url.empty()) {
      return fail(kNoSuchPort, "the send port '" + request_.port + "' has no HTTP address", {},
                  "give the URL instead");
    }
    plan_.options.url = http->url;
    plan_.options.check_name = http->check_server_name;
    if (http->minimum_tls == artifacts::TlsVersion::Tls13) plan_.options.lowest = probe::TlsVersion::Tls13;
    SG_TRY(take_proxy(*http));
    SG_TRY(take_trust(*http));
    if (!http->client_certificate) return {};
    const auto keys = [&](const std::string& account) { return store::read_account_key(data_, account); };
    hosts::Sender sender = hosts::sender_of(*port, set, nullptr);
    SG_TRY_ASSIGN(sender.certificates,
                  hosts::load_certificates(store_.certificates(), keys, set, hosts::OwnHosts({sender.account})));
    SG_TRY_ASSIGN(plan_.options.identity,
                  hosts::client_identity(sender, *http->client_certificate, store_.clock().now()));
    return {};
  }

  /// What the port trusts and nothing else; a server's own certificate is trusted as if it were a root.
  Result<> take_trust(const artifacts::HttpSendSettings& http) {
    if (http.trusted_certificates.empty()) return {};
    plan_.ours.roots.clear();
    for (const certificates::Thumbprint& thumbprint : http.trusted_certificates) {
      SG_TRY_ASSIGN(const auto found, audit::find_trusted(store_.certificates(), thumbprint));
      if (found) {
        plan_.ours.roots.push_back(found->certificate);
      } else {
        plan_.notes.push_back("certificate " + thumbprint.to_biztalk() + " of trusted_certificates is not there");
      }
    }
    return {};
  }

  Result<> take_proxy(const artifacts::HttpSendSettings& http) {
    plan_.options.proxy.url = http.proxy;
    plan_.options.proxy.user = http.proxy_user;
    if (http.proxy_password_source.empty()) return {};
    constexpr std::size_t kMaximumPassword = 4096;
    auto password = io::read_secret(http.proxy_password_source, kMaximumPassword);
    if (!password) {
      return fail(kNoProxyPassword, "the password of the proxy cannot be read: it " + password.error().what,
                  password.error().place, "run this as the user of the gateway");
    }
    plan_.options.proxy.password = std::make_shared<const Secret>(std::move(*password));
    return {};
  }

  const ProbeRequest& request_;
  store::Store& store_;
  const std::string& data_;
  ProbePlan& plan_;
};

}  // namespace

Result<ProbePlan> plan_probe(const ProbeRequest& request, store::Store* store, const std::string& data) {
  ProbePlan plan;
  plan.options.url = request.url;
  plan.options.server_name = request.server_name;
  plan.options.step = request.step;
  plan.options.ciphers = request.ciphers;
  plan.ours.roots = system_roots();
  if (store != nullptr) SG_TRY(Planner(request, *store, data, plan).run());
  plan.options.policy = plan.options.revocation.outbound();
  if (request.online) {
    plan.options.revocation.ocsp = plan.options.revocation.fetch_issuers = plan.options.download_lists = true;
  }
  return plan;
}

}  // namespace sealgate::admin

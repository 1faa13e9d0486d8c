// sealgate tls probe: a server of a partner, looked at from here.

#include <openssl/x509.h>

#include <algorithm>
#include <cstdlib>

#include "audit/references.h"
#include "certificates/import.h"
#include "cli/data_folder.h"
#include "cli/errors.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "cli/tls_command.h"
#include "hosts/certificate_loader.h"
#include "hosts/sender.h"
#include "io/file.h"
#include "io/secret_source.h"
#include "probe/probe.h"
#include "store/common/account_keys.h"
#include "store/common/errors.h"

namespace sealgate::cli {
namespace {

using certificates::Certificate;
using certificates::StoreId;
using certificates::StoreName;

constexpr const char* kExamples =
    "  sealgate tls probe https://partner.example/orders\n"
    "  sealgate tls probe --port Orders              # with the trust and the client certificate of this send port\n"
    "  sealgate tls probe https://partner.example --online -o json\n";

struct ProbeCommand {
  StoreChoice where;
  std::string url;
  std::string port;
  std::string server_name;
  std::string output = "text";
  int timeout = 5;
  bool online = false;
  bool no_ciphers = false;
};

struct Plan {
  probe::ProbeOptions options;
  probe::OurCertificates ours;
};

/// Those that the HTTP client trusts besides ours.
std::vector<Certificate> system_roots() {
  const char* chosen = std::getenv(X509_get_default_cert_file_env());
  for (const std::string path :
       {chosen == nullptr ? "" : chosen, "/etc/ssl/certs/ca-certificates.crt", X509_get_default_cert_file()}) {
    const auto bytes = path.empty() ? tl::unexpected(Error{}) : io::read_file(path);
    const auto bundle = bytes ? certificates::import_bundle(*bytes) : tl::unexpected(bytes.error());
    if (!bundle) continue;
    std::vector<Certificate> roots;
    for (const auto& entry : bundle->certificates) roots.push_back(entry.certificate);
    return roots;
  }
  return {};
}

/// What the port trusts and nothing else; a server's own certificate is trusted as if it were a root.
Result<> take_trust(const artifacts::HttpSendSettings& http, store::Store& store, Plan& plan) {
  if (http.trusted_certificates.empty()) return {};
  plan.ours.roots.clear();
  for (const certificates::Thumbprint& thumbprint : http.trusted_certificates) {
    SG_TRY_ASSIGN(const auto found, audit::find_trusted(store.certificates(), thumbprint));
    if (found) {
      plan.ours.roots.push_back(found->certificate);
    } else {
      print_note("certificate " + thumbprint.to_biztalk() + " of trusted_certificates is not there");
    }
  }
  return {};
}

Result<> take_proxy(const artifacts::HttpSendSettings& http, Plan& plan) {
  plan.options.proxy.url = http.proxy;
  plan.options.proxy.user = http.proxy_user;
  if (http.proxy_password_source.empty()) return {};
  constexpr std::size_t kMaximumPassword = 4096;
  auto password = io::read_secret(http.proxy_password_source, kMaximumPassword);
  if (!password) {
    return fail(kBadOption, "the password of the proxy cannot be read: it " + password.error().what,
                password.error().place, "run this as the user of the gateway");
  }
  plan.options.proxy.password = std::make_shared<const Secret>(std::move(*password));
  return {};
}

/// The settings of the send port: where it sends, with whose certificate, whom it trusts, and by which way.
Result<> take_port(const ProbeCommand& command, store::Store& store, const artifacts::ArtifactSet& set, Plan& plan) {
  const auto port = std::ranges::find(set.send_ports, command.port, &artifacts::SendPort::name);
  if (port == set.send_ports.end()) {
    return fail(kBadOption, "there is no send port '" + command.port + "'", {}, "see sealgate get SendPort");
  }
  const auto* http = artifacts::http_settings(port->transport);
  if (http == nullptr || http->url.empty()) {
    return fail(kBadOption, "the send port '" + command.port + "' has no HTTP address", {}, "give the URL instead");
  }
  plan.options.url = http->url;
  plan.options.check_name = http->check_server_name;
  if (http->minimum_tls == artifacts::TlsVersion::Tls13) plan.options.lowest = probe::TlsVersion::Tls13;
  SG_TRY(take_proxy(*http, plan));
  SG_TRY(take_trust(*http, store, plan));
  if (!http->client_certificate) return {};
  const auto keys = [&](const std::string& account) { return store::read_account_key(command.where.data, account); };
  hosts::Sender sender = hosts::sender_of(*port, set, nullptr);
  SG_TRY_ASSIGN(sender.certificates,
                hosts::load_certificates(store.certificates(), keys, set, hosts::OwnHosts({sender.account})));
  SG_TRY_ASSIGN(plan.options.identity,
                hosts::client_identity(sender, *http->client_certificate, store.clock().now()));
  return {};
}

Result<> take_store(const ProbeCommand& command, store::Store& store, Plan& plan) {
  SG_TRY_ASSIGN(const auto snapshot, store.artifacts().load());
  const artifacts::ArtifactSet& set = snapshot.set;
  const auto no_keys = [](const std::string& account) -> Result<certificates::AccountKey> {
    return fail(kNoPrivateKey, "not opened", account);
  };
  SG_TRY_ASSIGN(const auto view, hosts::load_certificates(store.certificates(), no_keys, artifacts::ArtifactSet()));
  plan.ours.roots.insert(plan.ours.roots.end(), view->trusted_roots.begin(), view->trusted_roots.end());
  plan.ours.intermediates = view->intermediates;
  plan.ours.distrusted = view->untrusted;
  plan.ours.crls = view->crls;
  if (set.group) plan.options.revocation = set.group->revocation;
  std::vector<std::string> accounts;
  for (const artifacts::Host& host : set.hosts) {
    if (std::ranges::find(accounts, host.account) == accounts.end()) accounts.push_back(host.account);
  }
  if (accounts.empty()) accounts.emplace_back("default");
  for (const std::string& account : accounts) {
    SG_TRY_ASSIGN(const auto entries, store.certificates().list(StoreId{StoreName::Personal, account}));
    for (const auto& entry : entries) {
      if (entry.has_private_key) plan.ours.own.push_back({account, entry.certificate, {}});
    }
  }
  if (command.port.empty()) return {};
  return take_port(command, store, set, plan);
}

Result<Plan> make_plan(const ProbeCommand& command) {
  Plan plan;
  plan.options.url = command.url;
  plan.options.server_name = command.server_name;
  plan.options.step = std::chrono::seconds(command.timeout);
  plan.options.ciphers = !command.no_ciphers;
  plan.ours.roots = system_roots();
  const auto store = open_chosen_store(command.where, false);
  if (store) {
    SG_TRY(take_store(command, **store, plan));
  } else if (!command.port.empty() || store.error().code != store::kCannotOpen) {
    return fail(store.error());
  } else {
    print_note("there is no store here: only the roots of the system are trusted");
  }
  plan.options.policy = plan.options.revocation.outbound();
  if (command.online) {
    plan.options.revocation.ocsp = plan.options.revocation.fetch_issuers = plan.options.download_lists = true;
  }
  return plan;
}

int run(const ProbeCommand& command) {
  auto plan = make_plan(command);
  if (!plan) return print_error(plan.error());
  const auto report = probe::probe(plan->options, std::move(plan->ours), SystemClock());
  if (!report) return print_error(report.error());
  command.output == "json" ? print_probe_json(*report) : print_probe(*report);
  return report->verdict ? exit_status(report->verdict->error_class) : 0;
}

}  // namespace

int run_tls_probe(const Args& args) {
  CLI::App app{
      "Look at a TLS server without sending a login: addresses, versions, chain, revocation, what it asks for"};
  configure_app(app, "sealgate tls probe", kExamples);
  ProbeCommand command;
  command.where = default_store_choice();
  auto* url = app.add_option("URL", command.url, "https://host[:port][/path]");
  app.add_option("--port", command.port, "With the address and the settings of this send port")
      ->type_name("NAME")
      ->excludes(url);
  app.add_option("--server-name", command.server_name, "Ask for this name, and expect it in the certificate")
      ->type_name("NAME");
  app.add_option("--timeout", command.timeout, "Seconds for each step; the whole takes at most a minute")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 60))
      ->capture_default_str();
  app.add_flag("--online", command.online, "Ask the responders, lists and issuers that the certificates name");
  app.add_flag("--no-ciphers", command.no_ciphers, "One handshake only: not every version and cipher is tried");
  app.add_option("-o", command.output, "Form of the output: text or json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  add_store_options(app, command.where);
  if (const auto status = parse(app, args)) return *status;
  if (command.url.empty() && command.port.empty()) {
    return print_usage_error("give a URL or --port NAME", "sealgate tls probe");
  }
  return run(command);
}

}  // namespace sealgate::cli

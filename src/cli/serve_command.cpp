// sealgate serve: the gateway in this process, until SIGTERM or SIGINT.

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>

#include "api/host.h"
#include "base/log.h"
#include "base/log_level.h"
#include "base/network.h"
#include "cli/data_folder.h"
#include "cli/errors.h"
#include "cli/log_level.h"
#include "cli/parse.h"
#include "cli/service_manager.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "console/pages.h"
#include "hosts/gateway.h"

namespace sealgate::cli {
namespace {

constexpr const char* kExamples =
    "  sealgate serve --data /var/lib/sealgate --listen 127.0.0.1:8080\n"
    "  sealgate serve --data ./data --listen :8080 --log-format json\n"
    "  sealgate serve --store postgresql://sealgate@db1,db2/sealgate?target_session_attrs=read-write --host-instance "
    "a\n";

struct ServeOptions {
  StoreChoice where;
  std::string listen = "127.0.0.1:8080";
  std::string host_instance;
  std::vector<std::string> accounts;
  bool allow_core_dumps = false;
  std::size_t workers = 64;
  unsigned stop_timeout = 30;
  bool metrics_for_all = false;
  std::string api;  ///< where the administration is served; empty: nowhere
  access::GateOptions gate;
  std::string log_level = "info";
  std::string log_format = "text";
};

/// Keys live in this process: no core dump, no attaching debugger without privileges, unless somebody asked for that.
Result<> protect_memory(bool allow_core_dumps) {
  struct rlimit core {};
  if (allow_core_dumps) {  // every command starts out protected
    const bool known = ::getrlimit(RLIMIT_CORE, &core) == 0;
    core.rlim_cur = core.rlim_max;
    if (known && ::setrlimit(RLIMIT_CORE, &core) == 0 && ::prctl(PR_SET_DUMPABLE, 1) == 0) return {};
    return fail(kMemoryNotProtected, "core dumps of this process cannot be turned on", {},
                "start without the option");
  }
  if (::setrlimit(RLIMIT_CORE, &core) == 0 && ::prctl(PR_SET_DUMPABLE, 0) == 0) return {};
  return fail(kMemoryNotProtected, "core dumps of this process, which holds private keys, cannot be turned off", {},
              "find out what forbids it; or start with --allow-core-dumps, knowing that a dump holds the keys");
}

/// Connections and the parts of messages in the making each hold a descriptor; the usual soft limit of 1024 is less
/// than one message of a thousand large parts takes.
void raise_descriptor_limit() {
  struct rlimit files {};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

/// Threads inherit the mask, so only the waiting main thread ever takes these signals.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return signals;
}

/// Where the administration listens; absent: nowhere.
using ApiAddress = std::optional<std::pair<std::string, std::uint16_t>>;

Result<ApiAddress> api_address(const std::string& text) {
  if (text.empty()) return ApiAddress();
  if (auto endpoint = parse_endpoint(text)) return ApiAddress(std::move(*endpoint));
  return fail(kBadOption, "'" + text + "' is not ADDRESS:PORT", "--api",
              "write it like 127.0.0.1:8443, [::1]:8443 or :8443 (all addresses)");
}

/// Only who reads this can become the first administrator: it goes to the terminal, not into the log.
Result<> tell_invitation(api::Host& host, const std::string& address) {
  SG_TRY_ASSIGN(const std::string invitation, host.first_invitation());
  if (invitation.empty()) return {};
  std::printf("There is no user yet. Make the administrator here, once: https://%s/#invitation=%s\n", address.c_str(),
              invitation.c_str());
  std::fflush(stdout);
  return {};
}

Result<std::unique_ptr<api::Host>> start_api(const ServeOptions& options, const ApiAddress& at,
                                             hosts::Gateway& gateway) {
  if (!at) return std::unique_ptr<api::Host>();
  api::HostOptions host;
  host.address = at->first;
  host.port = at->second;
  host.services.place = {options.where.data, options.where.url};
  host.services.version = kVersion;
  host.gate = options.gate;
  static console::Pages pages;
  host.others = &pages;
  host.services.changed = [&gateway] {
    if (const auto done = gateway.refresh(); !done) {
      log(LogLevel::Warning, "what was changed does not hold yet", {{"reason", done.error().to_string()}});
    }
  };
  SG_TRY_ASSIGN(auto started, api::Host::start(std::move(host), gateway.store()));
  const bool six = at->first.find(':') != std::string::npos;
  const std::string address = (six ? "[" + at->first + "]" : at->first) + ":" + std::to_string(started->port());
  log(LogLevel::Info, "serving the administration",
      {{"listen", address}, {"certificate_sha256", started->thumbprint()}});
  SG_TRY(tell_invitation(*started, address));
  return started;
}

/// The level of --log-level, or the one that somebody chose since.
class LogLevelFollower {
 public:
  LogLevelFollower(const ServeOptions& options, const Clock& clock)
      : options_(options), clock_(clock), standard_(log_level_of(options.log_level).value_or(LogLevel::Info)) {}

  /// What was chosen for an earlier life of the gateway is over.
  void start() {
    if (const auto forgotten = forget_log_level(options_.where.data); !forgotten) print_error(forgotten.error());
  }

  void look() {
    const auto chosen = read_log_level(options_.where.data, clock_.now());
    const LogLevel now = chosen ? chosen->level : standard_;
    if (now == followed_) return;
    // Said at whichever of the two levels lets it be seen.
    const auto say = [&] { log(LogLevel::Warning, "the log level changed", {{"to", std::string(word_of(now))}}); };
    if (now > followed_) say();
    set_log_level(now);
    if (now < followed_) say();
    followed_ = now;
  }

 private:
  const ServeOptions& options_;
  const Clock& clock_;
  const LogLevel standard_;
  LogLevel followed_ = standard_;
};

/// The main thread's work while the others serve: tells the service manager how it goes, follows the log level,
/// reloads on SIGHUP. Returns when the process is to end.
void attend(const sigset_t& signals, hosts::Gateway& gateway, ServiceManager& manager, LogLevelFollower& log_level) {
  constexpr std::chrono::milliseconds kTurn{1000};
  const auto turn = std::min(kTurn, manager.turn().value_or(kTurn));
  const timespec wait{turn.count() / 1000, turn.count() % 1000 * 1'000'000};
  for (;;) {
    const std::string_view refusal = gateway.refusal();
    manager.status(refusal.empty() ? "serving" : "not accepting messages: " + std::string(refusal));
    manager.watch(gateway.pulses());
    log_level.look();
    const int received = ::sigtimedwait(&signals, nullptr, &wait);
    if (received == SIGTERM || received == SIGINT) return;
    if (received != SIGHUP) continue;
    manager.reloading();
    if (const auto reloaded = gateway.refresh()) {
      log(LogLevel::Info, "reloaded");
    } else {
      log(LogLevel::Error, "the configuration cannot be read; going on with the old one",
          {{"reason", reloaded.error().to_string()}});
    }
    manager.ready();
  }
}

int serve(const ServeOptions& options) {
  const auto listen = hosts::parse_listen(options.listen);
  if (!listen) return print_error(listen.error());
  const auto at = api_address(options.api);
  if (!at) return print_error(at.error());
  configure_log(log_level_of(options.log_level).value_or(LogLevel::Info),
                options.log_format == "json" ? LogFormat::Json : LogFormat::Text);
  if (const auto is_protected = protect_memory(options.allow_core_dumps); !is_protected) {
    return print_error(is_protected.error());
  }
  raise_descriptor_limit();
  const sigset_t signals = block_signals();
  ServiceManager manager;

  const SystemClock clock;
  LogLevelFollower log_level(options, clock);
  hosts::GatewayOptions gateway_options;
  gateway_options.data = options.where.data;
  gateway_options.store = options.where.url;
  gateway_options.version = kVersion;
  gateway_options.listen_address = listen->first;
  gateway_options.listen_port = listen->second;
  gateway_options.host_instance = options.host_instance;
  gateway_options.accounts = options.accounts;
  gateway_options.workers = options.workers;
  gateway_options.metrics_for_all = options.metrics_for_all;
  auto gateway = hosts::Gateway::open(gateway_options, clock);
  if (!gateway) return print_error(gateway.error());
  log_level.start();  // now that the data folder is ours
  if (const auto started = (*gateway)->start(); !started) return print_error(started.error());
  log(LogLevel::Info, "serving",
      {{"listen", listen->first + ":" + std::to_string((*gateway)->port())}, {"data", options.where.data}});

  const auto api = start_api(options, *at, **gateway);
  if (!api) return print_error(api.error());

  manager.ready();
  attend(signals, **gateway, manager, log_level);
  manager.stopping();
  log(LogLevel::Info, "stopping", {{"within_seconds", std::to_string(options.stop_timeout)}});
  if (*api) (*api)->stop(std::chrono::seconds(options.stop_timeout));
  (*gateway)->stop(std::chrono::seconds(options.stop_timeout));
  return 0;
}

/// Ten seconds' worth may come at once.
void add_rate_option(CLI::App& app, const char* name, access::RateLimit& limit, const std::string& what) {
  app.add_option_function<std::uint32_t>(
         name,
         [&limit](std::uint32_t rate) {
           limit = {rate, 10 * rate};
         },
         what + ", in the long run; ten times as many at once; 0: without a limit. Default " +
             std::to_string(limit.per_second))
      ->type_name("N")
      ->check(CLI::Range(0, 1'000'000));
}

}  // namespace

int run_serve(const Args& args) {
  CLI::App app("Run the gateway: receive, route and send until it is told to stop (SIGTERM)");
  configure_app(app, "sealgate serve", kExamples);
  ServeOptions options;
  add_store_options(app, options.where);
  app.add_option("--listen", options.listen, "Address and port of the HTTP listener; port 0: any free one")
      ->type_name("ADDR:PORT")
      ->capture_default_str();
  // Other commands take a URL from the same variable.
  const char* api = std::getenv("SEALGATE_API");  // NOLINT(concurrency-mt-unsafe): no threads yet
  if (api != nullptr && std::string_view(api).find("://") == std::string_view::npos) options.api = api;
  app.add_option("--api", options.api,
                 "Serve the administration, too, by TLS on this address ($SEALGATE_API); without it nowhere. "
                 "The certificate is DATA/api/tls.pem, made at the first start")
      ->type_name("ADDR:PORT");
  add_rate_option(app, "--api-rate", options.gate.per_user,
                  "Requests to the administration a second by each user, and by each token");
  add_rate_option(app, "--api-open-rate", options.gate.per_network,
                  "Requests to the administration a second from a network by nobody who is known");
  app.add_option("--host-instance", options.host_instance,
                 "Name under which this process holds its work, unique among those that share a store; without it "
                 "local, or the name of this computer with postgresql")
      ->type_name("NAME");
  app.add_option(
         "--account", options.accounts,
         "Run only the hosts of this account and open no other account's keys. May be repeated; without it all")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_flag("--allow-core-dumps", options.allow_core_dumps,
               "Let the system write core dumps of this process, with the private keys in them");
  app.add_option("--workers", options.workers, "Messages in transmission at a time, over all ports")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--stop-timeout", options.stop_timeout, "Seconds that running work may take after SIGTERM")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  app.add_flag("--metrics-for-all", options.metrics_for_all,
               "GET /metrics answers other computers, too; it names partners and certificates");
  app.add_option("--log-level", options.log_level, "debug, info, warning or error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  app.add_option("--log-format", options.log_format, "text or json, on standard error")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  if (const auto status = parse(app, args)) return *status;
  return serve(options);
}

}  // namespace sealgate::cli

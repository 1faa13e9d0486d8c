#include "hosts/gateway.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <thread>

#include "base/log.h"
#include "base/network.h"
#include "hosts/configuration_loader.h"
#include "hosts/dispatcher.h"
#include "hosts/errors.h"
#include "hosts/expiry_keeper.h"
#include "hosts/figure_keeper.h"
#include "hosts/health.h"
#include "hosts/intake.h"
#include "hosts/location_leases.h"
#include "hosts/membership.h"
#include "hosts/receive_adapters.h"
#include "hosts/revocation_keeper.h"
#include "hosts/submitter.h"
#include "hosts/tracking_keeper.h"
#include "hosts/tracking_ports.h"
#include "hosts/unknown_senders.h"
#include "hosts/vital_metrics.h"
#include "store/backends/open_store.h"
#include "store/common/account_keys.h"
#include "store/common/credential_audit.h"
#include "store/common/errors.h"
#include "store/common/tracking/archive_folder.h"

namespace sealgate::hosts {
namespace {

/// How often the store is asked whether something changed, and how often finished messages are purged.
constexpr std::chrono::milliseconds kRefresh{500};
constexpr std::chrono::seconds kPurge{30};
constexpr std::size_t kPurgeBatch = 500;
/// How often it is told how many messages of nobody known came in.
constexpr std::chrono::minutes kWord{1};

class RunningGateway final : public Gateway {
 public:
  RunningGateway(GatewayOptions options, std::unique_ptr<store::Store> store)
      : options_(std::move(options)),
        store_(std::move(store)),
        clock_(store_->clock()),
        membership_(member_options(), store_->cluster(), clock_),
        revocation_keeper_(*store_, configuration_, clock_, revocation_options()),
        disk_(options_.data),
        callers_(options_.host_instance),
        submitter_(configuration_, store_->box(), clock_, callers_),
        intake_(submitter_, membership_, disk_, options_.intake),
        leases_(membership_, intake_, store_->is_shared()),
        health_(
            pulses_, [this] { return intake_.refusal(); }, listener_options().retry_after),
        audit_(store_->tracking_storage(), clock_, options_.host_instance),
        credentials_(store_->credentials(), account_key_source(), audit_, clock_),
        services_{intake_,       clock_,         std::make_shared<net::HttpClient>(), credentials_, configuration_,
                  store_->box(), store_->memos()},
        loader_(
            *store_, configuration_, account_key_source(),
            [this](const artifacts::SendTransport& transport, const Sender& sender) {
              return make_send_adapter(services_, transport, sender);
            },
            &unknown_senders_),
        clients_(configuration_, store_->box(), clock_),
        receivers_(listener_options(), services_, leases_, &health_, configuration_, clients_),
        dispatcher_(dispatcher_options(), configuration_, store_->box(), clock_, callers_),
        figure_keeper_(*store_),
        tracking_keeper_(store_->tracking(), clock_, tracking_options()),
        expiry_keeper_(*store_, configuration_, clock_, expiry_options()) {
    health_.set_metrics(
        [this] {
          const bool ready = health_.refusal().empty();
          return vital_metrics(options_.version, options_.host_instance, ready, pulses_) + expiry_keeper_.metrics() +
                 unknown_senders_.metrics() + receivers_.metrics();
        },
        options_.metrics_for_all);
    loader_.run_only(own_hosts_);
    loader_.ask_online(&revocation_keeper_.online());
    loader_.issue_tickets(&credentials_);
    intake_.on_check([this](const messaging::NamedLease& lease) -> Result<bool> {
      SG_TRY_ASSIGN(const auto held, membership_.acquire(lease.name));
      return held && held->fence == lease.fence;
    });
  }

  ~RunningGateway() override { stop(std::chrono::milliseconds(0)); }

  Result<> start() override {
    store_->box().on_work([this] { dispatcher_.wake(); });
    membership_.on_take_over([this] { dispatcher_.wake(); });
    SG_TRY(refresh());
    SG_TRY(membership_.start());
    started_ = true;
    SG_TRY(dispatcher_.start());
    SG_TRY(receivers_.start());
    membership_.set_address(options_.listen_address + ":" + std::to_string(port()));
    {
      const std::lock_guard lock(refresh_mutex_);
      receivers_.apply(own_hosts_.without_foreign_locations(configuration_.get()->artifacts.set));
      receiving_ = true;
    }
    housekeeper_ = std::thread([this] { keep_house(); });
    tracking_keeper_.start();
    expiry_keeper_.start();
    revocation_keeper_.start();
    health_.set_ready(true);
    return {};
  }

  std::uint16_t port() const override { return receivers_.port(); }

  store::Store& store() override { return *store_; }

  const Pulses& pulses() const override { return pulses_; }

  std::string_view refusal() override { return health_.refusal(); }

  Result<> refresh() override {
    const std::lock_guard lock(refresh_mutex_);
    SG_TRY_ASSIGN(const bool changed, loader_.refresh());
    if (!changed) return {};
    const auto configuration = configuration_.get();
    const artifacts::ArtifactSet& set = configuration->artifacts.set;
    disk_.set_watermark(group().disk_watermark);
    revocation_keeper_.follow(group());
    store_->box().tracking_switch().leave_out(untracked_ports(set));
    if (receiving_) receivers_.apply(own_hosts_.without_foreign_locations(set));
    tell_hosts(set);
    dispatcher_.wake();
    membership_.set_revisions(configuration->artifacts.revision, loader_.certificate_revision());
    return {};
  }

  void stop(std::chrono::milliseconds within) override {
    if (!started_) return;
    started_ = false;
    const auto deadline = std::chrono::steady_clock::now() + within;
    health_.set_ready(false);
    {
      const std::lock_guard lock(house_mutex_);
      house_ends_ = true;
    }
    house_changed_.notify_all();
    // First nothing new comes in or is taken up, then what is running may finish. Others take over the locations as
    // soon as these stand still; claims are kept alive to the end.
    if (housekeeper_.joinable()) housekeeper_.join();
    receivers_.stop_accepting();
    dispatcher_.stop_claiming();
    receivers_.stop(deadline);
    submitter_.stop();
    dispatcher_.stop(deadline);
    expiry_keeper_.stop();
    revocation_keeper_.stop();  // after those who may wait for an answer of its
    tell_unknown_senders();
    tracking_keeper_.stop();
    membership_.stop();
    log(LogLevel::Info, "stopped");
  }

 private:
  MembershipOptions member_options() {
    MembershipOptions member;
    member.name = options_.host_instance;
    member.version = options_.version;
    member.pulse = &pulses_.add("membership");
    member.alone = !store_->is_shared();  // the lock of the data folder says so, whatever name an earlier run went by
    return member;
  }

  net::HttpServerOptions listener_options() const {
    net::HttpServerOptions listener;
    listener.address = options_.listen_address;
    listener.port = options_.listen_port;
    listener.max_body_bytes = std::numeric_limits<std::uint64_t>::max();  // the submitter knows each location's limit
    // A second one would mostly wake the first: one carries tens of thousands of requests a second.
    listener.io_threads = std::clamp<std::size_t>(std::thread::hardware_concurrency() / 4, 1, 4);
    listener.worker_threads = 32;  // they wait for commits, and a commit is shared by all that wait
    return listener;
  }

  DispatcherOptions dispatcher_options() {
    DispatcherOptions dispatching;
    dispatching.owner = options_.host_instance;
    dispatching.alone = !store_->is_shared();
    dispatching.workers = options_.workers;
    dispatching.spool = options_.data / "spool";
    dispatching.hosts = own_hosts_;
    dispatching.pulse = &pulses_.add("dispatcher");
    return dispatching;
  }

  /// Which hosts run here, when that is not all of them; once for each change.
  void tell_hosts(const artifacts::ArtifactSet& set) {
    std::string told;
    for (const std::string& account : own_hosts_.accounts()) {
      const std::string hosts = hosts_of(set, account);
      told += (told.empty() ? "" : "; ") + account + ": " + (hosts.empty() ? "no host" : hosts);
    }
    if (told == told_hosts_) return;
    log(LogLevel::Info, "only the hosts of these accounts run here", {{"hosts", told}});
    told_hosts_ = std::move(told);
  }

  AccountKeySource account_key_source() const {
    return [this](const std::string& account) { return store::read_account_key(options_.data, account); };
  }

  artifacts::Group group() const {
    const auto configuration = configuration_.get();
    return configuration->artifacts.set.group.value_or(artifacts::Group{});
  }

  /// Whether this process holds the lease, taking it when it is free. For one thread.
  std::function<bool()> holder_of(std::string_view name) {
    return [this, name, lease = std::optional<messaging::NamedLease>()]() mutable {
      if (lease && membership_.may_hold(*lease)) return true;
      auto acquired = membership_.acquire(std::string(name));
      lease = acquired ? std::move(*acquired) : std::nullopt;
      return lease.has_value();
    };
  }

  ExpiryKeeperOptions expiry_options() {
    ExpiryKeeperOptions keeping;
    keeping.is_keeper = holder_of(kExpiryLease);
    return keeping;
  }

  TrackingKeeperOptions tracking_options() {
    TrackingKeeperOptions keeping;
    keeping.archive = store::tracking::archive_folder(options_.data);
    keeping.is_keeper = holder_of(kTrackingLease);
    keeping.sealed = [this] { figure_keeper_.round(); };
    keeping.expired = [this] {
      const artifacts::Group now = group();
      messaging::TrackingPart part;
      part.before = clock_.now() - now.keep_tracking;
      part.maximum_bytes = now.maximum_tracking;
      return part;
    };
    return keeping;
  }

  RevocationKeeperOptions revocation_options() {
    RevocationKeeperOptions keeping;
    keeping.is_keeper = holder_of(kRevocationLease);
    return keeping;
  }

  void keep_house() {
    ::pthread_setname_np(::pthread_self(), "housekeeper");
    auto next_purge = std::chrono::steady_clock::now() + kPurge;
    auto next_word = std::chrono::steady_clock::now() + kWord;
    std::string trouble;  // said once, not twice a second
    std::unique_lock lock(house_mutex_);
    while (!house_changed_.wait_for(lock, kRefresh, [this] { return house_ends_; })) {
      lock.unlock();
      house_pulse_.beat();
      const auto refreshed = refresh();
      std::string reason = refreshed ? std::string() : refreshed.error().to_string();
      if (!refreshed && reason != trouble) {
        log(LogLevel::Error, "the configuration cannot be read; going on with the old one", {{"reason", reason}});
      }
      trouble = std::move(reason);
      house_pulse_.beat();
      {
        const std::lock_guard receiving(refresh_mutex_);
        receivers_.follow();
      }
      disk_.is_low();  // so that it is said even while nothing comes in
      if (std::chrono::steady_clock::now() >= next_word) {
        tell_unknown_senders();
        next_word = std::chrono::steady_clock::now() + kWord;
      }
      if (std::chrono::steady_clock::now() >= next_purge) {
        purge();
        next_purge = std::chrono::steady_clock::now() + kPurge;
      }
      lock.lock();
    }
    house_pulse_.end();
  }

  void tell_unknown_senders() {
    if (const auto told = unknown_senders_.tell(store_->box(), clock_.now()); !told) {
      log(LogLevel::Warning, "messages of nobody known cannot be recorded; they are with the next minute's",
          {{"reason", told.error().to_string()}});
    }
  }

  /// One instance does it for all.
  void purge() {
    const auto turn = membership_.acquire("purge");
    if (!turn || !*turn) return;
    const Time before = clock_.now() - group().keep_completed;
    for (;;) {
      house_pulse_.beat();
      const auto purged = store_->box().purge(before, kPurgeBatch);
      if (!purged) {
        log(LogLevel::Warning, "finished messages cannot be purged", {{"reason", purged.error().to_string()}});
        return;
      }
      if (*purged < kPurgeBatch) return;
      const std::lock_guard lock(house_mutex_);
      if (house_ends_) return;
    }
  }

  GatewayOptions options_;
  const OwnHosts own_hosts_{options_.accounts};
  std::string told_hosts_;  ///< under refresh_mutex_
  Pulses pulses_;           ///< all are added while this is made
  Pulse& house_pulse_ = pulses_.add("housekeeper");
  std::unique_ptr<store::Store> store_;
  const Clock& clock_;  ///< of the store: the same for every instance
  ConfigurationHolder configuration_;
  Membership membership_;
  RevocationKeeper revocation_keeper_;
  DiskWatch disk_;
  Callers callers_;
  UnknownSenders unknown_senders_;
  BoxSubmitter submitter_;
  Intake intake_;
  LocationLeases leases_;
  Health health_;
  store::CredentialAudit audit_;
  credentials::Service credentials_;
  AdapterServices services_;
  ConfigurationLoader loader_;
  ClientCertificates clients_;
  ReceiveAdapters receivers_;
  Dispatcher dispatcher_;
  FigureKeeper figure_keeper_;
  TrackingKeeper tracking_keeper_;
  ExpiryKeeper expiry_keeper_;

  std::mutex refresh_mutex_;  ///< one at a time; guards loader_, receivers_.apply(), leases_ and receiving_
  bool receiving_ = false;

  std::mutex house_mutex_;
  std::condition_variable house_changed_;
  bool house_ends_ = false;
  bool started_ = false;
  std::thread housekeeper_;
};

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::open(GatewayOptions options, const Clock& clock) {
  if (options.host_instance.empty()) options.host_instance = default_host_instance(options.store);
  store::StoreLocation location;
  location.data = options.data;
  location.url = options.store;
  location.access = store::Access::Serve;
  location.instance = options.host_instance;
  SG_TRY_ASSIGN(auto store, store::open_store(location, clock));
  const std::filesystem::path spool = options.data / "spool";
  for (const std::filesystem::path& folder : {options.data, spool}) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
      return fail(store::kCannotOpen, "cannot create the folder for spools", folder.string(),
                  "create the data folder and give it to the user who runs this");
    }
  }
  return std::make_unique<RunningGateway>(std::move(options), std::move(store));
}

std::string default_host_instance(const std::string& store) {
  if (store.empty() || store == "sqlite") return "local";
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "local";
  return name.data();
}

Result<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text) {
  if (auto endpoint = parse_endpoint(text)) return std::move(*endpoint);
  return fail(kBadListenAddress, "'" + std::string(text) + "' is not ADDRESS:PORT", "--listen",
              "write it like 127.0.0.1:8080, [::1]:8080 or :8080 (all addresses)");
}

}  // namespace sealgate::hosts

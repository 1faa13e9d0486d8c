#include "hosts/gateway.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <thread>

#include "base/log.h"
#include "hosts/certificate_loader.h"
#include "hosts/dispatcher.h"
#include "hosts/errors.h"
#include "hosts/health.h"
#include "hosts/receive_adapters.h"
#include "hosts/submitter.h"
#include "store/backends/open_store.h"
#include "store/common/account_key_file.h"
#include "store/common/errors.h"

namespace sealgate::hosts {
namespace {

/// How often the store is asked whether something changed, and how often finished messages are purged.
constexpr std::chrono::milliseconds kRefresh{500};
constexpr std::chrono::seconds kPurge{30};
constexpr std::size_t kPurgeBatch = 500;
/// How often private keys that could not be opened are tried again: mending a key file changes nothing in the store.
constexpr std::chrono::seconds kKeyRetry{10};

bool lacks_keys(const pipeline::CertificateView& view) {
  return std::ranges::any_of(view.personal, [](const auto& account) {
    return std::ranges::any_of(account.second, [](const auto& own) { return own.key_error.has_value(); });
  });
}

class RunningGateway final : public Gateway {
 public:
  RunningGateway(GatewayOptions options, const Clock& clock, std::unique_ptr<store::Store> store)
      : options_(std::move(options)),
        clock_(clock),
        store_(std::move(store)),
        certificates_(store_->certificates()),
        submitter_(configuration_, store_->box(), clock),
        health_(store_->box()),
        services_{submitter_, clock, std::make_shared<net::HttpClient>()},
        receivers_(listener_options(), services_, &health_),
        dispatcher_(dispatcher_options(), configuration_, store_->box(), clock) {}

  ~RunningGateway() override { stop(std::chrono::milliseconds(0)); }

  Result<> start() override {
    SG_TRY(refresh());
    store_->box().on_work([this] { dispatcher_.wake(); });
    SG_TRY(dispatcher_.start());
    started_ = true;
    SG_TRY(receivers_.start());
    {
      const std::lock_guard lock(refresh_mutex_);
      receivers_.apply(configuration_.get()->artifacts.set);
      receiving_ = true;
    }
    housekeeper_ = std::thread([this] { keep_house(); });
    health_.set_ready(true);
    return {};
  }

  std::uint16_t port() const override { return receivers_.port(); }

  Result<> refresh() override {
    const std::lock_guard lock(refresh_mutex_);
    SG_TRY_ASSIGN(const artifacts::Revision revision, store_->artifacts().revision());
    SG_TRY_ASSIGN(const std::uint64_t certificate_revision, certificates_.revision());
    const ConfigurationRef current = configuration_.get();
    const bool artifacts_changed = current == nullptr || current->artifacts.revision != revision;
    const auto now = std::chrono::steady_clock::now();
    const bool keys_due = current != nullptr && now >= next_keys_ && lacks_keys(*current->certificates);
    if (!artifacts_changed && !keys_due && certificate_revision_ == certificate_revision) return {};
    next_keys_ = now + kKeyRetry;

    artifacts::Snapshot snapshot;
    if (artifacts_changed) {
      SG_TRY_ASSIGN(snapshot, store_->artifacts().load());
    } else {
      snapshot = current->artifacts;
    }
    SG_TRY_ASSIGN(auto view, load_certificates(certificates_, account_key_source(), snapshot.set));
    const ConfigurationRef next = make_configuration(
        std::move(snapshot), std::move(view),
        [this](const artifacts::SendTransport& transport) { return make_send_adapter(services_, transport); });
    configuration_.set(next);
    certificate_revision_ = certificate_revision;
    log(LogLevel::Info, "configuration loaded",
        {{"revision", std::to_string(next->artifacts.revision)},
         {"receive_ports", std::to_string(next->artifacts.set.receive_ports.size())},
         {"send_ports", std::to_string(next->artifacts.set.send_ports.size())},
         {"parties", std::to_string(next->artifacts.set.parties.size())}});
    if (receiving_) receivers_.apply(next->artifacts.set);
    dispatcher_.wake();
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
    if (housekeeper_.joinable()) housekeeper_.join();
    // First nothing new comes in or is taken up, then what is running may finish.
    receivers_.stop_accepting();
    dispatcher_.stop_claiming();
    receivers_.stop(deadline);
    submitter_.stop();
    dispatcher_.stop(deadline);
    log(LogLevel::Info, "stopped");
  }

 private:
  net::HttpServerOptions listener_options() const {
    net::HttpServerOptions listener;
    listener.address = options_.listen_address;
    listener.port = options_.listen_port;
    listener.max_body_bytes = std::numeric_limits<std::uint64_t>::max();  // the submitter knows each location's limit
    listener.worker_threads = 32;  // they wait for commits, and a commit is shared by all that wait
    return listener;
  }

  DispatcherOptions dispatcher_options() const {
    DispatcherOptions dispatching;
    dispatching.owner = options_.host_instance;
    dispatching.alone = true;  // the lock of the data folder says so, whatever name an earlier run went by
    dispatching.workers = options_.workers;
    dispatching.spool = options_.data / "spool";
    return dispatching;
  }

  AccountKeySource account_key_source() const {
    return [this](const std::string& account) {
      return store::read_account_key_file(store::account_key_path(options_.data, account), account);
    };
  }

  void keep_house() {
    auto next_purge = std::chrono::steady_clock::now() + kPurge;
    std::string trouble;  // said once, not twice a second
    std::unique_lock lock(house_mutex_);
    while (!house_changed_.wait_for(lock, kRefresh, [this] { return house_ends_; })) {
      lock.unlock();
      const auto refreshed = refresh();
      std::string reason = refreshed ? std::string() : refreshed.error().to_string();
      if (!refreshed && reason != trouble) {
        log(LogLevel::Error, "the configuration cannot be read; going on with the old one", {{"reason", reason}});
      }
      trouble = std::move(reason);
      if (std::chrono::steady_clock::now() >= next_purge) {
        purge();
        next_purge = std::chrono::steady_clock::now() + kPurge;
      }
      lock.lock();
    }
  }

  void purge() {
    const auto configuration = configuration_.get();
    const auto& group = configuration->artifacts.set.group;
    const Time before = clock_.now() - (group ? group->keep_completed : artifacts::Group{}.keep_completed);
    for (;;) {
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
  const Clock& clock_;
  std::unique_ptr<store::Store> store_;
  certificates::CertificateStore& certificates_;
  ConfigurationHolder configuration_;
  BoxSubmitter submitter_;
  Health health_;
  AdapterServices services_;
  ReceiveAdapters receivers_;
  Dispatcher dispatcher_;

  std::mutex refresh_mutex_;  ///< one refresh at a time; guards the three below and receivers_.apply()
  std::optional<std::uint64_t> certificate_revision_;
  std::chrono::steady_clock::time_point next_keys_;
  bool receiving_ = false;

  std::mutex house_mutex_;
  std::condition_variable house_changed_;
  bool house_ends_ = false;
  bool started_ = false;
  std::thread housekeeper_;
};

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::open(GatewayOptions options, const Clock& clock) {
  store::StoreLocation location;
  location.data = options.data;
  location.access = store::Access::Serve;
  location.instance = options.host_instance;
  SG_TRY_ASSIGN(auto store, store::open_store(location, clock));
  const std::filesystem::path spool = options.data / "spool";
  if (::mkdir(spool.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(store::kCannotOpen, "cannot create the folder for spools", spool.string(),
                "check the permissions of the data folder");
  }
  return std::make_unique<RunningGateway>(std::move(options), clock, std::move(store));
}

Result<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text) {
  const auto bad = [text] {
    return fail(kBadListenAddress, "'" + std::string(text) + "' is not ADDRESS:PORT", "--listen",
                "write it like 127.0.0.1:8080, [::1]:8080 or :8080 (all addresses)");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad();
  std::string_view address = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  } else if (address.find(':') != std::string_view::npos) {
    return bad();
  }
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (port.empty() || error != std::errc{} || end != port.data() + port.size()) return bad();
  return std::pair{address.empty() ? std::string("0.0.0.0") : std::string(address), number};
}

}  // namespace sealgate::hosts

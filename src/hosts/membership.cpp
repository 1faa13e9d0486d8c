#include "hosts/membership.h"

#include <pthread.h>

#include <algorithm>

#include "base/log.h"
#include "messaging/errors.h"
#include "messaging/ids.h"

namespace sealgate::hosts {

using std::chrono::steady_clock;

Membership::Membership(MembershipOptions options, messaging::Cluster& cluster, const Clock& clock)
    : options_(std::move(options)), cluster_(cluster), clock_(clock) {
  self_.name = options_.name;
  self_.address = options_.address;
  self_.version = options_.version;
}

Membership::~Membership() {
  stop();
}

messaging::Instance Membership::self() const {
  const std::lock_guard lock(mutex_);
  return self_;
}

Result<> Membership::join() {
  messaging::Instance next = self();
  SG_TRY_ASSIGN(next.life, messaging::make_uuid_v7(clock_.now()));
  const auto sent = steady_clock::now();
  SG_TRY(cluster_.join(next, options_.alone, clock_.now()));
  const std::lock_guard lock(mutex_);
  self_.life = next.life;
  joined_ = true;
  heard_ = sent;
  trouble_.clear();
  return {};
}

Result<> Membership::start() {
  const auto patience = steady_clock::now() + options_.name_patience;
  std::optional<messaging::Instance> other;
  for (;;) {
    const auto joined = join();
    if (joined) break;
    if (joined.error().code != messaging::kInstanceExists || steady_clock::now() >= patience) return joined;
    SG_TRY_ASSIGN(const auto members, cluster_.members());
    const auto found = std::ranges::find(members, options_.name, &messaging::Instance::name);
    if (found != members.end()) {
      if (other && other->life == found->life && other->seen != found->seen) return joined;
      if (!other) {
        log(LogLevel::Info, "waiting to see whether another host instance of this name lives",
            {{"host_instance", options_.name}, {"address", found->address}});
      }
      other = *found;
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, options_.heartbeat / 4, [this] { return ends_; });
  }
  // What is set from here on is news to the others, also before the thread runs for the first time.
  thread_ = std::thread([this, told = self()] { keep_up(told); });
  return {};
}

void Membership::stop() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (options_.pulse != nullptr) options_.pulse->end();
  std::string life;
  {
    const std::lock_guard lock(mutex_);
    if (!joined_) return;
    joined_ = false;
    trouble_ = "it is stopping";
    life = self_.life;
  }
  if (const auto left = cluster_.leave(life, clock_.now()); !left) {
    log(LogLevel::Warning, "the others will notice later that this host instance ended",
        {{"reason", left.error().to_string()}});
  }
}

void Membership::set_revisions(std::uint64_t configuration, std::uint64_t certificates) {
  {
    const std::lock_guard lock(mutex_);
    if (self_.configuration == configuration && self_.certificates == certificates) return;
    self_.configuration = configuration;
    self_.certificates = certificates;
  }
  changed_.notify_all();
}

void Membership::set_address(std::string address) {
  {
    const std::lock_guard lock(mutex_);
    self_.address = std::move(address);
  }
  changed_.notify_all();
}

bool Membership::is_member() const {
  const std::lock_guard lock(mutex_);
  return joined_ && steady_clock::now() - heard_ < options_.self_timeout;
}

std::string Membership::trouble() const {
  const std::lock_guard lock(mutex_);
  if (joined_ && steady_clock::now() - heard_ < options_.self_timeout) return {};
  return trouble_.empty() ? "the store does not answer" : trouble_;
}

Result<std::optional<messaging::NamedLease>> Membership::acquire(const std::string& name) {
  if (!is_member()) {
    return fail(messaging::kDeclaredDead, "this host instance is no member of the group now: " + trouble(),
                "lease " + name);
  }
  return cluster_.acquire(name, self().life);
}

bool Membership::may_hold(const messaging::NamedLease& lease) const {
  const std::lock_guard lock(mutex_);
  return joined_ && lease.life == self_.life && steady_clock::now() - heard_ < options_.self_timeout;
}

void Membership::keep_up(messaging::Instance told) {
  ::pthread_setname_np(::pthread_self(), "membership");
  std::unique_lock lock(mutex_);
  while (!ends_) {
    changed_.wait_for(lock, options_.heartbeat, [&] {
      return ends_ || told.configuration != self_.configuration || told.certificates != self_.certificates ||
             told.address != self_.address;
    });
    if (ends_) return;
    told = self_;
    lock.unlock();
    if (options_.pulse != nullptr) options_.pulse->beat();
    beat();
    if (options_.pulse != nullptr) options_.pulse->beat();
    take_over();
    lock.lock();
  }
}

void Membership::beat() {
  const auto sent = steady_clock::now();
  auto done = cluster_.heartbeat(self(), clock_.now());
  if (!done && done.error().code == messaging::kDeclaredDead) {
    if (std::unique_lock lock(mutex_); joined_) {
      joined_ = false;
      trouble_ = done.error().what;
      lock.unlock();
      log(LogLevel::Error, "declared dead by the others while it lives: what it does now is lost, and it joins again",
          {{"host_instance", options_.name}});
    }
    done = join();
    if (done) log(LogLevel::Info, "joined again", {{"host_instance", options_.name}});
  }
  const std::lock_guard lock(mutex_);
  if (done) {
    if (!trouble_.empty()) log(LogLevel::Info, "the store answers again");
    trouble_.clear();
    heard_ = std::max(heard_, sent);
    return;
  }
  if (trouble_ != done.error().what) {
    log(LogLevel::Error, "no sign of life can be given; nothing new is accepted until it can",
        {{"reason", done.error().to_string()}});
  }
  trouble_ = done.error().what;
}

void Membership::take_over() {
  const auto dead = cluster_.take_over(clock_.now());
  if (!dead) {
    // Mostly the heartbeat has said already why.
    log(LogLevel::Debug, "cannot look for dead host instances", {{"reason", dead.error().to_string()}});
    return;
  }
  for (const std::string& name : *dead) {
    log(LogLevel::Warning, "a host instance died; its work is taken over", {{"host_instance", name}});
  }
  if (!dead->empty() && on_take_over_) on_take_over_();
}

}  // namespace sealgate::hosts

#include "hosts/revocation_keeper.h"

#include <algorithm>

#include "base/log.h"
#include "revocation/folder.h"

namespace sealgate::hosts {
namespace {

using artifacts::RevocationPolicy;
using revocation::Source;
using revocation::SourceKind;

bool asks_somewhere(const artifacts::ArtifactSet& set) {
  const auto asks = [](const std::optional<RevocationPolicy>& policy) {
    return policy && *policy != RevocationPolicy::Off;
  };
  if (!set.group || set.group->revocation.policy != RevocationPolicy::Off) return true;
  return std::ranges::any_of(set.parties, [&](const auto& party) { return asks(party.revocation); }) ||
         std::ranges::any_of(set.send_ports, [&](const auto& port) { return asks(port.revocation); }) ||
         std::ranges::any_of(set.receive_ports, [&](const auto& port) {
           return std::ranges::any_of(port.locations,
                                      [&](const auto& location) { return asks(location.revocation); });
         });
}

std::vector<certificates::Certificate> certificates_to_follow(const artifacts::ArtifactSet& set,
                                                              const pipeline::CertificateView& view) {
  std::vector<certificates::Certificate> found;
  std::set<std::string> seen;
  const auto add_partners = [&](const artifacts::CertificateAssignments& assignments) {
    for (const artifacts::CertificateAssignment& assignment : assignments) {
      if (!seen.insert(assignment.certificate.to_hex()).second) continue;
      if (auto certificate = view.find_partner(assignment.certificate); certificate && *certificate) {
        found.push_back(**certificate);
      }
    }
  };
  const auto add_own = [&](const artifacts::CertificateAssignments& assignments) {
    for (const artifacts::CertificateAssignment& assignment : assignments) {
      for (const auto& [account, own] : view.personal) {
        const auto* entry = view.find_own(account, assignment.certificate);
        if (entry != nullptr) found.push_back(entry->certificate);
      }
    }
  };
  if (set.group) add_own(set.group->signing_certificates);
  for (const artifacts::Party& party : set.parties) add_partners(party.verification_certificates);
  for (const artifacts::SendPort& port : set.send_ports) {
    add_partners(port.encryption_certificates);
    add_own(port.signing_certificates);
  }
  for (const artifacts::ReceivePort& port : set.receive_ports) {
    for (const auto& location : port.locations) add_partners(location.response_encryption_certificates);
  }
  found.insert(found.end(), view.intermediates.begin(), view.intermediates.end());
  return found;
}

}  // namespace

std::vector<Source> sources_to_follow(const artifacts::ArtifactSet& set, const pipeline::CertificateView& view) {
  const auto settings = set.group ? set.group->revocation : artifacts::RevocationSettings();
  if (!asks_somewhere(set)) return revocation::sources_of(settings, {}, {});
  return revocation::sources_of(settings, certificates_to_follow(set, view), view.crls);
}

RevocationKeeper::RevocationKeeper(store::Store& store, const ConfigurationHolder& configuration, const Clock& clock,
                                   RevocationKeeperOptions options)
    : store_(store),
      configuration_(configuration),
      clock_(clock),
      options_(std::move(options)),
      updater_(store.certificates(), store.memos(), downloader_, clock),
      online_(updater_, downloader_, clock) {}

RevocationKeeper::~RevocationKeeper() {
  stop();
}

void RevocationKeeper::follow(const artifacts::Group& group) {
  downloader_.allow_private_hosts(group.revocation.allowed_private_hosts);
  online_.configure(group.revocation);
  const std::lock_guard lock(mutex_);
  refresh_ = group.revocation.refresh;
}

void RevocationKeeper::start() {
  thread_ = std::thread([this] { run(); });
  for (std::size_t i = 0; i < options_.downloads; ++i) downloaders_.emplace_back([this] { download(); });
}

void RevocationKeeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  downloader_.cancel();
  if (thread_.joinable()) thread_.join();
  for (std::thread& thread : downloaders_) {
    if (thread.joinable()) thread.join();
  }
}

void RevocationKeeper::run() {
  std::unique_lock lock(mutex_);
  while (!ends_) {
    lock.unlock();
    look();
    lock.lock();
    changed_.wait_for(lock, options_.every, [this] { return ends_; });
  }
}

void RevocationKeeper::look() {
  const ConfigurationRef configuration = configuration_.get();
  if (configuration == nullptr) return;
  if (!options_.is_keeper()) {
    was_keeper_ = false;
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (!was_keeper_ || now >= next_states_) {
    load_states();
    next_states_ = now + options_.states_every;
  }
  was_keeper_ = true;
  if (configuration != seen_)
    sources_ = sources_to_follow(configuration->artifacts.set, *configuration->certificates);
  seen_ = configuration;

  const Time time = clock_.now();
  std::vector<Source> candidates = sources_;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [address, state] : states_) {
      const bool follows = state.demanded && time - *state.demanded < revocation::kFollowDemanded;
      if (follows && candidates.size() < revocation::kMaxSources) candidates.push_back(state.source);
    }
  }
  for (const Source& source : candidates) {
    if (!is_due(source, time)) continue;
    const std::lock_guard lock(mutex_);
    if (under_way_.insert(source.address).second) queue_.push_back(source);
  }
  changed_.notify_all();
}

void RevocationKeeper::load_states() {
  auto loaded = revocation::load_states(store_.memos());
  if (!loaded) {
    log(LogLevel::Warning, "what is known about sources of revocation lists cannot be read",
        {{"reason", loaded.error().to_string()}});
    return;
  }
  const std::lock_guard lock(mutex_);
  states_.clear();
  for (auto& state : *loaded) {
    std::string address = state.source.address;
    states_.emplace(std::move(address), std::move(state));
  }
}

bool RevocationKeeper::is_due(const Source& source, Time now) {
  bool changed = false;
  if (source.kind == SourceKind::Folder) {
    std::string fingerprint = revocation::fingerprint_of_folder(source.address);
    auto [place, first] = folders_.try_emplace(source.address);
    changed = place->second != fingerprint;
    place->second = std::move(fingerprint);
  }
  const std::lock_guard lock(mutex_);
  const auto known = states_.find(source.address);
  if (changed || known == states_.end()) return true;
  // A shorter refresh holds at once.
  const auto& asked = known->second.asked;
  return known->second.next <= now || (asked && *asked + refresh_ <= now && known->second.failures == 0);
}

void RevocationKeeper::download() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ends_ || !queue_.empty(); });
    if (ends_) return;
    const Source source = queue_.front();
    queue_.pop_front();
    const auto refresh = refresh_;
    lock.unlock();
    auto updated = updater_.update(source, refresh);
    if (!updated) {
      log(LogLevel::Warning, "revocation lists cannot be stored",
          {{"source", source.address}, {"reason", updated.error().to_string()}});
    }
    lock.lock();
    revocation::SourceState state;
    if (updated) {
      state = std::move(updated->state);
    } else {
      state.source = source;
      state.next = clock_.now() + std::chrono::minutes(1);
    }
    states_[source.address] = std::move(state);
    under_way_.erase(source.address);
  }
}

}  // namespace sealgate::hosts

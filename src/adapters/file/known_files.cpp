#include "adapters/file/known_files.h"

#include <algorithm>
#include <utility>

namespace sealgate::adapters::file {

namespace {

constexpr std::size_t kMaxKnown = 10'000;

}  // namespace

KnownFiles::Known* KnownFiles::remember(const FolderEntry& entry) {
  const auto found = files_.find(entry.name);
  if (found == files_.end() && files_.size() >= kMaxKnown) return nullptr;
  Known& known = found == files_.end() ? files_[entry.name] : found->second;
  if (known.stamp != entry.stamp) known = {};
  known.stamp = entry.stamp;
  known.listing = listing_;
  return &known;
}

void KnownFiles::defer(const FolderEntry& entry) {
  const std::lock_guard lock(mutex_);
  Known* known = remember(entry);
  if (known == nullptr) return;
  known->wait =
      known->wait.count() > 0 ? std::min(known->wait * 2, options_.longest_backoff) : options_.first_backoff;
  known->until = clock_.now() + known->wait;
}

bool KnownFiles::is_deferred(const Known& known, const FolderEntry& entry) const {
  if (known.stamp != entry.stamp) return false;
  const Time now = clock_.now();
  // A clock that was set back does not make the wait longer.
  return now < known.until && now + known.wait >= known.until;
}

bool KnownFiles::is_deferred(const FolderEntry& entry) const {
  const std::lock_guard lock(mutex_);
  const auto known = files_.find(entry.name);
  return known != files_.end() && is_deferred(known->second, entry);
}

void KnownFiles::committed(const FolderEntry& entry, std::string key) {
  const std::lock_guard lock(mutex_);
  if (Known* known = remember(entry)) known->committed = std::move(key);
}

std::optional<std::string> KnownFiles::committed_key(const FolderEntry& entry) {
  const std::lock_guard lock(mutex_);
  const auto known = files_.find(entry.name);
  if (known == files_.end()) return std::nullopt;
  if (known->second.stamp == entry.stamp) return known->second.committed;
  files_.erase(known);
  return std::nullopt;
}

void KnownFiles::forget(const FolderEntry& entry) {
  const std::lock_guard lock(mutex_);
  files_.erase(entry.name);
}

bool KnownFiles::knows(const FolderEntry& entry) const {
  const std::lock_guard lock(mutex_);
  const auto known = files_.find(entry.name);
  return known != files_.end() && known->second.stamp == entry.stamp;
}

bool KnownFiles::seen(const FolderEntry& entry) {
  const std::lock_guard lock(mutex_);
  const auto known = files_.find(entry.name);
  if (known == files_.end()) return true;
  known->second.listing = listing_;
  if (!is_deferred(known->second, entry)) return true;
  ++waiting_;
  return false;
}

std::size_t KnownFiles::end_listing() {
  const std::lock_guard lock(mutex_);
  std::erase_if(files_, [&](const auto& file) { return file.second.listing != listing_; });
  ++listing_;
  return std::exchange(waiting_, 0);
}

}  // namespace sealgate::adapters::file

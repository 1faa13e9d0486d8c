#pragma once
// Parsed certificates by the digest of their encoding. Partners send the same few certificates with every message,
// and parsing one costs OpenSSL more than checking a signature with it. Private to certificates/.

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "certificates/thumbprint.h"

namespace sealgate::certificates {

/// The least recently used entry goes when it is full. Thread-safe.
template <typename Data>
class CertificateCache {
 public:
  explicit CertificateCache(std::size_t capacity) : capacity_(capacity) {}

  /// Null when it is not there.
  std::shared_ptr<const Data> find(const Thumbprint& sha256) {
    const std::scoped_lock lock(mutex_);
    const auto found = places_.find(sha256);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->second;
  }

  void insert(const Thumbprint& sha256, std::shared_ptr<const Data> data) {
    const std::scoped_lock lock(mutex_);
    if (places_.contains(sha256)) return;
    entries_.emplace_front(sha256, std::move(data));
    places_.emplace(sha256, entries_.begin());
    if (entries_.size() <= capacity_) return;
    places_.erase(entries_.back().first);
    entries_.pop_back();
  }

 private:
  using Entry = std::pair<Thumbprint, std::shared_ptr<const Data>>;
  struct Hash {
    /// The digest's own first bytes: they are as good as random.
    std::size_t operator()(const Thumbprint& sha256) const {
      std::size_t hash = 0;
      for (const Byte byte : sha256.bytes().first(sizeof hash)) hash = (hash << 8) | byte;
      return hash;
    }
  };
  const std::size_t capacity_;
  std::mutex mutex_;
  std::list<Entry> entries_;
  std::unordered_map<Thumbprint, typename std::list<Entry>::iterator, Hash> places_;
};

}  // namespace sealgate::certificates

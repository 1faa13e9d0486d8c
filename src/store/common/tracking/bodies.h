#pragma once
// Tracked bodies: each is sealed under a random key of its own (crypto/sealed_stream.h), which is wrapped by the
// tracking key. The key file lies outside of the database, so the database alone opens nothing. Equal contents are
// stored once, under their SHA-256, which is authenticated with every chunk: a body cannot be put in the place of
// another.

#include <filesystem>
#include <mutex>
#include <optional>

#include "certificates/key_protection.h"
#include "store/common/tracking/tracking_rows.h"

namespace sealgate::store::tracking {

/// Thread-safe.
class BodyVault {
 public:
  BodyVault(TrackingStorage& storage, std::filesystem::path key_file)
      : storage_(storage), key_file_(std::move(key_file)) {}
  Result<> keep(const messaging::Body& body, Time now);
  Result<> read(const Bytes& sha256, Sink& sink);

 private:
  enum class KeyUse { Existing, MayCreate };
  Result<Secret> key(KeyUse use);
  Result<> store(const messaging::Body& body, StoredBody row, Secret data_key);

  TrackingStorage& storage_;
  std::filesystem::path key_file_;
  std::mutex key_mutex_;
  std::optional<certificates::AccountKey> key_;
};

}  // namespace sealgate::store::tracking

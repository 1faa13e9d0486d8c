#pragma once
// Whether a certificate store has room for one more, without counting it each time: counting a large one costs more
// than adding to it.

#include <map>
#include <mutex>
#include <string>

#include "certificates/certificate_store.h"

namespace sealgate::store {

/// Thread-safe. Exact when the store is nearly full; who adds beside us takes from the half that we leave.
class StoreRoom {
 public:
  /// False when there is none. `count` says how many there are: Result<std::size_t>().
  template <typename Count>
  Result<bool> take(const certificates::StoreId& id, Count count) {
    const std::scoped_lock lock(mutex_);
    std::size_t& left = left_[std::string(id.effective_account()) + '/' + std::string(to_string(id.name))];
    if (left == 0) {
      SG_TRY_ASSIGN(const std::size_t there, count());
      if (there >= certificates::CertificateStore::kMaxCertificates) return false;
      left = (certificates::CertificateStore::kMaxCertificates - there + 1) / 2;
    }
    --left;
    return true;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::size_t> left_;
};

}  // namespace sealgate::store

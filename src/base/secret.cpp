#include "base/secret.h"

#include <cstring>

namespace sealgate {

void wipe(void* data, std::size_t size) {
  if (size != 0) explicit_bzero(data, size);
}

void Secret::resize(std::size_t size) {
  if (size <= bytes_.size()) {
    wipe(bytes_.data() + size, bytes_.size() - size);
    bytes_.resize(size);
    return;
  }
  // Growing may move the buffer; the old one is wiped first.
  Bytes grown(size);
  std::copy(bytes_.begin(), bytes_.end(), grown.begin());
  wipe(bytes_.data(), bytes_.size());
  bytes_ = std::move(grown);
}

void Secret::clear() {
  wipe(bytes_.data(), bytes_.size());
  bytes_.clear();
}

}  // namespace sealgate

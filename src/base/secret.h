#pragma once
// Memory that is wiped when it dies and that nothing prints.

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sealgate {

/// Overwrites `size` bytes in a way the compiler keeps.
void wipe(void* data, std::size_t size);

/// Owns key material or a password. Movable, not copyable, no stream output, no comparison.
class Secret {
 public:
  Secret() = default;
  explicit Secret(Bytes bytes) : bytes_(std::move(bytes)) {}
  explicit Secret(std::size_t size) : bytes_(size) {}
  static Secret from_text(std::string_view text) { return Secret(to_bytes(text)); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      clear();
      bytes_ = std::move(other.bytes_);
      other.bytes_.clear();
    }
    return *this;
  }
  ~Secret() { clear(); }

  Secret clone() const { return Secret(Bytes(bytes_)); }
  ByteView view() const { return bytes_; }
  std::string_view text() const { return as_text(bytes_); }
  Byte* data() { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  /// Shrinks or grows; wipes what falls off.
  void resize(std::size_t size);
  void clear();

 private:
  Bytes bytes_;
};

}  // namespace sealgate

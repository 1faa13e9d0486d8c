#pragma once
// The building blocks of stored forms (contexts, tracking records): numbers are unsigned LEB128 in their shortest
// form, text is its length and its bytes, integers and times are eight bytes, most significant first. Equal values
// have equal bytes.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sealgate::messaging::stored {

void put_number(Bytes& out, std::uint64_t value);
void put_text(Bytes& out, std::string_view text);
void put_eight(Bytes& out, std::int64_t value);

/// Reads what the functions above wrote. After something that they never write, ok() is false and everything reads as
/// zero or empty. The bytes must outlive it.
class Reader {
 public:
  explicit Reader(ByteView bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return at_ == bytes_.size(); }
  std::size_t remaining() const { return bytes_.size() - at_; }
  /// For what its caller finds wrong.
  void spoil() { ok_ = false; }

  Byte octet();
  std::uint64_t number();
  /// Valid as long as the bytes.
  std::string_view text();
  ByteView bytes(std::size_t size);
  std::int64_t eight();

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace sealgate::messaging::stored

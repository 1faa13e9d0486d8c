#include "mime/canonical.h"

#include <cstring>

namespace sealgate::mime {
namespace {

/// Next `wanted` at or after `at`; bytes.size() when there is none.
std::size_t find_byte(ByteView bytes, std::size_t at, Byte wanted) {
  if (at >= bytes.size()) return bytes.size();
  const void* const found = std::memchr(bytes.data() + at, wanted, bytes.size() - at);
  return found == nullptr ? bytes.size() : static_cast<std::size_t>(static_cast<const Byte*>(found) - bytes.data());
}

/// Collects changed output, so that the target sees large writes even when every line changes.
Result<> put(Bytes& buffer, ByteView bytes, Sink& target) {
  if (buffer.size() + bytes.size() > kStreamBufferSize) {
    SG_TRY(target.write(buffer));
    buffer.clear();
  }
  if (bytes.size() > kStreamBufferSize) return target.write(bytes);
  append(buffer, bytes);
  return {};
}

Result<> flush(Bytes& buffer, Sink& target) {
  if (buffer.empty()) return {};
  SG_TRY(target.write(buffer));
  buffer.clear();
  return {};
}

}  // namespace

Result<> CrlfCanonicaliser::write(ByteView bytes) {
  if (bytes.empty()) return {};
  std::size_t start = 0;
  for (std::size_t at = find_byte(bytes, 0, '\n'); at < bytes.size(); at = find_byte(bytes, at + 1, '\n')) {
    const bool after_cr = at == 0 ? last_was_cr_ : bytes[at - 1] == '\r';
    if (after_cr) continue;
    SG_TRY(put(buffer_, bytes.subspan(start, at - start), target_));
    SG_TRY(put(buffer_, as_bytes("\r\n"), target_));
    start = at + 1;
    changed_ = true;
  }
  last_was_cr_ = bytes.back() == '\r';
  if (start == 0) return target_.write(bytes);  // canonical already
  SG_TRY(put(buffer_, bytes.subspan(start), target_));
  return flush(buffer_, target_);
}

Result<> LfNormaliser::write(ByteView bytes) {
  if (bytes.empty()) return {};
  if (held_cr_) {
    held_cr_ = false;
    if (bytes.front() == '\n') {
      changed_ = true;
    } else {
      SG_TRY(put(buffer_, as_bytes("\r"), target_));
    }
  }
  std::size_t start = 0;
  std::size_t end = bytes.size();
  if (bytes.back() == '\r') {
    held_cr_ = true;
    --end;
  }
  for (std::size_t at = find_byte(bytes, 0, '\r'); at < end; at = find_byte(bytes, at + 1, '\r')) {
    if (bytes[at + 1] != '\n') continue;
    SG_TRY(put(buffer_, bytes.subspan(start, at - start), target_));
    start = at + 1;
    changed_ = true;
  }
  SG_TRY(put(buffer_, bytes.subspan(start, end - start), target_));
  return flush(buffer_, target_);
}

Result<> LfNormaliser::finish() {
  if (held_cr_) SG_TRY(target_.write(as_bytes("\r")));
  return target_.finish();
}

Result<> TrailingLineEndStripper::write(ByteView bytes) {
  if (bytes.empty()) return {};
  if (!held_.empty()) {
    if (held_.size() == 1 && held_[0] == '\r' && bytes.front() == '\n') {
      held_.push_back('\n');
      bytes = bytes.subspan(1);
      if (bytes.empty()) return {};
    }
    SG_TRY(target_.write(held_));
    held_.clear();
  }
  std::size_t keep = 0;
  if (bytes.back() == '\r') keep = 1;
  if (bytes.back() == '\n') keep = bytes.size() > 1 && bytes[bytes.size() - 2] == '\r' ? 2 : 1;
  held_.assign(bytes.end() - static_cast<std::ptrdiff_t>(keep), bytes.end());
  if (keep == bytes.size()) return {};
  return target_.write(bytes.first(bytes.size() - keep));
}

Result<> TrailingLineEndStripper::finish() {
  if (held_.size() == 1 && held_[0] == '\r') {  // a lone CR is no line end
    SG_TRY(target_.write(held_));
  } else {
    changed_ = !held_.empty();
  }
  return target_.finish();
}

}  // namespace sealgate::mime

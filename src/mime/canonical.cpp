#include "mime/canonical.h"

#include <algorithm>
#include <cstring>

namespace sealgate::mime {
namespace {

/// Next `wanted` at or after `at`; bytes.size() when there is none.
std::size_t find_byte(ByteView bytes, std::size_t at, Byte wanted) {
  if (at >= bytes.size()) return bytes.size();
  const void* const found = std::memchr(bytes.data() + at, wanted, bytes.size() - at);
  return found == nullptr ? bytes.size() : static_cast<std::size_t>(static_cast<const Byte*>(found) - bytes.data());
}

/// Collects changed output of one write(), so that the target sees large writes even when every line changes. The
/// memory belongs to the caller and is kept between writes.
class Collector {
 public:
  /// `size` of what comes; the memory fits when no more than every eighth byte is added.
  Collector(Bytes& memory, Sink& target, std::size_t size) : memory_(memory), target_(target) {
    const std::size_t room = std::min(size + size / 8 + 16, kStreamBufferSize);
    if (memory_.size() < room) memory_ = Bytes(room);
  }
  Result<> put(ByteView bytes) {
    if (bytes.size() > memory_.size() - used_) SG_TRY(flush());
    if (bytes.size() > memory_.size()) return target_.write(bytes);
    if (bytes.empty()) return {};
    std::memcpy(memory_.data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
    return {};
  }
  Result<> flush() {
    if (used_ == 0) return {};
    const std::size_t ready = used_;
    used_ = 0;
    return target_.write(ByteView(memory_).first(ready));
  }

 private:
  Bytes& memory_;
  Sink& target_;
  std::size_t used_ = 0;
};

}  // namespace

Result<> CrlfCanonicaliser::write(ByteView bytes) {
  if (bytes.empty()) return {};
  const bool cr_before = last_was_cr_;
  last_was_cr_ = bytes.back() == '\r';
  const auto next_bare = [&](std::size_t from) {
    std::size_t at = find_byte(bytes, from, '\n');
    while (at < bytes.size() && (at == 0 ? cr_before : bytes[at - 1] == '\r')) at = find_byte(bytes, at + 1, '\n');
    return at;
  };
  std::size_t at = next_bare(0);
  if (at == bytes.size()) return target_.write(bytes);  // canonical already
  changed_ = true;
  Collector out(buffer_, target_, bytes.size());
  std::size_t start = 0;
  for (; at < bytes.size(); at = next_bare(at + 1)) {
    SG_TRY(out.put(bytes.subspan(start, at - start)));
    SG_TRY(out.put(as_bytes("\r")));
    start = at;  // the LF itself goes out with what follows
  }
  SG_TRY(out.put(bytes.subspan(start)));
  return out.flush();
}

Result<> LfNormaliser::write(ByteView bytes) {
  if (bytes.empty()) return {};
  Collector out(buffer_, target_, bytes.size());
  if (held_cr_) {
    held_cr_ = false;
    if (bytes.front() == '\n') {
      changed_ = true;
    } else {
      SG_TRY(out.put(as_bytes("\r")));
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
    SG_TRY(out.put(bytes.subspan(start, at - start)));
    start = at + 1;
    changed_ = true;
  }
  SG_TRY(out.put(bytes.subspan(start, end - start)));
  return out.flush();
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

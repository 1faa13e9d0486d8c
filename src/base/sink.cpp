#include "base/sink.h"

#include "base/errors.h"

namespace sealgate {

Result<> BufferSink::write(ByteView bytes) {
  if (bytes.size() > limit_ - bytes_.size()) {
    return fail(kBufferFull, "more than " + std::to_string(limit_) + " bytes where a small structure was expected");
  }
  append(bytes_, bytes);
  return {};
}

}  // namespace sealgate

#pragma once
// Expanding of archives (RFC 1952). Constant memory; does not own the next sink.

#include <memory>

#include "base/sink.h"

namespace sealgate::store::tracking {

/// Expands what an io::GzipSink wrote; messaging.tracking-broken for anything else, also for what is cut off or has
/// something behind its end.
class GunzipSink final : public Sink {
 public:
  explicit GunzipSink(Sink& next);
  ~GunzipSink() override;
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  struct Stream;
  Sink& next_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace sealgate::store::tracking

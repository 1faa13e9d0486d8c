#pragma once
// gzip (RFC 1952) between sinks, for archives. Constant memory; neither owns the next sink.

#include <memory>

#include "base/sink.h"

namespace sealgate::store::tracking {

class GzipSink final : public Sink {
 public:
  explicit GzipSink(Sink& next);
  ~GzipSink() override;
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  struct Stream;
  Result<> run(ByteView bytes, int flush);
  Sink& next_;
  std::unique_ptr<Stream> stream_;
};

/// Expands what a GzipSink wrote; messaging.tracking-broken for anything else, also for what is cut off or has
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

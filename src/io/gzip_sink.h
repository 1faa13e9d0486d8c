#pragma once
// gzip (RFC 1952) in front of another sink.

#include <memory>

#include "base/sink.h"

namespace sealgate::io {

/// Constant memory; the same bytes in give the same bytes out, whenever and in whatever blocks. Does not own `next`.
class GzipSink final : public Sink {
 public:
  explicit GzipSink(Sink& next);
  ~GzipSink() override;
  /// io.compression-failed, and the errors of `next`.
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  struct Stream;
  Result<> run(ByteView bytes, int flush);
  Sink& next_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace sealgate::io

#include "io/gzip_sink.h"

#include <zlib.h>

#include <algorithm>

#include "io/errors.h"

namespace sealgate::io {
namespace {

constexpr int kGzipWindow = 15 + 16;  // as zlib wants to be told of the gzip form
/// zlib counts in 32 bits.
constexpr std::size_t kPart = std::size_t{1} << 30U;

}  // namespace

struct GzipSink::Stream {
  z_stream zlib{};
  bool started = false;
  Bytes buffer = Bytes(kStreamBufferSize);
};

GzipSink::GzipSink(Sink& next) : next_(next), stream_(std::make_unique<Stream>()) {
  stream_->started =
      deflateInit2(&stream_->zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK;
}

GzipSink::~GzipSink() {
  if (stream_->started) deflateEnd(&stream_->zlib);
}

Result<> GzipSink::run(ByteView bytes, int flush) {
  z_stream& zlib = stream_->zlib;
  if (!stream_->started)
    return fail(kCompressionFailed, "zlib cannot be started", {}, "give the process more memory");
  // zlib never writes through next_in; its type lacks the const.
  zlib.next_in = const_cast<Bytef*>(bytes.data());
  zlib.avail_in = static_cast<uInt>(bytes.size());
  for (;;) {
    zlib.next_out = stream_->buffer.data();
    zlib.avail_out = static_cast<uInt>(stream_->buffer.size());
    const int status = deflate(&zlib, flush);
    const std::size_t made = stream_->buffer.size() - zlib.avail_out;
    if (made > 0) SG_TRY(next_.write(ByteView(stream_->buffer).first(made)));
    if (status == Z_STREAM_END || status == Z_BUF_ERROR || (flush == Z_NO_FLUSH && zlib.avail_out != 0)) return {};
    if (status != Z_OK) return fail(kCompressionFailed, "zlib failed", {}, "give the process more memory");
  }
}

Result<> GzipSink::write(ByteView bytes) {
  while (!bytes.empty()) {
    const ByteView part = bytes.first(std::min(bytes.size(), kPart));
    bytes = bytes.subspan(part.size());
    SG_TRY(run(part, Z_NO_FLUSH));
  }
  return {};
}

Result<> GzipSink::finish() {
  SG_TRY(run({}, Z_FINISH));
  return next_.finish();
}

}  // namespace sealgate::io

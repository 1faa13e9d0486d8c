#include "store/common/tracking/gzip.h"

#include <zlib.h>

#include <algorithm>

#include "messaging/errors.h"

namespace sealgate::store::tracking {
namespace {

constexpr int kGzipWindow = 15 + 16;  // as zlib wants to be told of the gzip form
/// zlib counts in 32 bits.
constexpr std::size_t kPart = std::size_t{1} << 30U;

}  // namespace

struct GunzipSink::Stream {
  z_stream zlib{};
  bool started = false;
  bool ended = false;
  Bytes buffer = Bytes(kStreamBufferSize);
};

namespace {

tl::unexpected<Error> broken() {
  return fail(messaging::kTrackingBroken, "the archive is damaged or cut off: it does not expand", {},
              "compare its SHA-256 and fetch another copy");
}

}  // namespace

GunzipSink::GunzipSink(Sink& next) : next_(next), stream_(std::make_unique<Stream>()) {
  stream_->started = inflateInit2(&stream_->zlib, kGzipWindow) == Z_OK;
}

GunzipSink::~GunzipSink() {
  if (stream_->started) inflateEnd(&stream_->zlib);
}

Result<> GunzipSink::write(ByteView bytes) {
  z_stream& zlib = stream_->zlib;
  if (!stream_->started) return broken();
  while (!bytes.empty()) {
    if (stream_->ended) return broken();
    const ByteView part = bytes.first(std::min(bytes.size(), kPart));
    zlib.next_in = const_cast<Bytef*>(part.data());
    zlib.avail_in = static_cast<uInt>(part.size());
    int status = Z_OK;
    do {
      zlib.next_out = stream_->buffer.data();
      zlib.avail_out = static_cast<uInt>(stream_->buffer.size());
      status = inflate(&zlib, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return broken();
      const std::size_t made = stream_->buffer.size() - zlib.avail_out;
      if (made > 0) SG_TRY(next_.write(ByteView(stream_->buffer).first(made)));
    } while (status == Z_OK && (zlib.avail_in > 0 || zlib.avail_out == 0));
    stream_->ended = status == Z_STREAM_END;
    bytes = bytes.subspan(part.size() - zlib.avail_in);
    if (!stream_->ended && zlib.avail_in > 0) return broken();
  }
  return {};
}

Result<> GunzipSink::finish() {
  if (!stream_->ended) return broken();
  return next_.finish();
}

}  // namespace sealgate::store::tracking

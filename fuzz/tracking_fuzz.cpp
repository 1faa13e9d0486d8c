// Records, packed blocks and archives of the tracking log: what is read is exactly what would be written, and
// anything else is one of our errors.

#include <cstdlib>

#include "messaging/tracking.h"
#include "store/common/tracking/archive.h"
#include "store/common/tracking/block.h"
#include "store/common/tracking/gzip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sealgate;
  const ByteView bytes(data, size);
  if (const auto record = messaging::decode_record(bytes)) {
    const Bytes again = messaging::encode_record(*record);
    if (again != Bytes(bytes.begin(), bytes.end())) std::abort();
  }
  (void)store::tracking::unpack(bytes);
  for (const bool zipped : {false, true}) {
    store::tracking::ArchiveVerifier verifier;
    store::tracking::GunzipSink gunzip(verifier);
    Sink& sink = zipped ? static_cast<Sink&>(gunzip) : verifier;
    if (sink.write(bytes)) (void)sink.finish();
  }
  return 0;
}

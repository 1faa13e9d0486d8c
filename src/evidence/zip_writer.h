#pragma once
// A zip archive of files as they are, without compression: what is in it is encrypted, compressed or small already,
// and every tool reads it. Always with ZIP64 fields (APPNOTE 4.5.3), so that sizes have no limit and there is one
// way.

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/sink.h"

namespace sealgate::evidence {

class ZipWriter {
 public:
  /// `target` outlives it and gets finish(). `time` is that of all entries.
  ZipWriter(Sink& target, Time time);

  /// The file at `path` under `name`, of printable ASCII with "/" between folders. Reads it twice.
  Result<> add(const std::string& name, const std::string& path);
  /// The directory of the archive.
  Result<> finish();

 private:
  struct Entry {
    std::string name;
    std::uint32_t crc = 0;
    std::uint64_t size = 0;
    std::uint64_t offset = 0;
  };
  Result<> write(ByteView bytes);

  Sink& target_;
  std::uint16_t date_ = 0;
  std::uint16_t time_ = 0;
  std::uint64_t offset_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace sealgate::evidence

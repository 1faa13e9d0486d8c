#include "evidence/zip_writer.h"

#include <zlib.h>

#include <chrono>

#include "io/file.h"

namespace sealgate::evidence {
namespace {

constexpr std::uint16_t kVersion = 45;  // ZIP64
constexpr std::uint16_t kMadeOnUnix = 0x0300;
constexpr std::uint32_t kFileMode = 0100600U << 16U;
constexpr std::uint32_t kElsewhere = 0xFFFFFFFF;  // the value is in the ZIP64 field
constexpr std::uint16_t kZip64 = 1;

void put(Bytes& to, std::uint64_t value, int octets) {
  for (int i = 0; i < octets; ++i) to.push_back(static_cast<Byte>(value >> (8U * static_cast<unsigned>(i))));
}

/// Size and CRC of what passes.
class Measure final : public Sink {
 public:
  Result<> write(ByteView bytes) override {
    size += bytes.size();
    crc = static_cast<std::uint32_t>(crc32_z(crc, bytes.data(), bytes.size()));
    return {};
  }
  Result<> finish() override { return {}; }
  std::uint32_t crc = 0;
  std::uint64_t size = 0;
};

/// Passes everything on but the end.
class Through final : public Sink {
 public:
  explicit Through(Sink& target) : target_(target) {}
  Result<> write(ByteView bytes) override {
    size += bytes.size();
    return target_.write(bytes);
  }
  Result<> finish() override { return {}; }
  std::uint64_t size = 0;

 private:
  Sink& target_;
};

Result<> read_through(const std::string& path, Sink& sink) {
  SG_TRY_ASSIGN(const io::FileDescriptor file, io::open_input(path));
  return io::pump(file.get(), sink, path);
}

}  // namespace

ZipWriter::ZipWriter(Sink& target, Time time) : target_(target) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  const int year = std::max(0, static_cast<int>(date.year()) - 1980);
  date_ = static_cast<std::uint16_t>((year << 9) | static_cast<int>(static_cast<unsigned>(date.month()) << 5U) |
                                     static_cast<int>(static_cast<unsigned>(date.day())));
  time_ = static_cast<std::uint16_t>((clock.hours().count() << 11) | (clock.minutes().count() << 5) |
                                     (clock.seconds().count() / 2));
}

Result<> ZipWriter::write(ByteView bytes) {
  offset_ += bytes.size();
  return target_.write(bytes);
}

Result<> ZipWriter::add(const std::string& name, const std::string& path) {
  Measure measure;
  SG_TRY(read_through(path, measure));
  Entry entry{name, measure.crc, measure.size, offset_};
  Bytes head;
  put(head, 0x04034b50, 4);
  put(head, kVersion, 2);
  put(head, 0, 2);
  put(head, 0, 2);  // stored
  put(head, time_, 2);
  put(head, date_, 2);
  put(head, entry.crc, 4);
  put(head, kElsewhere, 4);
  put(head, kElsewhere, 4);
  put(head, name.size(), 2);
  put(head, 20, 2);
  append(head, as_bytes(name));
  put(head, kZip64, 2);
  put(head, 16, 2);
  put(head, entry.size, 8);
  put(head, entry.size, 8);
  SG_TRY(write(head));
  Through through(target_);
  SG_TRY(read_through(path, through));
  offset_ += through.size;
  entries_.push_back(std::move(entry));
  return {};
}

Result<> ZipWriter::finish() {
  const std::uint64_t directory = offset_;
  for (const Entry& entry : entries_) {
    Bytes head;
    put(head, 0x02014b50, 4);
    put(head, kMadeOnUnix | kVersion, 2);
    put(head, kVersion, 2);
    put(head, 0, 2);
    put(head, 0, 2);
    put(head, time_, 2);
    put(head, date_, 2);
    put(head, entry.crc, 4);
    put(head, kElsewhere, 4);
    put(head, kElsewhere, 4);
    put(head, entry.name.size(), 2);
    put(head, 28, 2);
    put(head, 0, 2);  // comment
    put(head, 0, 2);  // disk
    put(head, 0, 2);
    put(head, kFileMode, 4);
    put(head, kElsewhere, 4);
    append(head, as_bytes(entry.name));
    put(head, kZip64, 2);
    put(head, 24, 2);
    put(head, entry.size, 8);
    put(head, entry.size, 8);
    put(head, entry.offset, 8);
    SG_TRY(write(head));
  }
  const std::uint64_t end = offset_;
  Bytes tail;
  put(tail, 0x06064b50, 4);  // end of directory, ZIP64
  put(tail, 44, 8);
  put(tail, kMadeOnUnix | kVersion, 2);
  put(tail, kVersion, 2);
  put(tail, 0, 4);
  put(tail, 0, 4);
  put(tail, entries_.size(), 8);
  put(tail, entries_.size(), 8);
  put(tail, end - directory, 8);
  put(tail, directory, 8);
  put(tail, 0x07064b50, 4);  // where that is
  put(tail, 0, 4);
  put(tail, end, 8);
  put(tail, 1, 4);
  put(tail, 0x06054b50, 4);  // end of directory
  put(tail, 0, 2);
  put(tail, 0, 2);
  put(tail, 0xFFFF, 2);
  put(tail, 0xFFFF, 2);
  put(tail, kElsewhere, 4);
  put(tail, kElsewhere, 4);
  put(tail, 0, 2);
  SG_TRY(write(tail));
  return target_.finish();
}

}  // namespace sealgate::evidence

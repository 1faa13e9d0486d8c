#include <zlib.h>
#include <algorithm>

#include "cms/detail/stream_writer.h"
#include "cms/errors.h"
#include "cms/writer.h"

namespace sealgate::cms {

class CompressedDataWriter::Impl {
 public:
  Impl(CompressedDataOptions options, Sink& out) : options_(std::move(options)), out_(out), segments_(out) {}
  ~Impl() {
    if (started_) deflateEnd(&stream_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<> start() {
    if (options_.level < 1 || options_.level > 9) {
      return fail(kBadOptions, "a compression level of " + std::to_string(options_.level), {}, "use 1 to 9");
    }
    if (deflateInit(&stream_, options_.level) != Z_OK) return fail(kBadOptions, "zlib cannot be started");
    started_ = true;
    return {};
  }

  Result<> write(ByteView bytes) {
    constexpr std::size_t kPart = std::size_t{1} << 30U;
    while (!bytes.empty()) {
      const ByteView part = bytes.first(std::min(bytes.size(), kPart));
      bytes = bytes.subspan(part.size());
      SG_TRY(run(part, Z_NO_FLUSH));
    }
    return {};
  }

  Result<> finish() {
    SG_TRY(run({}, Z_FINISH));
    SG_TRY(segments_.flush());
    Bytes tail;
    detail::close_indefinite(tail, options_.bare ? 4 : 6);  // OCTET STRING, [0], both SEQUENCEs, and the outer two
    SG_TRY(out_.write(tail));
    return out_.finish();
  }

 private:
  Result<> begin() {
    begun_ = true;
    Bytes head;
    detail::open_layer(head, oids::kCompressedData, options_.bare);
    append(head, der_integer(std::uint64_t{0}));
    append(head, der_algorithm(oids::kZlib));
    detail::open_encapsulated(head, options_.content_type);
    return out_.write(head);
  }

  Result<> run(ByteView part, int flush) {
    if (!begun_) SG_TRY(begin());
    // zlib never writes through next_in; its type lacks the const.
    stream_.next_in = const_cast<Bytef*>(part.data());
    stream_.avail_in = static_cast<uInt>(part.size());
    for (;;) {
      const std::span<Byte> room = segments_.room();
      stream_.next_out = room.data();
      stream_.avail_out = static_cast<uInt>(room.size());
      const int status = deflate(&stream_, flush);
      if (status == Z_STREAM_ERROR) return fail(kBadOptions, "zlib failed");
      SG_TRY(segments_.advance(room.size() - stream_.avail_out));
      if (status == Z_STREAM_END || (flush == Z_NO_FLUSH && stream_.avail_in == 0 && stream_.avail_out != 0))
        return {};
      if (status == Z_BUF_ERROR && flush == Z_NO_FLUSH) return {};
    }
  }

  CompressedDataOptions options_;
  Sink& out_;
  detail::SegmentWriter segments_;
  z_stream stream_{};
  bool started_ = false;
  bool begun_ = false;
};

CompressedDataWriter::CompressedDataWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CompressedDataWriter::~CompressedDataWriter() = default;
Result<> CompressedDataWriter::write(ByteView bytes) {
  return impl_->write(bytes);
}
Result<> CompressedDataWriter::finish() {
  return impl_->finish();
}

Result<std::unique_ptr<CompressedDataWriter>> CompressedDataWriter::create(CompressedDataOptions options, Sink& out) {
  auto impl = std::make_unique<Impl>(std::move(options), out);
  SG_TRY(impl->start());
  return std::unique_ptr<CompressedDataWriter>(new CompressedDataWriter(std::move(impl)));
}

}  // namespace sealgate::cms

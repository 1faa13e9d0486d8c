// Speed of the MIME layer's inner loops on one core: base64 both ways, the multipart splitter, the canonicaliser.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "mime/base64_coder.h"
#include "mime/canonical.h"
#include "mime/multipart_splitter.h"
#include "mime/transfer_encoding.h"

namespace {

using namespace sealgate;
using namespace sealgate::mime;

class OnePart final : public MultipartHandler {
 public:
  Result<Sink*> begin_part(std::size_t /*index*/) override { return &sink_; }
  Result<> end_part(std::size_t /*index*/, PartEnd /*end*/) override { return {}; }

 private:
  CountingSink sink_;
};

/// Best of several runs, in bytes of input per second; the input passes in blocks of 64 KiB.
void measure(const char* name, ByteView data, const std::function<std::unique_ptr<Sink>()>& make) {
  double best = 0;
  for (int round = 0; round < 7; ++round) {
    const std::unique_ptr<Sink> sink = make();
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t at = 0; at < data.size(); at += kStreamBufferSize) {
      if (!sink->write(data.subspan(at, std::min(kStreamBufferSize, data.size() - at)))) std::printf("failed\n");
    }
    if (!sink->finish()) std::printf("failed\n");
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(data.size()) / seconds.count());
  }
  std::printf("%-32s %6.2f GB/s of input\n", name, best / 1e9);
}

}  // namespace

int main() {
  Bytes data(std::size_t{32} << 20);
  std::mt19937_64 random(1);
  for (Byte& byte : data) byte = static_cast<Byte>(random());
  BufferSink text;
  {
    const auto encoder = make_encoder(TransferEncoding::Base64, text);
    if (!encoder->write(data) || !encoder->finish()) return 1;
  }
  CountingSink nothing;
  for (const auto& kernel : detail::base64_kernels()) {
    const std::string name = std::string(" base64 ") + kernel.name;
    measure(("encode" + name).c_str(), data,
            [&] { return std::make_unique<detail::Base64Encoder>(nothing, EncodeOptions{}, kernel); });
    measure(("decode" + name).c_str(), text.bytes(),
            [&] { return std::make_unique<detail::Base64Decoder>(nothing, DecodeOptions{}, kernel); });
  }
  OnePart part;
  const auto splitter = [&] { return std::make_unique<MultipartSplitter>("=_boundary", part); };
  measure("splitter, random bytes", data, splitter);
  measure("splitter, base64 lines", text.bytes(), splitter);
  Bytes hostile(data.size());
  for (std::size_t i = 0; i < hostile.size(); ++i) hostile[i] = static_cast<Byte>("\n--"[i % 3]);
  measure("splitter, only line ends and --", hostile, splitter);
  measure("canonicaliser, CRLF lines", text.bytes(), [&] { return std::make_unique<CrlfCanonicaliser>(nothing); });
  Bytes lf_lines = text.bytes();
  std::erase(lf_lines, '\r');
  measure("canonicaliser, LF lines", lf_lines, [&] { return std::make_unique<CrlfCanonicaliser>(nothing); });
  BufferSink quoted;
  {
    const auto encoder = make_encoder(TransferEncoding::QuotedPrintable, quoted);
    if (!encoder->write(ByteView(text.bytes()).first(std::size_t{4} << 20)) || !encoder->finish()) return 1;
  }
  measure("decode quoted-printable text", quoted.bytes(),
          [&] { return make_decoder(TransferEncoding::QuotedPrintable, nothing); });
  measure("encode quoted-printable text", text.bytes(),
          [&] { return make_encoder(TransferEncoding::QuotedPrintable, nothing); });
  return 0;
}

#pragma once
// Streaming base64 behind make_decoder() and make_encoder(); a header of its own so that tests can choose the kernel.

#include <string>

#include "base/sink.h"
#include "mime/base64_kernels.h"
#include "mime/transfer_encoding.h"

namespace sealgate::mime::detail {

class Base64Decoder final : public Sink {
 public:
  Base64Decoder(Sink& target, DecodeOptions options, const Base64Kernel& kernel = base64_kernel());
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  /// Takes one character of the input outside the fast path; appends to `out`.
  Result<> take(Byte character, Byte*& out);
  Result<> pad();
  tl::unexpected<Error> broken(std::string what) const;

  Sink& target_;
  DecodeOptions options_;
  const Base64Kernel& kernel_;
  Bytes buffer_;
  std::uint64_t offset_ = 0;  ///< of the character at hand, for messages
  std::uint32_t bits_ = 0;    ///< of an incomplete quantum
  unsigned count_ = 0;        ///< characters in it, 0 to 3
  bool pad_owed_ = false;     ///< one "=" of two was seen
  bool ended_ = false;        ///< padding was seen
};

class Base64Encoder final : public Sink {
 public:
  Base64Encoder(Sink& target, const EncodeOptions& options, const Base64Kernel& kernel = base64_kernel());
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  Result<> write_lines(ByteView whole_lines, const Byte* readable_end);

  Sink& target_;
  const Base64Kernel& kernel_;
  std::size_t line_bytes_;
  std::string eol_;
  bool final_eol_;
  Bytes buffer_;
  Bytes line_;  ///< at most one line: the last one is kept back, because it may end without line end
};

}  // namespace sealgate::mime::detail

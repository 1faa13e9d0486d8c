#pragma once
// Uuencode (POSIX uuencode, historical algorithm) behind make_decoder() and make_encoder().

#include <string>

#include "base/sink.h"
#include "mime/transfer_encoding.h"

namespace sealgate::mime::detail {

/// Ignores lines before "begin" and after "end".
class UuDecoder final : public Sink {
 public:
  UuDecoder(Sink& target, DecodeOptions options) : target_(target), options_(options) {}
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  enum class State { Before, Body, After };
  Result<> take_line(std::string_view line);
  Result<> data_line(std::string_view line);
  tl::unexpected<Error> broken(std::string what) const;

  Sink& target_;
  DecodeOptions options_;
  State state_ = State::Before;
  std::string line_;  ///< an incomplete line, cut where it gets too long to matter
  std::uint64_t lines_ = 0;
  Bytes buffer_;
};

class UuEncoder final : public Sink {
 public:
  UuEncoder(Sink& target, const EncodeOptions& options);
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  Result<> begin();
  void put_line(ByteView bytes);

  Sink& target_;
  std::string eol_;
  std::string name_;
  Bytes line_;  ///< an incomplete line
  Bytes buffer_;
  bool begun_ = false;
};

}  // namespace sealgate::mime::detail

#include "mime/transfer_encoding.h"

#include "base/text.h"
#include "mime/base64_coder.h"
#include "mime/errors.h"
#include "mime/quoted_printable.h"
#include "mime/tokens.h"
#include "mime/uuencode.h"

namespace sealgate::mime {
namespace {

class PassThrough final : public Sink {
 public:
  explicit PassThrough(Sink& target) : target_(target) {}
  Result<> write(ByteView bytes) override { return target_.write(bytes); }
  Result<> finish() override { return target_.finish(); }

 private:
  Sink& target_;
};

class SevenBitCheck final : public Sink {
 public:
  explicit SevenBitCheck(Sink& target) : target_(target) {}
  Result<> write(ByteView bytes) override {
    for (const Byte byte : bytes) {
      if (byte == 0 || byte > 127) {
        return fail(kNotSevenBit, "the content holds NUL or bytes above 127 and cannot be sent as 7bit", {},
                    "choose base64, quoted-printable, 8bit or binary");
      }
    }
    return target_.write(bytes);
  }
  Result<> finish() override { return target_.finish(); }

 private:
  Sink& target_;
};

class UnknownEncoding final : public Sink {
 public:
  explicit UnknownEncoding(Sink& target) : target_(target) {}
  Result<> write(ByteView bytes) override {
    if (bytes.empty()) return {};
    return fail(kUnknownEncoding, "the Content-Transfer-Encoding is not known", {},
                "ask the sender for base64, quoted-printable, 7bit, 8bit or binary");
  }
  Result<> finish() override { return target_.finish(); }

 private:
  Sink& target_;
};

}  // namespace

TransferEncoding parse_transfer_encoding(std::string_view name) {
  std::size_t at = skip_cfws(name, 0);
  std::string word;
  if (at < name.size() && name[at] == '"') {
    word = ascii_lower(trim(read_quoted(name, at)));
  } else {
    const std::size_t start = at;
    while (at < name.size() && is_token_char(name[at])) ++at;
    word = ascii_lower(name.substr(start, at - start));
  }
  if (word == "7bit" || word == "7-bit") return TransferEncoding::SevenBit;
  if (word == "8bit" || word == "8-bit") return TransferEncoding::EightBit;
  if (word == "binary") return TransferEncoding::Binary;
  if (word == "base64" || word == "base-64") return TransferEncoding::Base64;
  if (word == "quoted-printable") return TransferEncoding::QuotedPrintable;
  if (word == "uuencode" || word == "x-uuencode" || word == "x-uue" || word == "uue")
    return TransferEncoding::Uuencode;
  return TransferEncoding::Unknown;
}

std::string_view transfer_encoding_name(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::SevenBit:
      return "7bit";
    case TransferEncoding::EightBit:
      return "8bit";
    case TransferEncoding::Binary:
      return "binary";
    case TransferEncoding::Base64:
      return "base64";
    case TransferEncoding::QuotedPrintable:
      return "quoted-printable";
    case TransferEncoding::Uuencode:
      return "x-uuencode";
    case TransferEncoding::Unknown:
      break;
  }
  return "";
}

std::unique_ptr<Sink> make_decoder(TransferEncoding encoding, Sink& target, DecodeOptions options) {
  switch (encoding) {
    case TransferEncoding::SevenBit:
    case TransferEncoding::EightBit:
    case TransferEncoding::Binary:
      return std::make_unique<PassThrough>(target);
    case TransferEncoding::Base64:
      return std::make_unique<detail::Base64Decoder>(target, options);
    case TransferEncoding::QuotedPrintable:
      return std::make_unique<detail::QuotedPrintableDecoder>(target, options);
    case TransferEncoding::Uuencode:
      return std::make_unique<detail::UuDecoder>(target, options);
    case TransferEncoding::Unknown:
      break;
  }
  return std::make_unique<UnknownEncoding>(target);
}

std::unique_ptr<Sink> make_encoder(TransferEncoding encoding, Sink& target, const EncodeOptions& options) {
  switch (encoding) {
    case TransferEncoding::SevenBit:
      return std::make_unique<SevenBitCheck>(target);
    case TransferEncoding::EightBit:
    case TransferEncoding::Binary:
      return std::make_unique<PassThrough>(target);
    case TransferEncoding::Base64:
      return std::make_unique<detail::Base64Encoder>(target, options);
    case TransferEncoding::QuotedPrintable:
      return std::make_unique<detail::QuotedPrintableEncoder>(target, options);
    case TransferEncoding::Uuencode:
      return std::make_unique<detail::UuEncoder>(target, options);
    case TransferEncoding::Unknown:
      break;
  }
  return std::make_unique<UnknownEncoding>(target);
}

}  // namespace sealgate::mime

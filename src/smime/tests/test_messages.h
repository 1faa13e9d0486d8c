#pragma once
// Two companies, messages between them, and a receiver that keeps what it is given.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "certificates/tests/test_certificates.h"
#include "smime/decoder.h"
#include "smime/encoder.h"

namespace sealgate::smime::testing {

using certificates::testing::Identity;
using certificates::testing::kNow;

/// Made once for all tests.
struct World {
  Identity ca;
  Identity alice;    ///< signs; EC
  Identity bob;      ///< decrypts; EC
  Identity carol;    ///< decrypts; RSA
  Identity mallory;  ///< of another authority
};
const World& world();

/// Parts in memory; what is in it may be looked at only when the decoder succeeded.
class Collector final : public PartReceiver {
 public:
  Result<Sink*> on_part(const PartReport& part, const mime::HeaderBlock& headers) override;
  const std::string& part(std::size_t index) const { return texts_.at(index); }
  std::size_t parts() const { return texts_.size(); }
  const std::string& header(std::size_t index) const { return headers_.at(index); }

 private:
  class Text final : public Sink {
   public:
    explicit Text(std::string& text) : text_(text) {}
    Result<> write(ByteView bytes) override {
      text_ += as_text(bytes);
      return {};
    }
    Result<> finish() override { return {}; }

   private:
    std::string& text_;
  };
  std::map<std::size_t, std::string> texts_;
  std::map<std::size_t, std::string> headers_;
  std::vector<std::unique_ptr<Text>> sinks_;
};

/// What a test asks of both directions.
struct Recipe {
  std::optional<SignatureForm> sign = SignatureForm::Opaque;
  bool encrypt = true;
  bool rsa = false;
  bool oaep = false;
  crypto::ContentCipher cipher = crypto::ContentCipher::Aes256Cbc;
  Compression compression = Compression::None;
  mime::TransferEncoding wire = mime::TransferEncoding::Base64;
  std::optional<mime::TransferEncoding> part = std::nullopt;
  std::string content_type = "application/octet-stream";
  std::string file_name = {};
};

EncodeOptions encode_options(const Recipe& recipe);
DecodeOptions decode_options();

/// Feeds `bytes` in pieces of `step` and finishes.
Result<> feed(Sink& sink, std::string_view bytes, std::size_t step = 4096);

Result<std::string> encode(EncodeOptions options, std::string_view payload, std::size_t step = 4096);
std::string seal(const Recipe& recipe, std::string_view payload);

struct Opened {
  Result<> result = {};
  Report report = {};
  std::vector<std::string> parts = {};
  std::vector<std::string> headers = {};

  std::string outcome() const { return result ? "ok" : std::string(result.error().code.id); }
};
Opened decode(DecodeOptions options, std::string_view message, std::size_t step = 4096);
Opened decode(std::string_view message, std::size_t step = 4096);

}  // namespace sealgate::smime::testing

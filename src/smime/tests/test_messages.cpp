#include "smime/tests/test_messages.h"

#include <algorithm>

namespace sealgate::smime::testing {
namespace {

Identity member(const std::string& name, const Identity& ca, const std::string& usage, crypto::PrivateKey key = {}) {
  certificates::testing::Request request{.subject = {{"O", "Tests"}, {"CN", name}}, .issuer = &ca};
  request.key = std::move(key);
  request.extensions = {{NID_key_usage, "critical," + usage},
                        {NID_ext_key_usage, "emailProtection"},
                        {NID_subject_alt_name, "email:" + name + "@example.com"}};
  request.serial = static_cast<long>(name.size()) * 1000 + name.front();
  return certificates::testing::issue(request);
}

}  // namespace

const World& world() {
  static const World made = [] {
    const Identity ca = certificates::testing::issue_ca("Test CA");
    const Identity other = certificates::testing::issue_ca("Another CA");
    return World{ca, member("alice", ca, "digitalSignature"), member("bob", ca, "keyAgreement"),
                 member("carol", ca, "keyEncipherment", crypto::generate_rsa(2048).value()),
                 member("mallory", other, "digitalSignature")};
  }();
  return made;
}

Result<Sink*> Collector::on_part(const PartReport& part, const mime::HeaderBlock& headers) {
  headers_[part.index] = std::string(as_text(headers.raw));
  sinks_.push_back(std::make_unique<Text>(texts_[part.index]));
  return sinks_.back().get();
}

EncodeOptions encode_options(const Recipe& recipe) {
  EncodeOptions options;
  options.time = kNow;
  options.compression = recipe.compression;
  options.wire_encoding = recipe.wire;
  options.part_encoding = recipe.part;
  options.content_type = recipe.content_type;
  options.file_name = recipe.file_name;
  if (recipe.sign) {
    SignOptions sign{.certificate = world().alice.certificate, .key = world().alice.key};
    sign.form = *recipe.sign;
    options.sign = std::move(sign);
  }
  if (recipe.encrypt) {
    EncryptOptions encrypt;
    encrypt.recipients = {recipe.rsa ? world().carol.certificate : world().bob.certificate};
    encrypt.cipher = recipe.cipher;
    if (recipe.oaep) encrypt.key_transport = KeyTransport::RsaOaep;
    options.encrypt = std::move(encrypt);
  }
  return options;
}

DecodeOptions decode_options() {
  DecodeOptions options;
  options.keys = {{world().bob.key, world().bob.certificate}, {world().carol.key, world().carol.certificate}};
  options.trust.anchors = {world().ca.certificate};
  options.trust.path.time = kNow;
  options.trust.path.purpose = certificates::PathPurpose::EmailSign;
  return options;
}

Result<> feed(Sink& sink, std::string_view bytes, std::size_t step) {
  for (std::size_t at = 0; at < bytes.size(); at += step) SG_TRY(sink.write(as_bytes(bytes.substr(at, step))));
  return sink.finish();
}

Result<std::string> encode(EncodeOptions options, std::string_view payload, std::size_t step) {
  BufferSink out;
  SG_TRY_ASSIGN(const auto encoder, Encoder::create(std::move(options), out));
  SG_TRY(feed(*encoder, payload, step));
  return std::string(as_text(out.bytes()));
}

std::string seal(const Recipe& recipe, std::string_view payload) {
  auto message = encode(encode_options(recipe), payload);
  EXPECT_TRUE(message) << message.error().to_string();
  return message ? *message : std::string();
}

Opened decode(DecodeOptions options, std::string_view message, std::size_t step) {
  Collector collector;
  Decoder decoder(std::move(options), collector);
  Opened opened;
  opened.result = feed(decoder, message, step);
  opened.report = decoder.report();
  for (std::size_t i = 1; i <= collector.parts(); ++i) {
    opened.parts.push_back(collector.part(i));
    opened.headers.push_back(collector.header(i));
  }
  return opened;
}

Opened decode(std::string_view message, std::size_t step) {
  return decode(decode_options(), message, step);
}

}  // namespace sealgate::smime::testing

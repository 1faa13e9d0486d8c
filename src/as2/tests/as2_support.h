#pragma once
// Two partners and what passes between them, for the tests of this folder.

#include <map>
#include <string>

#include "as2/mdn_reader.h"
#include "as2/message_headers.h"
#include "certificates/tests/test_certificates.h"
#include "smime/encoder.h"

namespace sealgate::as2::testing {

using certificates::testing::Identity;
using certificates::testing::kNow;

struct World {
  Identity ca;
  Identity acme;     ///< sends
  Identity gateway;  ///< receives
  Identity mallory;  ///< of another authority
};

inline Identity member(const std::string& name, const Identity& ca) {
  certificates::testing::Request request{.subject = {{"O", "Tests"}, {"CN", name}}, .issuer = &ca};
  request.extensions = {{NID_key_usage, "critical,digitalSignature,keyAgreement"}};
  request.serial = static_cast<long>(name.size()) * 1000 + name.front();
  return certificates::testing::issue(request);
}

inline const World& world() {
  static const World made = [] {
    const Identity ca = certificates::testing::issue_ca("Test CA");
    const Identity other = certificates::testing::issue_ca("Another CA");
    return World{ca, member("acme", ca), member("gateway", ca), member("mallory", other)};
  }();
  return made;
}

inline smime::SignOptions signer(const Identity& identity) {
  return {.certificate = identity.certificate, .key = identity.key};
}

inline smime::EncryptOptions encrypted_to(const Identity& identity) {
  smime::EncryptOptions encrypt;
  encrypt.recipients = {identity.certificate};
  return encrypt;
}

inline smime::DecodeOptions decode_options(const Identity& own) {
  smime::DecodeOptions options;
  options.keys = {{own.key, own.certificate}};
  options.trust.anchors = {world().ca.certificate};
  options.trust.path.time = kNow;
  options.trust.path.purpose = certificates::PathPurpose::Any;
  return options;
}

inline mime::Headers parsed(std::string_view lines) {
  return parse_http_headers(lines).value_or(mime::Headers());
}

/// Parts in memory.
class Collector final : public smime::PartReceiver {
 public:
  Result<Sink*> on_part(const smime::PartReport& part, const mime::HeaderBlock& headers) override {
    names[part.index] = headers.headers;
    return &(sinks_[part.index] = std::make_unique<BufferSink>(), *sinks_[part.index]);
  }
  std::string part(std::size_t index) const {
    const auto found = sinks_.find(index);
    return found == sinks_.end() ? "no such part" : std::string(as_text(found->second->bytes()));
  }
  std::size_t parts() const { return sinks_.size(); }
  std::map<std::size_t, mime::Headers> names;

 private:
  std::map<std::size_t, std::unique_ptr<BufferSink>> sinks_;
};

inline Result<> feed(Sink& sink, std::string_view bytes, std::size_t step = 4096) {
  for (std::size_t at = 0; at < bytes.size(); at += step) SG_TRY(sink.write(as_bytes(bytes.substr(at, step))));
  return sink.finish();
}

struct Read {
  Result<ReceivedMdn> mdn;
  MessageHeaders headers;
};

/// As it comes by HTTP: header lines, an empty line, a body.
inline Read read_mdn(const std::string& http, const Identity& own = world().acme, std::size_t step = 4096) {
  smime::DecodeOptions options = decode_options(own);
  prepare_for_mdn(options);
  MdnReader reader;
  smime::Decoder decoder(std::move(options), reader);
  const Result<> decoded = feed(decoder, http, step);
  return {reader.result(decoded, decoder.report()), read_message_headers(decoder.headers())};
}

}  // namespace sealgate::as2::testing

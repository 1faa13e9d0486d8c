// Small messages in process: how many a second one core signs and encrypts, and decrypts and verifies, next to
// libcrypto alone. The contestants take turns, so that a busy machine hurts all alike.
//
// usage: sealgate_bench_messages SIGNER.pem RECIPIENT.pem ANCHOR.pem [SIZE [ROUNDS [SECONDS]]]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "bench/plain_libcrypto.h"
#include "certificates/import.h"
#include "smime/decoder.h"
#include "smime/encoder.h"

namespace {

using sealgate::Bytes;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

template <typename T>
T must(sealgate::Result<T> result) {
  if (!result) give_up(result.error().to_string());
  return std::move(result).value();
}

void must(const sealgate::Result<>& result) {
  if (!result) give_up(result.error().to_string());
}

std::string read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) give_up(std::string("cannot read ") + path);
  return text.str();
}

sealgate::certificates::Certificate certificate_of(const std::string& pem) {
  return must(sealgate::certificates::import_bundle(sealgate::as_bytes(pem))).certificates.at(0).certificate;
}

/// Keeps the one part in memory.
class Collector final : public sealgate::smime::PartReceiver {
 public:
  sealgate::Result<sealgate::Sink*> on_part(const sealgate::smime::PartReport& /*part*/,
                                            const sealgate::mime::HeaderBlock& /*headers*/) override {
    return &sink_;
  }
  const Bytes& bytes() const { return sink_.bytes(); }

 private:
  sealgate::BufferSink sink_;
};

class Gateway {
 public:
  Gateway(const std::string& signer, const std::string& recipient, const std::string& anchor) {
    const sealgate::Time now = sealgate::SystemClock().now();
    encode_.sign =
        sealgate::smime::SignOptions{.form = sealgate::smime::SignatureForm::Opaque,
                                     .certificate = certificate_of(signer),
                                     .key = must(sealgate::crypto::PrivateKey::load(sealgate::as_bytes(signer)))};
    encode_.encrypt = sealgate::smime::EncryptOptions{.recipients = {certificate_of(recipient)}};
    encode_.wire_encoding = sealgate::mime::TransferEncoding::Binary;
    encode_.time = now;
    key_ = {.key = must(sealgate::crypto::PrivateKey::load(sealgate::as_bytes(recipient))),
            .certificate = certificate_of(recipient)};
    anchor_.push_back(certificate_of(anchor));
  }

  Bytes encode(const Bytes& payload) const {
    sealgate::BufferSink sink;
    const auto encoder = must(sealgate::smime::Encoder::create(encode_, sink));
    must(encoder->write(payload));
    must(encoder->finish());
    return sink.take();
  }

  Bytes decode(const Bytes& message) const {
    Collector collector;
    // Made anew for each message, as a pipeline does: options hold secrets and are not copied.
    sealgate::smime::DecodeOptions options;
    options.keys.push_back(key_);
    options.trust.anchors = anchor_;
    options.trust.path.time = encode_.time;
    options.trust.path.purpose = sealgate::certificates::PathPurpose::EmailSign;
    options.require_signature = true;
    options.require_encryption = true;
    sealgate::smime::Decoder decoder(std::move(options), collector);
    must(decoder.write(message));
    must(decoder.finish());
    return collector.bytes();
  }

 private:
  sealgate::smime::EncodeOptions encode_;
  sealgate::smime::DecryptionKey key_;
  std::vector<sealgate::certificates::Certificate> anchor_;
};

struct Contestant {
  const char* name;
  std::function<void()> once;
  std::vector<double> rates = {};
  double median() {
    std::sort(rates.begin(), rates.end());
    return rates[rates.size() / 2];
  }
};

double rate(const std::function<void()>& once, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  long count = 0;
  double passed = 0;
  while (passed < seconds) {
    once();
    ++count;
    passed = std::chrono::duration<double>(Clock::now() - start).count();
  }
  return static_cast<double>(count) / passed;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4)
    give_up("usage: sealgate_bench_messages SIGNER.pem RECIPIENT.pem ANCHOR.pem [SIZE [ROUNDS [SECONDS]]]");
  const std::string signer = read(argv[1]);
  const std::string recipient = read(argv[2]);
  const std::string anchor = read(argv[3]);
  const auto size = static_cast<std::size_t>(argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 10240);
  const int rounds = argc > 5 ? std::atoi(argv[5]) : 7;
  const double seconds = argc > 6 ? std::strtod(argv[6], nullptr) : 1.0;

  Bytes payload(size);
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<sealgate::Byte>(i * 2654435761U >> 13U);
  const Gateway gateway(signer, recipient, anchor);
  bench::PlainLibcrypto plain(signer, recipient, anchor);

  const Bytes message = gateway.encode(payload);
  const auto primitives = plain.primitives_encode(payload);
  const bench::Bytes cms = plain.cms_encode(payload);
  if (gateway.decode(message) != payload || plain.cms_decode(cms) != payload ||
      !plain.primitives_decode(primitives)) {
    give_up("what was sealed does not open");
  }

  std::vector<Contestant> contestants = {
      {"encode sealgate", [&] { gateway.encode(payload); }},
      {"encode primitives", [&] { plain.primitives_encode(payload); }},
      {"encode cms", [&] { plain.cms_encode(payload); }},
      {"decode sealgate", [&] { gateway.decode(message); }},
      {"decode primitives", [&] { plain.primitives_decode(primitives); }},
      {"decode cms", [&] { plain.cms_decode(cms); }},
  };
  for (int round = 0; round < rounds; ++round) {
    for (Contestant& contestant : contestants) contestant.rates.push_back(rate(contestant.once, seconds));
  }
  std::printf("{\"size\": %zu, \"rounds\": %d, \"seconds\": %.2f, \"per_second\": {", size, rounds, seconds);
  const char* separator = "";
  for (Contestant& contestant : contestants) {
    std::printf("%s\"%s\": %.0f", separator, contestant.name, contestant.median());
    separator = ", ";
  }
  std::printf("}}\n");
  return 0;
}

// Whatever is sent to an AS2 location, from its headers through the decoder to the receipt: it is read without harm,
// the same however it is cut into pieces; nothing is taken but what the partner signed; and the receipt says what it
// must, to whom it must, whatever the message wrote. Input: one byte for the choices, then a request (header lines,
// an empty line, a body) or a change of a genuine one.

#include <cstdlib>

#include "as2/inbound.h"
#include "as2/message_writer.h"
#include "as2/tests/as2_support.h"
#include "fuzz/changed.h"
#include "smime/decoder.h"

namespace {

using namespace sealgate;
using namespace sealgate::as2;
using namespace sealgate::as2::testing;

constexpr std::string_view kDocument = "UNB+UNOC:3+ACME+GATEWAY+261121:2300+1'\r\nUNZ+0+1'\r\n";

void require(bool holds) {
  if (!holds) std::abort();
}

std::string make(bool encrypted) {
  OutgoingMessage message;
  message.headers.from = {"ACME Corp"};
  message.headers.to = {"gateway"};
  message.headers.message_id = "<1@acme>";
  message.headers.version = "1.2";
  ReceiptRequest request;
  request.notify_to = "as2@acme.example";
  request.wants_signature = true;
  request.mic_algorithms = {{crypto::DigestAlgorithm::Sha256, "sha-256"}};
  message.headers.receipt = request;
  message.seal.time = kNow;
  message.seal.sign = signer(world().acme);
  if (encrypted) message.seal.encrypt = encrypted_to(world().gateway);
  BufferSink body;
  auto writer = *MessageWriter::create(std::move(message), body);
  require(feed(*writer, kDocument).has_value());
  return writer->headers().serialise() + "\r\n" + std::string(as_text(body.bytes()));
}

const std::string& genuine(bool encrypted) {
  static const std::string clear = make(false);
  static const std::string sealed = make(true);
  return encrypted ? sealed : clear;
}

/// What came of it, and its receipt.
struct Taken {
  bool answerable = false;
  Disposition disposition;
  std::string mic;
  std::string document;
  MdnOptions receipt;
};

Taken receive(const std::string& text, std::size_t step) {
  const std::size_t end = text.find("\r\n\r\n");
  const auto http = parse_http_headers(text.substr(0, end == std::string::npos ? text.size() : end + 2));
  if (!http) return {};
  InboundMessage inbound(*http);
  smime::DecodeOptions options = decode_options(world().gateway);
  options.require_signature = true;
  options.receipt = &inbound.mic();
  Collector parts;
  smime::Decoder decoder(std::move(options), parts);
  const auto decoded = feed(decoder, text, step);
  const Answer answer = inbound.judge(decoded, decoder.report());
  Taken taken;
  taken.answerable = inbound.headers().answerable();
  taken.disposition = answer.disposition;
  if (answer.mic) taken.mic = format_mic(*answer.mic);
  taken.document = parts.part(1);
  if (taken.answerable) taken.receipt = inbound.receipt(answer, "<2@gateway>", "Test:1");
  return taken;
}

/// The partner reads that it is from whom it wrote to, about the message that it sent.
void check_receipt(MdnOptions options, bool is_signed) {
  options.time = kNow;
  if (is_signed) options.sign = signer(world().gateway);
  const auto built = build_mdn(options);
  require(built.has_value());
  const Read read = read_mdn(built->headers.serialise() + "\r\n" + std::string(as_text(built->body)));
  require(read.mdn.has_value() && read.mdn->is_signed == is_signed);
  require(read.headers.from == options.headers.from && read.headers.to == options.headers.to);
  require(read.mdn->mdn.original_message_id == options.original_message_id);
  require(read.mdn->mdn.disposition == options.disposition);
  require(options.disposition.positive() || read.mdn->mdn.mic_text.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView rest(data + 1, size - 1);
  const std::string text =
      (data[0] & 1U) != 0 ? fuzz::changed(genuine((data[0] & 2U) != 0), rest) : std::string(as_text(rest));
  const Taken whole = receive(text, text.size() + 1);
  const Taken pieces = receive(text, 1 + data[0] / 2U);
  require(whole.answerable == pieces.answerable && whole.disposition == pieces.disposition &&
          whole.mic == pieces.mic);
  if (whole.disposition.positive() && whole.answerable) require(whole.document == kDocument);
  if (whole.answerable) check_receipt(whole.receipt, (data[0] & 4U) != 0);
  return 0;
}

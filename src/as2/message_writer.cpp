#include "as2/message_writer.h"

#include <algorithm>
#include <optional>

#include "as2/entity_splitter.h"
#include "as2/file_name.h"

namespace sealgate::as2 {
namespace {

std::vector<crypto::DigestAlgorithm> digests_of(const OutgoingMessage& message) {
  std::vector<crypto::DigestAlgorithm> digests;
  const auto add = [&](crypto::DigestAlgorithm digest) {
    if (std::ranges::find(digests, digest) == digests.end()) digests.push_back(digest);
  };
  if (message.headers.receipt) {
    for (const auto& algorithm : message.headers.receipt->mic_algorithms) add(algorithm.digest);
  }
  if (message.seal.sign) add(message.seal.sign->digest);
  // What a partner takes when nothing is asked for and nothing is signed.
  if (digests.empty()) digests = {crypto::DigestAlgorithm::Sha1, crypto::DigestAlgorithm::Sha256};
  return digests;
}

bool has_layers(const smime::EncodeOptions& seal) {
  return seal.sign || seal.encrypt || seal.compression != smime::Compression::None;
}

// The body on its way out, for the digests: its Content-Type is known when its first byte comes.
class WireTap final : public Sink {
 public:
  WireTap(const mime::Headers& headers, bool layered, SentMicCollector& mics)
      : headers_(headers), begun_(!layered), mics_(mics) {}
  Result<> write(ByteView bytes) override {
    if (!begun_) mics_.begin_wire(headers_.value("Content-Type").value_or(""));
    begun_ = true;
    return mics_.wire().write(bytes);
  }
  Result<> finish() override { return mics_.wire().finish(); }

 private:
  const mime::Headers& headers_;
  bool begun_;
  SentMicCollector& mics_;
};

}  // namespace

// document -> digests of the content, encoder -> header | body -> digests of the wire -> the caller's body
class MessageWriter::Impl {
 public:
  Impl(const OutgoingMessage& message, mime::Headers headers, Sink& body)
      : headers_(std::move(headers)),
        layered_(has_layers(message.seal)),
        mics_(digests_of(message), message.tolerant_mics),
        tap_(headers_, layered_, mics_),
        wire_(tap_, body),
        octets_(mics_.octets(), wire_),
        splitter_(headers_, layered_ ? static_cast<Sink&>(wire_) : octets_) {}

  Result<> start(smime::EncodeOptions seal) {
    seal.wire_encoding = mime::TransferEncoding::Binary;
    if (!seal.part_encoding) seal.part_encoding = mime::TransferEncoding::Binary;
    seal.keep_line_ends = true;
    seal.outer_headers = {};
    Sink* const listener = seal.receipt_octets;
    seal.receipt_octets = &mics_.octets();
    if (listener != nullptr) seal.receipt_octets = &covered_.emplace(mics_.octets(), *listener);
    seal.payload_octets = &mics_.payload();
    SG_TRY_ASSIGN(encoder_, smime::Encoder::create(std::move(seal), splitter_));
    // Nothing of the document: makes the encoder write the header of what it adds.
    return encoder_->write({});
  }
  Result<> write(ByteView bytes) {
    SG_TRY(mics_.content().write(bytes));
    return encoder_->write(bytes);
  }
  Result<> finish() { return encoder_->finish(); }
  const mime::Headers& headers() const { return headers_; }
  SentMics mics() const { return mics_.result(); }

 private:
  mime::Headers headers_;
  bool layered_;
  SentMicCollector mics_;
  WireTap tap_;
  TeeSink wire_;
  TeeSink octets_;
  std::optional<TeeSink> covered_;  ///< for who else wants what the receipt's check is over
  EntitySplitter splitter_;
  std::unique_ptr<smime::Encoder> encoder_;
};

Result<std::unique_ptr<MessageWriter>> MessageWriter::create(OutgoingMessage message, Sink& body) {
  SG_TRY_ASSIGN(mime::Headers headers, write_message_headers(message.headers));
  message.seal.file_name = safe_file_name(message.headers.file_name);
  auto impl = std::make_unique<Impl>(message, std::move(headers), body);
  SG_TRY(impl->start(std::move(message.seal)));
  return std::unique_ptr<MessageWriter>(new MessageWriter(std::move(impl)));
}

MessageWriter::MessageWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MessageWriter::~MessageWriter() = default;

Result<> MessageWriter::write(ByteView bytes) {
  return impl_->write(bytes);
}
Result<> MessageWriter::finish() {
  return impl_->finish();
}
const mime::Headers& MessageWriter::headers() const {
  return impl_->headers();
}
SentMics MessageWriter::mics() const {
  return impl_->mics();
}

}  // namespace sealgate::as2

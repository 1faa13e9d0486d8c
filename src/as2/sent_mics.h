#pragma once
// The MICs of a message that goes out: what the partner's receipt must name, and what partners with known mistakes
// name instead. Computed while the message is sealed, kept with it until the receipt comes, compared then.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "as2/choices.h"
#include "as2/mic.h"
#include "base/sink.h"
#include "smime/detached_digests.h"

namespace sealgate::as2 {

struct SentMic {
  MicForm form = MicForm::Exact;
  crypto::DigestAlgorithm algorithm = crypto::DigestAlgorithm::Sha256;
  crypto::DigestValue value;
};

class SentMics {
 public:
  SentMics() = default;
  explicit SentMics(std::vector<SentMic> mics) : mics_(std::move(mics)) {}

  /// The form that `received` is the digest of, the most exact one first; nothing: of none of them.
  std::optional<MicForm> match(const Mic& received) const;
  /// False: nothing was kept for this digest, so that nothing can be said.
  bool knows(crypto::DigestAlgorithm algorithm) const;
  bool empty() const { return mics_.empty(); }
  const std::vector<SentMic>& all() const { return mics_; }

  /// For the store: "exact sha256 <base64>", one a line. Read again by parse(), which fails with as2.bad-mic.
  std::string to_text() const;
  static Result<SentMics> parse(std::string_view text);

 private:
  std::vector<SentMic> mics_;  ///< no value twice
};

class SentMicCollector {
 public:
  /// `algorithms`: those that the partner is asked for and that of our signature. `tolerant`: all forms, else Exact.
  SentMicCollector(std::span<const crypto::DigestAlgorithm> algorithms, bool tolerant);
  SentMicCollector(const SentMicCollector&) = delete;
  SentMicCollector& operator=(const SentMicCollector&) = delete;

  Sink& octets() { return octets_; }    ///< smime::EncodeOptions::receipt_octets; the body, when there is no layer
  Sink& payload() { return payload_; }  ///< smime::EncodeOptions::payload_octets
  Sink& content() { return content_; }  ///< what is written into the encoder
  Sink& wire() { return wires_; }       ///< the body as it is sent
  /// Before the first byte of wire(), where the body has layers: the Content-Type of the request.
  void begin_wire(std::string_view content_type);

  /// After everything was written.
  SentMics result() const;

 private:
  /// Digests what comes; not at all when nobody wants to know.
  class Digests final : public Sink {
   public:
    Result<> write(ByteView bytes) override {
      written_ = true;
      digests.update(bytes);
      return {};
    }
    Result<> finish() override { return {}; }
    bool written() const { return written_; }
    crypto::MultiDigest digests;

   private:
    bool written_ = false;
  };

  std::vector<crypto::DigestAlgorithm> algorithms_;
  bool tolerant_;
  smime::DetachedDigests octets_;
  Digests payload_;
  Digests content_;
  Digests wire_;
  Digests wire_entity_;  ///< the same behind its Content-Type
  TeeSink wires_{wire_, wire_entity_};
};

}  // namespace sealgate::as2

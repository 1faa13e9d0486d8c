#pragma once
// Takes a receipt out of an HTTP message while smime::Decoder opens it: signed or not, whatever the order and number
// of the parts.
//
//   smime::DecodeOptions options = ...;       // whose signature counts: trust.judge
//   prepare_for_mdn(options);
//   MdnReader reader;
//   smime::Decoder decoder(options, reader);
//   ... the MIME fields of the HTTP header, an empty line, the body ...
//   const auto decoded = decoder.finish();
//   const auto received = reader.result(decoded, decoder.report());

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "as2/mdn.h"
#include "smime/decoder.h"

namespace sealgate::as2 {

inline constexpr std::size_t kMaxNotification = std::size_t{64} * 1024;  ///< beyond: as2.receipt-too-large
inline constexpr std::size_t kMaxMdnText = std::size_t{64} * 1024;       ///< beyond: cut off

struct ReceivedMdn {
  Mdn mdn;
  /// Under a signature that is good, the certificate included.
  bool is_signed = false;
  /// It is signed, but not well; or it is damaged. Nothing that it says is proven.
  std::optional<Error> fault;
  std::optional<certificates::Certificate> signer;  ///< when is_signed
};

/// A receipt may come unsigned, is small, and may turn out to be no MIME at all (a page for browsers).
void prepare_for_mdn(smime::DecodeOptions& options);

/// True for what only receipts are: multipart/report and message/disposition-notification. A multipart/signed may be
/// either; only what is inside tells.
bool is_mdn_type(const mime::ContentType& type);
/// True when what a decoder found inside is a receipt, by the type of the innermost entity: it is read again, from
/// what was received, with MdnReader. A location that takes messages and receipts learns only so which one it got.
bool is_mdn(const smime::Report& report);

class MdnReader final : public smime::PartReceiver {
 public:
  Result<Sink*> on_part(const smime::PartReport& part, const mime::HeaderBlock& headers) override;

  /// `decoded`: of the decoder's finish(), or of the write() that failed. Fails with as2.not-a-receipt,
  /// as2.ambiguous-receipt, as2.receipt-too-large, as2.bad-disposition; with the decoder's error when there is no
  /// receipt because of it.
  Result<ReceivedMdn> result(const Result<>& decoded, const smime::Report& report) const;

  /// A disposition notification was found; what surrounds it may still fail.
  bool found() const { return !notifications_.empty(); }

 private:
  /// Keeps the beginning.
  class Kept final : public Sink {
   public:
    Kept(std::size_t limit, bool fails) : limit_(limit), fails_(fails) {}
    Result<> write(ByteView bytes) override;
    Result<> finish() override { return {}; }
    const std::string& text() const { return text_; }

   private:
    std::size_t limit_;
    bool fails_;
    std::string text_;
  };
  struct Notification {
    bool is_signed = false;
    mime::Headers headers;
    std::unique_ptr<Kept> content;
  };

  std::vector<Notification> notifications_;
  std::unique_ptr<Kept> text_;  ///< of the first part for people
  std::string charset_;
};

}  // namespace sealgate::as2

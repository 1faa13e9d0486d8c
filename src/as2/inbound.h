#pragma once
// A message that comes in, from its headers to its receipt, while somebody else streams its body:
//
//   InboundMessage inbound(http_headers, options);
//   inbound.fault()                             // cannot be a message; answer() still works when it is answerable
//   decode_options.receipt = &inbound.mic();    // the decoder computes the MIC on its way
//   ... smime::Decoder: the MIME fields of the HTTP header, an empty line, the body ...
//   const Answer answer = inbound.judge(decoder.finish(), decoder.report());
//   ... commit the payload, the state and the receipt in one transaction ...
//   build_mdn(inbound.receipt(answer, ...))     // into the response, or to headers().receipt->delivery_url
//
// Opens no socket, asks no clock, keeps nothing but headers and digests.

#include <optional>
#include <string>

#include "as2/mdn_writer.h"
#include "as2/message_headers.h"
#include "as2/received_mic.h"
#include "smime/report.h"

namespace sealgate::as2 {

struct InboundOptions {
  MicChoice mic_choice = MicChoice::SignatureIfListed;
  MicSpelling mic_spelling = MicSpelling::Plain;  ///< of digests that the partner did not spell
  /// In place of the request's micalg list (agreement settings instead of headers); empty: the request's.
  std::vector<MicAlgorithm> mic_algorithms = {};
};

/// What the partner is told, and what it is not.
struct Answer {
  Disposition disposition;
  std::optional<Mic> mic;       ///< of what was received
  std::optional<Error> reason;  ///< for the log and the operator only
};

class InboundMessage {
 public:
  explicit InboundMessage(const mime::Headers& http, const InboundOptions& options = {})
      : InboundMessage(read_message_headers(http), options) {}
  explicit InboundMessage(MessageHeaders headers, const InboundOptions& options = {});
  InboundMessage(const InboundMessage&) = delete;
  InboundMessage& operator=(const InboundMessage&) = delete;

  const MessageHeaders& headers() const { return headers_; }
  /// What forbids to take the message, whatever its body is: the headers' own fault, or demands for the receipt that
  /// cannot be met (RFC 4130 section 7.5.5).
  const std::optional<Error>& fault() const { return fault_; }
  smime::ReceiptTap& mic() { return mic_; }

  /// `decoded`: of the decoder's finish(), or of the write() that failed, or what was decided about the message since
  /// (a party that is not known, a signature that is required).
  Answer judge(const Result<>& decoded, const smime::Report& report) const;
  /// Without a body: for fault(), a partner that nobody knows, a full disk.
  Answer refuse(const Error& reason) const;

  /// The receipt for `answer`, addressed back in the style of the request. `message_id`: new; `product`:
  /// "name:version", for Reporting-UA and from version 1.3 on AS2-Product. Signature and time are left to be filled
  /// in. Only when headers().answerable().
  MdnOptions receipt(const Answer& answer, std::string message_id, std::string_view product) const;

 private:
  MessageHeaders headers_;
  std::optional<Error> fault_;
  ReceivedMic mic_;
};

}  // namespace sealgate::as2

#include "as2/inbound.h"

#include "as2/refusal.h"

namespace sealgate::as2 {
namespace {

std::vector<MicAlgorithm> listed(const MessageHeaders& headers, const InboundOptions& options) {
  if (!options.mic_algorithms.empty()) return options.mic_algorithms;
  return headers.receipt ? headers.receipt->mic_algorithms : std::vector<MicAlgorithm>{};
}

bool is_1_3(const std::string& version) {
  return version == "1.3";
}

}  // namespace

InboundMessage::InboundMessage(MessageHeaders headers, const InboundOptions& options)
    : headers_(std::move(headers)),
      fault_(headers_.fault),
      mic_(listed(headers_, options),
           is_1_3(headers_.version) ? crypto::DigestAlgorithm::Sha256 : crypto::DigestAlgorithm::Sha1,
           options.mic_choice, options.mic_spelling) {
  if (fault_ || !headers_.receipt) return;
  if (auto met = headers_.receipt->check(); !met) fault_ = std::move(met.error());
}

Answer InboundMessage::judge(const Result<>& decoded, const smime::Report& report) const {
  if (fault_) return refuse(*fault_);
  if (!decoded) return {disposition_of(decoded.error(), report), std::nullopt, decoded.error()};
  return {{}, mic_.result(report), std::nullopt};
}

Answer InboundMessage::refuse(const Error& reason) const {
  return {disposition_of(reason), std::nullopt, reason};
}

MdnOptions InboundMessage::receipt(const Answer& answer, std::string message_id, std::string_view product) const {
  MdnOptions options;
  options.headers.from = headers_.to;
  options.headers.to = headers_.from;
  options.headers.message_id = std::move(message_id);
  options.headers.version = is_1_3(headers_.version) ? "1.3" : "1.2";
  if (is_1_3(headers_.version)) options.headers.product = product;
  options.headers.subject = "Message Disposition Notification";
  options.reporting_ua = product;
  options.original_message_id = headers_.message_id;
  options.recipient = headers_.to;
  options.disposition = answer.disposition;
  options.mic = answer.mic;
  options.text =
      answer.disposition.positive()
          ? "The message was received and its content was taken.\n"
          : "The message was received, but its content was not taken: " + answer.disposition.detail + ".\n";
  return options;
}

}  // namespace sealgate::as2

#include "as2/mdn_judge.h"

#include <algorithm>
#include <array>

#include "as2/message_id.h"

namespace sealgate::as2 {
namespace {

constexpr std::array kVerdicts = {"acknowledged", "refused",       "mic-mismatch",  "mic-missing",
                                  "not-signed",   "bad-signature", "wrong-partner", "unknown-message"};

bool fits(const Name& told, const Name& expected, bool may_be_missing) {
  return told == expected || (may_be_missing && told.text.empty());
}

bool is_recipient(const std::string& field, const SentMessage& sent) {
  return field.empty() || recipient_name(field) == sent.to.text;
}

// What the partner says it has, against what we sent.
Verdict judge_mic(const ReceivedMdn& received, const SentMessage& sent, const JudgeOptions& options,
                  Judgement& judgement) {
  const Mdn& mdn = received.mdn;
  if (sent.mics.empty()) return Verdict::Acknowledged;
  if (!mdn.mic) {
    const bool unread = mdn.mic_fault.has_value();
    judgement.reason = unread ? mdn.mic_fault->what : "the receipt does not say what was received";
    if (unread) return Verdict::MicMismatch;
    // RFC 4130 7.4.3: the field is required for signed receipts, and optional for unsigned ones.
    const bool required = sent.signature_asked || received.is_signed;
    if (required && !options.accept_missing_mic) return Verdict::MicMissing;
    judgement.remarks.push_back(judgement.reason);
    return Verdict::Acknowledged;
  }
  judgement.matched = sent.mics.match(*mdn.mic);
  if (judgement.matched == MicForm::Exact) return Verdict::Acknowledged;
  if (!judgement.matched) {
    judgement.reason = sent.mics.knows(mdn.mic->algorithm)
                           ? "the partner received something else than what was sent"
                           : "the partner's check is made with " + std::string(crypto::name(mdn.mic->algorithm)) +
                                 ", which was not asked for";
    return Verdict::MicMismatch;
  }
  judgement.reason = "the partner's check is that of the form '" + std::string(to_string(*judgement.matched)) + "'";
  if (std::ranges::find(options.accepted_forms, *judgement.matched) == options.accepted_forms.end()) {
    return Verdict::MicMismatch;
  }
  judgement.remarks.push_back(judgement.reason);
  return Verdict::Acknowledged;
}

Verdict judge(const MessageHeaders& headers, const ReceivedMdn& received, const SentMessage& sent,
              const JudgeOptions& options, Judgement& judgement) {
  const Mdn& mdn = received.mdn;
  const bool id_missing = mdn.original_message_id.empty() && options.own_connection;
  if (!id_missing && !same_message_id(mdn.original_message_id, sent.message_id)) {
    judgement.reason = "the receipt is about another message";
    return Verdict::UnknownMessage;
  }
  if (id_missing) judgement.remarks.emplace_back("the receipt does not name its message");
  if (!fits(headers.from, sent.to, options.own_connection) || !fits(headers.to, sent.from, options.own_connection)) {
    judgement.reason = "the receipt is not between the partners of the message";
    return Verdict::WrongPartner;
  }
  if (received.fault) {
    judgement.reason = received.fault->what;
    return Verdict::BadSignature;
  }
  if (!is_recipient(mdn.final_recipient, sent)) {
    judgement.remarks.emplace_back("Final-Recipient is another one than AS2-To");
  }
  if (!received.is_signed && sent.signature_asked) {
    judgement.reason = "the receipt is not signed, although that was asked for";
    const bool counts = options.accept_unsigned || (options.own_connection && !mdn.disposition.positive());
    if (!counts) return Verdict::NotSigned;
    judgement.remarks.push_back(judgement.reason);
  }
  if (!mdn.disposition.positive()) {
    judgement.reason = "the partner answers: " + to_string(mdn.disposition);
    return Verdict::Refused;
  }
  if (mdn.disposition.modifier == Disposition::Modifier::Warning) {
    judgement.remarks.push_back("the partner warns: " + mdn.disposition.detail);
  }
  return judge_mic(received, sent, options, judgement);
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  return kVerdicts[static_cast<std::size_t>(verdict)];
}

bool Judgement::final() const {
  return verdict == Verdict::Acknowledged || verdict == Verdict::Refused || verdict == Verdict::MicMismatch ||
         verdict == Verdict::MicMissing;
}

Judgement judge_mdn(const MessageHeaders& headers, const ReceivedMdn& received, const SentMessage* sent,
                    const JudgeOptions& options) {
  Judgement judgement;
  judgement.is_signed = received.is_signed;
  if (sent == nullptr) {
    judgement.reason = "no message with this Message-ID waits for a receipt";
    return judgement;
  }
  judgement.verdict = judge(headers, received, *sent, options, judgement);
  if (judgement.verdict == Verdict::Acknowledged) judgement.reason.clear();
  return judgement;
}

}  // namespace sealgate::as2

#pragma once
// What a receipt means for the message that was sent. Whoever keeps messages asks this once for each receipt; a state
// that is final does not change by later receipts.

#include <optional>
#include <string>
#include <vector>

#include "as2/mdn_reader.h"
#include "as2/message_headers.h"
#include "as2/sent_mics.h"

namespace sealgate::as2 {

/// What was kept of a message when it was sent. The row must exist before the first byte is sent: a receipt may come
/// before our own request is answered.
struct SentMessage {
  std::string message_id;
  Name from;
  Name to;
  SentMics mics;  ///< empty: what the partner received is not checked
  bool signature_asked = false;
};

struct JudgeOptions {
  /// The receipt came in the response to our request: whoever it is, is where we sent the message.
  bool own_connection = false;
  /// An unsigned receipt counts although a signed one was asked for.
  bool accept_unsigned = false;
  /// A positive receipt without a MIC counts also when it is signed, or a signed one was asked for.
  bool accept_missing_mic = false;
  /// Forms of MICs that count beside MicForm::Exact.
  std::vector<MicForm> accepted_forms = {MicForm::Crlf, MicForm::Lf, MicForm::Stripped, MicForm::Extended};
};

enum class Verdict {
  Acknowledged,    ///< the partner has it, as we sent it
  Refused,         ///< the partner says that it failed
  MicMismatch,     ///< the partner says that it has something else
  MicMissing,      ///< the partner does not say what it has
  NotSigned,       ///< nobody knows who says so
  BadSignature,    ///< somebody else says so, or the receipt was changed
  WrongPartner,    ///< AS2-From and AS2-To are not those of the message, swapped
  UnknownMessage,  ///< no message of ours has this Message-ID
};
std::string_view to_string(Verdict verdict);  ///< "acknowledged", "mic-mismatch", ...

struct Judgement {
  Verdict verdict = Verdict::UnknownMessage;
  std::optional<MicForm> matched;  ///< which form the partner's MIC was, also when that form does not count
  bool is_signed = false;
  std::string reason;                ///< one sentence for the operator
  std::vector<std::string> remarks;  ///< what is not as it should be, and does not matter

  /// Verdicts that end the waiting. The others are a matter of the log: whoever sends such must not change anything.
  bool final() const;
};

/// `headers`: of the receipt; in a response AS2-From and AS2-To may be missing. `sent`: null when there is no such
/// message (look up ReceivedMdn::mdn.original_message_id by same_message_id()).
Judgement judge_mdn(const MessageHeaders& headers, const ReceivedMdn& received, const SentMessage* sent,
                    const JudgeOptions& options = {});

}  // namespace sealgate::as2

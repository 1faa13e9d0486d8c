// Whatever comes as a receipt: it is read without harm, the same however it is cut into pieces, and nothing counts as
// signed but what the partner signed. Input: one byte for the choices, then the receipt or a change of a genuine one.

#include <cstdlib>

#include "as2/mdn_judge.h"
#include "as2/mdn_writer.h"
#include "as2/tests/as2_support.h"
#include "fuzz/changed.h"

namespace {

using namespace sealgate;
using namespace sealgate::as2;
using namespace sealgate::as2::testing;

SentMessage sent() {
  SentMessage message;
  message.message_id = "<1@acme>";
  message.from = {"A"};
  message.to = {"B"};
  message.signature_asked = true;
  message.mics = *SentMics::parse("exact sha1 BNIQV5N+hShfIa+06dXMM4fkS8A=\n");
  return message;
}

const std::string& genuine() {
  static const std::string made = [] {
    MdnOptions options;
    options.headers.from = {"B"};
    options.headers.to = {"A"};
    options.headers.message_id = "<2@gateway>";
    options.original_message_id = "<1@acme>";
    options.recipient = {"B"};
    // It says that it failed: nobody can make anything else of it.
    options.disposition = *parse_disposition("a/b; processed/error: genuine");
    options.text = "genuine";
    options.sign = signer(world().gateway);
    options.time = kNow;
    const auto mdn = build_mdn(options);
    return mdn->headers.serialise() + "\r\n" + std::string(as_text(mdn->body));
  }();
  return made;
}

std::string shown(const Read& read) {
  if (!read.mdn) return std::string(read.mdn.error().code.id);
  const Mdn& mdn = read.mdn->mdn;
  return mdn.original_message_id + '\n' + mdn.disposition_text + '\n' + mdn.mic_text + '\n' + mdn.text +
         (read.mdn->is_signed ? "\nsigned" : "\nunsigned") + (read.mdn->fault ? " fault" : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView rest(data + 1, size - 1);
  const std::string text = (data[0] & 1U) != 0 ? fuzz::changed(genuine(), rest) : std::string(as_text(rest));
  const Read whole = read_mdn(text, world().acme, text.size() + 1);
  const Read pieces = read_mdn(text, world().acme, 1 + data[0] / 2U);
  if (shown(whole) != shown(pieces)) std::abort();
  if (!whole.mdn) return 0;
  const Mdn& mdn = whole.mdn->mdn;
  if (whole.mdn->is_signed && (mdn.disposition.detail != "genuine" || mdn.original_message_id != "<1@acme>"))
    std::abort();
  const SentMessage message = sent();
  const Judgement judgement = judge_mdn(whole.headers, *whole.mdn, &message);
  if (judgement.verdict == Verdict::Acknowledged) std::abort();
  if (judgement.final() && !judgement.is_signed) std::abort();
  return 0;
}

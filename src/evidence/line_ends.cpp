#include "evidence/line_ends.h"

namespace sealgate::evidence {

Result<> LineEnds::write(ByteView bytes) {
  if (form_ != "crlf" && form_ != "lf" && form_ != "stripped" && form_ != "extended") return next_.write(bytes);
  const std::string_view line_end = form_ == "lf" ? "\n" : "\r\n";
  std::string text;
  for (const char c : as_text(bytes)) {
    if (c == '\n') {
      if (held_ == "\r") held_.clear();
      text += held_;
      held_ = line_end;
    } else {
      text += held_;
      held_.clear();
      if (c == '\r') {
        held_ = "\r";
      } else {
        text += c;
      }
    }
  }
  return next_.write(as_bytes(text));
}

Result<> LineEnds::finish() {
  if (form_ == "stripped" && held_.ends_with('\n')) held_.clear();
  if (form_ == "extended") held_ += "\r\n";
  SG_TRY(next_.write(as_bytes(held_)));
  return next_.finish();
}

}  // namespace sealgate::evidence

#include "mime/multipart_splitter.h"

#include <algorithm>
#include <cstring>

#include "mime/errors.h"
#include "mime/line_scan.h"
#include "mime/tokens.h"

namespace sealgate::mime {

MultipartSplitter::MultipartSplitter(std::string_view boundary, MultipartHandler& handler, Sink* preamble,
                                     Sink* epilogue)
    : delimiter_("--" + std::string(boundary)), handler_(handler), preamble_(preamble), epilogue_(epilogue) {}

Result<> MultipartSplitter::check_boundary() const {
  const std::string_view boundary = std::string_view(delimiter_).substr(2);
  const bool bad = boundary.empty() || boundary.size() > kMaxBoundaryLength || is_blank(boundary.back()) ||
                   boundary.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
  if (!bad) return {};
  return fail(kBadBoundary, "the multipart boundary is empty, too long or holds characters it must not", {},
              "ask the sender to repair the boundary parameter of Content-Type");
}

/// `at_dashes` begins where a line begins.
MultipartSplitter::Candidate MultipartSplitter::classify(ByteView at_dashes, bool at_end) const {
  const std::size_t common = std::min(at_dashes.size(), delimiter_.size());
  if (common > 0 && std::memcmp(at_dashes.data(), delimiter_.data(), common) != 0) return {};
  const Candidate undecided{at_end ? Match::None : Match::Undecided, 0};
  if (common < delimiter_.size()) return undecided;
  std::size_t at = common;
  Match match = Match::Delimiter;
  if (at < at_dashes.size() && at_dashes[at] == '-') {
    if (at + 1 == at_dashes.size()) return undecided;
    if (at_dashes[at + 1] != '-') return {};
    match = Match::Close;
    at += 2;
  }
  const std::size_t padding_start = at;
  while (at < at_dashes.size() && is_blank(static_cast<char>(at_dashes[at]))) ++at;
  if (at - padding_start > kMaxTransportPadding) return {};
  if (at == at_dashes.size()) return at_end ? Candidate{match, at} : undecided;
  if (at_dashes[at] == '\n') return {match, at + 1};
  if (at_dashes[at] != '\r') return {};
  if (at + 1 == at_dashes.size()) return at_end ? Candidate{match, at + 1} : undecided;
  if (at_dashes[at + 1] != '\n') return {};
  return {match, at + 2};
}

Result<> MultipartSplitter::emit(ByteView bytes) {
  Sink* sink = nullptr;
  switch (state_) {
    case State::Preamble:
      sink = preamble_;
      break;
    case State::Part:
      sink = part_;
      break;
    case State::Epilogue:
      sink = epilogue_;
      break;
  }
  if (sink == nullptr || bytes.empty()) return {};
  return sink->write(bytes);
}

Result<> MultipartSplitter::end_current(PartEnd end) {
  if (state_ != State::Part) return {};
  Sink* const part = part_;
  part_ = nullptr;
  if (part != nullptr) SG_TRY(part->finish());
  return handler_.end_part(parts_, end);
}

Result<> MultipartSplitter::on_delimiter(bool close) {
  SG_TRY(end_current(close ? PartEnd::CloseDelimiter : PartEnd::Delimiter));
  if (close) {
    state_ = State::Epilogue;
    return {};
  }
  state_ = State::Part;
  SG_TRY_ASSIGN(part_, handler_.begin_part(++parts_));
  return {};
}

/// Emits and cuts as far as can be decided; `consumed` is where the undecided rest begins.
Result<> MultipartSplitter::scan(ByteView bytes, bool at_end, std::size_t& consumed) {
  std::size_t start = 0;   // first byte not yet emitted
  std::size_t search = 0;  // where to look for the next line end
  while (state_ != State::Epilogue) {
    std::size_t content_end = start;  // where content ends if a delimiter follows
    std::size_t line = start;         // where the possible delimiter line begins
    if (!at_line_start_) {
      const std::size_t newline = detail::find_line_of_dashes(bytes, search);
      if (newline == bytes.size()) {
        // A last CR may belong to the line end before a delimiter.
        const bool hold = !at_end && start < newline && bytes[newline - 1] == '\r';
        consumed = newline - (hold ? 1 : 0);
        return emit(bytes.subspan(start, consumed - start));
      }
      content_end = newline > start && bytes[newline - 1] == '\r' ? newline - 1 : newline;
      line = newline + 1;
    }
    const Candidate candidate = classify(bytes.subspan(line), at_end);
    switch (candidate.match) {
      case Match::None:
        search = line;
        // At a line start without line end before it, the line is plain content.
        at_line_start_ = false;
        break;
      case Match::Undecided:
        consumed = content_end;
        return emit(bytes.subspan(start, content_end - start));
      case Match::Delimiter:
      case Match::Close:
        SG_TRY(emit(bytes.subspan(start, content_end - start)));
        SG_TRY(on_delimiter(candidate.match == Match::Close));
        start = search = line + candidate.length;
        at_line_start_ = true;
        break;
    }
  }
  consumed = bytes.size();
  return emit(bytes.subspan(start));
}

Result<> MultipartSplitter::write(ByteView bytes) {
  if (!checked_) {
    SG_TRY(check_boundary());
    checked_ = true;
  }
  std::size_t consumed = 0;
  if (!held_.empty()) {
    // What is held plus the longest delimiter line that could follow: enough to decide about what is held.
    const std::size_t longest = 2 + delimiter_.size() + 2 + kMaxTransportPadding + 2 + 1;
    const std::size_t held = held_.size();
    append(held_, bytes.first(std::min(bytes.size(), longest)));
    Bytes window = std::move(held_);
    held_.clear();
    SG_TRY(scan(window, false, consumed));
    if (consumed < held) {  // still undecided, so all of `bytes` is in the window
      held_.assign(window.begin() + static_cast<std::ptrdiff_t>(consumed), window.end());
      return {};
    }
    bytes = bytes.subspan(consumed - held);
  }
  if (bytes.empty()) return {};
  SG_TRY(scan(bytes, false, consumed));
  held_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(consumed), bytes.end());
  return {};
}

Result<> MultipartSplitter::finish() {
  SG_TRY(check_boundary());
  std::size_t consumed = 0;
  SG_TRY(scan(held_, true, consumed));
  SG_TRY(end_current(PartEnd::EndOfInput));
  if (preamble_ != nullptr) SG_TRY(preamble_->finish());
  if (epilogue_ != nullptr) SG_TRY(epilogue_->finish());
  return {};
}

}  // namespace sealgate::mime

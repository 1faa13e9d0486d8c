#pragma once
// Cuts a multipart body (RFC 2046 section 5.1) into the exact raw bytes of its parts. The line end before a delimiter
// belongs to the delimiter (RFC 2046 5.1.1), so a part is exactly what a signature covers (RFC 1847 section 2.1).
//
// A delimiter is a line that holds "--boundary" or "--boundary--", blanks (at most kMaxTransportPadding) and a line
// end (CRLF or LF) or the end of the input. A longer boundary that merely starts with ours is no delimiter.
// Everything after the close delimiter is epilogue, even if it looks like more delimiters.
//
// Holds back at most one possible delimiter line. Nesting works by chaining: a part's sink may lead to another
// splitter; the outer delimiter ends an inner multipart that was never closed.

#include <string>

#include "base/sink.h"
#include "mime/limits.h"

namespace sealgate::mime {

enum class PartEnd {
  Delimiter,       ///< another part follows
  CloseDelimiter,  ///< this was the last part
  EndOfInput       ///< the input ended inside this part
};

class MultipartHandler {
 public:
  MultipartHandler() = default;
  MultipartHandler(const MultipartHandler&) = delete;
  MultipartHandler& operator=(const MultipartHandler&) = delete;
  virtual ~MultipartHandler() = default;
  /// A part starts; the first has index 1. The sink receives its raw bytes (header, blank line, body) and its
  /// finish() before end_part(). Null: nobody wants them. The sink must live until end_part() returns.
  virtual Result<Sink*> begin_part(std::size_t index) = 0;
  virtual Result<> end_part(std::size_t index, PartEnd end) = 0;
};

class MultipartSplitter final : public Sink {
 public:
  /// Owns nothing. `preamble` and `epilogue` may be null; they receive write() calls and, at the end of the input,
  /// finish(). The line end before the first delimiter belongs to it; the one after the close delimiter likewise.
  /// The first write() fails with mime.bad-boundary for a boundary that is empty, ends with a blank, holds CR, LF or
  /// NUL or is longer than kMaxBoundaryLength.
  MultipartSplitter(std::string_view boundary, MultipartHandler& handler, Sink* preamble = nullptr,
                    Sink* epilogue = nullptr);

  Result<> write(ByteView bytes) override;
  Result<> finish() override;

  /// The close delimiter was seen.
  bool closed() const { return state_ == State::Epilogue; }
  /// Parts begun so far.
  std::size_t parts() const { return parts_; }

 private:
  enum class State { Preamble, Part, Epilogue };
  enum class Match { None, Delimiter, Close, Undecided };
  struct Candidate {
    Match match = Match::None;
    std::size_t length = 0;  ///< of the delimiter line from its dashes, line end included
  };

  Result<> check_boundary() const;
  Result<> scan(ByteView bytes, bool at_end, std::size_t& consumed);
  Candidate classify(ByteView at_dashes, bool at_end) const;
  Result<> emit(ByteView bytes);
  Result<> on_delimiter(bool close);
  Result<> end_current(PartEnd end);

  std::string delimiter_;  ///< "--boundary"
  MultipartHandler& handler_;
  Sink* preamble_;
  Sink* epilogue_;
  Sink* part_ = nullptr;
  State state_ = State::Preamble;
  std::size_t parts_ = 0;
  Bytes held_;                 ///< a line end and what may become a delimiter line
  bool at_line_start_ = true;  ///< the next byte starts a line, and the line end before it is not ours to cut
  bool checked_ = false;
};

}  // namespace sealgate::mime

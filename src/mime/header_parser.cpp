#include "mime/header_parser.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "mime/errors.h"
#include "mime/tokens.h"

namespace sealgate::mime {
namespace {

/// RFC 5322 2.1.1: no line is longer than 998 characters. Bounds how long the first line may stay undecided.
constexpr std::size_t kMaxFieldName = 998;

/// Octets of most headers at most.
constexpr std::size_t kUsualHeader = 512;

enum class FirstLine { Field, Mbox, Blank, Neither, Undecided };

/// What the first line of a header is. `complete`: it ends with its line end, or nothing follows.
FirstLine classify_first_line(std::string_view line, bool complete, bool accept_mbox) {
  if (line == "\n" || line == "\r\n") return FirstLine::Blank;
  std::size_t at = 0;
  while (at < line.size() && is_field_name_char(line[at])) ++at;
  const std::string_view name = line.substr(0, at);
  while (at < line.size() && is_blank(line[at])) ++at;  // RFC 5322 section 4.5: blanks before the colon
  if (at > kMaxFieldName) return FirstLine::Neither;
  if (at < line.size() && line[at] == ':' && !name.empty()) return FirstLine::Field;
  const bool more_to_come = at == line.size() && !complete;
  if (more_to_come) return FirstLine::Undecided;
  if (line == "\r" && !complete) return FirstLine::Undecided;
  if (accept_mbox && name == "From" && line.size() > 4 && is_blank(line[4])) return FirstLine::Mbox;
  return FirstLine::Neither;
}

/// What stands before the colon; empty when that is no name.
std::string_view field_name(std::string_view field) {
  const auto colon = field.find(':');
  if (colon == std::string_view::npos) return {};
  std::string_view name = field.substr(0, colon);
  while (!name.empty() && is_blank(name.back())) name.remove_suffix(1);
  const bool good = std::all_of(name.begin(), name.end(), [](char c) { return is_field_name_char(c); });
  return good ? name : std::string_view{};
}

/// Removes the line ends of a folded value (RFC 5322 2.2.3: the blanks stay). A CR in the middle becomes a blank, so
/// that no value ever holds one.
std::string unfolded(std::string_view text) {
  text = trim(text);
  if (text.find('\n') == std::string_view::npos && text.find('\r') == std::string_view::npos)
    return std::string(text);
  std::string value;
  value.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') continue;
    if (c == '\r') {
      if (i + 1 < text.size() && text[i + 1] == '\n') continue;
      value += ' ';
    } else {
      value += c;
    }
  }
  return value;
}

}  // namespace

void HeaderParser::give_back() {
  held_back_ = std::move(block_.raw);
  block_ = {};
  done_ = true;
}

Result<std::size_t> HeaderParser::feed(ByteView bytes) {
  std::size_t consumed = 0;
  while (!done_ && consumed < bytes.size()) {
    const ByteView rest = bytes.subspan(consumed);
    const void* const newline = std::memchr(rest.data(), '\n', rest.size());
    std::size_t length = newline == nullptr
                             ? rest.size()
                             : static_cast<std::size_t>(static_cast<const Byte*>(newline) - rest.data()) + 1;
    // One byte past the limit is enough to know; this also makes the outcome the same for every chunk size.
    length = std::min(length, limits_.max_header_bytes + 1 - block_.raw.size());
    if (block_.raw.capacity() == 0) block_.raw.reserve(std::min(rest.size(), kUsualHeader));
    append(block_.raw, rest.first(length));
    consumed += length;
    const bool line_complete = block_.raw.back() == '\n';
    if (!seen_line_ && options_.headerless_is_body) {
      const std::string_view line = as_text(block_.raw).substr(line_start_);
      const bool mbox_allowed = options_.accept_mbox_line && block_.mbox_line.empty();
      if (classify_first_line(line, line_complete, mbox_allowed) == FirstLine::Neither) {
        give_back();
        return consumed;
      }
    }
    if (block_.raw.size() > limits_.max_header_bytes) {
      return fail(kHeaderTooLarge,
                  "the header of an entity is larger than " + std::to_string(limits_.max_header_bytes) + " bytes", {},
                  "raise the limit for header bytes if this sender is trusted");
    }
    if (line_complete) SG_TRY(end_line());
  }
  return consumed;
}

Result<> HeaderParser::end_line() {
  const std::string_view line = as_text(block_.raw).substr(line_start_);
  const std::size_t start = line_start_;
  line_start_ = block_.raw.size();
  const bool blank = line == "\n" || line == "\r\n";
  if (!seen_line_) {
    if (blank && options_.skip_leading_blank_lines) {
      field_start_ = line_start_;
      return {};
    }
    const bool mbox_allowed = options_.accept_mbox_line && block_.mbox_line.empty();
    const FirstLine kind = classify_first_line(line, true, mbox_allowed);
    if (kind == FirstLine::Mbox) {
      block_.mbox_line = std::string(trim(line));
      field_start_ = line_start_;
      return {};
    }
    if (kind == FirstLine::Neither && options_.headerless_is_body) {
      give_back();
      return {};
    }
    seen_line_ = true;
  }
  if (in_field_ && !blank && is_blank(line.front())) return {};  // continues the field
  // The field before ends where this line starts.
  if (in_field_) {
    line_start_ = start;
    SG_TRY(end_field());
    line_start_ = block_.raw.size();
  }
  field_start_ = start;
  if (blank) {
    block_.blank_line = true;
    done_ = true;
    return {};
  }
  in_field_ = true;
  return {};
}

Result<> HeaderParser::end_field() {
  const std::string_view raw = as_text(block_.raw).substr(field_start_, line_start_ - field_start_);
  in_field_ = false;
  if (block_.headers.fields().size() >= limits_.max_header_fields) {
    return fail(kTooManyHeaderFields,
                "the header of an entity has more than " + std::to_string(limits_.max_header_fields) + " fields", {},
                "raise the limit for header fields if this sender is trusted");
  }
  const std::string_view name = field_name(raw);
  if (name.empty()) ++block_.bad_lines;
  const std::string_view value = name.empty() ? raw : raw.substr(raw.find(':') + 1);
  block_.headers.append_parsed({std::string(name), unfolded(value), std::string(raw)});
  return {};
}

Result<> HeaderParser::finish() {
  if (done_) return {};
  if (line_start_ < block_.raw.size()) {
    SG_TRY(end_line());  // the last line has no line end
    if (done_) return {};
  }
  if (in_field_) SG_TRY(end_field());
  done_ = true;
  return {};
}

}  // namespace sealgate::mime

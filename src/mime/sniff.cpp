#include "mime/sniff.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mime/tokens.h"

namespace sealgate::mime {
namespace {

// EDIFACT's "UNA:+.? '", XML's "<ns:order" and YAML look like fields, too. These names alone prove a header ...
constexpr std::array<std::string_view, 8> kStrong = {"message-id",     "received",
                                                     "return-path",    "in-reply-to",
                                                     "dkim-signature", "authentication-results",
                                                     "delivered-to",   "disposition-notification-to"};
constexpr std::array<std::string_view, 5> kStrongPrefixes = {"content-", "mime-", "as2-", "arc-", "resent-"};
// ... and two of these do.
constexpr std::array<std::string_view, 9> kWeak = {"from", "to",     "cc",       "bcc",       "subject",
                                                   "date", "sender", "reply-to", "references"};
constexpr std::size_t kWeakNeeded = 2;

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_strong(std::string_view name) {
  return is_one_of(kStrong, name) || std::any_of(kStrongPrefixes.begin(), kStrongPrefixes.end(),
                                                 [&](std::string_view prefix) { return name.starts_with(prefix); });
}

/// The field name when `line` starts like a header field: a word of letters, digits and dashes, then a colon.
std::string_view field_name(std::string_view line) {
  std::size_t at = 0;
  const auto in_name = [](char c) {
    return (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  while (at < line.size() && in_name(line[at])) ++at;
  std::size_t colon = at;
  while (colon < line.size() && is_blank(line[colon])) ++colon;
  return colon < line.size() && line[colon] == ':' ? line.substr(0, at) : std::string_view{};
}

/// False when no further byte can make this unfinished line the start of a header.
bool may_become_field(std::string_view line, bool mbox_allowed) {
  if (line == "\r" || (mbox_allowed && (line.starts_with("From ") || std::string_view("From ").starts_with(line)))) {
    return true;
  }
  // With its colon still to come.
  return !field_name(std::string(line) + ':').empty() || line.empty();
}

bool is_empty_line(std::string_view line) {
  return line.empty() || line == "\r";
}

}  // namespace

Sniff looks_like_mime(ByteView prefix, bool at_end) {
  const bool enough = at_end || prefix.size() >= kSniffBytes;
  std::string_view text = as_text(prefix.first(std::min(prefix.size(), kSniffBytes)));
  std::size_t fields = 0;
  std::size_t weak = 0;
  bool mbox = false;
  while (!text.empty()) {
    const auto newline = text.find('\n');
    const bool complete = newline != std::string_view::npos;
    const std::string_view line = text.substr(0, newline);
    text.remove_prefix(complete ? newline + 1 : text.size());
    const std::string_view name = field_name(line);
    if (!name.empty()) {
      const std::string lower = ascii_lower(name);
      if (is_strong(lower)) return Sniff::Mime;
      if (is_one_of(kWeak, lower) && ++weak == kWeakNeeded) return Sniff::Mime;
      if (complete) ++fields;
      continue;
    }
    if (!complete) {
      if (enough) break;
      const bool folded = fields > 0 && !line.empty() && is_blank(line.front());
      return folded || may_become_field(line, fields == 0 && !mbox) ? Sniff::NeedMore : Sniff::NotMime;
    }
    if (is_empty_line(line)) {
      if (fields == 0 && !mbox) continue;  // blank lines in front
      return Sniff::NotMime;
    }
    if (fields > 0 && is_blank(line.front())) continue;  // a folded field
    if (fields == 0 && !mbox && line.starts_with("From ")) {
      mbox = true;
      continue;
    }
    return Sniff::NotMime;
  }
  if (!enough) return Sniff::NeedMore;
  // A kilobyte of fields with unknown names is still a header; one that ended is not.
  return !at_end && fields >= 2 ? Sniff::Mime : Sniff::NotMime;
}

bool has_mime_version(ByteView prefix, std::size_t window) {
  std::string_view text = as_text(prefix.first(std::min(prefix.size(), window)));
  while (!text.empty()) {
    if (iequals(field_name(text), "mime-version")) return true;
    const auto newline = text.find('\n');
    if (newline == std::string_view::npos) return false;
    text.remove_prefix(newline + 1);
  }
  return false;
}

}  // namespace sealgate::mime

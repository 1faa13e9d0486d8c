#include "as2/message_id.h"

#include <algorithm>

#include "as2/errors.h"
#include "base/text.h"
#include "mime/tokens.h"

namespace sealgate::as2 {
namespace {

std::string_view bare(std::string_view id) {
  id = trim(id);
  if (id.starts_with('<') && id.ends_with('>')) return id.substr(1, id.size() - 2);
  return id;
}

}  // namespace

Result<std::string> parse_message_id(std::string_view field) {
  const std::string_view id = trim(field);
  const char* wrong = nullptr;
  if (bare(id).empty()) wrong = "a Message-ID is empty";
  if (id.size() > kMaxMessageId) wrong = "a Message-ID has more than 998 characters";
  if (!std::ranges::all_of(id, mime::is_printable_ascii)) {
    wrong = "a Message-ID has characters that are not printable ASCII";
  }
  if (wrong != nullptr) return fail(kBadMessageId, wrong, {}, "ask the partner to send a Message-ID of RFC 5322");
  return std::string(id);
}

bool same_message_id(std::string_view a, std::string_view b) {
  return bare(a) == bare(b);
}

std::string make_message_id(ByteView random, std::string_view domain) {
  std::string right;
  for (const char c : domain.substr(0, 200)) {
    const bool usable = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                        (c == '.' && !right.empty() && right.back() != '.');
    if (usable) right += c;
  }
  while (right.ends_with('.')) right.pop_back();
  return '<' + to_hex(random) + '@' + (right.empty() ? "sealgate" : right) + '>';
}

}  // namespace sealgate::as2

#include "as2/names.h"

#include <algorithm>

#include "as2/errors.h"
#include "base/text.h"
#include "mime/tokens.h"

namespace sealgate::as2 {
namespace {

tl::unexpected<Error> bad(std::string what) {
  return fail(kBadName, std::move(what), {}, "ask the partner for the name as it stands in the AS2 settings");
}

Result<std::string> unquoted(std::string_view text) {
  std::string name;
  std::size_t at = 1;
  for (; at < text.size() && text[at] != '"'; ++at) {
    const bool escape = text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\');
    if (escape) ++at;
    name += text[at];
  }
  if (at >= text.size()) return bad("the quotes of an AS2 name do not end");
  if (at + 1 != text.size()) return bad("something follows the quotes of an AS2 name");
  return name;
}

bool is_writable(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && std::ranges::all_of(text, mime::is_printable_ascii);
}

}  // namespace

Result<Name> parse_name(std::string_view field) {
  const std::string_view text = trim(field);
  Name name{std::string(text), text.starts_with('"')};
  if (name.quoted) {
    SG_TRY_ASSIGN(name.text, unquoted(text));
  }
  if (name.text.empty()) return bad("an AS2 name is empty");
  if (name.text.size() > kMaxName) return bad("an AS2 name has more than 128 characters");
  if (!is_writable(name.text)) return bad("an AS2 name has characters that are not printable ASCII");
  return name;
}

Result<std::string> format_name(const Name& name) {
  if (!is_writable(name.text)) {
    return fail(kBadValue, "an AS2 name must be 1 to 128 printable ASCII characters", {}, "choose another name");
  }
  if (!name.quoted && name.text.find_first_of(" \"\\") == std::string::npos) return name.text;
  std::string quoted = "\"";
  for (const char c : name.text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace sealgate::as2

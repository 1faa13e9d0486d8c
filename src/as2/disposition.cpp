#include "as2/disposition.h"

#include <array>
#include <optional>

#include "as2/errors.h"
#include "base/text.h"

namespace sealgate::as2 {
namespace {

using Modifier = Disposition::Modifier;
using Type = Disposition::Type;

constexpr std::size_t kMaxDetail = 1000;
constexpr std::array kModifiers = {std::pair{Modifier::Warning, std::string_view("warning")},
                                   std::pair{Modifier::Error, std::string_view("error")},
                                   std::pair{Modifier::Failure, std::string_view("failure")}};

std::optional<Modifier> modifier_of(std::string_view word) {
  for (const auto& [modifier, name] : kModifiers) {
    if (iequals(trim(word), name)) return modifier;
  }
  return std::nullopt;
}

std::string without_controls(std::string_view text) {
  std::string clean;
  for (const char c : trim(text.substr(0, kMaxDetail))) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) clean += c;
  }
  return clean;
}

// Where the next modifier of a list begins: behind a comma or slash, with a word that is one. Details hold commas
// too.
std::size_t next_modifier(std::string_view text) {
  for (std::size_t at = text.find_first_of(",/"); at != std::string_view::npos;
       at = text.find_first_of(",/", at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    if (modifier_of(rest.substr(0, rest.find_first_of(":,/")))) return at;
  }
  return std::string_view::npos;
}

void take_modifiers(std::string_view text, Disposition& disposition) {
  while (!trim(text).empty()) {
    const std::size_t end = next_modifier(text);
    const std::string_view one = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    const auto colon = one.find(':');
    const auto known = modifier_of(one.substr(0, colon));
    const Modifier modifier = known.value_or(Modifier::Error);
    if (modifier <= disposition.modifier) continue;
    disposition.modifier = modifier;
    const bool has_detail = known && colon != std::string_view::npos;
    disposition.detail = without_controls(has_detail ? one.substr(colon + 1) : known ? std::string_view{} : one);
  }
}

}  // namespace

Result<Disposition> parse_disposition(std::string_view field) {
  Disposition disposition;
  std::string_view rest = trim(field);
  if (const auto semicolon = rest.find(';'); semicolon != std::string_view::npos) {
    const std::string_view modes = rest.substr(0, semicolon);
    const auto slash = modes.find('/');
    disposition.action_mode = without_controls(modes.substr(0, slash));
    disposition.sending_mode = without_controls(slash == std::string_view::npos ? "" : modes.substr(slash + 1));
    rest = trim(rest.substr(semicolon + 1));
  }
  if (rest.empty()) {
    return fail(kBadDisposition, "a receipt does not say what became of the message", "Disposition",
                "ask the partner for a disposition of RFC 4130");
  }
  const auto end = rest.find_first_of("/:,");
  const std::string_view type = trim(rest.substr(0, end));
  if (modifier_of(type)) {  // the old form, without a type
    disposition.type = iequals(type, "failure") ? Type::Failed : Type::Processed;
    take_modifiers(rest, disposition);
    return disposition;
  }
  disposition.type = iequals(type, "processed") ? Type::Processed
                     : iequals(type, "failed")  ? Type::Failed
                                                : Type::Other;
  if (disposition.type == Type::Other) disposition.detail = without_controls(type);
  if (end != std::string_view::npos) take_modifiers(rest.substr(end + 1), disposition);
  return disposition;
}

std::string to_string(const Disposition& disposition) {
  std::string text = disposition.action_mode + '/' + disposition.sending_mode + "; ";
  text += disposition.type == Type::Failed ? "failed" : "processed";
  for (const auto& [modifier, name] : kModifiers) {
    if (modifier != disposition.modifier) continue;
    text += '/';
    text += name;
    if (!disposition.detail.empty()) text += ": " + disposition.detail;
  }
  return text;
}

}  // namespace sealgate::as2

#include "mime/headers.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/errors.h"
#include "mime/tokens.h"
#include "mime/transfer_encoding.h"

namespace sealgate::mime {
namespace {

/// As many fields as most entities have at most.
constexpr std::size_t kUsualFields = 8;
/// In a value.
constexpr std::array kForbidden = {'\r', '\n', '\0'};

Result<> check_field(std::string_view name, std::string_view value) {
  if (name.empty() || !std::ranges::all_of(name, [](char c) { return is_field_name_char(c); })) {
    return fail(kBadHeaderValue, "a header field name must be printable ASCII without blanks and colon", {},
                "choose another name");
  }
  // Each of them is looked for by itself: memchr() is many times faster than a loop over the characters.
  if (std::ranges::any_of(kForbidden, [&](char c) { return value.find(c) != std::string_view::npos; })) {
    return fail(kBadHeaderValue, "a header field value must not hold line ends or NUL", std::string(name),
                "remove them, or encode the value (RFC 2047)");
  }
  return {};
}

/// Header text of unknown charset as UTF-8: what is not valid UTF-8 is most often Windows-1252.
std::string as_utf8(std::string text) {
  if (is_utf8(text)) return text;
  return to_utf8("windows-1252", text).value_or(std::move(text));
}

}  // namespace

const HeaderField* Headers::find(std::string_view name) const {
  if (name.empty()) return nullptr;
  for (const HeaderField& field : fields_) {
    if (field.name.size() == name.size() && iequals(field.name, name)) return &field;
  }
  return nullptr;
}

std::vector<const HeaderField*> Headers::find_all(std::string_view name) const {
  std::vector<const HeaderField*> found;
  if (name.empty()) return found;
  for (const HeaderField& field : fields_) {
    if (field.name.size() == name.size() && iequals(field.name, name)) found.push_back(&field);
  }
  return found;
}

std::size_t Headers::count(std::string_view name) const {
  return find_all(name).size();
}

std::optional<std::string_view> Headers::value(std::string_view name) const {
  const HeaderField* field = find(name);
  if (field == nullptr) return std::nullopt;
  return field->value;
}

std::optional<std::string> Headers::text(std::string_view name) const {
  const HeaderField* field = find(name);
  if (field == nullptr) return std::nullopt;
  return decode_words(field->value);
}

Result<> Headers::add(std::string_view name, std::string_view value) {
  SG_TRY(check_field(name, value));
  append_parsed({std::string(name), std::string(value), {}});
  return {};
}

Result<> Headers::set(std::string_view name, std::string_view value) {
  SG_TRY(check_field(name, value));
  HeaderField fresh{std::string(name), std::string(value), {}};
  const auto same = [&](const HeaderField& field) { return !field.name.empty() && iequals(field.name, fresh.name); };
  const auto first = std::find_if(fields_.begin(), fields_.end(), same);
  if (first == fields_.end()) {
    fields_.push_back(std::move(fresh));
    return {};
  }
  fields_.erase(std::remove_if(first + 1, fields_.end(), same), fields_.end());
  *first = std::move(fresh);
  return {};
}

void Headers::append_parsed(HeaderField field) {
  if (fields_.capacity() == 0) fields_.reserve(kUsualFields);
  fields_.push_back(std::move(field));
}

std::size_t Headers::remove(std::string_view name) {
  if (find(name) == nullptr) return 0;
  const std::string wanted(name);
  return std::erase_if(fields_,
                       [&](const HeaderField& field) { return !field.name.empty() && iequals(field.name, wanted); });
}

ContentType Headers::content_type() const {
  const HeaderField* field = find("Content-Type");
  return field == nullptr ? ContentType{} : parse_content_type(field->value);
}

ContentDisposition Headers::content_disposition() const {
  const HeaderField* field = find("Content-Disposition");
  return field == nullptr ? ContentDisposition{} : parse_content_disposition(field->value);
}

std::optional<TransferEncoding> Headers::transfer_encoding() const {
  const HeaderField* field = find("Content-Transfer-Encoding");
  if (field == nullptr) return std::nullopt;
  return parse_transfer_encoding(field->value);
}

std::optional<std::string> Headers::file_name(const ContentType& type, const ContentDisposition& disposition) {
  auto name = disposition.parameters.find("filename");
  if (!name || name->empty()) name = type.parameters.find("name");
  if (!name || name->empty()) name = disposition.parameters.find("name");
  if (!name || name->empty()) return std::nullopt;
  return as_utf8(decode_words(*name));
}

AddressList Headers::from() const {
  AddressList all;
  const auto fields = find_all("From");
  all.plain = fields.size() == 1;
  for (const HeaderField* field : fields) {
    AddressList one = parse_addresses(field->value);
    all.plain = all.plain && one.plain;
    std::move(one.mailboxes.begin(), one.mailboxes.end(), std::back_inserter(all.mailboxes));
  }
  return all;
}

std::string Headers::serialise(std::string_view eol) const {
  std::size_t size = eol.size();  // for the blank line that mostly follows
  for (const HeaderField& field : fields_) {
    size += field.raw.empty() ? field.name.size() + 2 + field.value.size() : field.raw.size();
    size += eol.size();
  }
  std::string text;
  text.reserve(size);
  for (const HeaderField& field : fields_) {
    if (!field.raw.empty()) {
      text += field.raw;
      if (field.raw.back() != '\n') text += eol;  // the last line of an input that was cut off
    } else {
      text.append(field.name).append(": ").append(field.value).append(eol);
    }
  }
  return text;
}

std::string fold_field(std::string_view name, std::string_view value, std::size_t width, std::string_view eol) {
  std::string text(name);
  text += ':';
  std::size_t column = text.size();
  std::size_t at = 0;
  while (at < value.size()) {
    // A word with the blanks before it; folding happens before the blanks, which keeps the value unchanged.
    const std::size_t word = std::min(value.find_first_not_of(" \t", at), value.size());
    const std::size_t end = std::min(value.find_first_of(" \t", word), value.size());
    std::string_view piece = value.substr(at, end - at);
    const bool first = at == 0;
    const bool only_blanks = word == value.size();
    if (first) {
      text += ' ';
      ++column;
    } else if (!only_blanks && column + piece.size() > width) {
      text += eol;
      column = 0;
    }
    text += piece;
    column += piece.size();
    at = end;
  }
  text += eol;
  return text;
}

}  // namespace sealgate::mime

#pragma once
// The header of one entity: fields in their order, each with its exact raw bytes, so that what was received can be
// hashed and written again unchanged. Includes the structured fields, so that users need this one file.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "mime/addresses.h"
#include "mime/content_type.h"
#include "mime/encoded_words.h"

namespace sealgate::mime {

enum class TransferEncoding;

struct HeaderField {
  std::string name;   ///< as written; empty for a line that is no field at all (it keeps its place and raw bytes)
  std::string value;  ///< unfolded: line ends removed, outer blanks trimmed
  std::string raw;    ///< the whole field with its folds and last line end; empty for a field made by add() or set()
};

class Headers {
 public:
  const std::vector<HeaderField>& fields() const { return fields_; }
  bool empty() const { return fields_.empty(); }

  /// Names compare without case. The first field of that name, or null. Valid until the headers change.
  const HeaderField* find(std::string_view name) const;
  /// All of that name, in order; empty when there is none.
  std::vector<const HeaderField*> find_all(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  /// Unfolded value of the first field of that name; nothing when absent.
  std::optional<std::string_view> value(std::string_view name) const;
  /// The same with RFC 2047 encoded words decoded to UTF-8.
  std::optional<std::string> text(std::string_view name) const;

  /// Adds at the end. The name must be a token and the value must hold no CR, LF or NUL: mime.bad-header-value.
  /// Nobody can therefore smuggle a second field in through a value.
  Result<> add(std::string_view name, std::string_view value);
  /// Replaces the first field of that name and removes further ones; adds when absent. Same conditions.
  Result<> set(std::string_view name, std::string_view value);
  /// Returns how many were removed.
  std::size_t remove(std::string_view name);
  /// For parsers: appends the field as it is.
  void append_parsed(HeaderField field);

  /// Content-Type; text/plain with `stated` false when absent.
  ContentType content_type() const;
  ContentDisposition content_disposition() const;
  /// Content-Transfer-Encoding; nothing when absent. TransferEncoding::Unknown when its name is not known.
  std::optional<TransferEncoding> transfer_encoding() const;
  /// File name of the part, UTF-8: Content-Disposition filename, else Content-Type name; RFC 2231 and (though
  /// RFC 2047 forbids it there) encoded words are decoded. Untrusted: may hold path separators and worse.
  std::optional<std::string> file_name() const { return file_name(content_type(), content_disposition()); }
  /// The same for whoever has read both already.
  static std::optional<std::string> file_name(const ContentType& type, const ContentDisposition& disposition);
  /// All From fields together; not `plain` when there is not exactly one field.
  AddressList from() const;

  /// All fields without the blank line: raw bytes where there are any (their own line ends), else `name: value` +
  /// eol.
  std::string serialise(std::string_view eol = "\r\n") const;

 private:
  std::vector<HeaderField> fields_;
};

/// What a HeaderParser made of the start of an entity.
struct HeaderBlock {
  Headers headers;
  Bytes raw;  ///< every byte of the block, mbox line, skipped blank lines and the final blank line included
  std::string mbox_line;      ///< leading "From " line of mbox files without its line end; usually empty
  bool blank_line = false;    ///< the blank line was there; false when the input ended inside the header
  std::size_t bad_lines = 0;  ///< lines that are no fields (kept with an empty name)
};

/// `name: value` + eol, folded at blanks so that lines stay below `width` where possible (RFC 5322 2.2.3).
std::string fold_field(std::string_view name, std::string_view value, std::size_t width = 78,
                       std::string_view eol = "\r\n");

}  // namespace sealgate::mime

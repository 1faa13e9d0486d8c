#pragma once
// A certificate's thumbprint: the digest of its whole DER encoding. People and BizTalk use SHA-1 (40 digits); inside,
// SHA-256 (64 digits) decides.

#include <array>
#include <compare>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace sealgate::certificates {

class Thumbprint {
 public:
  enum class Kind { Sha1, Sha256 };

  /// Reads what people paste: 40 or 64 hexadecimal digits in any case, with blanks, tabs, line ends, colons and the
  /// invisible characters that Windows' certificate dialog and web pages add (U+00A0, U+00AD, U+200B to U+200F,
  /// U+202A to U+202E, U+2060, U+2066 to U+2069, U+FEFF) anywhere. Anything else is certificates.bad-thumbprint,
  /// which names the first character that does not belong or the number of digits found.
  static Result<Thumbprint> parse(std::string_view text);
  static Thumbprint sha1(const std::array<Byte, 20>& digest);
  static Thumbprint sha256(const std::array<Byte, 32>& digest);

  Kind kind() const { return kind_; }
  /// 20 or 32 bytes; valid as long as this object.
  ByteView bytes() const { return {bytes_.data(), kind_ == Kind::Sha1 ? std::size_t{20} : std::size_t{32}}; }
  /// Upper-case digits without separators: file names, keys of tables, JSON.
  std::string to_hex() const;
  /// The form of BizTalk's dialogs: "HHHH HHHH …", 10 groups of 4 for SHA-1 (16 groups for SHA-256).
  std::string to_biztalk() const;

  friend bool operator==(const Thumbprint&, const Thumbprint&) = default;
  friend auto operator<=>(const Thumbprint&, const Thumbprint&) = default;

 private:
  Thumbprint() = default;
  Kind kind_ = Kind::Sha1;
  std::array<Byte, 32> bytes_{};
};

}  // namespace sealgate::certificates

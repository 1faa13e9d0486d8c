#pragma once
// pkcs11: URIs (RFC 7512): which key of which token.
//
//   pkcs11:token=Sealgate;object=contoso;type=private?pin-source=file:/etc/sealgate/pin
//
// token, manufacturer, serial, model, slot-id; object, id, type; module-path, module-name, pin-source. A PIN itself
// (pin-value) is refused: a URI is written down in too many places.

#include <p11-kit/pkcs11.h>

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

struct p11_kit_uri;

namespace sealgate::tokens {

class TokenUri {
 public:
  static constexpr std::size_t kMaxLength = 4096;

  /// tokens.bad-uri. It must name an object or an id.
  static Result<TokenUri> parse(std::string_view text);

  /// As it was given, with the query.
  const std::string& text() const { return text_; }
  /// Without the query: for messages.
  std::string display() const;
  /// Which token, where, with which PIN: equal for all keys of a token.
  std::string token_part() const;
  bool fits(const CK_TOKEN_INFO& token) const;
  std::optional<unsigned long> slot_id() const;
  std::optional<std::string> label() const;
  std::optional<Bytes> id() const;
  /// Of the PKCS#11 library; absent: those that are registered with p11-kit.
  std::optional<std::string> module_path() const;
  std::optional<std::string> pin_source() const;
  /// The same with this pin-source and module-path where it has none of its own.
  Result<TokenUri> with_defaults(const std::string& pin_source, const std::string& module_path) const;

 private:
  std::string text_;
  std::shared_ptr<p11_kit_uri> uri_;
};

}  // namespace sealgate::tokens

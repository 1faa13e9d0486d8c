#include "tokens/token_uri.h"

#include <p11-kit/uri.h>

#include <algorithm>

#include "tokens/errors.h"

namespace sealgate::tokens {
namespace {

std::optional<std::string> text_of(const char* text) {
  return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

std::optional<Bytes> attribute(p11_kit_uri* uri, CK_ATTRIBUTE_TYPE type) {
  const CK_ATTRIBUTE* found = p11_kit_uri_get_attribute(uri, type);
  if (found == nullptr || found->pValue == nullptr || found->ulValueLen == 0) return std::nullopt;
  const auto* bytes = static_cast<const Byte*>(found->pValue);
  return Bytes(bytes, bytes + found->ulValueLen);
}

}  // namespace

Result<TokenUri> TokenUri::parse(std::string_view text) {
  const auto bad = [text](std::string what) {
    const std::string_view shown = text.substr(0, std::min(text.find('?'), std::size_t{128}));
    return fail(kBadUri, std::move(what), std::string(shown),
                "write it like pkcs11:token=NAME;object=NAME?pin-source=file:/path (RFC 7512)");
  };
  if (text.size() > kMaxLength) return bad("the address of the key is too long");
  TokenUri result;
  result.text_ = text;
  result.uri_ = std::shared_ptr<p11_kit_uri>(p11_kit_uri_new(), p11_kit_uri_free);
  if (result.uri_ == nullptr ||
      p11_kit_uri_parse(result.text_.c_str(), P11_KIT_URI_FOR_ANY, result.uri_.get()) != P11_KIT_URI_OK ||
      p11_kit_uri_any_unrecognized(result.uri_.get()) != 0) {
    return bad("this is not the address of a key in a token");
  }
  if (p11_kit_uri_get_pin_value(result.uri_.get()) != nullptr) {
    return bad("a PIN must not be in the address; put it into a file and name that with pin-source");
  }
  if (!result.label() && !result.id()) return bad("the address names no key: object= or id= is missing");
  return result;
}

std::string TokenUri::display() const {
  return text_.substr(0, text_.find('?'));
}

std::string TokenUri::token_part() const {
  std::string part;
  const CK_TOKEN_INFO* token = p11_kit_uri_get_token_info(uri_.get());
  part.append(reinterpret_cast<const char*>(token->label), sizeof token->label);
  part.append(reinterpret_cast<const char*>(token->manufacturerID), sizeof token->manufacturerID);
  part.append(reinterpret_cast<const char*>(token->model), sizeof token->model);
  part.append(reinterpret_cast<const char*>(token->serialNumber), sizeof token->serialNumber);
  part += std::to_string(slot_id().value_or(static_cast<unsigned long>(-1)));
  return part + "\n" + module_path().value_or("") + "\n" + pin_source().value_or("");
}

bool TokenUri::fits(const CK_TOKEN_INFO& token) const {
  return p11_kit_uri_match_token_info(uri_.get(), &token) != 0;
}

std::optional<unsigned long> TokenUri::slot_id() const {
  const CK_SLOT_ID slot = p11_kit_uri_get_slot_id(uri_.get());
  return slot == static_cast<CK_SLOT_ID>(-1) ? std::nullopt : std::optional<unsigned long>(slot);
}

std::optional<std::string> TokenUri::label() const {
  const auto bytes = attribute(uri_.get(), CKA_LABEL);
  return bytes ? std::optional<std::string>(as_text(*bytes)) : std::nullopt;
}

std::optional<Bytes> TokenUri::id() const {
  return attribute(uri_.get(), CKA_ID);
}

std::optional<std::string> TokenUri::module_path() const {
  return text_of(p11_kit_uri_get_module_path(uri_.get()));
}

std::optional<std::string> TokenUri::pin_source() const {
  return text_of(p11_kit_uri_get_pin_source(uri_.get()));
}

Result<TokenUri> TokenUri::with_defaults(const std::string& pin_source, const std::string& module_path) const {
  SG_TRY_ASSIGN(const TokenUri copy, parse(text_));
  if (!pin_source.empty() && !copy.pin_source()) p11_kit_uri_set_pin_source(copy.uri_.get(), pin_source.c_str());
  if (!module_path.empty() && !copy.module_path()) p11_kit_uri_set_module_path(copy.uri_.get(), module_path.c_str());
  char* formatted = nullptr;
  if (p11_kit_uri_format(copy.uri_.get(), P11_KIT_URI_FOR_ANY, &formatted) != P11_KIT_URI_OK) {
    return fail(kBadUri, "the address of the key cannot be written down", display());
  }
  const std::string text(formatted);
  ::free(formatted);
  return parse(text);
}

}  // namespace sealgate::tokens

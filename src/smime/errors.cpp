#include "smime/errors.h"

#include "cms/errors.h"

namespace sealgate::smime {

std::string failure_class(const Error& error) {
  const std::string_view id = error.code.id;
  constexpr std::string_view kChain = "certificates.chain-";
  if (id.starts_with(kChain)) return "chain:" + std::string(id.substr(kChain.size()));
  if (error.code == kNotMime || error.code == kEmptyInput) return "not-smime";
  if (error.code == kTruncated || error.code == kNoSignaturePart) return "malformed";
  if (error.code == kTooManyLayers || error.code == kContentTooLarge) {
    return "limit";
  }
  if (id.starts_with("mime.")) return error.code.error_class == ErrorClass::Policy ? "limit" : "malformed";
  if (error.code == cms::kNoContent || error.code == kWrongMicalg) return "digest-mismatch";
  if (id == "cms.decrypt-failed" || id == "crypto.decrypt-failed") return "key-unwrap";
  if (id.starts_with("cms.") || id.starts_with("crypto.")) return std::string(cms::failure_class(error.code));
  const auto dot = id.find('.');
  return std::string(dot == std::string_view::npos ? id : id.substr(dot + 1));
}

bool stops_everything(const Error& error) {
  switch (error.code.error_class) {
    case ErrorClass::Malformed:
    case ErrorClass::Decrypt:
    case ErrorClass::Signature:
    case ErrorClass::Trust:
    case ErrorClass::Revocation:
    case ErrorClass::Usage:
      return false;
    case ErrorClass::Policy:
      return failure_class(error) == "limit";
    case ErrorClass::NotFound:
    case ErrorClass::Conflict:
    case ErrorClass::Transport:
    case ErrorClass::Environment:
      return true;
  }
  return true;
}

}  // namespace sealgate::smime

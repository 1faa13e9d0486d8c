#include "smime/report.h"

#include "smime/errors.h"

namespace sealgate::smime {

std::string_view to_string(LayerType type) {
  switch (type) {
    case LayerType::Unknown:
      return "unknown";
    case LayerType::Signed:
      return "signed";
    case LayerType::Enveloped:
      return "enveloped";
    case LayerType::AuthEnveloped:
      return "auth-enveloped";
    case LayerType::Encrypted:
      return "encrypted";
    case LayerType::Compressed:
      return "compressed";
    case LayerType::Digested:
      return "digested";
  }
  return "unknown";
}

std::string Outcome::to_string() const {
  if (ok()) return "ok";
  if (error->code == kCannotDecrypt) return "error:cannot-decrypt";
  return "error:" + internal_class;
}

}  // namespace sealgate::smime

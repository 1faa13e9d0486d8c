#include "base/error.h"

namespace sealgate {

std::string Error::to_string() const {
  std::string text = what;
  if (!where.empty()) text += " (" + where + ")";
  if (!remedy.empty()) text += "; " + remedy;
  text += " [";
  text += code.id;
  text += "]";
  return text;
}

Error Error::at(std::string_view outer) && {
  where = where.empty() ? std::string(outer) : std::string(outer) + ": " + where;
  return std::move(*this);
}

int exit_status(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::Usage:
    case ErrorClass::NotFound:
    case ErrorClass::Conflict:
      return 2;
    case ErrorClass::Malformed:
      return 3;
    case ErrorClass::Decrypt:
      return 4;
    case ErrorClass::Signature:
      return 5;
    case ErrorClass::Trust:
      return 6;
    case ErrorClass::Revocation:
      return 7;
    case ErrorClass::Policy:
      return 8;
    case ErrorClass::Transport:
    case ErrorClass::Environment:
      return 1;
  }
  return 1;
}

}  // namespace sealgate

#include "base/error.h"

namespace sealgate {

Error::Error(ErrorCode code_of, std::string what_happened, std::string where_it_was, std::string what_to_do)
    : code(code_of), what(std::move(what_happened)), where(std::move(where_it_was)), remedy(std::move(what_to_do)) {}
Error::Error(const Error& other) = default;
Error::Error(Error&& other) noexcept = default;
Error& Error::operator=(const Error& other) = default;
Error& Error::operator=(Error&& other) noexcept = default;
Error::~Error() = default;

tl::unexpected<Error> fail(ErrorCode code, std::string what, std::string where, std::string remedy) {
  return tl::unexpected<Error>(Error(code, std::move(what), std::move(where), std::move(remedy)));
}
tl::unexpected<Error> fail(Error&& error) {
  return tl::unexpected<Error>(std::move(error));
}
tl::unexpected<Error> fail(const Error& error) {
  return tl::unexpected<Error>(error);
}

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

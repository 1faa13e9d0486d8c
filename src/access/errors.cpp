#include "access/errors.h"

#include <algorithm>
#include <array>

namespace sealgate::access {

Answer answer_of(const Error& error) {
  constexpr std::array kSignIn{kWrongPassword, kCodeNeeded, kWrongCode, kNotSignedIn};
  const ErrorCode& code = error.code;
  if (std::ranges::find(kSignIn, code) != kSignIn.end()) return Answer::SignIn;
  if (code == kTooManyAttempts) return Answer::TooMany;
  if (code == kTooMany) return Answer::Conflict;
  if (code == kDamaged) return Answer::Failed;
  switch (code.error_class) {
    case ErrorClass::Usage:
    case ErrorClass::Malformed:
      return Answer::Bad;
    case ErrorClass::Policy:
      return Answer::Forbidden;
    case ErrorClass::NotFound:
      return Answer::NotFound;
    case ErrorClass::Conflict:
      return Answer::Conflict;
    case ErrorClass::Environment:
    case ErrorClass::Transport:
      return Answer::Unavailable;
    case ErrorClass::Decrypt:
    case ErrorClass::Signature:
    case ErrorClass::Trust:
    case ErrorClass::Revocation:
      return Answer::Failed;
  }
  return Answer::Failed;
}

}  // namespace sealgate::access

#pragma once
// Error codes of tokens/. What a device cannot do just now is Environment: work that meets it is tried again.

#include "base/error.h"

namespace sealgate::tokens {

inline constexpr ErrorCode kBadUri{"tokens.bad-uri", ErrorClass::Usage};  ///< no pkcs11: URI, or it names no key
inline constexpr ErrorCode kNoModule{"tokens.no-module",
                                     ErrorClass::Environment};  ///< the PKCS#11 library cannot be loaded
inline constexpr ErrorCode kTokenMissing{"tokens.token-missing",
                                         ErrorClass::Environment};  ///< no slot holds that token
inline constexpr ErrorCode kAmbiguous{"tokens.ambiguous",
                                      ErrorClass::Conflict};  ///< the URI fits several tokens or several keys
inline constexpr ErrorCode kKeyMissing{"tokens.key-missing",
                                       ErrorClass::Environment};  ///< the token does not hold that key
inline constexpr ErrorCode kPinMissing{"tokens.pin-missing",
                                       ErrorClass::Environment};  ///< the token wants a PIN and none was named
inline constexpr ErrorCode kPinNotPrivate{"tokens.pin-not-private",
                                          ErrorClass::Environment};  ///< others can read the file of the PIN
inline constexpr ErrorCode kWrongPin{"tokens.wrong-pin",
                                     ErrorClass::Environment};  ///< refused by the token; not tried a second time
inline constexpr ErrorCode kPinLocked{"tokens.pin-locked",
                                      ErrorClass::Environment};  ///< locked, or one wrong PIN away from it
inline constexpr ErrorCode kDeviceFailed{"tokens.device-failed",
                                         ErrorClass::Environment};  ///< the token failed otherwise

}  // namespace sealgate::tokens

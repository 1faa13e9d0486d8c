#pragma once
// Error codes of api/. Each has its status: problem.cpp.

#include "base/error.h"

namespace sealgate::api {

inline constexpr ErrorCode kNotSignedIn{"api.not-signed-in", ErrorClass::Policy};  ///< nobody asks, or nobody known
inline constexpr ErrorCode kForbidden{"api.forbidden",
                                      ErrorClass::Policy};  ///< whoever is signed in lacks the permission
inline constexpr ErrorCode kNoSuchPath{"api.no-such-path", ErrorClass::NotFound};
inline constexpr ErrorCode kMethodNotAllowed{"api.method-not-allowed", ErrorClass::Usage};
inline constexpr ErrorCode kNotAcceptable{"api.not-acceptable", ErrorClass::Usage};
/// A parameter of path, query or header that the description does not allow.
inline constexpr ErrorCode kBadParameter{"api.bad-parameter", ErrorClass::Usage};
inline constexpr ErrorCode kBadCursor{"api.bad-cursor", ErrorClass::Usage};  ///< not one that a page before gave
inline constexpr ErrorCode kBadBody{"api.bad-body", ErrorClass::Malformed};  ///< no JSON, no form, or an unwanted one
inline constexpr ErrorCode kInvalidBody{"api.invalid-body", ErrorClass::Usage};  ///< breaks its schema
inline constexpr ErrorCode kUnsupportedType{"api.unsupported-type", ErrorClass::Usage};
inline constexpr ErrorCode kBodyTooLarge{"api.body-too-large", ErrorClass::Policy};
/// Somebody changed it since it was read, or it exists although it was to be made.
inline constexpr ErrorCode kPreconditionFailed{"api.precondition-failed", ErrorClass::Conflict};
inline constexpr ErrorCode kPreconditionRequired{"api.precondition-required",
                                                 ErrorClass::Usage};  ///< If-Match is missing
inline constexpr ErrorCode kTooManyRequests{"api.too-many-requests",
                                            ErrorClass::Policy};                ///< wait as long as Retry-After says
inline constexpr ErrorCode kInternal{"api.internal", ErrorClass::Environment};  ///< a defect of the program
/// openapi.yaml says something that the server does not enforce, or names an operation that it does not have.
inline constexpr ErrorCode kBadDescription{"api.bad-description", ErrorClass::Environment};
/// The private key or certificate of the listener cannot be made or kept.
inline constexpr ErrorCode kNoIdentity{"api.no-identity", ErrorClass::Environment};

}  // namespace sealgate::api

#pragma once
// Error codes of access/, and what kind of answer each deserves.

#include "base/error.h"

namespace sealgate::access {

// Signing in. Which of name, password and state was the reason is never said.
inline constexpr ErrorCode kWrongPassword{
    "access.wrong-password",
    ErrorClass::Policy};  ///< no such user, a wrong password, or a user that is disabled: never says which
inline constexpr ErrorCode kCodeNeeded{
    "access.code-needed", ErrorClass::Policy};  ///< the password is right; the user also has an authenticator
inline constexpr ErrorCode kWrongCode{"access.wrong-code",
                                      ErrorClass::Policy};  ///< of the authenticator; or it was used before
inline constexpr ErrorCode kTooManyAttempts{
    "access.too-many-attempts", ErrorClass::Policy};  ///< by this name or from this address: wait, then try again
inline constexpr ErrorCode kTooBusy{"access.too-busy",
                                    ErrorClass::Environment};  ///< more sign-ins at once than are worked on
inline constexpr ErrorCode kBadInvitation{"access.bad-invitation",
                                          ErrorClass::Policy};  ///< unknown, used before, or expired

// Being signed in.
inline constexpr ErrorCode kNotSignedIn{
    "access.not-signed-in", ErrorClass::Policy};  ///< no session or token, or one that has ended or expired
inline constexpr ErrorCode kBadCsrfToken{"access.bad-csrf-token",
                                         ErrorClass::Policy};  ///< not the one of this session
inline constexpr ErrorCode kNotAllowed{"access.not-allowed",
                                       ErrorClass::Policy};  ///< none of the roles, or not the token, allows it

// What a person names or writes.
inline constexpr ErrorCode kBadName{"access.bad-name", ErrorClass::Usage};
inline constexpr ErrorCode kWeakPassword{"access.weak-password", ErrorClass::Usage};
inline constexpr ErrorCode kBadRole{"access.bad-role", ErrorClass::Usage};
inline constexpr ErrorCode kBadScope{"access.bad-scope",
                                     ErrorClass::Usage};  ///< of a token: none, or more than its owner may
inline constexpr ErrorCode kBadExpiry{"access.bad-expiry", ErrorClass::Usage};
inline constexpr ErrorCode kUserExists{"access.user-exists", ErrorClass::Conflict};
inline constexpr ErrorCode kUserDisabled{"access.user-disabled",
                                         ErrorClass::Conflict};  ///< there is nothing to open for him
inline constexpr ErrorCode kTokenExists{"access.token-exists", ErrorClass::Conflict};
inline constexpr ErrorCode kNoSuchUser{"access.no-such-user", ErrorClass::NotFound};
inline constexpr ErrorCode kNoSuchToken{"access.no-such-token", ErrorClass::NotFound};
inline constexpr ErrorCode kNoSuchSession{"access.no-such-session", ErrorClass::NotFound};
inline constexpr ErrorCode kNoAuthenticator{"access.no-authenticator",
                                            ErrorClass::NotFound};  ///< the user has none, or none is being set up
inline constexpr ErrorCode kAuthenticatorExists{"access.authenticator-exists", ErrorClass::Conflict};
inline constexpr ErrorCode kLastAdministrator{
    "access.last-administrator", ErrorClass::Conflict};  ///< without him nobody could administer anything
inline constexpr ErrorCode kTooMany{"access.too-many",
                                    ErrorClass::Policy};  ///< users, tokens of a user, or open invitations
inline constexpr ErrorCode kChangedMeanwhile{
    "access.changed-meanwhile", ErrorClass::Conflict};  ///< somebody else changed it at the same time, repeatedly
inline constexpr ErrorCode kDamaged{"access.damaged",
                                    ErrorClass::Environment};  ///< a stored record that nobody here wrote

// The audit log.
inline constexpr ErrorCode kAuditBroken{"access.audit-broken",
                                        ErrorClass::Signature};  ///< a record was changed, removed or put in between
inline constexpr ErrorCode kNoSuchAuditRecord{"access.no-such-audit-record", ErrorClass::NotFound};

/// What a server tells who asked; each has one status in HTTP.
enum class Answer {
  Bad,          ///< the request makes no sense (400)
  SignIn,       ///< sign in first, or again (401)
  Forbidden,    ///< signed in, and not allowed (403)
  NotFound,     ///< (404)
  Conflict,     ///< (409)
  TooMany,      ///< later: Gate::pause() says when (429)
  Unavailable,  ///< now it cannot be told (503)
  Failed        ///< a defect here (500)
};
/// For any error that a call of access/ gives, those of the store among them.
Answer answer_of(const Error& error);

}  // namespace sealgate::access

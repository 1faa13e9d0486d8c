#pragma once
// Error codes of credentials/.

#include "base/error.h"

namespace sealgate::credentials {

// What a person names or writes.
inline constexpr ErrorCode kBadApplication{
    "credentials.bad-application", ErrorClass::Usage};  ///< a definition that contradicts itself or breaks a limit
inline constexpr ErrorCode kBadPrincipal{"credentials.bad-principal",
                                         ErrorClass::Usage};  ///< not user:, party:, account: and a name, or everyone
inline constexpr ErrorCode kBadMapping{"credentials.bad-mapping",
                                       ErrorClass::Usage};  ///< values that do not fit the fields of the application
inline constexpr ErrorCode kBadSetting{"credentials.bad-setting",
                                       ErrorClass::Usage};  ///< a life of tickets outside of its bounds
inline constexpr ErrorCode kApplicationExists{"credentials.application-exists", ErrorClass::Conflict};
inline constexpr ErrorCode kTooMany{"credentials.too-many",
                                    ErrorClass::Policy};  ///< accounts in the order of a group application
inline constexpr ErrorCode kChangedMeanwhile{
    "credentials.changed-meanwhile",
    ErrorClass::Conflict};  ///< somebody else changed it at the same time, repeatedly

// Looking up.
inline constexpr ErrorCode kNoSuchApplication{"credentials.no-such-application", ErrorClass::NotFound};
inline constexpr ErrorCode kApplicationDisabled{"credentials.application-disabled", ErrorClass::Policy};
inline constexpr ErrorCode kNoMapping{"credentials.no-mapping",
                                      ErrorClass::NotFound};  ///< nobody in whose name it is asked is mapped
inline constexpr ErrorCode kNotAUser{"credentials.not-a-user",
                                     ErrorClass::Policy};  ///< none of them may use the application
inline constexpr ErrorCode kNotAnAdministrator{"credentials.not-an-administrator",
                                               ErrorClass::Policy};  ///< redeems without validation and may not
inline constexpr ErrorCode kNoPasswordField{"credentials.no-password-field",
                                            ErrorClass::Policy};  ///< no field of the application is masked

// Tickets.
inline constexpr ErrorCode kTicketsOff{"credentials.tickets-off",
                                       ErrorClass::Policy};  ///< a location wants tickets, and the group has none
inline constexpr ErrorCode kNobodyAuthenticated{"credentials.nobody-authenticated",
                                                ErrorClass::Policy};  ///< a ticket for whom?
inline constexpr ErrorCode kBadTicket{
    "credentials.bad-ticket", ErrorClass::Signature};  ///< not made here, changed, or of a secret that is gone
inline constexpr ErrorCode kTicketExpired{"credentials.ticket-expired", ErrorClass::Policy};
inline constexpr ErrorCode kWrongOriginator{
    "credentials.wrong-originator", ErrorClass::Policy};  ///< the ticket of one user on the message of another

// The master secret.
inline constexpr ErrorCode kNoSecret{"credentials.no-master-secret", ErrorClass::NotFound};
inline constexpr ErrorCode kSecretExists{"credentials.master-secret-exists", ErrorClass::Conflict};
inline constexpr ErrorCode kNotGranted{"credentials.not-granted",
                                       ErrorClass::Policy};  ///< this account must not open credentials
inline constexpr ErrorCode kSecretUnwrapFailed{"credentials.secret-unwrap-failed",
                                               ErrorClass::Decrypt};  ///< the key of the account does not open it
inline constexpr ErrorCode kDamaged{
    "credentials.damaged", ErrorClass::Decrypt};  ///< what is stored was changed, moved, or is of another secret
inline constexpr ErrorCode kLastAccount{"credentials.last-account",
                                        ErrorClass::Policy};  ///< without it nobody could open anything
inline constexpr ErrorCode kBadBackup{"credentials.bad-backup",
                                      ErrorClass::Malformed};  ///< no backup of a master secret, or damaged
inline constexpr ErrorCode kWrongPassword{"credentials.wrong-password",
                                          ErrorClass::Decrypt};  ///< of a backup; or the backup was changed
inline constexpr ErrorCode kWeakPassword{"credentials.weak-password", ErrorClass::Usage};
inline constexpr ErrorCode kOtherSecret{"credentials.other-secret",
                                        ErrorClass::Conflict};  ///< a backup of another secret than the store's

}  // namespace sealgate::credentials

#pragma once
// Error codes of hosts/.

#include "base/error.h"

namespace sealgate::hosts {

inline constexpr ErrorCode kNoSuchLocation{"hosts.no-such-location", ErrorClass::NotFound};
inline constexpr ErrorCode kLocationDisabled{"hosts.location-disabled", ErrorClass::Policy};
inline constexpr ErrorCode kNoSuchPort{"hosts.no-such-port", ErrorClass::NotFound};
inline constexpr ErrorCode kNoSuchHost{"hosts.no-such-host", ErrorClass::NotFound};
/// A message was not resumed, because its send port is not started.
inline constexpr ErrorCode kPortNotStarted{"hosts.port-not-started", ErrorClass::Policy};
/// The adapter failed without a reason of its own.
inline constexpr ErrorCode kSendFailed{"hosts.send-failed", ErrorClass::Transport};
/// A dynamic send port got a message that does not say where to send it.
inline constexpr ErrorCode kNoAddress{"hosts.no-address", ErrorClass::Policy};
/// A dynamic send port got a message whose address or adapter cannot be used.
inline constexpr ErrorCode kBadAddress{"hosts.bad-address", ErrorClass::Usage};
inline constexpr ErrorCode kStopping{"hosts.stopping", ErrorClass::Environment};
/// The store does not answer, the disk is nearly full, or too much is being received: nothing new is taken for now.
inline constexpr ErrorCode kOverloaded{"hosts.overloaded", ErrorClass::Transport};
/// Too many messages of nobody known come from an address, come in at a location, or wait there suspended.
inline constexpr ErrorCode kTooManyUnauthenticated{"hosts.too-many-unauthenticated", ErrorClass::Transport};
inline constexpr ErrorCode kTooLarge{"hosts.message-too-large", ErrorClass::Policy};
/// A program error met this message: it is suspended instead of ending the process and coming again after the
/// restart.
inline constexpr ErrorCode kInternal{"hosts.internal", ErrorClass::Environment};
/// A receive location names a listener that its host does not have here.
inline constexpr ErrorCode kNoSuchListener{"hosts.no-such-listener", ErrorClass::NotFound};
/// More callers wait for a response than this process serves at a time.
inline constexpr ErrorCode kTooManyCallers{"hosts.too-many-callers", ErrorClass::Transport};
/// A response came after its caller had gone: it waited too long, closed its connection, or this process was started
/// again meanwhile.
inline constexpr ErrorCode kCallerGone{"hosts.caller-gone", ErrorClass::Policy};
/// What a partner or a message sent as a response cannot be given to the caller.
inline constexpr ErrorCode kResponseFailed{"hosts.response-failed", ErrorClass::Policy};
/// The message itself asked to be suspended (BTS.MessageDestination).
inline constexpr ErrorCode kSuspendedOnDemand{"hosts.suspended-on-demand", ErrorClass::Policy};
/// The location takes nothing outside of its service window.
inline constexpr ErrorCode kOutsideWindow{"hosts.outside-service-window", ErrorClass::Transport};
/// A webhook for warnings answered with another status than 2xx.
inline constexpr ErrorCode kNoticeRefused{"hosts.notice-refused", ErrorClass::Transport};
/// The place that password_source names holds no password.
inline constexpr ErrorCode kPasswordMissing{"hosts.password-missing", ErrorClass::Environment};
/// Others than the user that runs this can read the file with a password.
inline constexpr ErrorCode kPasswordNotPrivate{"hosts.password-not-private", ErrorClass::Policy};
/// The place that key_source names holds no private key.
inline constexpr ErrorCode kKeyFileMissing{"hosts.key-file-missing", ErrorClass::Environment};
/// Others than the user that runs this can read the file with a private key.
inline constexpr ErrorCode kKeyFileNotPrivate{"hosts.key-file-not-private", ErrorClass::Policy};
/// A certificate of trusted_certificates lies in no store.
inline constexpr ErrorCode kTrustedCertificateMissing{"hosts.trusted-certificate-missing", ErrorClass::Trust};
/// A partner asks for his receipt at a host that the agreement does not allow.
inline constexpr ErrorCode kReceiptAddressRefused{"hosts.receipt-address-refused", ErrorClass::Policy};
/// A receipt that is wanted cannot be made, so the message is not taken: the partner sends it again.
inline constexpr ErrorCode kReceiptNotMade{"hosts.receipt-not-made", ErrorClass::Environment};
/// A receipt could not be handed to its address.
inline constexpr ErrorCode kReceiptNotTaken{"hosts.receipt-not-taken", ErrorClass::Transport};
/// The agreement that a receipt belongs to does not exist any more.
inline constexpr ErrorCode kNoSuchAgreement{"hosts.no-such-agreement", ErrorClass::NotFound};
/// The partner says that he refused a message that was sent by AS2.
inline constexpr ErrorCode kAs2Refused{"hosts.as2-refused", ErrorClass::Policy};
/// The partner's receipt says that something else came than what was sent, or does not say what came.
inline constexpr ErrorCode kAs2MicMismatch{"hosts.as2-mic-mismatch", ErrorClass::Signature};
/// No receipt has come for a message that was sent by AS2; it is sent again.
inline constexpr ErrorCode kAs2NoReceiptYet{"hosts.as2-no-receipt-yet", ErrorClass::Transport};
/// No receipt has come for a message that was sent by AS2, and it has been sent as often as was agreed on.
inline constexpr ErrorCode kAs2ResendsExhausted{"hosts.as2-resends-exhausted", ErrorClass::Transport};
/// A receipt came that proves nothing about the message it names: whoever sent it, the message still waits.
inline constexpr ErrorCode kAs2ReceiptRejected{"hosts.as2-receipt-rejected", ErrorClass::Policy};
/// A message came a second time, and the agreement wants such ones kept.
inline constexpr ErrorCode kDuplicateMessage{"hosts.duplicate-message", ErrorClass::Policy};
inline constexpr ErrorCode kBadListenAddress{"hosts.bad-listen-address", ErrorClass::Usage};

}  // namespace sealgate::hosts

#pragma once
// Error codes of as2/. Malformed: a partner's headers or receipt break RFC 4130. Usage: we were asked to write what
// cannot be written.

#include "base/error.h"

namespace sealgate::as2 {

// Headers of a message
inline constexpr ErrorCode kMissingHeader{"as2.missing-header", ErrorClass::Malformed};
/// The same field twice, with different values.
inline constexpr ErrorCode kRepeatedHeader{"as2.repeated-header", ErrorClass::Malformed};
inline constexpr ErrorCode kBadName{"as2.bad-name", ErrorClass::Malformed};
inline constexpr ErrorCode kSenderIsReceiver{"as2.sender-equals-receiver", ErrorClass::Malformed};
inline constexpr ErrorCode kBadMessageId{"as2.bad-message-id", ErrorClass::Malformed};
inline constexpr ErrorCode kBadVersion{"as2.bad-version", ErrorClass::Malformed};

// Receipts that are asked for
/// The address is no http or https URL that can be called.
inline constexpr ErrorCode kBadDeliveryUrl{"as2.bad-delivery-url", ErrorClass::Malformed};
/// The partner demands a protocol for signed receipts that there is not.
inline constexpr ErrorCode kUnsupportedReceipt{"as2.unsupported-receipt", ErrorClass::Policy};
/// The partner demands digests for the receipt, and none of them is known or allowed.
inline constexpr ErrorCode kUnsupportedMicAlgorithm{"as2.unsupported-mic-algorithm", ErrorClass::Policy};

// Receipts that came
inline constexpr ErrorCode kNotAReceipt{"as2.not-a-receipt", ErrorClass::Malformed};
inline constexpr ErrorCode kReceiptTooLarge{"as2.receipt-too-large", ErrorClass::Policy};
/// Two parts say what became of the message.
inline constexpr ErrorCode kAmbiguousReceipt{"as2.ambiguous-receipt", ErrorClass::Malformed};
inline constexpr ErrorCode kBadDisposition{"as2.bad-disposition", ErrorClass::Malformed};
inline constexpr ErrorCode kBadMic{"as2.bad-mic", ErrorClass::Malformed};

// Writing
inline constexpr ErrorCode kBadValue{"as2.bad-value", ErrorClass::Usage};

}  // namespace sealgate::as2

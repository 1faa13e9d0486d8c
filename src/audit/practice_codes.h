#pragma once
// The codes of practices.h. Private to audit/.

#include <string_view>

namespace sealgate::audit {

inline constexpr std::string_view kWeakAllowance = "audit.weak-allowance";
inline constexpr std::string_view kAllowanceExpired = "audit.allowance-expired";
inline constexpr std::string_view kAllowanceLong = "audit.allowance-long";
inline constexpr std::string_view kWeakSent = "audit.weak-algorithm-sent";
inline constexpr std::string_view kWeakKey = "audit.weak-key";
inline constexpr std::string_view kWeakDigest = "audit.weak-certificate-digest";
inline constexpr std::string_view kRevocationOff = "audit.revocation-off";
inline constexpr std::string_view kRevocationSoft = "audit.revocation-soft";
inline constexpr std::string_view kNoRevocationSource = "audit.no-revocation-source";
inline constexpr std::string_view kPrivateAddresses = "audit.private-addresses";
inline constexpr std::string_view kMixedLocation = "audit.mixed-location";
inline constexpr std::string_view kMixedHost = "audit.mixed-host";
inline constexpr std::string_view kUnsignedAccepted = "audit.unsigned-accepted";
inline constexpr std::string_view kAuthenticationOff = "audit.authentication-off";
inline constexpr std::string_view kAuthenticationVain = "audit.authentication-without-resolution";
inline constexpr std::string_view kUntrustedHost = "audit.untrusted-host-resolves";
inline constexpr std::string_view kFlood = "audit.flood";
inline constexpr std::string_view kKeyShared = "audit.key-shared";
inline constexpr std::string_view kAccountShared = "audit.account-shared";
inline constexpr std::string_view kHostDoesBoth = "audit.host-receives-and-sends";
inline constexpr std::string_view kOneKeyTwoJobs = "audit.one-key-two-jobs";
inline constexpr std::string_view kExpiredInUse = "audit.expired-in-use";
inline constexpr std::string_view kExpiresSoon = "audit.expires-soon";
inline constexpr std::string_view kUnused = "audit.unused-certificate";
inline constexpr std::string_view kKeyUnused = "audit.unused-key";
inline constexpr std::string_view kPlainHttp = "audit.plain-http";
inline constexpr std::string_view kPlainPassword = "audit.plain-password";
inline constexpr std::string_view kNameUnchecked = "audit.server-name-unchecked";
inline constexpr std::string_view kHostKeyUnchecked = "audit.host-key-unchecked";
inline constexpr std::string_view kPlainNotice = "audit.plain-notice";
inline constexpr std::string_view kNoNotice = "audit.no-expiry-notice";
inline constexpr std::string_view kUnsignedSent = "audit.encrypted-but-not-signed";
inline constexpr std::string_view kUsageUnchecked = "audit.usage-unchecked";
inline constexpr std::string_view kPartyUnproven = "audit.party-without-certificate";
inline constexpr std::string_view kWideData = "audit.data-permissions";
inline constexpr std::string_view kWideKey = "audit.key-permissions";
inline constexpr std::string_view kWideFolder = "audit.folder-permissions";
inline constexpr std::string_view kNoTracking = "audit.tracking-off";
inline constexpr std::string_view kNoArchive = "audit.no-tracking-archive";
inline constexpr std::string_view kNoEvidence = "audit.no-evidence";
inline constexpr std::string_view kAgreementInClear = "audit.agreement-in-clear";
inline constexpr std::string_view kNoReceipt = "audit.no-receipt";
inline constexpr std::string_view kReceiptProvesNothing = "audit.receipt-proves-nothing";
inline constexpr std::string_view kReceiptsAnywhere = "audit.receipts-anywhere";
inline constexpr std::string_view kNoAgreement = "audit.as2-without-agreement";
inline constexpr std::string_view kNotServed = "audit.agreement-not-served";
inline constexpr std::string_view kExpiredAllowed = "audit.expired-allowed";
inline constexpr std::string_view kReplayed = "audit.duplicates-published";

}  // namespace sealgate::audit

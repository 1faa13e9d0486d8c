#pragma once
// The pre-flight: every assignment that would fail now, or at some moment until a date.

#include <span>

#include "audit/finding.h"
#include "audit/holdings.h"

namespace sealgate::audit {

// What can be wrong with an assignment. Codes of findings, not of errors: nothing has failed yet.
inline constexpr std::string_view kMissing = "check.missing";         ///< no store of this computer holds it
inline constexpr std::string_view kWrongStore = "check.wrong-store";  ///< it lies in another store
inline constexpr std::string_view kExpired = "check.expired";
inline constexpr std::string_view kNotYetValid = "check.not-yet-valid";
inline constexpr std::string_view kRevoked = "check.revoked";
inline constexpr std::string_view kWrongUsage = "check.wrong-usage";
inline constexpr std::string_view kNoKey = "check.no-key";
inline constexpr std::string_view kKeyUnusable = "check.key-unusable";  ///< it is there but cannot be opened
/// Only the gateway itself can tell whether it opens: a credential or a file of another user.
inline constexpr std::string_view kKeyNotExamined = "check.key-not-examined";
inline constexpr std::string_view kDistrusted = "check.distrusted";  ///< it, or one above it, is in Untrusted
inline constexpr std::string_view kNoPath = "check.no-path";         ///< no path to a trusted root
inline constexpr std::string_view kNoRevocationList = "check.no-revocation-list";
inline constexpr std::string_view kNoneInForce = "check.none-in-force";  ///< a gap between the windows

std::span<const std::string_view> check_codes();

/// All findings from `now` until `until` (which may be `now`), each with the moment from which on it holds; sorted.
std::vector<Finding> check(const std::vector<Place>& places, const Holdings& holdings, Time now, Time until);

/// Whether `certificate` does what `place` needs, apart from everything else: the check on arrival and on assignment.
/// Empty: it fits.
std::string misfit(const certificates::Certificate& certificate, certificates::Usage usage);

}  // namespace sealgate::audit

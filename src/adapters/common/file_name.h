#pragma once
// Names of files at both ends: the macros of a send port's file name, and what a receive location takes.
//
// The macros:
//
//   %MessageID%            the message's identity
//   %SourceFileName%       last component of FILE.ReceivedFileName
//   %datetime%             UTC, 2026-11-21T073000          %time%      UTC, 073000
//   %datetime.tz%          local, 2026-11-21T083000+0100   %time.tz%   local, 083000+0100
//   %datetime_bts2000%     UTC, 20261121073000123: digits to the millisecond
//   %SourceParty%, %SourcePartyQualifier%, %DestinationParty%, %DestinationPartyQualifier%
//                          Party.Name, Party.Qualifier, Party.DestinationName, Party.DestinationQualifier of the
//                          context
//
// As in BizTalk, a macro that is unknown, whose property is missing, or whose value holds a character that no file
// name may have stays in the name literally. Values come from partners, so no value can add a "/", a control
// character, or a leading dot to the name, and the result is one path component of at most 255 bytes.

#include <string>
#include <string_view>

#include "adapters/common/adapter.h"
#include "base/clock.h"

namespace sealgate::adapters {

struct ExpandedName {
  std::string name;
  bool unique = false;  ///< %MessageID% was replaced: no other message can have this name
};

/// Fails with adapter.file.bad-name when `pattern` itself holds "/" or a control character, is empty, or the result
/// is hidden (".…"), a temporary name, or longer than 255 bytes.
Result<ExpandedName> expand_file_name(std::string_view pattern, const OutboundMessage& message, Time now);

/// ".sealgate-<delivery id>.tmp", with what file names cannot hold replaced: what a file is called until it is whole.
std::string temporary_name(std::string_view delivery_id);

/// "*" any characters, "?" exactly one; case-sensitive.
bool matches_mask(std::string_view name, std::string_view mask);

/// Names that no location takes: hidden, temporary, our own.
bool is_reserved_name(std::string_view name);

}  // namespace sealgate::adapters

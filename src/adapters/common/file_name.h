#pragma once
// The macros of a send port's file name, and what a file is called until it is whole:
//
//   %MessageID%            the message's identity
//   %SourceFileName%       last component of FILE.ReceivedFileName or SFTP.ReceivedFileName
//   %datetime%             UTC, 2026-11-21T073000          %time%      UTC, 073000
//   %datetime.tz%          local, 2026-11-21T083000+0100   %time.tz%   local, 083000+0100
//   %datetime_bts2000%     UTC, 20261121073000123: digits to the millisecond
//   %SourceParty%, %SourcePartyQualifier%
//                          the party it came from, and the kind of evidence that it was found by
//                          (Party.Name, BTS.SourcePartyEvidenceQualifier)
//   %DestinationParty%, %DestinationPartyQualifier%
//                          the party of the send port
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

/// The party that a send port sends to; empty texts when there is none.
struct Destination {
  std::string party = {};
  std::string qualifier = {};
};

/// Fails with adapter.file.bad-name when `pattern` itself holds "/" or a control character, is empty, or the result
/// is hidden (".…"), a temporary name, or longer than 255 bytes.
Result<ExpandedName> expand_file_name(std::string_view pattern, const OutboundMessage& message,
                                      const Destination& destination, Time now);

/// ".sealgate-<delivery id>.tmp", with what file names cannot hold replaced: what a file is called until it is whole.
std::string temporary_name(std::string_view delivery_id);

}  // namespace sealgate::adapters

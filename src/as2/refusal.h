#pragma once
// Which disposition a failure becomes (RFC 4130 section 7.5). A partner is told what helps it, an attacker nothing:
// what failed inside an encrypted layer, before a signature or an authentication tag has proven its content, has one
// disposition, whichever step it was. Otherwise altered messages could be sent until the answers spell out the text.

#include "as2/disposition.h"
#include "base/error.h"
#include "smime/report.h"

namespace sealgate::as2 {

/// For what the decoder or those who judge its report found wrong.
Disposition disposition_of(const Error& reason, const smime::Report& report);

/// For what is wrong before any content was looked at.
Disposition disposition_of(const Error& reason);

}  // namespace sealgate::as2

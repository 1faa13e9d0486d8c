#pragma once
// Does the From header plainly name the signer? (RFC 8550 section 3; the attacks are those of "Johnny, you are
// fired".)

#include <string>
#include <vector>

#include "mime/headers.h"
#include "smime/report.h"

namespace sealgate::smime {

/// must_flag is false only when there is one From line that reads the same way for everybody, holds exactly one
/// address, that address belongs to a signer's certificate.
Identity check_identity(const mime::Headers& headers, std::vector<std::string> signer_emails);

}  // namespace sealgate::smime

#pragma once
// One function a family of kinds. Each returns what was observed, with the field names and values that vectors use.

#include "conformance/manifest.h"

namespace sealgate::conformance {

/// smime-signed, smime-enveloped, smime-signed-enveloped, compressed, cms-der, attack.
Result<Json> observe_message(const Case& test);
/// attack with format dir-der: every file of a folder must end in success or in an error of ours.
Result<Json> observe_folder(const Case& test);
Result<Json> observe_pkcs12(const Case& test);
Result<Json> observe_kdf(const Case& test);
Result<Json> observe_path(const Case& test);

/// Picks the function; {"unsupported": why} for kinds that the product cannot do.
Json observe(const Case& test);

}  // namespace sealgate::conformance

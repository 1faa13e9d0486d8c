#pragma once
// What must hold before a message is sealed: certificates may do their job, are valid, fit their keys; nothing weak
// that was not allowed by name.

#include "base/error.h"
#include "smime/encoder.h"

namespace sealgate::smime::detail {

Result<> check_encode_options(const EncodeOptions& options);

}  // namespace sealgate::smime::detail

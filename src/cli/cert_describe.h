#pragma once
// A certificate on standard output.

#include "admin/certificate_words.h"

namespace sealgate::cli {

using admin::date_of;
using admin::usages_of;
using admin::warnings_of;

/// Everything, names of usages included.
void print_details(const certificates::Certificate& certificate);

}  // namespace sealgate::cli

#pragma once
// What the server wants of us: a certificate of certain authorities, a login. Pure.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_headers.h"
#include "probe/report.h"

namespace sealgate::probe {

/// Why a server that names these authorities (DER of their names; empty: any) would not take the certificate; empty
/// when it would, as far as can be seen from here. `others` lead up from it to an authority.
std::string obstacle_to(const certificates::Certificate& own, std::span<const Bytes> authorities,
                        std::span<const certificates::Certificate> others, Time now);

/// The challenges of all WWW-Authenticate fields, one each (RFC 9110 section 11.6.1): scheme first, parameters as
/// they stand. Also of fields that hold several.
std::vector<std::string> challenges_of(const net::HttpHeaders& headers);

}  // namespace sealgate::probe

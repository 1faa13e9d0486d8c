#pragma once
// Content as an answer, piece by piece: it goes through a temporary file, never through memory as a whole.

#include <functional>
#include <string>

#include "api/services.h"
#include "base/sink.h"
#include "net/http_server.h"

namespace sealgate::api {

/// What `fill` writes, as an attachment of this name: a suggestion only, of which browsers see nothing but letters,
/// digits, "-", "_" and ".".
Result<net::HttpResponse> content_answer(const Services& services, std::string_view type, const std::string& name,
                                         const std::function<Result<>(Sink&)>& fill);

/// Content-Disposition for `name`.
std::string as_attachment(const std::string& name);

}  // namespace sealgate::api

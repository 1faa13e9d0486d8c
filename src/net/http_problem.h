#pragma once
// Answers that tell a program what is wrong (RFC 9457, application/problem+json).

#include "net/http_server.h"

namespace sealgate::net {

/// "type" is about:blank, so "title" is the name of the status; "code" is our stable code (docs/errors.md), "detail"
/// one sentence for people. Nothing of the request may be in either.
HttpResponse problem(int status, const ErrorCode& code, std::string_view detail);

}  // namespace sealgate::net

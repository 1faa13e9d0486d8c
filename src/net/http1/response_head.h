#pragma once
// The head of an answer, ready to be written.

#include "base/clock.h"
#include "net/http_server.h"

namespace sealgate::net::http1 {

/// "OK", "Not Found"; "Status" for numbers without a name.
std::string_view reason_phrase(int status);

/// Status line, the answer's headers, Date, Content-Length and Connection, and the empty line. A response that would
/// break the framing (see HttpResponse) is replaced by a 500 without body, in `response` too. `chunked`: whether the
/// client knows chunks, in which a StreamedBody is sent.
std::string write_response_head(HttpResponse& response, bool keep_alive, Time now, bool chunked = true);

}  // namespace sealgate::net::http1

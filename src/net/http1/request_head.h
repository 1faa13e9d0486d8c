#pragma once
// The head of an HTTP/1.1 request: where it ends, and what it says (RFC 9112, 2 to 6). No sockets here.
//
// Written for this gateway instead of taken from a library for two reasons: what frames the message is judged on the
// raw lines (a library that unfolds first cannot tell "Transfer-Encoding:\r\n chunked" from the honest form), and
// partners' known deviations are accepted one by one, by name.

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "base/bytes.h"
#include "net/http_headers.h"

namespace sealgate::net::http1 {

/// Why a request cannot be served: the status to answer and one sentence without anything of the input.
struct Refusal {
  int status;
  std::string_view reason;
};

template <typename T>
using Parsed = tl::expected<T, Refusal>;

struct HeadLimits {
  std::size_t max_bytes = std::size_t{64} * 1024;
  std::size_t max_headers = 200;
  std::size_t max_target_bytes = std::size_t{8} * 1024;
};

/// Finds the end of a head in a growing buffer, looking at each byte once.
class HeadScanner {
 public:
  explicit HeadScanner(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  /// `buffer` holds everything since the start of the head. The size of the head with its empty line, or nullopt when
  /// more is needed. 400 for a bare LF, 431 past the limit. Empty lines in front are part of the head (RFC
  /// 9112, 2.2).
  Parsed<std::optional<std::size_t>> scan(ByteView buffer);

 private:
  std::size_t max_bytes_;
  std::size_t position_ = 0;
  std::size_t line_length_ = 0;
  bool after_cr_ = false;
  bool in_head_ = false;
};

struct RequestHead {
  std::string method;
  std::string target;  ///< origin form
  std::string path;    ///< percent-decoded
  std::string query;
  int minor_version = 1;
  HttpHeaders headers;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
};

/// `head` is what the scanner found. 400, 414, 417, 431, 501, 505.
Parsed<RequestHead> parse_request_head(ByteView head, const HeadLimits& limits);

}  // namespace sealgate::net::http1

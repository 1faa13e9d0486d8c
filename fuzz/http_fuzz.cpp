// Whatever the bytes are: the readers of HTTP heads and chunks end with an answer or a refusal, and it does not
// depend on how the bytes were cut. Input: one byte for the step, then a request.

#include <algorithm>
#include <cstdlib>
#include <string>

#include "net/http1/chunked.h"
#include "net/http1/request_head.h"

namespace {

using namespace sealgate;
using namespace sealgate::net::http1;

/// Size of the head, 0 when incomplete, minus the status when refused.
long scan(ByteView bytes, std::size_t step) {
  HeadScanner scanner(4096);
  for (std::size_t seen = 0; seen < bytes.size();) {
    seen = std::min(bytes.size(), seen + step);
    const auto found = scanner.scan(bytes.first(seen));
    if (!found) return -found.error().status;
    if (*found) return static_cast<long>(**found);
  }
  return 0;
}

std::string decode(ByteView bytes, std::size_t step) {
  ChunkedDecoder decoder;
  std::string content;
  while (!bytes.empty() && !decoder.done()) {
    const auto taken = decoder.next(bytes.first(std::min(step, bytes.size())));
    if (!taken) return "refused";
    if (taken->consumed == 0) std::abort();
    content.append(as_text(taken->data));
    bytes = bytes.subspan(taken->consumed);
  }
  return content + (decoder.done() ? "+" : "-");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t step = data[0] + std::size_t{1};
  const ByteView bytes(data + 1, size - 1);
  const long head = scan(bytes, bytes.size() + 1);
  if (scan(bytes, step) != head) std::abort();
  if (decode(bytes, step) != decode(bytes, bytes.size() + 1)) std::abort();
  if (head <= 0) return 0;
  const auto parsed = parse_request_head(bytes.first(static_cast<std::size_t>(head)), {4096, 20, 512});
  if (!parsed) return parsed.error().status >= 400 && parsed.error().status < 600 ? 0 : (std::abort(), 0);
  if (parsed->chunked && parsed->content_length) std::abort();
  if (parsed->target.empty() || parsed->target.front() != '/') std::abort();
  for (const auto& field : parsed->headers) {
    if (!net::check_header(field.name, field.value)) std::abort();
  }
  return 0;
}

#include "net/http_problem.h"

#include "net/http1/response_head.h"

namespace sealgate::net {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) continue;  // none of our sentences has any
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

}  // namespace

HttpResponse problem(int status, const ErrorCode& code, std::string_view detail) {
  HttpResponse response;
  response.status = status;
  response.headers.add("Content-Type", "application/problem+json");
  response.body = "{\"type\":\"about:blank\",\"title\":" + quoted(http1::reason_phrase(status)) +
                  ",\"status\":" + std::to_string(status) + ",\"detail\":" + quoted(detail) +
                  ",\"code\":" + quoted(code.id) + "}\n";
  return response;
}

}  // namespace sealgate::net

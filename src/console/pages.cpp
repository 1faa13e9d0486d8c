#include "console/pages.h"

#include "console/assets.h"

namespace sealgate::console {
namespace {

/// Nothing from elsewhere, nothing inline, in nobody's frame.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

void secure(net::HttpHeaders& headers) {
  headers.add("Content-Security-Policy", std::string(kPolicy));
  headers.add("X-Content-Type-Options", "nosniff");
  headers.add("Referrer-Policy", "no-referrer");
  headers.add("Cross-Origin-Opener-Policy", "same-origin");
  headers.add("Cross-Origin-Resource-Policy", "same-origin");
}

net::HttpResponse refuse(int status, std::string why) {
  net::HttpResponse response = net::HttpResponse::plain(status, std::move(why));
  secure(response.headers);
  return response;
}

/// Files lie in the root and in assets/; one that is not there is not answered with a page, nor is what only looks
/// like the API. Names in the address of a view hold any dots: /parties/contoso.com.
bool is_view(std::string_view path) {
  if (path == "/api" || path.starts_with("/api/") || path.starts_with("/assets/")) return false;
  if (path.find("/../") != std::string_view::npos) return false;
  return path.rfind('/') != 0 || path.find('.') == std::string_view::npos;
}

}  // namespace

net::HttpBegin Pages::begin(net::HttpRequest request) {
  if (request.method != "GET" && request.method != "HEAD") return refuse(405, "use GET");
  const Asset* asset = find_asset(request.path);
  if (asset == nullptr && is_view(request.path)) asset = find_asset(kPage);
  if (asset == nullptr) return refuse(404, "the console has no such file");
  net::HttpResponse response;
  response.headers.add("ETag", std::string(asset->etag));
  response.headers.add("Cache-Control", asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  secure(response.headers);
  if (const std::string* known = request.headers.find("If-None-Match"); known != nullptr && *known == asset->etag) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", std::string(asset->content_type));
  response.headers.add("Content-Encoding", "gzip");
  response.body = std::string(asset->gzip);
  return response;
}

}  // namespace sealgate::console

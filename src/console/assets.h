#pragma once

#include <span>
#include <string_view>

// The files of the web console, which are a part of the program: console/ built by Vite, written as C++ by
// console/embed.py. How they are to be served is told in docs/console.md.

namespace sealgate::console {

/// One file. Everything lives as long as the program.
struct Asset {
  std::string_view path;          ///< of the request: "/assets/index-B8luSpbx.js"
  std::string_view content_type;  ///< with its charset
  std::string_view gzip;          ///< the content as gzip, for Content-Encoding
  std::string_view etag;          ///< with its quotation marks
  bool immutable;                 ///< named by its content: may be cached for ever
};

/// By path. One of them is kPage.
std::span<const Asset> assets();

/// What every other address that a browser asks for is answered with: the console finds its view in the address.
inline constexpr std::string_view kPage = "/index.html";

/// Null when there is no such file.
inline const Asset* find_asset(std::string_view path) {
  for (const Asset& asset : assets()) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

}  // namespace sealgate::console

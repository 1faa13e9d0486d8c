#include "net/addresses.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/text.h"
#include "net/client/curl_handles.h"
#include "net/errors.h"
#include "net/http_headers.h"

namespace sealgate::net {
namespace {

using V4 = std::array<Byte, 4>;
using V6 = std::array<Byte, 16>;

struct Block4 {
  V4 prefix;
  unsigned bits;
};
struct Block6 {
  V6 prefix;
  unsigned bits;
};

// The special-purpose registries of IANA, as far as they are not globally reachable.
constexpr std::array kClosed4{
    Block4{{0, 0, 0, 0}, 8},      Block4{{10, 0, 0, 0}, 8},     Block4{{100, 64, 0, 0}, 10},
    Block4{{127, 0, 0, 0}, 8},    Block4{{169, 254, 0, 0}, 16}, Block4{{172, 16, 0, 0}, 12},
    Block4{{192, 0, 0, 0}, 24},   Block4{{192, 0, 2, 0}, 24},   Block4{{192, 88, 99, 0}, 24},
    Block4{{192, 168, 0, 0}, 16}, Block4{{198, 18, 0, 0}, 15},  Block4{{198, 51, 100, 0}, 24},
    Block4{{203, 0, 113, 0}, 24}, Block4{{224, 0, 0, 0}, 4},    Block4{{240, 0, 0, 0}, 4}};
// Global unicast is 2000::/3; within it, what is not for the public.
constexpr Block6 kGlobal6{{0x20}, 3};
constexpr std::array kClosed6{Block6{{0x20, 0x01, 0x0D, 0xB8}, 32}, Block6{{0x20, 0x01, 0x00, 0x02}, 48},
                              Block6{{0x20, 0x01, 0x00, 0x10}, 28}, Block6{{0x20, 0x01, 0x00, 0x20}, 28},
                              Block6{{0x20, 0x01, 0x00, 0x00}, 32}, Block6{{0x3F, 0xFF}, 20}};
constexpr Block6 kMapped{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96};
constexpr Block6 kNat64{{0x00, 0x64, 0xFF, 0x9B}, 96};
constexpr Block6 kSixToFour{{0x20, 0x02}, 16};

template <typename Address, typename Block>
bool lies_in(const Address& address, const Block& block) {
  const unsigned whole = block.bits / 8;
  const unsigned rest = block.bits % 8;
  if (!std::equal(address.begin(), address.begin() + whole, block.prefix.begin())) return false;
  return rest == 0 || ((address[whole] ^ block.prefix[whole]) >> (8 - rest)) == 0;
}

bool is_public(const V4& address) {
  return std::ranges::none_of(kClosed4, [&](const Block4& block) { return lies_in(address, block); });
}

bool is_public(const V6& address) {
  const auto carried = [&](std::size_t at) {
    return V4{address[at], address[at + 1], address[at + 2], address[at + 3]};
  };
  if (lies_in(address, kMapped) || lies_in(address, kNat64)) return is_public(carried(12));
  if (lies_in(address, kSixToFour)) return is_public(carried(2));
  return lies_in(address, kGlobal6) &&
         std::ranges::none_of(kClosed6, [&](const Block6& block) { return lies_in(address, block); });
}

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string result(text);
  curl_free(text);
  return result;
}

tl::unexpected<Error> bad_url(std::string what) {
  return fail(kBadUrl, std::move(what), {}, "give an absolute URL such as https://partner.example/orders");
}

}  // namespace

std::string numeric_address(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address.sa_family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  if (address.sa_family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  if (bytes == nullptr || inet_ntop(address.sa_family, bytes, text.data(), text.size()) == nullptr) return {};
  return text.data();
}

bool is_public_address(std::string_view numeric) {
  const std::string text(numeric);
  V4 four{};
  if (inet_pton(AF_INET, text.c_str(), four.data()) == 1) return is_public(four);
  V6 six{};
  return inet_pton(AF_INET6, text.c_str(), six.data()) == 1 && is_public(six);
}

Result<HttpUrl> parse_http_url(const std::string& url) {
  const client::UrlHandle parsed(curl_url());
  if (!parsed || !is_field_value(url) || url.find(' ') != std::string::npos ||
      curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return bad_url("the destination is no URL");
  }
  HttpUrl result;
  result.scheme = ascii_lower(part(parsed.get(), CURLUPART_SCHEME));
  if (result.scheme != "http" && result.scheme != "https") {
    return bad_url("the destination URL is neither http nor https");
  }
  if (!part(parsed.get(), CURLUPART_USER).empty()) {
    return fail(kBadUrl, "the destination URL holds a user name", {}, "put user and password into the settings");
  }
  result.host = ascii_lower(part(parsed.get(), CURLUPART_HOST));
  if (result.host.starts_with('[') && result.host.ends_with(']')) {
    result.host = result.host.substr(1, result.host.size() - 2);
  }
  result.port = part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  return result;
}

Result<std::string> resolve_url(const std::string& base, const std::string& location) {
  const client::UrlHandle parsed(curl_url());
  if (!parsed || !is_field_value(location) ||
      curl_url_set(parsed.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(parsed.get(), CURLUPART_URL, location.c_str(), CURLU_URLENCODE) != CURLUE_OK) {
    return bad_url("the redirect leads to no URL");
  }
  std::string resolved = part(parsed.get(), CURLUPART_URL);
  SG_TRY(parse_http_url(resolved));
  return resolved;
}

}  // namespace sealgate::net

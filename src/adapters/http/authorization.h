#pragma once
// The Authorization field of a request (RFC 9110, 11.6.2) as Basic (RFC 7617) and Digest (RFC 7616) use it.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/secret.h"

namespace sealgate::adapters::http {

struct BasicCredentials {
  std::string user;
  Secret password;
};

/// Everything as sent, quoted strings unescaped. Each of the first six was there, each parameter at most once.
struct DigestCredentials {
  std::string user;
  std::string realm;
  std::string nonce;
  std::string uri;
  std::string response;
  std::string cnonce;
  std::string nonce_count;
  std::string qop;
  std::string algorithm;  ///< empty: MD5
  bool hashed_user = false;
};

/// What is none of the two, or not in their form, is nullopt: then nobody proved anything.
using Credentials = std::variant<BasicCredentials, DigestCredentials>;
std::optional<Credentials> parse_authorization(std::string_view field);

}  // namespace sealgate::adapters::http

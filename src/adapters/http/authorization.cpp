#include "adapters/http/authorization.h"

#include <array>

#include "adapters/http/field_reader.h"
#include "base/text.h"
#include "mime/base64.h"

namespace sealgate::adapters::http {
namespace {

constexpr std::size_t kMaximumField = std::size_t{8} * 1024;

std::optional<Credentials> parse_basic(std::string_view token) {
  auto decoded = mime::base64_decode(token);
  if (!decoded) return std::nullopt;
  const Secret pair(std::move(*decoded));
  const std::string_view text = pair.text();
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;  // RFC 7617, 2
  }
  return BasicCredentials{std::string(text.substr(0, colon)), Secret::from_text(text.substr(colon + 1))};
}

std::optional<Credentials> parse_digest(std::string_view parameters) {
  DigestCredentials digest;
  std::string hashed;
  struct Target {
    std::string_view name;
    std::string* value;
    bool needed;
    bool seen = false;
  };
  std::array<Target, 10> targets{{{"username", &digest.user, true},
                                  {"realm", &digest.realm, true},
                                  {"nonce", &digest.nonce, true},
                                  {"uri", &digest.uri, true},
                                  {"response", &digest.response, true},
                                  {"cnonce", &digest.cnonce, true},
                                  {"nc", &digest.nonce_count, true},
                                  {"qop", &digest.qop, true},
                                  {"algorithm", &digest.algorithm, false},
                                  {"userhash", &hashed, false}}};
  FieldReader reader(parameters);
  while (!reader.at_end()) {
    const auto pair = reader.pair();
    if (!pair) return std::nullopt;
    for (Target& target : targets) {
      if (!iequals(pair->first, target.name)) continue;
      if (target.seen) return std::nullopt;
      target.seen = true;
      *target.value = pair->second;
    }
    if (!reader.at_end() && !reader.take(',')) return std::nullopt;
  }
  for (const Target& target : targets) {
    if (target.needed && !target.seen) return std::nullopt;
  }
  digest.hashed_user = iequals(hashed, "true");
  return digest;
}

}  // namespace

std::optional<Credentials> parse_authorization(std::string_view field) {
  if (field.size() > kMaximumField) return std::nullopt;
  const std::size_t blank = field.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = field.substr(0, blank);
  const std::string_view rest = trim(field.substr(blank));
  if (iequals(scheme, "Basic")) return parse_basic(rest);
  if (iequals(scheme, "Digest")) return parse_digest(rest);
  return std::nullopt;
}

}  // namespace sealgate::adapters::http

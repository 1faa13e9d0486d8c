#include "adapters/http/forwarded.h"

#include <charconv>

#include "adapters/http/field_reader.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "mime/base64.h"

namespace sealgate::adapters::http {
namespace {

/// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1"; empty for what is no address.
std::string address_of_node(std::string_view node) {
  node = trim(node);
  if (node.starts_with('[')) {
    const std::size_t end = node.find(']');
    return end == std::string_view::npos ? std::string() : normal_address(node.substr(1, end - 1)).value_or("");
  }
  const std::size_t colon = node.find(':');
  if (colon != std::string_view::npos && node.find(':', colon + 1) == std::string_view::npos) {
    node = node.substr(0, colon);
  }
  return normal_address(node).value_or("");
}

std::vector<std::string> addresses_of_list(std::string_view value) {
  std::vector<std::string> addresses;
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find(',', at), value.size());
    addresses.push_back(address_of_node(value.substr(at, end - at)));
    at = end + 1;
  }
  return addresses;
}

std::vector<std::string> addresses_of_elements(std::string_view value) {
  std::vector<std::string> addresses;
  FieldReader reader(value);
  std::string address;
  while (!reader.at_end()) {
    const auto pair = reader.pair();
    if (!pair) {
      // Whatever stands from here on is somebody's, and nobody can say where its elements end.
      return {std::string()};
    }
    if (iequals(pair->first, "for")) address = address_of_node(pair->second);
    if (reader.take(';')) continue;
    addresses.push_back(std::move(address));
    address.clear();
    if (!reader.at_end() && !reader.take(',')) return {std::string()};
  }
  return addresses;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out.push_back(text[at]);
      continue;
    }
    unsigned value = 0;
    if (at + 2 >= text.size()) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data() + at + 1, text.data() + at + 3, value, 16);
    if (error != std::errc{} || end != text.data() + at + 3) return std::nullopt;
    out.push_back(static_cast<char>(value));
    at += 2;
  }
  return out;
}

}  // namespace

std::vector<std::string> forwarded_addresses(std::string_view value, ForwardedField field) {
  return field == ForwardedField::Forwarded ? addresses_of_elements(value) : addresses_of_list(value);
}

std::string client_address(const net::HttpRequest& request, const ProxyRules& rules) {
  std::string client = request.remote_address;
  if (rules.trusted.empty() || !any_contains(rules.trusted, client)) return client;
  const std::string_view name = rules.field == ForwardedField::Forwarded ? "Forwarded" : "X-Forwarded-For";
  const auto& fields = request.headers.fields();
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (!iequals(field->name, name)) continue;
    const auto addresses = forwarded_addresses(field->value, rules.field);
    for (auto address = addresses.rbegin(); address != addresses.rend(); ++address) {
      if (address->empty()) return client;
      client = *address;
      if (!any_contains(rules.trusted, client)) return client;
    }
  }
  return client;
}

std::optional<net::TlsClientCertificate> certificate_of_field(std::string_view value) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
  const auto text = percent_decoded(value);
  if (!text) return std::nullopt;
  const std::size_t begin = text->find(kBegin);
  if (begin == std::string::npos) return std::nullopt;
  const std::size_t content = begin + kBegin.size();
  const std::size_t end = text->find(kEnd, content);
  if (end == std::string::npos) return std::nullopt;
  auto der = mime::base64_decode(std::string_view(*text).substr(content, end - content));
  if (!der || der->empty()) return std::nullopt;
  const auto sha1 = crypto::digest(crypto::DigestAlgorithm::Sha1, *der);
  const auto sha256 = crypto::digest(crypto::DigestAlgorithm::Sha256, *der);
  if (!sha1 || !sha256) return std::nullopt;
  return net::TlsClientCertificate{std::move(*der), to_hex_upper(sha1->view()), to_hex_upper(sha256->view())};
}

}  // namespace sealgate::adapters::http

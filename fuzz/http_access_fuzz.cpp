// Whatever a client writes into Authorization, Forwarded, X-Forwarded-For or the field of a certificate: it is read
// or refused, and never makes a client out of somebody else's word. Input: one byte for the field, then its value.

#include <cstdlib>
#include <string>

#include "adapters/http/authorization.h"
#include "adapters/http/forwarded.h"

namespace {

using namespace sealgate;
using namespace sealgate::adapters::http;

/// Entries that follow those of the attacker, as a trusted proxy appends them, decide.
void check_forwarded(const std::string& value, ForwardedField field) {
  for (const std::string& address : forwarded_addresses(value, field)) {
    if (!address.empty() && normal_address(address) != address) std::abort();
  }
  net::HttpRequest request;
  request.remote_address = "10.0.0.1";
  const bool rfc = field == ForwardedField::Forwarded;
  request.headers.add(rfc ? "Forwarded" : "X-Forwarded-For", value + (rfc ? ", for=192.0.2.7" : ", 192.0.2.7"));
  const ProxyRules rules{{*Network::parse("10.0.0.0/8")}, field, ""};
  const std::string client = client_address(request, rules);
  // Where the value leaves a quote open nobody can tell, and then it is the proxy itself.
  if (client != "192.0.2.7" && !(rfc && client == "10.0.0.1")) std::abort();
}

void check_authorization(const std::string& value) {
  const auto read = parse_authorization(value);
  if (!read) return;
  if (const auto* basic = std::get_if<BasicCredentials>(&*read)) {
    if (basic->user.empty() || basic->user.find(':') != std::string::npos) std::abort();
  } else if (std::get<DigestCredentials>(*read).user.size() > value.size()) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string value(as_text(ByteView(data + 1, size - 1)));
  switch (data[0] % 4) {
    case 0:
      check_authorization(value);
      check_authorization("Digest " + value);
      break;
    case 1:
      check_forwarded(value, ForwardedField::Forwarded);
      break;
    case 2:
      check_forwarded(value, ForwardedField::XForwardedFor);
      break;
    default:
      certificate_of_field(value);
      certificate_of_field("-----BEGIN CERTIFICATE-----" + value);
      break;
  }
  return 0;
}

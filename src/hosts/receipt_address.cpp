#include "hosts/receipt_address.h"

#include <algorithm>

#include "base/text.h"
#include "hosts/errors.h"
#include "net/addresses.h"

namespace sealgate::hosts {
namespace {

/// "*.partner.example" fits any name below that, not the name itself.
bool fits_pattern(const std::string& host, std::string_view pattern) {
  return pattern.starts_with("*.") && host.size() > pattern.size() - 1 && host.ends_with(pattern.substr(1));
}

std::vector<std::string> allowed_hosts(const artifacts::ArtifactSet& set, const artifacts::Agreement& agreement) {
  std::vector<std::string> hosts;
  for (const std::string& host : agreement.receiving.receipt.delivery_hosts) hosts.push_back(ascii_lower(host));
  if (!hosts.empty()) return hosts;
  for (const std::string& name : agreement.sending.send_ports) {
    const artifacts::SendPort* port = set.find_send_port(name);
    const auto* http = port == nullptr ? nullptr : artifacts::http_settings(port->transport);
    if (http == nullptr) continue;
    if (const auto url = net::parse_http_url(http->url)) hosts.push_back(url->host);
  }
  return hosts;
}

}  // namespace

Result<AddressGuard> check_receipt_address(const artifacts::ArtifactSet& set, const artifacts::Agreement& agreement,
                                           const std::string& url) {
  const artifacts::GivenReceipt& receipt = agreement.receiving.receipt;
  // Written by whoever wrote the agreement.
  if (receipt.rule == artifacts::ReceiptRule::Agreement && url == receipt.delivery_url) return AddressGuard();
  SG_TRY_ASSIGN(const net::HttpUrl parsed, net::parse_http_url(url));
  const auto hosts = allowed_hosts(set, agreement);
  if (std::ranges::find(hosts, parsed.host) != hosts.end()) return AddressGuard();
  const bool fits = std::ranges::any_of(hosts, [&](const auto& one) { return fits_pattern(parsed.host, one); });
  if (fits) return AddressGuard([](const std::string& numeric) { return net::is_public_address(numeric); });
  return fail(kReceiptAddressRefused, "receipts are not sent to the host " + parsed.host,
              "agreement " + agreement.name, "add it to delivery_hosts if it is the partner's");
}

}  // namespace sealgate::hosts

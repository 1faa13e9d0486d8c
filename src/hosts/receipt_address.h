#pragma once
// Where receipts may be sent that have a connection of their own. The address stands in a header that anybody can
// write, so it is only called when the agreement allows its host (GivenReceipt::delivery_hosts, else the hosts of the
// agreement's send ports): asked when the receipt is made, and again at each attempt, since both configuration and
// name service may have changed.

#include <functional>
#include <string>

#include "artifacts/artifacts.h"

namespace sealgate::hosts {

/// What net::HttpClientRequest::accept_address takes.
using AddressGuard = std::function<bool(const std::string& numeric)>;

/// The guard of its connections: of a host that only a pattern ("*.partner.example") allows, public addresses alone,
/// since somebody else decides where those names lead. Fails with hosts.receipt-address-refused.
Result<AddressGuard> check_receipt_address(const artifacts::ArtifactSet& set, const artifacts::Agreement& agreement,
                                           const std::string& url);

}  // namespace sealgate::hosts

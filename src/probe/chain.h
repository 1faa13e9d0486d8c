#pragma once
// What a server's certificates are worth: the path that they make, and everything that is wrong with each of them. A
// handshake ends at the first fault; here all of them are told. Pure.

#include <functional>
#include <span>
#include <vector>

#include "certificates/certificate.h"
#include "probe/report.h"

namespace sealgate::probe {

/// A certificate that ends sooner is told.
inline constexpr std::chrono::hours kExpiresSoonWithin{24 * 30};

struct ChainInputs {
  std::span<const certificates::Certificate> sent;           ///< in the order of the server, its own first; not empty
  std::span<const certificates::Certificate> roots;          ///< trusted
  std::span<const certificates::Certificate> intermediates;  ///< ours: a help to name what is missing, never to trust
  std::span<const certificates::Thumbprint> distrusted;
  /// Asks the network for the issuer of a certificate; may be empty.
  std::function<std::vector<certificates::Certificate>(const certificates::Certificate&)> fetch_issuers;
  std::string host;  ///< the name or numeric address that the certificate must bear
  Time now{};
  bool check_name = true;  ///< false: another name is a warning
};

/// Fills `report.chain` and adds what is wrong.
void judge_chain(const ChainInputs& inputs, Report& report);

}  // namespace sealgate::probe

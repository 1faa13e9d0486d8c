#pragma once
// What a send port says about HTTP, as the adapter takes it.

#include "adapters/http/http_sender.h"
#include "artifacts/transports.h"
#include "credentials/look_up.h"
#include "hosts/sender.h"

namespace sealgate::hosts {

/// `clock` and `credentials` outlive the options. Trusted certificates that are not in the stores make the options
/// unusable, with hosts.trusted-certificate-missing.
adapters::http::HttpSendOptions http_send_options(const artifacts::HttpSendSettings& settings, const Sender& sender,
                                                  const Clock& clock, credentials::Service& credentials);

}  // namespace sealgate::hosts

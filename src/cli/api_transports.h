#pragma once
// The two ways to the operations of the API.

#include <memory>

#include "cli/api_client.h"

namespace sealgate::cli {

/// By HTTPS. With a fingerprint the gateway's certificate is looked at first and must have it; then it alone is
/// trusted, whatever its names. cli.no-token, cli.other-certificate, net.bad-url.
Result<std::unique_ptr<ApiClient>> connect_to_gateway(const ApiChoice& choice);

/// Over the store, which must be there, as the user who runs the command.
Result<std::unique_ptr<ApiClient>> open_in_process(const StoreChoice& choice);

}  // namespace sealgate::cli

#pragma once
// Answers with the console's files (console/assets.h), and with its page wherever a browser asks for a view: the
// console finds the view in the address. What docs/console.md says of headers is done here.

#include "net/http_server.h"

namespace sealgate::console {

/// Thread-safe.
class Pages final : public net::HttpHandler {
 public:
  net::HttpBegin begin(net::HttpRequest request) override;
};

}  // namespace sealgate::console

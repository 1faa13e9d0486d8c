#pragma once
// What makes a location of the listener more than a box for bodies: another protocol over HTTP, whose messages are
// unwrapped on the way in and whose answers are wrapped on the way out.

#include <functional>

#include "adapters/common/adapter.h"
#include "net/http_server.h"

namespace sealgate::adapters::http {

/// What a flavour adds to a request that it hands on.
struct FlavouredRequest {
  net::HttpRequest request;  ///< its body is the message: what is written to the exchange
  ContextEntries context;    ///< put after what the listener knows; replaces entries of the same names
  /// Told what became of the message, before the answer is made. May be empty.
  std::function<void(const SubmitOutcome&)> observe;
};

class LocationFlavour {
 public:
  LocationFlavour() = default;
  LocationFlavour(const LocationFlavour&) = delete;
  LocationFlavour& operator=(const LocationFlavour&) = delete;
  virtual ~LocationFlavour() = default;

  /// The location without the flavour: its checks of method, coding, type and size, and the exchange that submits.
  using Next = std::function<net::HttpBegin(FlavouredRequest)>;

  /// Every request of the location that was admitted, whatever its method. `next` may be kept for the request's time.
  /// Thread-safe.
  virtual net::HttpBegin begin(net::HttpRequest request, Next next) const = 0;
};

}  // namespace sealgate::adapters::http

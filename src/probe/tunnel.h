#pragma once
// The way to a server through an HTTP proxy (RFC 9110 section 9.3.6).

#include <memory>
#include <string>

#include "base/secret.h"
#include "probe/reach.h"

namespace sealgate::probe {

struct Proxy {
  std::string url = {};   ///< "http://host:port"; empty: none
  std::string user = {};  ///< by Basic; empty: none
  std::shared_ptr<const Secret> password = {};
};

/// Has the proxy at the other end of `socket` connect to `host`, and returns when it has: what follows is between us
/// and that host. probe.proxy-refuses with the proxy's status, or probe.proxy-fails.
Result<> open_tunnel(const io::FileDescriptor& socket, const Proxy& proxy, const std::string& host,
                     const std::string& port, Deadline deadline);

}  // namespace sealgate::probe

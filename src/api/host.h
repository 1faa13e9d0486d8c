#pragma once
// The API of a running gateway: TLS, the server, live views. Started after the gateway and stopped before it.

#include <memory>

#include "access/gate.h"
#include "api/services.h"
#include "net/http_server.h"

namespace sealgate::api {

struct HostOptions {
  std::string address = "127.0.0.1";  ///< numeric
  std::uint16_t port = 8443;          ///< 0: the system chooses
  ServiceOptions services = {};
  access::GateOptions gate = {};
  net::HttpHandler* others = nullptr;  ///< paths outside of the API; may be nullptr
};

class Host {
 public:
  /// Listens; answers from now on. The store outlives it. api.no-identity, net.cannot-listen,
  /// api.bad-description.
  static Result<std::unique_ptr<Host>> start(HostOptions options, store::Store& store);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  std::uint16_t port() const;
  /// SHA-256 of the certificate that it answers with, in hexadecimal: for people to compare.
  const std::string& thumbprint() const;
  /// When there is no user yet: what the first administrator makes himself with, to be printed; "" else. Each call
  /// makes another.
  Result<std::string> first_invitation();
  /// Idempotent.
  void stop(std::chrono::milliseconds within);

 private:
  struct Impl;
  explicit Host(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::api

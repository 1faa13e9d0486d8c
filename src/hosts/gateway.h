#pragma once
// A host instance: open the store, join those who share it, follow its configuration, receive, send, keep house, stop
// in two steps.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "hosts/intake.h"
#include "hosts/pulse.h"

namespace sealgate::store {
class Store;
}

namespace sealgate::hosts {

struct GatewayOptions {
  std::filesystem::path data;
  std::string store = "sqlite";              ///< store::StoreLocation::url
  std::string listen_address = "127.0.0.1";  ///< numeric, of the HTTP listener
  std::uint16_t listen_port = 8080;          ///< 0: the system chooses
  std::string host_instance = {};  ///< under which name this process holds work; empty: default_host_instance()
  std::string version = {};        ///< of the program, for the others to see
  bool metrics_for_all = false;    ///< GET /metrics answers other computers, too
  /// Runs only the hosts of these accounts, and opens no other account's keys; empty: all.
  std::vector<std::string> accounts = {};
  IntakeLimits intake = {};
  std::size_t workers = 64;  ///< messages in transmission at a time, over all ports
};

class Gateway {
 public:
  /// Opens the store; nothing runs yet. `clock` must outlive the gateway.
  static Result<std::unique_ptr<Gateway>> open(GatewayOptions options, const Clock& clock);
  virtual ~Gateway() = default;
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Receiving and sending when it returns.
  virtual Result<> start() = 0;
  virtual std::uint16_t port() const = 0;
  /// What it works on; lives as long as the gateway. Thread-safe.
  virtual store::Store& store() = 0;
  /// Looks for changed configuration or certificates now, instead of within half a second. Thread-safe.
  virtual Result<> refresh() = 0;
  /// Its loops: whether they go round. Thread-safe.
  virtual const Pulses& pulses() const = 0;
  /// Why no message would be accepted now, as /health/ready says; empty when one would. Does not block. Thread-safe.
  virtual std::string_view refusal() = 0;
  /// Takes nothing new, finishes what is running, cuts off at the deadline. Idempotent.
  virtual void stop(std::chrono::milliseconds within) = 0;

 protected:
  Gateway() = default;
};

/// "local" where a store has one instance, else the name of this computer.
std::string default_host_instance(const std::string& store);

/// "127.0.0.1:8080", "[::1]:0", ":8080" (all addresses of this computer). hosts.bad-listen-address.
Result<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text);

}  // namespace sealgate::hosts

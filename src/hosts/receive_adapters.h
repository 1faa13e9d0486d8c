#pragma once
// The adapters that receive, kept in step with the configuration, without disturbing what did not change. A location
// with an adapter of its own (a polled folder) is started, replaced and stopped by itself, and runs on the one
// instance that holds its lease. Locations of the listener run on every instance and change all in one moment, so
// that no request falls between the old ones and the new. Driven by one thread.

#include <map>
#include <mutex>
#include <string>

#include "hosts/adapter_table.h"
#include "hosts/configuration.h"
#include "hosts/http_listeners.h"
#include "hosts/location_leases.h"

namespace sealgate::hosts {

class ReceiveAdapters {
 public:
  /// All must outlive this. `fallback` answers the listener's other paths, not those of hosts' own listeners.
  ReceiveAdapters(net::HttpServerOptions listener, AdapterServices services, LocationLeases& leases,
                  net::HttpHandler* fallback, const ConfigurationHolder& configuration, ClientCertificates& clients);

  /// Opens the listener.
  Result<> start();
  std::uint16_t port() const { return http_.port(); }
  /// Makes the running locations those of the configuration. What cannot be started is logged and left out.
  void apply(const artifacts::ArtifactSet& set);
  /// Stops what lost its lease, starts what waits for one that is free now, and keeps listeners' certificates those
  /// that are in force. To be called often.
  void follow();
  /// Which polled locations cannot receive now, in Prometheus' format, as of the last follow(). Thread-safe.
  std::string metrics() const;
  void stop_accepting();
  void stop(std::chrono::steady_clock::time_point deadline);

 private:
  struct Running {
    artifacts::ReceiveLocation location;  ///< as it was when it was started
    std::unique_ptr<adapters::ReceiveAdapter> adapter;
  };
  using Locations = std::map<std::string, artifacts::ReceiveLocation>;
  /// Locations of listeners: the settings that say whether something changed, and what the listener is told.
  struct Listening {
    artifacts::ReceiveLocation location;
    adapters::http::HttpLocation http;
    std::string listener;  ///< empty: the shared one
  };
  void change_listeners(std::map<std::string, Listening> wanted);
  void follow_leases();
  void measure();
  void start_polled(const artifacts::ReceiveLocation& location);
  void stop_location(const std::string& name, Running& running);

  AdapterServices services_;
  LocationLeases& leases_;
  adapters::http::HttpReceiver http_;
  HttpListeners own_;
  Locations listening_;
  std::map<std::string, Running> running_;
  Locations waiting_;  ///< another instance runs them
  mutable std::mutex metrics_mutex_;
  std::string metrics_;
};

}  // namespace sealgate::hosts

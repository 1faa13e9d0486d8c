#pragma once
// The adapters that receive, kept in step with the configuration: started, replaced and stopped one location at a
// time, without disturbing the others. Driven by one thread.

#include <map>

#include "hosts/adapter_table.h"
#include "hosts/configuration.h"

namespace sealgate::hosts {

class ReceiveAdapters {
 public:
  /// All must outlive this. `fallback` answers the listener's other paths.
  ReceiveAdapters(net::HttpServerOptions listener, AdapterServices services, net::HttpHandler* fallback);

  /// Opens the listener.
  Result<> start();
  std::uint16_t port() const { return http_.port(); }
  /// Makes the running locations those of the configuration. What cannot be started is logged and left out.
  void apply(const artifacts::ArtifactSet& set);
  void stop_accepting();
  void stop(std::chrono::steady_clock::time_point deadline);

 private:
  struct Running {
    artifacts::ReceiveLocation location;                ///< as it was when it was started
    std::unique_ptr<adapters::ReceiveAdapter> adapter;  ///< null: a location of the listener
  };
  void start_location(const artifacts::ReceiveLocation& location);
  void stop_location(const std::string& name, Running& running);

  AdapterServices services_;
  adapters::http::HttpReceiver http_;
  std::map<std::string, Running> running_;
};

}  // namespace sealgate::hosts

#include "hosts/receive_adapters.h"

#include <algorithm>

#include "base/log.h"
#include "hosts/metric_label.h"

namespace sealgate::hosts {
namespace {

/// How long a location that was changed or removed may take to finish the message it is at.
constexpr std::chrono::seconds kLocationStop{30};

/// With what it takes over from the group, so that a change there is a change of the location, and so that the
/// listener refuses a body that is too large by its announced length, with the right answer.
artifacts::ReceiveLocation complete(artifacts::ReceiveLocation location, const artifacts::ArtifactSet& set) {
  auto* http = artifacts::http_settings(location.transport);
  if (http != nullptr && http->maximum_body == 0) {
    http->maximum_body = set.group ? set.group->maximum_body : artifacts::Group{}.maximum_body;
    if (std::holds_alternative<artifacts::SoapReceiveSettings>(location.transport)) {
      http->maximum_body = std::min(http->maximum_body, artifacts::kSoapMaximumBody);
    }
  }
  return location;
}

void report_started(const artifacts::ReceiveLocation& location) {
  log(LogLevel::Info, "receive location started",
      {{"location", location.name}, {"address", artifacts::address(location.transport)}});
}

void report_stopped(const std::string& name) {
  log(LogLevel::Info, "receive location stopped", {{"location", name}});
}

void report_not_started(const artifacts::ReceiveLocation& location, const Error& error) {
  log(LogLevel::Error, "receive location cannot be started",
      {{"location", location.name}, {"reason", error.to_string()}});
}

}  // namespace

ReceiveAdapters::ReceiveAdapters(net::HttpServerOptions listener, AdapterServices services, LocationLeases& leases,
                                 net::HttpHandler* fallback, const ConfigurationHolder& configuration,
                                 ClientCertificates& clients)
    : services_(services),
      leases_(leases),
      http_(listener, services.submitter, fallback),
      own_(std::move(listener), services.submitter, configuration, clients, services.clock) {}

Result<> ReceiveAdapters::start() {
  return http_.start();
}

void ReceiveAdapters::apply(const artifacts::ArtifactSet& set) {
  Locations polled;
  std::map<std::string, Listening> listening;
  for (const artifacts::ReceivePort& port : set.receive_ports) {
    for (const artifacts::ReceiveLocation& location : port.locations) {
      if (!location.enabled) continue;
      auto whole = complete(location, set);
      if (auto http = make_http_location(services_, port, whole, set)) {
        const std::string listener = artifacts::http_settings(whole.transport)->listener;
        listening[location.name] = {std::move(whole), std::move(*http), listener};
      } else {
        polled[location.name] = std::move(whole);
      }
    }
  }
  own_.apply(set);
  change_listeners(std::move(listening));
  // Stop first: a changed location may free the folder that another one takes over.
  for (auto at = running_.begin(); at != running_.end();) {
    const auto found = polled.find(at->first);
    if (found != polled.end() && found->second == at->second.location) {
      polled.erase(found);
      ++at;
      continue;
    }
    stop_location(at->first, at->second);
    at = running_.erase(at);
  }
  waiting_.clear();
  for (const auto& [name, location] : polled) start_polled(location);
}

void ReceiveAdapters::change_listeners(std::map<std::string, Listening> wanted) {
  std::vector<adapters::http::HttpLocation> shared;
  std::map<ListenerName, std::vector<adapters::http::HttpLocation>> own;
  for (auto& [name, entry] : wanted) {
    auto& locations = entry.listener.empty() ? shared : own[{entry.location.host, entry.listener}];
    locations.push_back(std::move(entry.http));
  }
  auto faults = http_.set_locations(std::move(shared));
  faults.merge(own_.set_locations(std::move(own)));
  for (const auto& [name, reason] : faults) {
    report_not_started(wanted.at(name).location, reason);
    wanted.erase(name);
  }
  for (const auto& [name, location] : listening_) {
    if (!wanted.contains(name)) report_stopped(name);
  }
  Locations now;
  for (auto& [name, entry] : wanted) {
    const auto before = listening_.find(name);
    if (before == listening_.end() || !(before->second == entry.location)) report_started(entry.location);
    now.emplace(name, std::move(entry.location));
  }
  listening_ = std::move(now);
}

void ReceiveAdapters::follow() {
  follow_leases();
  own_.follow();
  measure();
}

void ReceiveAdapters::measure() {
  std::string text =
      "# HELP sealgate_receive_location_up Whether a polled location of this instance can receive: "
      "0 while its folder or server is away.\n"
      "# TYPE sealgate_receive_location_up gauge\n";
  for (const auto& [name, running] : running_) {
    text += "sealgate_receive_location_up{location=\"" + metric_label(name) + "\"} " +
            (running.adapter->trouble().empty() ? "1\n" : "0\n");
  }
  const std::lock_guard lock(metrics_mutex_);
  metrics_ = std::move(text);
}

std::string ReceiveAdapters::metrics() const {
  const std::lock_guard lock(metrics_mutex_);
  return metrics_;
}

void ReceiveAdapters::follow_leases() {
  for (auto at = running_.begin(); at != running_.end();) {
    if (leases_.holds(at->first)) {
      ++at;
      continue;
    }
    log(LogLevel::Warning, "the lease of a receive location was lost", {{"location", at->first}});
    stop_location(at->first, at->second);
    waiting_[at->first] = at->second.location;
    at = running_.erase(at);
  }
  auto waiting = std::move(waiting_);
  waiting_.clear();
  for (const auto& [name, location] : waiting) start_polled(location);
}

void ReceiveAdapters::start_polled(const artifacts::ReceiveLocation& location) {
  if (!leases_.take(location.name)) {
    waiting_[location.name] = location;
    return;
  }
  Running running{location, make_receive_adapter(services_, location)};
  if (const auto started = running.adapter->start(); !started) {
    leases_.give_up(location.name);
    return report_not_started(location, started.error());
  }
  report_started(location);
  running_.emplace(location.name, std::move(running));
}

void ReceiveAdapters::stop_location(const std::string& name, Running& running) {
  running.adapter->stop_accepting();
  running.adapter->stop(std::chrono::steady_clock::now() + kLocationStop);
  leases_.give_up(name);
  report_stopped(name);
}

void ReceiveAdapters::stop_accepting() {
  http_.stop_accepting();
  own_.stop_accepting();
  for (auto& [name, running] : running_) running.adapter->stop_accepting();
}

void ReceiveAdapters::stop(std::chrono::steady_clock::time_point deadline) {
  http_.stop(deadline);
  own_.stop(deadline);
  for (auto& [name, running] : running_) {
    running.adapter->stop(deadline);
    leases_.give_up(name);
  }
  running_.clear();
  waiting_.clear();
}

}  // namespace sealgate::hosts

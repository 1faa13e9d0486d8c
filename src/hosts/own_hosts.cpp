#include "hosts/own_hosts.h"

#include <algorithm>
#include <set>

namespace sealgate::hosts {

bool OwnHosts::runs_account(const std::string& account) const {
  return accounts_.empty() || std::ranges::find(accounts_, account) != accounts_.end();
}

bool OwnHosts::runs(const artifacts::ArtifactSet& set, const std::string& host) const {
  const artifacts::Host* found = set.find_host(host);
  return found == nullptr || runs_account(found->account);
}

std::vector<std::string> OwnHosts::foreign_ports(const artifacts::ArtifactSet& set) const {
  if (accounts_.empty()) return {};
  std::set<std::string> own;
  std::set<std::string> foreign;
  for (const artifacts::SendPort& port : set.send_ports) (runs(set, port.host) ? own : foreign).insert(port.name);
  // Raw messages that are resumed go under the name of their location.
  for (const artifacts::ReceivePort& port : set.receive_ports) {
    for (const artifacts::ReceiveLocation& location : port.locations) {
      (runs(set, location.host) ? own : foreign).insert(location.name);
    }
  }
  std::erase_if(foreign, [&own](const std::string& name) { return own.contains(name); });
  return {foreign.begin(), foreign.end()};
}

artifacts::ArtifactSet OwnHosts::without_foreign_locations(artifacts::ArtifactSet set) const {
  if (accounts_.empty()) return set;
  for (artifacts::ReceivePort& port : set.receive_ports) {
    std::erase_if(port.locations,
                  [&](const artifacts::ReceiveLocation& location) { return !runs(set, location.host); });
  }
  for (artifacts::Host& host : set.hosts) {
    if (!runs_account(host.account)) host.listeners.clear();
  }
  return set;
}

std::string hosts_of(const artifacts::ArtifactSet& set, const std::string& account) {
  std::string names;
  for (const artifacts::Host& host : set.hosts) {
    if (host.account == account) names += (names.empty() ? "" : ", ") + host.name;
  }
  return names;
}

}  // namespace sealgate::hosts

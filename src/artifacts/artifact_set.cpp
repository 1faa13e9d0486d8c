#include <algorithm>

#include "artifacts/artifacts.h"
#include "base/text.h"

namespace sealgate::artifacts {
namespace {

template <typename T>
const T* find_by_name(const std::vector<T>& all, std::string_view name) {
  const auto at = std::ranges::find(all, name, &T::name);
  return at == all.end() ? nullptr : &*at;
}

template <typename T>
void put_sorted(std::vector<T>& all, T value) {
  const auto at = std::ranges::lower_bound(all, value.name, {}, &T::name);
  if (at != all.end() && at->name == value.name) {
    *at = std::move(value);
  } else {
    all.insert(at, std::move(value));
  }
}

template <typename T>
bool remove_by_name(std::vector<T>& all, std::string_view name) {
  return std::erase_if(all, [&](const T& value) { return value.name == name; }) > 0;
}

template <typename T>
std::optional<Artifact> as_artifact(const T* found) {
  return found == nullptr ? std::nullopt : std::optional<Artifact>(*found);
}

}  // namespace

Kind kind_of(const Artifact& artifact) {
  static_assert(std::variant_size_v<Artifact> == 5);
  return static_cast<Kind>(artifact.index());
}

const std::string& name_of(const Artifact& artifact) {
  return std::visit([](const auto& value) -> const std::string& { return value.name; }, artifact);
}

const Host* ArtifactSet::find_host(std::string_view name) const {
  return find_by_name(hosts, name);
}
const Party* ArtifactSet::find_party(std::string_view name) const {
  return find_by_name(parties, name);
}
const ReceivePort* ArtifactSet::find_receive_port(std::string_view name) const {
  return find_by_name(receive_ports, name);
}
const SendPort* ArtifactSet::find_send_port(std::string_view name) const {
  return find_by_name(send_ports, name);
}

const Party* ArtifactSet::find_party_by_certificate(const Thumbprint& thumbprint) const {
  for (const Party& party : parties) {
    if (std::ranges::find(party.verification_certificates, thumbprint) != party.verification_certificates.end()) {
      return &party;
    }
  }
  return nullptr;
}

const Party* ArtifactSet::find_party_by_alias(std::string_view qualifier, std::string_view value) const {
  for (const Party& party : parties) {
    for (const PartyAlias& alias : party.aliases) {
      if (iequals(alias.qualifier, qualifier) && iequals(alias.value, value)) return &party;
    }
  }
  return nullptr;
}

std::vector<Artifact> ArtifactSet::all() const {
  std::vector<Artifact> list;
  if (group) list.emplace_back(*group);
  list.insert(list.end(), hosts.begin(), hosts.end());
  list.insert(list.end(), parties.begin(), parties.end());
  list.insert(list.end(), receive_ports.begin(), receive_ports.end());
  list.insert(list.end(), send_ports.begin(), send_ports.end());
  return list;
}

std::optional<Artifact> ArtifactSet::find(Kind kind, std::string_view name) const {
  switch (kind) {
    case Kind::Group:
      return group && group->name == name ? std::optional<Artifact>(*group) : std::nullopt;
    case Kind::Host:
      return as_artifact(find_host(name));
    case Kind::Party:
      return as_artifact(find_party(name));
    case Kind::ReceivePort:
      return as_artifact(find_receive_port(name));
    case Kind::SendPort:
      return as_artifact(find_send_port(name));
  }
  return std::nullopt;
}

void ArtifactSet::put(Artifact artifact) {
  switch (kind_of(artifact)) {
    case Kind::Group:
      group = std::get<Group>(std::move(artifact));
      return;
    case Kind::Host:
      return put_sorted(hosts, std::get<Host>(std::move(artifact)));
    case Kind::Party:
      return put_sorted(parties, std::get<Party>(std::move(artifact)));
    case Kind::ReceivePort:
      return put_sorted(receive_ports, std::get<ReceivePort>(std::move(artifact)));
    case Kind::SendPort:
      return put_sorted(send_ports, std::get<SendPort>(std::move(artifact)));
  }
}

bool ArtifactSet::remove(Kind kind, std::string_view name) {
  switch (kind) {
    case Kind::Group: {
      const bool there = group && group->name == name;
      if (there) group.reset();
      return there;
    }
    case Kind::Host:
      return remove_by_name(hosts, name);
    case Kind::Party:
      return remove_by_name(parties, name);
    case Kind::ReceivePort:
      return remove_by_name(receive_ports, name);
    case Kind::SendPort:
      return remove_by_name(send_ports, name);
  }
  return false;
}

bool allows_weak(const Party* party, std::string_view algorithm, Time now) {
  if (party == nullptr) return false;
  return std::ranges::any_of(party->weak_algorithms, [&](const WeakAlgorithm& weak) {
    return weak.algorithm == algorithm && now < weak.until;
  });
}

}  // namespace sealgate::artifacts

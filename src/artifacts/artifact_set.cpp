#include <algorithm>

#include "artifacts/artifacts.h"
#include "base/text.h"

namespace sealgate::artifacts {
namespace {

template <typename T>
const T* find_by_name(const std::vector<T>& all, std::string_view name) {
  const auto at = std::ranges::lower_bound(all, name, {}, &T::name);
  return at == all.end() || at->name != name ? nullptr : &*at;
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

/// Calls `use` with the list of the set that holds this kind. The group is none.
template <typename Set, typename Use>
auto with_list(Set& set, Kind kind, Use use) -> decltype(use(set.hosts)) {
  switch (kind) {
    case Kind::Group:
      break;
    case Kind::Host:
      return use(set.hosts);
    case Kind::Party:
      return use(set.parties);
    case Kind::Schema:
      return use(set.schemas);
    case Kind::Map:
      return use(set.maps);
    case Kind::Pipeline:
      return use(set.pipelines);
    case Kind::ReceivePort:
      return use(set.receive_ports);
    case Kind::SendPort:
      return use(set.send_ports);
    case Kind::SendPortGroup:
      return use(set.send_port_groups);
    case Kind::Agreement:
      return use(set.agreements);
  }
  return {};
}

}  // namespace

Kind kind_of(const Artifact& artifact) {
  static_assert(std::variant_size_v<Artifact> == kAllKinds.size());
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
const Schema* ArtifactSet::find_schema(std::string_view name) const {
  return find_by_name(schemas, name);
}
const Map* ArtifactSet::find_map(std::string_view name) const {
  return find_by_name(maps, name);
}
const Pipeline* ArtifactSet::find_pipeline(std::string_view name) const {
  return find_by_name(pipelines, name);
}
const ReceivePort* ArtifactSet::find_receive_port(std::string_view name) const {
  return find_by_name(receive_ports, name);
}
const SendPort* ArtifactSet::find_send_port(std::string_view name) const {
  return find_by_name(send_ports, name);
}
const SendPortGroup* ArtifactSet::find_send_port_group(std::string_view name) const {
  return find_by_name(send_port_groups, name);
}
const Agreement* ArtifactSet::find_agreement(std::string_view name) const {
  return find_by_name(agreements, name);
}

const Party* ArtifactSet::find_party_by_certificate(const Thumbprint& thumbprint, Time now) const {
  for (const Party& party : parties) {
    for (const CertificateAssignment& assignment : party.verification_certificates) {
      if (assignment.certificate == thumbprint && assignment.in_force(now)) return &party;
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
  for (const Kind kind : kAllKinds) {
    with_list(*this, kind, [&](const auto& some) {
      list.insert(list.end(), some.begin(), some.end());
      return true;
    });
  }
  return list;
}

std::optional<Artifact> ArtifactSet::find(Kind kind, std::string_view name) const {
  if (kind == Kind::Group) return group && group->name == name ? std::optional<Artifact>(*group) : std::nullopt;
  return with_list(*this, kind, [&](const auto& list) -> std::optional<Artifact> {
    const auto* found = find_by_name(list, name);
    return found == nullptr ? std::nullopt : std::optional<Artifact>(*found);
  });
}

void ArtifactSet::put(Artifact artifact) {
  if (auto* only = std::get_if<Group>(&artifact)) {
    group = std::move(*only);
    return;
  }
  with_list(*this, kind_of(artifact), [&](auto& list) {
    using Value = typename std::decay_t<decltype(list)>::value_type;
    put_sorted(list, std::get<Value>(std::move(artifact)));
    return true;
  });
}

bool ArtifactSet::remove(Kind kind, std::string_view name) {
  if (kind == Kind::Group) {
    const bool there = group && group->name == name;
    if (there) group.reset();
    return there;
  }
  return with_list(*this, kind, [&](auto& list) { return remove_by_name(list, name); });
}

bool allows_weak(const Party* party, std::string_view algorithm, Time now) {
  if (party == nullptr) return false;
  return std::ranges::any_of(party->weak_algorithms, [&](const WeakAlgorithm& weak) {
    return weak.algorithm == algorithm && now < weak.until;
  });
}

bool has_named_weak(const Party* party, std::string_view algorithm) {
  return party != nullptr && std::ranges::find(party->weak_algorithms, algorithm, &WeakAlgorithm::algorithm) !=
                                 party->weak_algorithms.end();
}

}  // namespace sealgate::artifacts

#include "revocation/sources.h"

#include <unordered_set>

#include "certificates/access_points.h"

namespace sealgate::revocation {
namespace {

class Collector {
 public:
  void add(const std::string& address, bool configured) {
    if (sources_.size() >= kMaxSources || !seen_.insert(address).second) return;
    sources_.push_back({address, kind_of_source(address), configured});
  }
  void add(const certificates::AccessPoints& points) {
    for (const std::string& address : points.lists) add(address, false);
    for (const std::string& address : points.deltas) add(address, false);
  }
  std::vector<Source> take() { return std::move(sources_); }

 private:
  std::vector<Source> sources_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

SourceKind kind_of_source(const std::string& address) {
  return address.starts_with('/') ? SourceKind::Folder : SourceKind::Address;
}

std::vector<Source> sources_of(const artifacts::RevocationSettings& settings,
                               std::span<const certificates::Certificate> certificates,
                               std::span<const certificates::Crl> lists) {
  Collector collector;
  for (const std::string& address : settings.sources) collector.add(address, true);
  for (const auto& certificate : certificates) collector.add(certificates::access_points(certificate));
  for (const auto& list : lists) collector.add(certificates::access_points(list));
  return collector.take();
}

}  // namespace sealgate::revocation

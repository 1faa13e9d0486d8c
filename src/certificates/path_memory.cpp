#include "certificates/path_memory.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace sealgate::certificates {
namespace {

/// As many certificates take part in a question at most.
constexpr std::size_t kMaxCertificates = 2000;

/// Everything with its length or number, so that no two questions look alike.
class Writer {
 public:
  Writer() { bytes_.reserve(kUsualSize); }
  void number(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes_.push_back(static_cast<Byte>(value >> shift));
  }
  void text(std::string_view text) {
    number(text.size());
    append(bytes_, as_bytes(text));
  }
  void thumbprint(const Thumbprint& thumbprint) {
    number(thumbprint.bytes().size());
    append(bytes_, thumbprint.bytes());
  }
  void certificates(std::span<const Certificate> all) {
    number(all.size());
    for (const Certificate& one : all) thumbprint(one.thumbprint_sha256());
  }
  Thumbprint digest() const {
    std::array<Byte, SHA256_DIGEST_LENGTH> digest{};
    SHA256(bytes_.data(), bytes_.size(), digest.data());
    return Thumbprint::sha256(digest);
  }

 private:
  static constexpr std::size_t kUsualSize = 512;
  Bytes bytes_;
};

void add_policy(Writer& writer, const PathPolicy& policy) {
  writer.number(static_cast<std::uint64_t>(policy.purpose));
  const CertificatePolicies& policies = policy.policies;
  for (const bool flag :
       {policy.partial_chain, policy.extended_crl, policy.use_deltas, policy.strict, policies.check,
        policies.require_explicit_policy, policies.inhibit_any_policy, policies.inhibit_policy_mapping}) {
    writer.number(flag ? 1 : 0);
  }
  writer.number(policies.initial_policies.size());
  for (const std::string& one : policies.initial_policies) writer.text(one);
  writer.number(static_cast<std::uint64_t>(policy.auth_level));
  writer.text(policy.peer_dns);
  writer.text(policy.peer_ip);
  writer.number(static_cast<std::uint64_t>(policy.max_depth));
  writer.number(policy.max_candidates);
  writer.number(policy.distrusted.size());
  for (const Thumbprint& one : policy.distrusted) writer.thumbprint(one);
}

}  // namespace

std::optional<Thumbprint> PathMemory::question(const Certificate& leaf, std::span<const Certificate> embedded,
                                               std::span<const Certificate> anchors, std::span<const Crl> crls,
                                               const PathPolicy& policy) {
  if (policy.crl_check != CrlCheck::Off || !crls.empty()) return std::nullopt;
  if (embedded.size() + anchors.size() + policy.distrusted.size() > kMaxCertificates) return std::nullopt;
  Writer writer;
  writer.thumbprint(leaf.thumbprint_sha256());
  writer.certificates(embedded);
  writer.certificates(anchors);
  add_policy(writer, policy);
  return writer.digest();
}

std::optional<PathResult> PathMemory::find(const Thumbprint& question, Time time) {
  const auto path = paths_.find(question);
  if (path == nullptr || time < path->from || time >= path->until) return std::nullopt;
  return path->result;
}

void PathMemory::keep(const Thumbprint& question, const PathResult& good) {
  if (!good.ok() || good.chain.empty()) return;
  Path path{good, good.chain.front().not_before(), good.chain.front().not_after()};
  for (const Certificate& link : good.chain) {
    path.from = std::max(path.from, link.not_before());
    path.until = std::min(path.until, link.not_after());
  }
  paths_.insert(question, std::make_shared<const Path>(std::move(path)));
}

}  // namespace sealgate::certificates

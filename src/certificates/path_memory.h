#pragma once
// Paths that proved good. Partners sign message after message with the same certificate, and the path from it to an
// anchor is as good each time, until one of its certificates expires. What is remembered is filed under everything
// else that the verdict follows from: leaf, candidates, anchors, the distrusted, and the policy. So a certificate
// that was removed, added or distrusted, or a stricter policy, makes another question. Only good verdicts are kept,
// and none where revocation lists were asked. Private to certificates/.

#include <optional>
#include <span>

#include "certificates/certificate_cache.h"
#include "certificates/path_validation.h"

namespace sealgate::certificates {

/// The least recently used path goes when it is full. Thread-safe.
class PathMemory {
 public:
  explicit PathMemory(std::size_t capacity) : paths_(capacity) {}

  /// Absent for what is not remembered: where lists are asked, or so much takes part that comparing is work, too.
  static std::optional<Thumbprint> question(const Certificate& leaf, std::span<const Certificate> embedded,
                                            std::span<const Certificate> anchors, std::span<const Crl> crls,
                                            const PathPolicy& policy);

  /// Absent when the path is not known, or one of its certificates is not valid at `time`.
  std::optional<PathResult> find(const Thumbprint& question, Time time);
  /// `good` holds every certificate of the path.
  void keep(const Thumbprint& question, const PathResult& good);

 private:
  struct Path {
    PathResult result;
    Time from;   ///< included
    Time until;  ///< not included: OpenSSL takes the last second as after the end
  };
  CertificateCache<Path> paths_;
};

}  // namespace sealgate::certificates

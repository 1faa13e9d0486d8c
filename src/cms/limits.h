#pragma once
// What one CMS layer may cost. Each limit has its own error code in errors.h. Sizes are octets.

#include <cstddef>
#include <cstdint>

namespace sealgate::cms {

struct Limits {
  std::uint32_t depth = 64;  ///< nesting of structures: limit-depth
  std::size_t structure =
      std::size_t{1} * 1024 * 1024;  ///< one SignerInfo, RecipientInfo, certificate …: limit-structure
  std::size_t signers = 64;          ///< SignerInfos: limit-signers
  std::size_t recipients = 1000;     ///< RecipientInfos and keys in them: limit-recipients
  std::size_t digests = 8;           ///< different digests over the content: limit-digests
  std::size_t certificates =
      std::size_t{8} * 1024 * 1024;      ///< embedded certificates and CRLs together: limit-certificates
  std::size_t certificate_count = 1000;  ///< the same, counted: limit-certificates
  std::size_t pure_signature =
      std::size_t{8} * 1024 * 1024;           ///< content kept for Ed25519 without attributes: limit-pure-signature
  std::uint64_t content = ~std::uint64_t{0};  ///< content octets delivered: limit-content
  /// Compressed content may expand to this size whatever the ratio …
  std::uint64_t expansion_allowance = std::uint64_t{16} * 1024 * 1024;
  /// … and past it to this many times what was read: limit-expansion. zlib itself cannot exceed 1032.
  std::uint64_t expansion_ratio = 200;
  std::uint32_t password_iterations = 1'000'000;  ///< PBKDF2 rounds: limit-iterations
};

}  // namespace sealgate::cms

#pragma once
// Old algorithms, each allowed by name. The default allows none of them.
//
// Names are those of the command line: md5, sha1, des, 3des, rc2-40, rc2-64, rc2-128, and rsa-1024 for every key that
// is too short (RSA, DSA and DH under 2048 bits, EC under 224).

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/algorithms.h"

namespace sealgate::smime {

/// The names of which one must be allowed for what LayerReport::weak holds: "des-ede3-cbc" and "3des-wrap" need
/// "3des", "rc2-wrap" one of "rc2-128", "rc2-64" and "rc2-40", "rsa-1024" and "dsa-1024" need "rsa-1024". Never
/// empty; the name to recommend is the first.
std::vector<std::string> allowances_for(std::string_view weak);

class WeakPolicy {
 public:
  /// Nothing weak.
  WeakPolicy() = default;
  /// Every algorithm that is implemented.
  static WeakPolicy allow_everything();

  /// By name; "all" allows everything. False when the name is unknown.
  bool allow(std::string_view name);

  /// Success, or smime.weak-algorithm with the name that would allow it.
  Result<> check(crypto::DigestAlgorithm digest) const;
  Result<> check(crypto::ContentCipher cipher) const;
  /// The same for a name as LayerReport::weak holds it.
  Result<> check_reported(std::string_view weak) const;

 private:
  Result<> check_name(std::string_view name, std::string_view what) const;
  bool allows(std::string_view name) const;

  bool all_ = false;
  std::vector<std::string> names_;
};

}  // namespace sealgate::smime

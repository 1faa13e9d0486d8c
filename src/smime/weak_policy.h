#pragma once
// Old algorithms, each allowed by name. The default allows none of them.
//
// Names are those of the command line: md5, sha1, des, 3des, rc2-40, rc2-64, rc2-128.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/algorithms.h"

namespace sealgate::smime {

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

 private:
  Result<> check_name(std::string_view name, std::string_view what) const;

  bool all_ = false;
  std::vector<std::string> names_;
};

}  // namespace sealgate::smime

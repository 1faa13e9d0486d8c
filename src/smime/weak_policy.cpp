#include "smime/weak_policy.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "smime/errors.h"

namespace sealgate::smime {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"md5", "sha1", "des", "3des", "rc2-40", "rc2-64", "rc2-128"};

}  // namespace

WeakPolicy WeakPolicy::allow_everything() {
  WeakPolicy policy;
  policy.all_ = true;
  return policy;
}

bool WeakPolicy::allow(std::string_view name) {
  const std::string lower = ascii_lower(trim(name));
  if (lower == "all") {
    all_ = true;
    return true;
  }
  if (std::find(kNames.begin(), kNames.end(), lower) == kNames.end()) return false;
  names_.push_back(lower);
  return true;
}

Result<> WeakPolicy::check(crypto::DigestAlgorithm digest) const {
  if (!crypto::is_weak(digest)) return {};
  return check_name(crypto::name(digest), "digest");
}

Result<> WeakPolicy::check(crypto::ContentCipher cipher) const {
  if (!crypto::is_weak(cipher)) return {};
  return check_name(crypto::name(cipher), "cipher");
}

Result<> WeakPolicy::check_name(std::string_view name, std::string_view what) const {
  if (all_ || std::find(names_.begin(), names_.end(), name) != names_.end()) return {};
  return fail(
      kWeakAlgorithm, "the " + std::string(what) + " " + std::string(name) + " is too weak to be accepted", {},
      "agree on a stronger one with the partner, or allow it by name (--allow-weak=" + std::string(name) + ")");
}

}  // namespace sealgate::smime

#include "smime/weak_policy.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "smime/errors.h"

namespace sealgate::smime {
namespace {

constexpr std::string_view kShortKey = "rsa-1024";
constexpr std::array<std::string_view, 8> kNames = {"md5",    "sha1",   "des",     "3des",
                                                    "rc2-40", "rc2-64", "rc2-128", kShortKey};

Error too_weak(std::string_view what, std::string_view name, std::string_view allowance) {
  return Error{
      kWeakAlgorithm,
      "the " + std::string(what) + " " + std::string(name) + " is too weak to be accepted",
      {},
      "agree on a stronger one with the partner, or allow it by name (--allow-weak=" + std::string(allowance) + ")"};
}

}  // namespace

std::vector<std::string> allowances_for(std::string_view weak) {
  if (const auto digest = crypto::digest_from_name(weak)) return {std::string(crypto::name(*digest))};
  if (const auto cipher = crypto::cipher_from_name(weak)) return {std::string(crypto::name(*cipher))};
  if (weak == crypto::name(crypto::KeyWrap::Des3)) return {"3des"};
  if (weak == crypto::name(crypto::KeyWrap::Rc2)) return {"rc2-128", "rc2-64", "rc2-40"};
  return {std::string(kShortKey)};  // what is left are kinds and lengths of keys
}

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

Result<> WeakPolicy::check_reported(std::string_view weak) const {
  const auto names = allowances_for(weak);
  if (std::ranges::any_of(names, [this](const std::string& name) { return allows(name); })) return {};
  return fail(too_weak(names.front() == kShortKey ? "key" : "algorithm", weak, names.front()));
}

Result<> WeakPolicy::check_name(std::string_view name, std::string_view what) const {
  if (allows(name)) return {};
  return fail(too_weak(what, name, name));
}

bool WeakPolicy::allows(std::string_view name) const {
  return all_ || std::ranges::find(names_, name) != names_.end();
}

}  // namespace sealgate::smime

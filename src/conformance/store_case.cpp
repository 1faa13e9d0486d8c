// Key stores, numeric known answers and certificate paths.

#include <set>

#include "certificates/import.h"
#include "conformance/cases.h"
#include "conformance/errors.h"
#include "crypto/key_agreement.h"
#include "crypto/key_wrap.h"
#include "io/file.h"
#include "smime/errors.h"

namespace sealgate::conformance {
namespace {

Bytes hex(const Json& entry, const char* name) {
  const std::string text = entry.value(name, std::string());
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<Byte>(std::strtoul(text.substr(i, 2).c_str(), nullptr, 16)));
  }
  return bytes;
}

bool equal(ByteView a, ByteView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

bool kdf_matches(const Json& entry) {
  const auto kek = crypto::x942_kdf(hex(entry, "zz"), entry.value("key_wrap_oid", std::string()),
                                    entry.value("kek_bits", std::size_t{0}), hex(entry, "party_a_info"));
  return kek && equal(kek->view(), hex(entry, "kek"));
}

// Wrapping with a random IV or padding cannot be compared; unwrapping can, and what we wrap must unwrap again.
bool wrap_matches(const Json& entry) {
  const auto wrap = crypto::key_wrap_from_oid(entry.value("alg", std::string()));
  if (!wrap) return false;
  const Bytes kek = hex(entry, "kek");
  const Bytes content_key = hex(entry, "cek");
  crypto::KeyWrapOptions options;
  options.rc2_effective_bits = entry.value("rc2_effective_bits", 128);
  const auto unwrapped = crypto::unwrap_key(*wrap, kek, hex(entry, "wrapped"), options);
  if (!unwrapped || !equal(unwrapped->view(), content_key)) return false;
  const Bytes iv = hex(entry, "iv");
  const Bytes padding = hex(entry, "padding");
  options.fixed_iv = iv;
  options.fixed_padding = padding;
  const auto wrapped = crypto::wrap_key(*wrap, kek, content_key, options);
  if (!wrapped) return false;
  const auto again = crypto::unwrap_key(*wrap, kek, *wrapped, options);
  const bool fixed = entry.contains("iv") || *wrap == crypto::KeyWrap::Aes128 || *wrap == crypto::KeyWrap::Aes192 ||
                     *wrap == crypto::KeyWrap::Aes256;
  return again && equal(again->view(), content_key) && (!fixed || *wrapped == hex(entry, "wrapped"));
}

}  // namespace

Result<Json> observe_pkcs12(const Case& test) {
  SG_TRY_ASSIGN(const Bytes bytes, io::read_file(test.file()));
  const Secret password = Secret::from_text(test.text("password"));
  certificates::ImportOptions options;
  options.password = &password;
  const auto bundle = certificates::import_bundle(bytes, options);
  if (!bundle) return Json{{"import", "error:" + smime::failure_class(bundle.error())}};
  Json observed{{"import", "ok"}, {"certs", bundle->certificates.size()}, {"keys", bundle->keys.size()}};
  const certificates::ImportedCertificate* chosen = nullptr;
  for (const auto& entry : bundle->certificates) {
    if (chosen == nullptr || (entry.key_index && !chosen->key_index)) chosen = &entry;
  }
  if (chosen != nullptr) {
    observed["subject"] = chosen->certificate.subject();
    if (chosen->key_index) observed["spki_sha256"] = to_hex(chosen->certificate.spki_sha256());
  }
  return observed;
}

Result<Json> observe_kdf(const Case& test) {
  SG_TRY_ASSIGN(const Bytes bytes, io::read_file(test.file()));
  const Json answers = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
  if (!answers.is_object()) return fail(kBadCase, "the file of known answers is not a JSON object", test.file(), {});
  std::size_t total = 0;
  std::size_t right = 0;
  for (const auto& [name, entries] : answers.items()) {
    for (const Json& entry : entries) {
      ++total;
      if (name == "esdh_kdf" && kdf_matches(entry)) ++right;
      if (name == "key_wrap" && wrap_matches(entry)) ++right;
    }
  }
  return Json{{"match", right == total ? "all" : std::to_string(right) + " of " + std::to_string(total)}};
}

Result<Json> observe_path(const Case& test) {
  SG_TRY_ASSIGN(const auto leaves, load_certificates(test, "file"));
  if (leaves.empty()) return fail(kBadCase, "the file holds no certificate", test.file(), {});
  SG_TRY_ASSIGN(const auto embedded, load_certificates(test, "certs"));
  SG_TRY_ASSIGN(const smime::TrustOptions trust, load_trust(test));
  const auto path = certificates::validate_path(leaves.front(), embedded, trust.anchors, trust.crls, trust.path);
  Json observed{{"verify", path.ok() ? "ok" : "error:" + std::string(path.outcome)}};
  if (!path.ok()) {
    observed["depth"] = path.depth;
    observed["openssl_error"] = path.openssl_error;
  }
  if (!path.user_policies.empty()) {
    observed["user_policy_set"] = std::set<std::string>(path.user_policies.begin(), path.user_policies.end());
  }
  return observed;
}

}  // namespace sealgate::conformance

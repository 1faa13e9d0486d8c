#include "conformance/manifest.h"

#include "certificates/import.h"
#include "conformance/errors.h"
#include "io/file.h"

namespace sealgate::conformance {
namespace {

certificates::PathPurpose purpose_of(const std::string& name) {
  using certificates::PathPurpose;
  if (name == "email") return PathPurpose::EmailSign;
  if (name == "sslserver") return PathPurpose::SslServer;
  if (name == "sslclient") return PathPurpose::SslClient;
  if (name == "any") return PathPurpose::Any;
  return PathPurpose::None;
}

certificates::PathPolicy path_policy(const Case& test, bool has_crls) {
  certificates::PathPolicy policy;
  const Json given = test.fields.value("policy", Json::object());
  policy.purpose = purpose_of(test.text("purpose"));
  policy.partial_chain = test.flag("partial_chain");
  policy.peer_dns = test.text("peer_dns");
  policy.peer_ip = test.text("peer_ip");
  policy.extended_crl = given.value("extended_crl", false);
  policy.use_deltas = given.value("use_deltas", policy.extended_crl);
  policy.strict = given.value("x509_strict", false);
  policy.auth_level = given.value("auth_level", 0);
  if (given.value("crl_check_all", false)) {
    policy.crl_check = certificates::CrlCheck::All;
  } else if (has_crls || given.value("crl_check", false)) {
    policy.crl_check = certificates::CrlCheck::Leaf;
  }
  auto& policies = policy.policies;
  policies.initial_policies = given.value("initial_policies", std::vector<std::string>{});
  policies.require_explicit_policy = given.value("require_explicit_policy", false);
  policies.inhibit_any_policy = given.value("inhibit_any_policy", false);
  policies.inhibit_policy_mapping = given.value("inhibit_policy_mapping", false);
  policies.check = given.contains("initial_policies") || policies.require_explicit_policy ||
                   policies.inhibit_any_policy || policies.inhibit_policy_mapping;
  return policy;
}

}  // namespace

std::string Case::text(const char* name) const {
  const auto found = fields.find(name);
  return found != fields.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> Case::list(const char* name) const {
  const auto found = fields.find(name);
  if (found == fields.end()) return {};
  if (found->is_string()) return {found->get<std::string>()};
  return found->get<std::vector<std::string>>();
}

bool Case::flag(const char* name) const {
  const auto found = fields.find(name);
  return found != fields.end() && found->is_boolean() && found->get<bool>();
}

Result<std::vector<Case>> load_manifest(const std::string& path) {
  SG_TRY_ASSIGN(const Bytes bytes, io::read_file(path));
  const Json manifest = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
  if (!manifest.is_array()) {
    return fail(kBadManifest, "the manifest is not a JSON array", path, "name the manifest.json of a vector folder");
  }
  std::vector<Case> cases;
  for (const Json& entry : manifest) {
    if (!entry.is_object() || !entry.contains("id") || !entry.contains("kind")) {
      return fail(kBadManifest, "a case has no id or no kind", path, "correct the manifest");
    }
    Case test;
    test.fields = entry;
    test.fields.erase("expect");
    test.id = test.text("id");
    test.kind = test.text("kind");
    test.format = test.text("format");
    test.folder = std::filesystem::path(path).parent_path();
    cases.push_back(std::move(test));
  }
  return cases;
}

Result<std::vector<certificates::Certificate>> load_certificates(const Case& test, const char* field) {
  std::vector<certificates::Certificate> all;
  for (const auto& name : test.list(field)) {
    SG_TRY_ASSIGN(const Bytes bytes, io::read_file(test.path(name)));
    SG_TRY_ASSIGN(const auto bundle, certificates::import_bundle(bytes));
    for (const auto& entry : bundle.certificates) all.push_back(entry.certificate);
  }
  return all;
}

Result<smime::TrustOptions> load_trust(const Case& test) {
  smime::TrustOptions trust;
  SG_TRY_ASSIGN(trust.anchors, load_certificates(test, "anchors"));
  for (const auto& name : test.list("crls")) {
    SG_TRY_ASSIGN(const Bytes bytes, io::read_file(test.path(name)));
    SG_TRY_ASSIGN(auto bundle, certificates::import_bundle(bytes));
    for (auto& crl : bundle.crls) trust.crls.push_back(std::move(crl));
  }
  trust.path = path_policy(test, !trust.crls.empty());
  if (const std::string at = test.text("at_time"); !at.empty()) {
    SG_TRY_ASSIGN(trust.path.time, parse_rfc3339(at));
  } else {
    trust.path.time = SystemClock().now();
  }
  return trust;
}

}  // namespace sealgate::conformance

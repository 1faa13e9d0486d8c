// Paths and key stores of third parties: every case of kind cert-path and pkcs12, and the paths of the PKITS
// messages.
#include <gtest/gtest.h>
#include <openssl/cms.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "certificates/import.h"
#include "certificates/openssl_handles.h"
#include "certificates/path_validation.h"
#include "certificates/tests/test_certificates.h"
#include "io/file.h"

namespace sealgate::certificates {
namespace {

using Json = nlohmann::json;

std::filesystem::path vectors_folder() {
  const char* given = std::getenv("SEALGATE_VECTORS");
  return given != nullptr ? std::filesystem::path(given)
                          : std::filesystem::path(SEALGATE_SOURCE_DIR) / "../shared/vectors";
}

/// The manifest; empty where the vectors are absent, which is a failure in continuous integration only.
const Json& manifest() {
  static const Json cases = [] {
    const std::filesystem::path path = vectors_folder() / "manifest.json";
    const auto text = io::read_file(path.string());
    if (text) return Json::parse(text->begin(), text->end());
    const char* ci = std::getenv("CI");
    if (ci != nullptr && std::string_view(ci) == "true") ADD_FAILURE() << "no third-party vectors at " << path;
    std::printf("no third-party vectors at %s: set SEALGATE_VECTORS to run them\n", path.c_str());
    return Json::array();
  }();
  return cases;
}

ImportBundle load(const std::string& name, const Secret* password = nullptr) {
  const auto bytes = io::read_file((vectors_folder() / name).string());
  EXPECT_TRUE(bytes) << name;
  ImportOptions options;
  options.password = password;
  auto bundle = import_bundle(bytes ? ByteView(*bytes) : ByteView(), options);
  EXPECT_TRUE(bundle) << name << ": " << bundle.error().to_string();
  return bundle ? std::move(*bundle) : ImportBundle();
}

std::vector<Certificate> certificates_of(const Json& test, const char* field) {
  std::vector<Certificate> result;
  for (const auto& name : test.value(field, Json::array())) {
    for (auto& entry : load(name.get<std::string>()).certificates) result.push_back(entry.certificate);
  }
  return result;
}

PathPolicy policy_of(const Json& test) {
  PathPolicy policy;
  policy.time = parse_rfc3339(test.at("at_time").get<std::string>()).value();
  const std::string purpose = test.value("purpose", "any");
  policy.purpose = purpose == "email"       ? PathPurpose::EmailSign
                   : purpose == "none"      ? PathPurpose::None
                   : purpose == "sslserver" ? PathPurpose::SslServer
                   : purpose == "sslclient" ? PathPurpose::SslClient
                                            : PathPurpose::Any;
  policy.partial_chain = test.value("partial_chain", false);
  policy.peer_dns = test.value("peer_dns", "");
  policy.peer_ip = test.value("peer_ip", "");
  if (test.contains("crls")) policy.crl_check = CrlCheck::Leaf;
  const Json inputs = test.value("policy", Json::object());
  if (inputs.value("crl_check_all", false)) policy.crl_check = CrlCheck::All;
  policy.extended_crl = policy.use_deltas = inputs.value("extended_crl", false);
  policy.strict = inputs.value("x509_strict", false);
  policy.auth_level = inputs.value("auth_level", 0);
  policy.policies.check = inputs.contains("initial_policies");
  policy.policies.initial_policies = inputs.value("initial_policies", std::vector<std::string>());
  policy.policies.require_explicit_policy = inputs.value("require_explicit_policy", false);
  policy.policies.inhibit_policy_mapping = inputs.value("inhibit_policy_mapping", false);
  policy.policies.inhibit_any_policy = inputs.value("inhibit_any_policy", false);
  return policy;
}

/// `cert-path` cases name the first error that OpenSSL's verify program prints, messages the final one.
void expect_result(const Json& test, const PathResult& result, std::string_view outcome) {
  const Json& expect = test.at("expect");
  const std::string observed = result.ok() ? "ok" : "error:" + std::string(outcome);
  EXPECT_EQ(observed, expect.at("verify").get<std::string>()) << result.text;
  if (expect.contains("openssl_error") && result.cause == result.outcome) {
    EXPECT_EQ(result.openssl_error, expect["openssl_error"].get<int>());
    EXPECT_EQ(result.depth, expect["depth"].get<int>());
  }
  if (expect.contains("user_policy_set") && result.ok()) {
    auto wanted = expect["user_policy_set"].get<std::vector<std::string>>();
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(result.user_policies, wanted);
  }
  if (!result.ok()) {
    EXPECT_FALSE(result.text.empty());
    EXPECT_FALSE(result.remedy.empty());
  }
}

const std::vector<Certificate>& other_roots() {
  static const std::vector<Certificate> roots = [] {
    std::vector<Certificate> made;
    for (int index = 0; index < 100; ++index) {
      made.push_back(testing::issue_ca("Other " + std::to_string(index)).certificate);
    }
    return made;
  }();
  return roots;
}

TEST(Vectors, CertificatePaths) {
  int count = 0;
  for (const Json& test : manifest()) {
    if (test.at("kind") != "cert-path") continue;
    SCOPED_TRACE(test.at("id").get<std::string>() + ": " + test.value("note", ""));
    ++count;
    const ImportBundle leaf = load(test.at("file").get<std::string>());
    ASSERT_FALSE(leaf.certificates.empty());
    std::vector<Crl> crls;
    for (const auto& name : test.value("crls", Json::array())) {
      for (auto& crl : load(name.get<std::string>()).crls) crls.push_back(crl);
    }
    const auto anchors = certificates_of(test, "anchors");
    const auto embedded = certificates_of(test, "certs");
    const PathResult result =
        validate_path(leaf.certificates[0].certificate, embedded, anchors, crls, policy_of(test));
    expect_result(test, result, result.cause);
    // A hundred other roots change nothing.
    std::vector<Certificate> crowd = other_roots();
    crowd.insert(crowd.begin() + 50, anchors.begin(), anchors.end());
    const PathResult again = validate_path(leaf.certificates[0].certificate, embedded, crowd, crls, policy_of(test));
    EXPECT_EQ(again.outcome, result.outcome);
    EXPECT_EQ(again.chain.size(), result.chain.size());
  }
  std::printf("%d certificate paths\n", count);
}

/// The certificate of the first signer of an S/MIME message, what it carries besides, and its lists.
struct SignedMessage {
  std::optional<Certificate> signer;
  std::vector<Certificate> embedded;
  std::vector<Crl> crls;
};

SignedMessage read_message(const std::string& name) {
  SignedMessage result;
  const BioHandle in(BIO_new_file((vectors_folder() / name).c_str(), "rb"));
  BIO* content = nullptr;
  const std::unique_ptr<CMS_ContentInfo, Deleter<CMS_ContentInfo_free>> cms(SMIME_read_CMS(in.get(), &content));
  const BioHandle content_owner(content);
  if (!cms) return result;
  const X509StackHandle certificates(CMS_get1_certs(cms.get()));
  CMS_set1_signers_certs(cms.get(), certificates.get(), 0);
  for (int index = 0; index < sk_X509_num(certificates.get()); ++index) {
    result.embedded.push_back(Certificate::from_native(sk_X509_value(certificates.get(), index)).value());
  }
  CMS_SignerInfo* info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms.get()), 0);
  X509* signer = nullptr;
  CMS_SignerInfo_get0_algs(info, nullptr, &signer, nullptr, nullptr);
  if (signer != nullptr) result.signer = Certificate::from_native(signer).value();
  const X509CrlStackHandle lists(CMS_get1_crls(cms.get()));
  for (int index = 0; index < sk_X509_CRL_num(lists.get()); ++index) {
    result.crls.push_back(
        Crl::from_der(encode_der<const X509_CRL>(i2d_X509_CRL, sk_X509_CRL_value(lists.get(), index))).value());
  }
  return result;
}

TEST(Vectors, PathsOfPkitsMessages) {
  int count = 0;
  for (const Json& test : manifest()) {
    if (test.at("kind") != "smime-signed" || !test.contains("pkits")) continue;
    SCOPED_TRACE(test.at("id").get<std::string>() + ": " + test.value("note", ""));
    if (test.at("expect").value("signature", "ok") != "ok") continue;  // the message itself is at fault
    ++count;
    const SignedMessage message = read_message(test.at("file").get<std::string>());
    ASSERT_TRUE(message.signer);
    if (test.at("expect").contains("signer_subject")) {
      EXPECT_EQ(message.signer->subject(), test.at("expect").at("signer_subject").get<std::string>());
    }
    const PathResult result = validate_path(*message.signer, message.embedded, certificates_of(test, "anchors"),
                                            message.crls, policy_of(test));
    expect_result(test, result, result.outcome);
    EXPECT_TRUE(signer_public_key(*message.signer, message.embedded));
  }
  std::printf("%d paths of messages\n", count);
}

TEST(Vectors, KeyStores) {
  for (const Json& test : manifest()) {
    if (test.at("kind") != "pkcs12") continue;
    SCOPED_TRACE(test.at("id").get<std::string>());
    const Secret password = Secret::from_text(test.at("password").get<std::string>());
    const std::string file = test.at("file").get<std::string>();
    const ImportBundle bundle = load(file, &password);
    const Json& expect = test.at("expect");
    EXPECT_EQ(bundle.certificates.size(), expect.at("certs").get<std::size_t>());
    EXPECT_EQ(bundle.keys.size(), expect.at("keys").get<std::size_t>());
    ASSERT_FALSE(bundle.certificates.empty());
    const Certificate& first = bundle.certificates.front().certificate;
    EXPECT_EQ(first.subject(), expect.at("subject").get<std::string>());
    if (expect.contains("spki_sha256")) {
      EXPECT_EQ(to_hex(first.spki_sha256()), expect.at("spki_sha256").get<std::string>());
    }
    const auto bytes = io::read_file((vectors_folder() / file).string()).value();
    ImportOptions options;
    const Secret wrong = Secret::from_text("no such password");
    options.password = &wrong;
    EXPECT_EQ(import_bundle(bytes, options).error().code.id, "import.wrong-password");
    options.password = nullptr;
    EXPECT_EQ(import_bundle(bytes, options).error().code.id, "import.password-required");
  }
}

TEST(Vectors, EveryOutcomeOfTheManifestIsKnown) {
  for (const Json& test : manifest()) {
    const std::string verify = test.at("expect").value("verify", "");
    if (!verify.starts_with("error:chain:")) continue;
    const std::string outcome = verify.substr(6);
    const auto known = path_outcomes();
    EXPECT_NE(std::find(known.begin(), known.end(), outcome), known.end()) << outcome;
  }
}

}  // namespace
}  // namespace sealgate::certificates

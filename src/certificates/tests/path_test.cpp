#include "certificates/path_validation.h"

#include <gtest/gtest.h>

#include "certificates/path_memory.h"
#include "certificates/revocation_lists.h"
#include "certificates/tests/test_certificates.h"

namespace sealgate::certificates {
namespace {

using testing::Identity;
using testing::issue;
using testing::issue_ca;
using testing::issue_crl;
using testing::kNow;

/// Root, intermediate authority and leaf.
struct Chain {
  Identity root = issue_ca("Root");
  Identity middle = issue_ca("Middle", &root);
  Identity leaf = issue({.subject = {{"CN", "Leaf"}}, .issuer = &middle, .serial = 7});
  std::vector<Certificate> anchors{root.certificate};
  std::vector<Certificate> embedded{middle.certificate};
};

PathPolicy policy_at(Time time = kNow) {
  PathPolicy policy;
  policy.time = time;
  return policy;
}

TEST(Path, ReachesTheAnchor) {
  const Chain chain;
  const PathResult result = validate_path(chain.leaf.certificate, chain.embedded, chain.anchors, {}, policy_at());
  EXPECT_TRUE(result.ok()) << result.text;
  EXPECT_TRUE(result.status());
  ASSERT_EQ(result.chain.size(), 3U);
  EXPECT_EQ(result.chain[0], chain.leaf.certificate);
  EXPECT_EQ(result.chain[1], chain.middle.certificate);
  EXPECT_EQ(result.chain[2], chain.root.certificate);
}

/// A good verdict is remembered; whatever it followed from must be as it was.
TEST(Path, ThatWasGoodIsJudgedAgainWhenAnythingChanges) {
  const Chain chain;
  const Identity other = issue_ca("Other");
  const auto outcome = [&](const PathPolicy& policy, std::span<const Certificate> embedded,
                           std::span<const Certificate> anchors, std::span<const Crl> crls = {}) {
    return std::string(validate_path(chain.leaf.certificate, embedded, anchors, crls, policy).outcome);
  };
  const PathPolicy now = policy_at();
  for (int again = 0; again < 2; ++again) {
    const PathResult good = validate_path(chain.leaf.certificate, chain.embedded, chain.anchors, {}, now);
    ASSERT_TRUE(good.ok()) << good.text;
    ASSERT_EQ(good.chain.size(), 3U);
    EXPECT_EQ(good.chain[1], chain.middle.certificate);
  }
  // The clock.
  const Time last = chain.leaf.certificate.not_after();
  EXPECT_EQ(outcome(policy_at(last - std::chrono::seconds(1)), chain.embedded, chain.anchors), "ok");
  EXPECT_EQ(outcome(policy_at(last), chain.embedded, chain.anchors), "chain:expired");
  EXPECT_EQ(outcome(policy_at(last + std::chrono::seconds(1)), chain.embedded, chain.anchors), "chain:expired");
  const Time first = chain.leaf.certificate.not_before();
  EXPECT_EQ(outcome(policy_at(first), chain.embedded, chain.anchors), "ok");
  EXPECT_EQ(outcome(policy_at(first - std::chrono::milliseconds(1)), chain.embedded, chain.anchors),
            "chain:not-yet-valid");
  // What is trusted, and what is at hand.
  EXPECT_EQ(outcome(now, chain.embedded, {}), "chain:no-issuer");
  EXPECT_EQ(outcome(now, chain.embedded, std::vector{other.certificate}), "chain:no-issuer");
  EXPECT_EQ(outcome(now, {}, chain.anchors), "chain:no-issuer");
  for (const Identity* distrusted : {&chain.leaf, &chain.middle, &chain.root}) {
    PathPolicy policy = now;
    policy.distrusted = {distrusted->certificate.thumbprint()};
    EXPECT_EQ(outcome(policy, chain.embedded, chain.anchors), "chain:distrusted");
    policy.distrusted = {other.certificate.thumbprint_sha256(), distrusted->certificate.thumbprint_sha256()};
    EXPECT_EQ(outcome(policy, chain.embedded, chain.anchors), "chain:distrusted");
  }
  // The policy.
  PathPolicy shallow = now;
  shallow.max_depth = 0;
  EXPECT_NE(outcome(shallow, chain.embedded, chain.anchors), "ok");
  PathPolicy explicit_policy = now;
  explicit_policy.policies.check = true;
  explicit_policy.policies.initial_policies = {"1.2.3.4"};
  explicit_policy.policies.require_explicit_policy = true;
  EXPECT_NE(outcome(explicit_policy, chain.embedded, chain.anchors), "ok");
  PathPolicy named = now;
  named.peer_dns = "partner.example";
  EXPECT_NE(outcome(named, chain.embedded, chain.anchors), "ok");
  // Lists are asked each time.
  PathPolicy listed = now;
  listed.crl_check = CrlCheck::Leaf;
  const std::vector<Crl> clean{issue_crl(chain.middle, {8})};
  const std::vector<Crl> revoked{issue_crl(chain.middle, {7})};
  EXPECT_EQ(outcome(listed, chain.embedded, chain.anchors, clean), "ok");
  EXPECT_EQ(outcome(listed, chain.embedded, chain.anchors, revoked), "chain:revoked");
  EXPECT_EQ(outcome(now, chain.embedded, chain.anchors), "ok");
}

TEST(PathMemory, HoldsSoManyPathsAndNoneOutsideTheirTime) {
  const Chain chain;
  const PathPolicy policy = policy_at();
  const PathResult good = validate_path(chain.leaf.certificate, chain.embedded, chain.anchors, {}, policy);
  const auto question = PathMemory::question(chain.leaf.certificate, chain.embedded, chain.anchors, {}, policy);
  ASSERT_TRUE(question);
  EXPECT_EQ(question, PathMemory::question(chain.leaf.certificate, chain.embedded, chain.anchors, {},
                                           policy_at(kNow + std::chrono::hours(1))));
  EXPECT_NE(question, PathMemory::question(chain.leaf.certificate, chain.anchors, chain.embedded, {}, policy));
  EXPECT_FALSE(PathMemory::question(chain.leaf.certificate, std::vector(3000, chain.middle.certificate),
                                    chain.anchors, {}, policy));
  PathMemory memory(2);
  PathResult bad = good;
  bad.outcome = "chain:expired";
  memory.keep(*question, bad);
  EXPECT_FALSE(memory.find(*question, kNow));
  memory.keep(*question, good);
  EXPECT_TRUE(memory.find(*question, kNow));
  EXPECT_FALSE(memory.find(*question, chain.leaf.certificate.not_after()));
  EXPECT_FALSE(memory.find(*question, chain.leaf.certificate.not_before() - std::chrono::seconds(1)));
  for (const Byte other : {Byte{1}, Byte{2}}) {
    std::array<Byte, 32> digest{};
    digest[0] = other;
    memory.keep(Thumbprint::sha256(digest), good);
  }
  EXPECT_FALSE(memory.find(*question, kNow)) << "the least recently used one went";
}

TEST(RevocationLists, NameACertificateWithoutAnyPath) {
  const Chain chain;
  const auto listed = [&](std::vector<Crl> crls) { return is_listed_as_revoked(chain.leaf.certificate, crls); };
  EXPECT_FALSE(listed({}));
  EXPECT_FALSE(listed({issue_crl(chain.middle, {6, 8})}));
  EXPECT_FALSE(listed({issue_crl(chain.root, {7})})) << "another issuer's number";
  EXPECT_TRUE(listed({issue_crl(chain.middle, {6, 7})}));
  const Crl old = issue_crl(chain.middle, {7}, kNow - std::chrono::hours(48));
  EXPECT_TRUE(listed({old, issue_crl(chain.middle, {})})) << "a later list does not undo it";
}

TEST(Path, SaysWhatIsWrong) {
  const Chain chain;
  const auto outcome = [&](const PathPolicy& policy, std::span<const Certificate> embedded,
                           std::span<const Certificate> anchors, std::span<const Crl> crls = {}) {
    const PathResult result = validate_path(chain.leaf.certificate, embedded, anchors, crls, policy);
    EXPECT_FALSE(result.ok());
    EXPECT_NE(result.text.find("the certificate '"), std::string::npos);
    EXPECT_FALSE(result.remedy.empty());
    EXPECT_FALSE(result.status());
    return std::string(result.outcome);
  };
  EXPECT_EQ(outcome(policy_at(), {}, chain.anchors), "chain:no-issuer");
  EXPECT_EQ(outcome(policy_at(), chain.embedded, {}), "chain:no-issuer");
  EXPECT_EQ(outcome(policy_at(kNow + std::chrono::hours(24 * 366)), chain.embedded, chain.anchors), "chain:expired");
  EXPECT_EQ(outcome(policy_at(kNow - std::chrono::hours(25)), chain.embedded, chain.anchors), "chain:not-yet-valid");
  const std::vector<Certificate> all{chain.middle.certificate, chain.root.certificate};
  EXPECT_EQ(outcome(policy_at(), all, {}), "chain:untrusted-root");

  PathPolicy revocation = policy_at();
  revocation.crl_check = CrlCheck::Leaf;
  EXPECT_EQ(outcome(revocation, chain.embedded, chain.anchors), "chain:crl-missing");
  const std::vector<Crl> revoked{issue_crl(chain.middle, {7})};
  EXPECT_EQ(outcome(revocation, chain.embedded, chain.anchors, revoked), "chain:revoked");
  const std::vector<Crl> stale{issue_crl(chain.middle, {}, kNow - std::chrono::hours(48))};
  EXPECT_EQ(outcome(revocation, chain.embedded, chain.anchors, stale), "chain:crl-expired");
  const std::vector<Crl> future{issue_crl(chain.middle, {}, kNow + std::chrono::hours(48))};
  EXPECT_EQ(outcome(revocation, chain.embedded, chain.anchors, future), "chain:crl-not-yet-valid");
  const std::vector<Crl> clean{issue_crl(chain.middle, {8})};
  EXPECT_TRUE(validate_path(chain.leaf.certificate, chain.embedded, chain.anchors, clean, revocation).ok());
  revocation.crl_check = CrlCheck::All;
  EXPECT_EQ(outcome(revocation, chain.embedded, chain.anchors, clean), "chain:crl-missing");
  const std::vector<Crl> both{issue_crl(chain.middle, {8}), issue_crl(chain.root, {1})};
  EXPECT_EQ(outcome(revocation, chain.embedded, chain.anchors, both), "chain:revoked");

  PathPolicy named = policy_at();
  named.purpose = PathPurpose::SslServer;
  named.peer_dns = "partner.example.com";
  EXPECT_EQ(outcome(named, chain.embedded, chain.anchors), "chain:peer-name");
}

TEST(Path, ErrorClassesLeadToTheExitStatusOfTheContract) {
  const Chain chain;
  PathPolicy policy = policy_at();
  policy.crl_check = CrlCheck::Leaf;
  const std::vector<Crl> revoked{issue_crl(chain.middle, {7})};
  EXPECT_EQ(validate_path(chain.leaf.certificate, chain.embedded, chain.anchors, revoked, policy)
                .status()
                .error()
                .code.error_class,
            ErrorClass::Revocation);
  EXPECT_EQ(validate_path(chain.leaf.certificate, chain.embedded, chain.anchors, {}, policy)
                .status()
                .error()
                .code.error_class,
            ErrorClass::Revocation);
  EXPECT_EQ(
      validate_path(chain.leaf.certificate, {}, chain.anchors, {}, policy_at()).status().error().code.error_class,
      ErrorClass::Trust);
}

TEST(Path, ASelfSignedPartnerThatIsTrustedItselfNeedsNoList) {
  const Identity self = issue({.subject = {{"CN", "Partner"}}});
  const std::vector<Certificate> anchors{self.certificate};
  PathPolicy policy = policy_at();
  policy.crl_check = CrlCheck::Leaf;
  EXPECT_EQ(validate_path(self.certificate, {}, anchors, {}, policy).outcome, "ok");
  EXPECT_EQ(validate_path(self.certificate, anchors, {}, {}, policy).outcome, "chain:untrusted-root");
  policy.distrusted.push_back(self.certificate.thumbprint_sha256());
  EXPECT_EQ(validate_path(self.certificate, {}, anchors, {}, policy).outcome, "chain:distrusted");
}

TEST(Path, DistrustedAnywhereInThePathIsRefused) {
  const Chain chain;
  for (const Identity* identity : {&chain.leaf, &chain.middle, &chain.root}) {
    for (const Thumbprint& thumbprint :
         {identity->certificate.thumbprint(), identity->certificate.thumbprint_sha256()}) {
      PathPolicy policy = policy_at();
      policy.distrusted = {thumbprint};
      const PathResult result = validate_path(chain.leaf.certificate, chain.embedded, chain.anchors, {}, policy);
      EXPECT_EQ(result.outcome, "chain:distrusted");
      EXPECT_EQ(result.chain.size(), 3U);
    }
  }
}

TEST(Path, SelfSignedPartnersAreTrustedAsAnchorsOnly) {
  const Identity partner = issue({.subject = {{"CN", "Partner"}}});
  const std::vector<Certificate> anchors{partner.certificate};
  EXPECT_TRUE(validate_path(partner.certificate, {}, anchors, {}, policy_at()).ok());
  EXPECT_EQ(validate_path(partner.certificate, anchors, {}, {}, policy_at()).outcome, "chain:untrusted-root");
}

TEST(Path, PartialChainsOnlyWhenAllowed) {
  const Chain chain;
  PathPolicy policy = policy_at();
  EXPECT_EQ(validate_path(chain.leaf.certificate, {}, chain.embedded, {}, policy).outcome, "chain:no-issuer");
  policy.partial_chain = true;
  EXPECT_TRUE(validate_path(chain.leaf.certificate, {}, chain.embedded, {}, policy).ok());
}

TEST(Path, WrongAuthoritiesAreRefused) {
  const Chain chain;
  const Identity below_leaf = issue({.subject = {{"CN", "Below"}}, .issuer = &chain.leaf});
  std::vector<Certificate> embedded = chain.embedded;
  embedded.push_back(chain.leaf.certificate);
  EXPECT_EQ(validate_path(below_leaf.certificate, embedded, chain.anchors, {}, policy_at()).outcome,
            "chain:not-a-ca");
  // An authority of the same name with another key.
  const Identity false_middle = issue_ca("Middle");
  const std::vector<Certificate> forged{false_middle.certificate};
  EXPECT_NE(validate_path(chain.leaf.certificate, forged, chain.anchors, {}, policy_at()).outcome, "ok");
}

TEST(Path, LimitsDepthAndCandidates) {
  std::vector<Identity> line;
  line.push_back(issue_ca("Root"));
  for (int index = 0; index < 6; ++index) line.push_back(issue_ca("CA " + std::to_string(index), &line.back()));
  const Identity leaf = issue({.issuer = &line.back()});
  std::vector<Certificate> embedded;
  for (std::size_t index = 1; index < line.size(); ++index) embedded.push_back(line[index].certificate);
  const std::vector<Certificate> anchors{line.front().certificate};
  PathPolicy policy = policy_at();
  EXPECT_TRUE(validate_path(leaf.certificate, embedded, anchors, {}, policy).ok());
  policy.max_depth = 6;
  EXPECT_TRUE(validate_path(leaf.certificate, embedded, anchors, {}, policy).ok());
  policy.max_depth = 5;
  EXPECT_FALSE(validate_path(leaf.certificate, embedded, anchors, {}, policy).ok());
  policy.max_depth = 100;
  policy.max_candidates = 5;
  const PathResult crowded = validate_path(leaf.certificate, embedded, anchors, {}, policy);
  EXPECT_EQ(crowded.outcome, "chain:too-many-candidates");
  EXPECT_EQ(crowded.status().error().code.error_class, ErrorClass::Policy);
}

TEST(Path, HundredsOfNamesakesEndQuickly) {
  // Authorities that all bear one name and one key, each issued by the next: a maze for a searcher without limits.
  const crypto::PrivateKey key = crypto::generate_ec("P-256").value();
  const Identity first = issue({.subject = {{"CN", "Maze"}}, .key = key, .extensions = testing::ca_extensions()});
  std::vector<Certificate> embedded;
  for (long serial = 2; serial < 300; ++serial) {
    embedded.push_back(issue({.subject = {{"CN", "Maze"}},
                              .issuer = &first,
                              .key = key,
                              .extensions = testing::ca_extensions(),
                              .serial = serial})
                           .certificate);
  }
  const Identity leaf = issue({.issuer = &first});
  const Identity elsewhere = issue_ca("Elsewhere");
  const std::vector<Certificate> anchors{elsewhere.certificate};
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(validate_path(leaf.certificate, embedded, anchors, {}, policy_at()).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Path, WeakAlgorithmsByLevel) {
  const Chain chain;
  const Identity old = issue({.subject = {{"CN", "Old"}}, .issuer = &chain.middle, .digest = "SHA1"});
  PathPolicy policy = policy_at();
  EXPECT_TRUE(validate_path(old.certificate, chain.embedded, chain.anchors, {}, policy).ok());
  policy.auth_level = 1;
  const PathResult result = validate_path(old.certificate, chain.embedded, chain.anchors, {}, policy);
  EXPECT_EQ(result.outcome, "chain:weak-digest");
  EXPECT_EQ(result.status().error().code.error_class, ErrorClass::Policy);
}

TEST(Path, PoliciesThatAreNoObjectIdentifiersAreAnError) {
  const Chain chain;
  PathPolicy policy = policy_at();
  policy.policies.check = true;
  policy.policies.initial_policies = {"not an oid"};
  EXPECT_FALSE(validate_path(chain.leaf.certificate, chain.embedded, chain.anchors, {}, policy).ok());
}

/// The certificate with its DSA parameters cut out and signed anew, as RFC 3279 section 2.3.2 allows.
Identity without_parameters(const Identity& original, const Identity& issuer) {
  X509* copy = X509_dup(original.certificate.native());
  X509_PUBKEY* spki = X509_get_X509_PUBKEY(copy);
  const unsigned char* bits = nullptr;
  int length = 0;
  X509_PUBKEY_get0_param(nullptr, &bits, &length, nullptr, spki);
  auto* own = static_cast<unsigned char*>(OPENSSL_memdup(bits, static_cast<std::size_t>(length)));
  X509_PUBKEY_set0_param(spki, OBJ_nid2obj(NID_dsa), V_ASN1_UNDEF, nullptr, own, length);
  X509_sign(copy, issuer.key.native(), EVP_sha256());
  Identity result{Certificate::from_native(copy).value(), original.key};
  X509_free(copy);
  return result;
}

TEST(Path, DsaParametersAreInheritedAlongThePath) {
  const crypto::PrivateKey root_key = crypto::generate_dsa(1024).value();
  const auto related_key = [&] {
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(root_key.native(), nullptr);  // the same parameters
    EVP_PKEY* key = nullptr;
    EVP_PKEY_keygen_init(context);
    EVP_PKEY_keygen(context, &key);
    EVP_PKEY_CTX_free(context);
    const crypto::PrivateKey result = crypto::PrivateKey::from_native(key);
    EVP_PKEY_free(key);
    return result;
  };
  const Identity root =
      issue({.subject = {{"CN", "DSA root"}}, .key = root_key, .extensions = testing::ca_extensions()});
  const Identity full = issue({.subject = {{"CN", "DSA middle"}},
                               .issuer = &root,
                               .key = related_key(),
                               .extensions = testing::ca_extensions()});
  const Identity middle = without_parameters(full, root);
  const Identity leaf = without_parameters(issue({.issuer = &middle, .key = related_key()}), middle);
  EXPECT_EQ(leaf.certificate.key_description(), "DSA without parameters");
  EXPECT_EQ(leaf.certificate.public_key().error().code.id, "certificates.no-public-key");

  const std::vector<Certificate> anchors{root.certificate};
  const std::vector<Certificate> embedded{middle.certificate};
  const PathResult result = validate_path(leaf.certificate, embedded, anchors, {}, policy_at());
  EXPECT_TRUE(result.ok()) << result.text;
  ASSERT_EQ(result.chain.size(), 3U);
  EXPECT_EQ(result.chain[0], leaf.certificate);
  EXPECT_EQ(result.chain[1], middle.certificate);

  const std::vector<Certificate> candidates{middle.certificate, root.certificate};
  const auto key = signer_public_key(leaf.certificate, candidates);
  ASSERT_TRUE(key);
  EXPECT_TRUE(crypto::matches(leaf.key, *key));
  EXPECT_FALSE(signer_public_key(leaf.certificate, embedded));
  // Parameters of an authority that only shares the name are not taken.
  const Identity impostor = issue({.subject = {{"CN", "DSA root"}},
                                   .key = crypto::generate_dsa(1024).value(),
                                   .extensions = testing::ca_extensions()});
  const std::vector<Certificate> false_candidates{middle.certificate, impostor.certificate};
  EXPECT_FALSE(signer_public_key(leaf.certificate, false_candidates));
}

TEST(Path, OutcomesAreDistinct) {
  const auto outcomes = path_outcomes();
  EXPECT_GT(outcomes.size(), 30U);
  for (std::size_t index = 0; index < outcomes.size(); ++index) {
    EXPECT_TRUE(outcomes[index].starts_with("chain:"));
    for (std::size_t other = index + 1; other < outcomes.size(); ++other) EXPECT_NE(outcomes[index], outcomes[other]);
  }
}

}  // namespace
}  // namespace sealgate::certificates

// check, audit, party add, delete with certificates, and certificates of one group moved to another.

#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "certificates/export.h"
#include "certificates/tests/test_certificates.h"
#include "cli/tests/command_fixture.h"
#include "io/file.h"

namespace sealgate::cli {

int run_apply(const Args& args);
int run_audit(const Args& args);
int run_cert(const Args& args);
int run_check(const Args& args);
int run_delete(const Args& args);
int run_get(const Args& args);
int run_party(const Args& args);

namespace {

using certificates::testing::Identity;
using certificates::testing::issue;
using certificates::testing::issue_ca;
using Json = nlohmann::json;

class ForesightCommands : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    write("pw", "secret\n");
  }
  std::string path(const std::string& name) const { return (folder() / name).string(); }
  std::string write(const std::string& name, std::string_view content) const {
    EXPECT_TRUE(io::write_file_atomically(path(name), as_bytes(content), 0600));
    return path(name);
  }
  std::string write(const std::string& name, const Identity& identity) const {
    return write(name, certificates::export_pem(std::array{identity.certificate}));
  }
  /// Certificate and key, as PKCS#12 with the password of "pw".
  std::string write_key(const std::string& name, const Identity& identity) const {
    const auto made = certificates::export_pkcs12({identity.certificate, identity.key}, Secret::from_text("secret"));
    EXPECT_TRUE(made);
    return write(name, as_text(*made));
  }
  Outcome on(const std::string& data, int (*command)(const Args&), Args args) const {
    args.insert(args.end(), {"--data", path(data)});
    return run(command, args);
  }
  Outcome here(int (*command)(const Args&), Args args) const { return on("data", command, std::move(args)); }
  void apply(const std::string& yaml, const std::string& data = "data") const {
    const Outcome done = on(data, run_apply, {"-f", write("a.yaml", yaml)});
    ASSERT_EQ(done.status, 0) << done.err;
  }
  static std::string hex(const Identity& identity) { return identity.certificate.thumbprint().to_hex(); }

  /// Valid for years around the real time.
  Identity make(const std::string& name, const Identity* issuer = nullptr) {
    const Time now = SystemClock().now();
    return issue({.subject = {{"CN", name}},
                  .issuer = issuer,
                  .not_before = now - std::chrono::days(1),
                  .not_after = now + std::chrono::days(400),
                  .serial = ++serial_});
  }
  long serial_ = 100;
};

TEST_F(ForesightCommands, WhoRemovesACertificateLearnsWhatMissesItNow) {
  const Identity fabrikam = make("Fabrikam");
  ASSERT_EQ(here(run_party, {"add", "Fabrikam", "--certificate", write("f.cer", fabrikam)}).status, 0);
  const Outcome done = here(run_cert, {"remove", hex(fabrikam)});
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_NE(done.out.find("still assigned: Party Fabrikam, verification_certificates"), std::string::npos)
      << done.out;
  ASSERT_EQ(here(run_cert, {"import", path("f.cer")}).status, 0);
  const Json again = Json::parse(here(run_cert, {"remove", hex(fabrikam), "-o", "json"}).out);
  EXPECT_EQ(again["still_assigned"].size(), 1U) << again;
}

TEST_F(ForesightCommands, APartyIsAddedWithItsCertificateAndGoesWithIt) {
  const Identity fabrikam = make("Fabrikam");
  const Identity shared = make("Shared");
  Outcome done = here(run_party, {"add", "Fabrikam", "--certificate", write("f.cer", fabrikam), "--certificate",
                                  write("s.cer", shared)});
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_NE(done.out.find("Party Fabrikam"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("imported into OtherPeople: 'Fabrikam'"), std::string::npos) << done.out;
  apply(
      "kind: Host\nname: H\n---\nkind: SendPort\nname: Out\nhost: H\nadapter: FILE\nsettings: {folder: /tmp/x}\n"
      "pipeline: SMIMETransmit\nencoder: {enable_encryption: true}\nencryption_certificates: ['" +
      shared.certificate.thumbprint_sha256().to_hex() + "']\n");

  // Once more changes nothing.
  done = here(run_party, {"add", "Fabrikam", "--certificate", path("f.cer")});
  EXPECT_NE(done.out.find("unchanged"), std::string::npos) << done.out;

  done = here(run_delete, {"Party", "Fabrikam"});
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_NE(done.err.find(hex(fabrikam)), std::string::npos) << "told, not removed: " << done.err;
  EXPECT_EQ(done.err.find(hex(shared)), std::string::npos) << "a port uses it";
  EXPECT_EQ(here(run_cert, {"show", hex(fabrikam)}).status, 0);

  ASSERT_EQ(
      here(run_party, {"add", "Fabrikam", "--certificate", path("f.cer"), "--certificate", path("s.cer")}).status, 0);
  done = here(run_delete, {"Party", "Fabrikam", "--with-certificates"});
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_NE(done.out.find("removed from OtherPeople: 'Fabrikam'"), std::string::npos) << done.out;
  EXPECT_EQ(here(run_cert, {"show", hex(fabrikam)}).status, 2);
  EXPECT_EQ(here(run_cert, {"show", hex(shared)}).status, 0);
}

TEST_F(ForesightCommands, APartyThatIsRefusedLeavesNoCertificateBehind) {
  const Identity one = make("One");
  const Identity other = make("Other");
  ASSERT_EQ(here(run_party, {"add", "First", "--certificate", write("1.cer", one)}).status, 0);
  const Outcome done =
      here(run_party, {"add", "Second", "--certificate", path("1.cer"), "--certificate", write("2.cer", other)});
  EXPECT_EQ(done.status, 2) << "the certificate belongs to First";
  EXPECT_NE(done.err.find("artifacts.duplicate-thumbprint"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("First"), std::string::npos) << done.err;
  EXPECT_EQ(here(run_cert, {"show", hex(other)}).status, 2) << "imported by this run";
  EXPECT_EQ(here(run_cert, {"show", hex(one)}).status, 0) << "there before";
  EXPECT_EQ(here(run_get, {"Party", "Second"}).status, 2);
  const Identity root = issue_ca("Root");
  const Outcome authority = here(run_party, {"add", "Third", "--certificate", write("r.cer", root)});
  EXPECT_EQ(authority.status, 2);
  EXPECT_NE(authority.err.find("cli.no-certificate"), std::string::npos) << authority.err;
}

TEST_F(ForesightCommands, RemovingAHostTellsWhatIsLeftInItsStore) {
  apply(
      "kind: Host\nname: A\naccount: first\n---\nkind: Host\nname: B\naccount: second\n---\nkind: Host\nname: "
      "C\naccount: second\n");
  const Identity own = make("Own");
  for (const char* account : {"first", "second"}) {
    ASSERT_EQ(here(run_cert, {"import", write_key("o.p12", own), "--password-file", path("pw"), "--account", account})
                  .status,
              0);
  }
  Outcome done = here(run_delete, {"Host", "A", "--with-certificates"});
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_NE(done.err.find("left in the Personal store of account first"), std::string::npos) << done.err;
  EXPECT_EQ(here(run_cert, {"show", hex(own), "--account", "first"}).status, 0) << "own keys are never removed";
  done = here(run_delete, {"Host", "B"});
  EXPECT_EQ(done.err.find("left in"), std::string::npos) << "C still runs as second";
}

TEST_F(ForesightCommands, AllCertificatesMoveToAnotherGroupWithTheirKeys) {
  const Identity root = issue_ca("Root");
  const Identity own = make("Own", &root);
  const Identity partner = make("Partner", &root);
  apply("kind: Host\nname: A\naccount: contoso\n");
  ASSERT_EQ(here(run_cert, {"import", write_key("o.p12", own), "--password-file", path("pw"), "--account", "contoso"})
                .status,
            0);
  ASSERT_EQ(here(run_cert, {"import", write("p.cer", partner)}).status, 0);
  ASSERT_EQ(here(run_cert, {"import", write("r.cer", root), "--trust-roots"}).status, 0);

  EXPECT_EQ(here(run_cert, {"export", "--all", "--with-keys", "--out", path("x")}).status, 2) << "without a password";
  EXPECT_EQ(here(run_cert, {"export", "--all"}).status, 2) << "to standard output";
  EXPECT_EQ(here(run_cert, {"export"}).status, 2);
  EXPECT_FALSE(std::filesystem::exists(path("x")));
  const Outcome done =
      here(run_cert, {"export", "--all", "--with-keys", "--password-file", path("pw"), "--out", path("x")});
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(done.out, "3 certificates, 1 with private key\n");
  struct stat status {};
  ASSERT_EQ(::stat(path("x").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  ASSERT_EQ(::stat(path("x/Personal/contoso/" + hex(own) + ".p12").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(here(run_cert, {"export", "--all", "--out", path("x")}).status, 2) << "it is there already";

  // The other group wants to verify with the partner's certificate and to sign with it, which is nonsense.
  apply("kind: Group\nname: Other\nsigning_certificates: ['" + hex(own) +
            "']\n---\nkind: Party\nname: P\nverification_certificates: ['" + hex(partner) +
            "']\n---\nkind: Host\nname: H\naccount: elsewhere\n---\nkind: SendPort\nname: S\nhost: H\nadapter: FILE\n"
            "settings: {folder: /tmp/x}\npipeline: SMIMETransmit\nencoder: {signature_type: blob}\n",
        "second");
  EXPECT_NE(on("second", run_cert, {"import", path("x")}).status, 0) << "a password is needed";
  const Outcome arrived =
      on("second", run_cert, {"import", path("x"), "--password-file", path("pw"), "--trust-roots", "-o", "json"});
  ASSERT_EQ(arrived.status, 0) << arrived.err;
  std::map<std::string, Json> by_store;
  const Json document = Json::parse(arrived.out);
  for (const Json& one : document["imported"]) by_store[one["store"]] = one;
  ASSERT_EQ(by_store.size(), 3U);
  EXPECT_EQ(by_store["Personal"]["private_key"], true);
  EXPECT_EQ(by_store["OtherPeople"]["fits"][0], "Party P, verification_certificates (verify)");
  ASSERT_EQ(by_store["Personal"]["misfits"].size(), 1U);
  EXPECT_EQ(by_store["Personal"]["misfits"][0],
            "Group Other, signing_certificates (sign): it must be in the Personal store of account elsewhere");
  EXPECT_EQ(on("second", run_cert, {"show", hex(own), "--account", "contoso"}).status, 0);
}

TEST_F(ForesightCommands, WithoutKeysOneFileIsEnough) {
  const Identity partner = make("Partner");
  ASSERT_EQ(here(run_cert, {"import", write("p.cer", partner)}).status, 0);
  for (const char* name : {"all.p7b", "all.pem"}) {
    ASSERT_EQ(here(run_cert, {"export", "--all", "--store", "OtherPeople", "--out", path(name)}).status, 0);
    EXPECT_EQ(on(std::string("to-") + name, run_cert, {"import", path(name)}).status, 0);
    EXPECT_EQ(on(std::string("to-") + name, run_cert, {"show", hex(partner)}).status, 0);
  }
  EXPECT_EQ(here(run_cert, {"export", "--all", "--with-keys", "--password-file", path("pw"), "--out", path("k.p7b")})
                .status,
            2);
  std::filesystem::create_directory(path("empty"));
  const Outcome nothing = here(run_cert, {"import", path("empty")});
  EXPECT_EQ(nothing.status, 2);
  EXPECT_NE(nothing.err.find("io.is-a-directory"), std::string::npos) << nothing.err;
}

TEST_F(ForesightCommands, ListsSayWhereACertificateIsUsedAndWhoTakesOver) {
  const Identity old = make("Old");
  const Identity next = make("Next");
  for (const Identity* one : {&old, &next}) {
    ASSERT_EQ(here(run_cert, {"import", write_key("o.p12", *one), "--password-file", path("pw")}).status, 0);
  }
  apply("kind: Group\nname: G\nsigning_certificates: ['" + hex(old) + "', {certificate: '" + hex(next) +
        "', from: 2050-01-01T00:00:00Z}]\n");
  const Json shown = Json::parse(here(run_cert, {"show", hex(old), "-o", "json"}).out);
  ASSERT_EQ(shown["used_by"].size(), 1U);
  const std::string use = shown["used_by"][0];
  EXPECT_NE(use.find("Group G, signing_certificates (sign)"), std::string::npos) << use;
  EXPECT_NE(use.find("takes over on 2050-01-01T00:00:00Z"), std::string::npos) << use;
  EXPECT_NE(here(run_cert, {"show", hex(next)}).out.find("from 2050-01-01T00:00:00Z: not yet"), std::string::npos);
  EXPECT_NE(here(run_cert, {"list"}).out.find("Group G, signing_certificates"), std::string::npos);
}

TEST_F(ForesightCommands, CheckAndAuditHaveTheirStatus) {
  apply("kind: Group\nname: G\nrevocation: {policy: off}\n");
  EXPECT_EQ(here(run_check, {}).status, 0);
  EXPECT_EQ(here(run_audit, {}).status, 0) << "warnings are below the threshold";
  EXPECT_EQ(here(run_audit, {"--threshold", "warning"}).status, 8);
  apply(
      "kind: Host\nname: H\n---\nkind: SendPort\nname: Out\nhost: H\nadapter: HTTP\nsettings: {url: "
      "'http://partner.example/x'}\n");
  const Outcome done = here(run_audit, {"-o", "html", "--out", path("a.html")});
  EXPECT_EQ(done.status, 8);
  EXPECT_TRUE(std::filesystem::exists(path("a.html"))) << "the report is there whatever it says";
  EXPECT_EQ(here(run_audit, {"--out", path("b")}).status, 2) << "a table has no file";
  apply("kind: Party\nname: P\nverification_certificates: ['" + hex(make("Nobody")) + "']\n");
  const Json checked = Json::parse(here(run_check, {"-o", "json"}).out);
  EXPECT_EQ(checked["findings"][0]["code"], "check.missing");
  EXPECT_EQ(here(run_check, {}).status, 0) << "the partner may attach it: a warning";
}

}  // namespace
}  // namespace sealgate::cli

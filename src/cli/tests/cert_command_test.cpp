// sealgate cert, from the words of the command line to the exit status and the files.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "certificates/export.h"
#include "certificates/import.h"
#include "certificates/tests/test_certificates.h"
#include "cli/command.h"
#include "io/file.h"

namespace sealgate::cli {

int run_cert(const Args& args);

namespace {

using certificates::Certificate;
using certificates::testing::Identity;
using certificates::testing::issue;
using certificates::testing::issue_ca;
using Json = nlohmann::json;

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

class CertCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "sealgate-cert-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("pw", as_bytes("secret\n"));
    write("wrong", as_bytes("guess\n"));
    write("empty-pw", as_bytes("\n"));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, ByteView content) const {
    EXPECT_TRUE(io::write_file_atomically(path(name), content, 0600));
    return path(name);
  }
  Bytes read(const std::string& name) const { return io::read_file(path(name)).value(); }

  Outcome run(Args args) const {
    args.insert(args.end(), {"--data", path("data")});
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Outcome outcome;
    outcome.status = run_cert(args);
    std::fflush(stdout);
    outcome.out = ::testing::internal::GetCapturedStdout();
    outcome.err = ::testing::internal::GetCapturedStderr();
    return outcome;
  }
  Json run_json(Args args) const {
    args.insert(args.end(), {"-o", "json"});
    const Outcome outcome = run(args);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return Json::parse(outcome.out, nullptr, false);
  }
  std::string pfx(const std::string& name, const Identity& identity, std::span<const Certificate> chain) const {
    return write(name, certificates::export_pkcs12({identity.certificate, identity.key, chain, "own"},
                                                   Secret::from_text("secret"))
                           .value());
  }
  std::string pem(const std::string& name, const Certificate& certificate) const {
    return write(name, as_bytes(certificates::export_pem(std::span(&certificate, 1))));
  }

  std::filesystem::path folder_;
  Identity root_ = issue_ca("Root");
  Identity middle_ = issue_ca("Middle", &root_);
  Identity leaf_ = issue({.subject = {{"CN", "Contoso EDI"}},
                          .issuer = &middle_,
                          .not_after = certificates::testing::kNow + std::chrono::hours(24 * 3650)});
};

TEST_F(CertCommand, PutsEachCertificateWhereItBelongs) {
  const std::vector<Certificate> chain{middle_.certificate, root_.certificate};
  const std::string file = pfx("own.pfx", leaf_, chain);
  const Json first = run_json({"import", file, "--password-file", path("pw")});
  ASSERT_EQ(first["imported"].size(), 2U);
  EXPECT_EQ(first["imported"][0]["store"], "Personal");
  EXPECT_EQ(first["imported"][0]["private_key"], true);
  EXPECT_EQ(first["imported"][0]["thumbprint"], leaf_.certificate.thumbprint().to_biztalk());
  EXPECT_EQ(first["imported"][1]["store"], "IntermediateAuthorities");
  ASSERT_EQ(first["untrusted_roots"].size(), 1U);
  EXPECT_EQ(first["untrusted_roots"][0]["thumbprint"], root_.certificate.thumbprint().to_biztalk());
  EXPECT_EQ(run_json({"list", "--store", "TrustedRoots"}).size(), 0U);

  const Json second = run_json({"import", file, "--password-file", path("pw"), "--trust-roots"});
  EXPECT_EQ(second["imported"][0]["outcome"], "already there");
  EXPECT_EQ(second["imported"][2]["store"], "TrustedRoots");
  EXPECT_EQ(run_json({"list"}).size(), 3U);

  const Json shown = run_json({"show", leaf_.certificate.thumbprint().to_biztalk()});
  EXPECT_EQ(shown["stores"][0]["private_key"], "yes");
  EXPECT_EQ(shown["stores"][0]["friendly_name"], "own");
  EXPECT_EQ(shown["chain"]["path"].size(), 3U);
}

TEST_F(CertCommand, KeysInTheDatabaseNeedTheKeyFile) {
  ASSERT_EQ(run({"import", pfx("own.pfx", leaf_, {}), "--password-file", path("pw")}).status, 0);
  const std::string thumbprint = leaf_.certificate.thumbprint().to_hex();
  const Bytes database = read("data/sealgate.db");
  const Secret clear = leaf_.key.pkcs8_der().value();
  EXPECT_EQ(as_text(database).find(clear.text().substr(clear.size() / 2, 32)), std::string_view::npos);
  std::filesystem::remove(path("data/keys/default.key"));
  const Outcome refused = run({"export", thumbprint, "--password-file", path("pw"), "--out", path("out.p12")});
  EXPECT_NE(refused.status, 0);
  EXPECT_NE(refused.err.find("store.key-file-missing"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path("out.p12")));
  write("data/keys/default.key", Bytes(32, 7));
  EXPECT_NE(run({"export", thumbprint, "--password-file", path("pw"), "--out", path("out.p12")})
                .err.find("certificates.key-unwrap-failed"),
            std::string::npos);
}

TEST_F(CertCommand, FindsCertificatesByPastedThumbprints) {
  ASSERT_EQ(run({"import", pem("leaf.pem", leaf_.certificate)}).status, 0);
  const std::string grouped = leaf_.certificate.thumbprint().to_biztalk();
  EXPECT_EQ(run({"show", "\xE2\x80\x8E" + grouped}).status, 0);
  Args words{"show"};
  for (std::size_t position = 0; position < grouped.size(); position += 5)
    words.push_back(grouped.substr(position, 4));
  EXPECT_EQ(run(words).status, 0);
  EXPECT_EQ(run({"show", leaf_.certificate.thumbprint_sha256().to_hex()}).status, 0);
  const Outcome bad = run({"show", "04A2"});
  EXPECT_EQ(bad.status, 2);
  EXPECT_NE(bad.err.find("certificates.bad-thumbprint"), std::string::npos);
  const Outcome missing = run({"show", std::string(40, '0')});
  EXPECT_EQ(missing.status, 2);
  EXPECT_NE(missing.err.find("certificates.not-found"), std::string::npos);
}

TEST_F(CertCommand, ImportsKeyAndCertificateFromSeparateFiles) {
  const std::string key = write("key.pem", leaf_.key.pem()->view());
  const std::string certificate = pem("cert.pem", leaf_.certificate);
  const Outcome lone = run({"import", key});
  EXPECT_EQ(lone.status, 2);
  EXPECT_NE(lone.err.find("certificates.key-does-not-fit"), std::string::npos);
  EXPECT_EQ(run_json({"import", certificate, key})["imported"][0]["store"], "Personal");
  // Or one after the other.
  ASSERT_EQ(run({"import", certificate, "--account", "other", "--store", "Personal"}).status, 0);
  EXPECT_EQ(run_json({"import", key, "--account", "other"})["imported"][0]["outcome"], "private key added");
}

TEST_F(CertCommand, WrongPasswordsAndFilesHaveTheirOwnErrors) {
  const std::string file = pfx("own.pfx", leaf_, {});
  const struct {
    Args args;
    int status;
    std::string code;
  } cases[] = {
      {{"import", file}, 2, "import.password-required"},
      {{"import", file, "--password-file", path("wrong")}, 2, "import.wrong-password"},
      {{"import", file, "--password-file", path("nowhere")}, 2, "io.cannot-open"},
      {{"import", path("nowhere")}, 2, "io.cannot-open"},
      {{"import", folder_.string()}, 2, "io.is-a-directory"},
      {{"import", write("empty", {})}, 3, "import.empty"},
      {{"import", write("text", as_bytes("Dear partner, find attached"))}, 3, "import.unknown-format"},
      {{"import", pem("leaf.pem", leaf_.certificate), "--store", "Cellar"}, 2, "certificates.bad-store-name"},
      {{"import", path("leaf.pem"), "--account", "../x"}, 2, "certificates.bad-account-name"},
      {{"import", pem("root.pem", root_.certificate)}, 6, "cli.not-trusted"},
      {{"import"}, 2, "cli.bad-option"},
      {{"cook"}, 2, "cli.usage"},
  };
  for (const auto& test : cases) {
    const Outcome outcome = run(test.args);
    EXPECT_EQ(outcome.status, test.status) << test.code << ": " << outcome.err;
    EXPECT_NE(outcome.err.find("[" + test.code + "]"), std::string::npos) << outcome.err;
  }
  Bytes truncated = read("own.pfx");
  truncated.resize(truncated.size() / 2);
  const Outcome damaged = run({"import", write("half.pfx", truncated), "--password-file", path("pw")});
  EXPECT_EQ(damaged.status, 3);
  EXPECT_EQ(run_json({"list"}).size(), 0U);
}

TEST_F(CertCommand, ExportsInEveryFormat) {
  const std::vector<Certificate> chain{middle_.certificate, root_.certificate};
  ASSERT_EQ(run({"import", pfx("own.pfx", leaf_, chain), "--password-file", path("pw"), "--trust-roots"}).status, 0);
  const std::string thumbprint = leaf_.certificate.thumbprint().to_hex();
  const auto exported = [&](const std::string& format, bool with_chain) {
    Args args{"export", thumbprint, "--format", format, "--out", path("out")};
    if (with_chain) args.emplace_back("--chain");
    if (format == "p12") args.insert(args.end(), {"--password-file", path("pw")});
    const Outcome outcome = run(args);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    certificates::ImportOptions options;
    const Secret password = Secret::from_text("secret");
    options.password = &password;
    return certificates::import_bundle(read("out"), options).value();
  };
  for (const std::string format : {"pem", "der", "p7b", "p12"}) {
    EXPECT_EQ(exported(format, false).certificates.at(0).certificate, leaf_.certificate) << format;
  }
  for (const std::string format : {"pem", "p7b", "p12"}) {
    EXPECT_EQ(exported(format, true).certificates.size(), 3U) << format;
  }
  EXPECT_EQ(exported("p12", false).keys.size(), 1U);
  EXPECT_EQ(run({"export", thumbprint}).out, certificates::export_pem(std::span(&leaf_.certificate, 1)));

  const Args refused[] = {
      {"export", thumbprint, "--format", "p12", "--out", path("never")},
      {"export", thumbprint, "--password-file", path("empty-pw"), "--out", path("never")},
      {"export", thumbprint, "--format", "pem", "--password-file", path("pw"), "--out", path("never")},
      {"export", thumbprint, "--format", "der", "--chain", "--out", path("never")},
      {"export", middle_.certificate.thumbprint().to_hex(), "--format", "p12", "--password-file", path("pw"), "--out",
       path("never")}};
  for (const Args& args : refused) {
    EXPECT_EQ(run(args).status, 2);
    EXPECT_FALSE(std::filesystem::exists(path("never")));
  }
}

TEST_F(CertCommand, KeyExportIsReadableByItsOwnerOnly) {
  ASSERT_EQ(run({"import", pfx("own.pfx", leaf_, {}), "--password-file", path("pw")}).status, 0);
  ASSERT_EQ(
      run({"export", leaf_.certificate.thumbprint().to_hex(), "--password-file", path("pw"), "--out", path("o.p12")})
          .status,
      0);
  struct stat status {};
  ASSERT_EQ(::stat(path("o.p12").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(CertCommand, RemovesAndSaysWhat) {
  ASSERT_EQ(run({"import", pfx("own.pfx", leaf_, {}), "--password-file", path("pw")}).status, 0);
  const std::string thumbprint = leaf_.certificate.thumbprint().to_hex();
  ASSERT_EQ(run({"import", pem("leaf.pem", leaf_.certificate)}).status, 0);
  EXPECT_NE(run({"remove", thumbprint}).err.find("cli.several-stores"), std::string::npos);
  EXPECT_NE(run({"remove", thumbprint, "--store", "My"}).err.find("private-key-would-be-lost"), std::string::npos);
  const Outcome removed = run({"remove", thumbprint, "--store", "Personal", "--with-key"});
  EXPECT_EQ(removed.status, 0);
  EXPECT_NE(removed.out.find(leaf_.certificate.thumbprint().to_biztalk()), std::string::npos);
  EXPECT_NE(removed.out.find("with its private key"), std::string::npos);
  EXPECT_EQ(run({"remove", thumbprint}).status, 0);
  EXPECT_EQ(run({"remove", thumbprint}).status, 2);
}

TEST_F(CertCommand, FolderStoreWorksAlike) {
  const Args folder{"--folder", path("store")};
  const auto with_folder = [&](Args args) {
    args.insert(args.end(), folder.begin(), folder.end());
    return args;
  };
  ASSERT_EQ(run(with_folder({"import", pfx("own.pfx", leaf_, {}), "--password-file", path("pw")})).status, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "store" / "default" / "Personal" /
                                      (leaf_.certificate.thumbprint().to_hex() + ".key")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data" / "sealgate.db"));
  EXPECT_EQ(run_json(with_folder({"list"})).size(), 1U);
  EXPECT_EQ(run(with_folder({"export", leaf_.certificate.thumbprint().to_hex(), "--password-file", path("pw"),
                             "--out", path("o.p12")}))
                .status,
            0);
}

TEST_F(CertCommand, DistrustedCertificatesShowAsSuch) {
  const std::vector<Certificate> chain{middle_.certificate, root_.certificate};
  ASSERT_EQ(run({"import", pfx("own.pfx", leaf_, chain), "--password-file", path("pw"), "--trust-roots"}).status, 0);
  ASSERT_EQ(run({"import", pem("middle.pem", middle_.certificate), "--store", "Untrusted"}).status, 0);
  const Json shown = run_json({"show", leaf_.certificate.thumbprint().to_hex()});
  // Before the first day of the fixtures' validity the date comes first; both are refusals.
  EXPECT_TRUE(shown["chain"]["status"] == "chain:distrusted" || shown["chain"]["status"] == "chain:not-yet-valid")
      << shown["chain"];
}

TEST_F(CertCommand, HostileNamesCannotSteerTheTerminal) {
  const Identity hostile = issue({.subject = {{"CN", "evil\x1b[2J\x07\xC2\x9B"}}});
  ASSERT_EQ(run({"import", pem("evil.pem", hostile.certificate), "--store", "OtherPeople"}).status, 0);
  for (const Args& args : {Args{"list"}, Args{"show", hostile.certificate.thumbprint().to_hex()},
                           Args{"remove", hostile.certificate.thumbprint().to_hex()}}) {
    const Outcome outcome = run(args);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.out.find('\x1b'), std::string::npos);
    EXPECT_EQ(outcome.out.find('\x07'), std::string::npos);
    EXPECT_EQ(outcome.out.find("\xC2\x9B"), std::string::npos);
  }
}

}  // namespace
}  // namespace sealgate::cli

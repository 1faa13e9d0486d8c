// sealgate user, token and audit-log, and what other commands leave in the audit log.

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/audit_trail.h"
#include "cli/tests/command_fixture.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::cli {

int run_user(const Args& args);
int run_token(const Args& args);
int run_audit_log(const Args& args);
int run_apply(const Args& args);
int run_delete(const Args& args);

namespace {

class AccessCommands : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    std::ofstream(password()) << "correct horse battery\n";
  }
  std::string password() const { return (folder() / "password").string(); }
  Outcome here(int (*command)(const Args&), Args args) const {
    args.insert(args.end(), {"--data", data()});
    return run(command, args);
  }
  Outcome add(const std::string& name, const std::string& role) const {
    return here(run_user, {"add", name, "--role", role, "--password-file", password()});
  }
  /// "who action object outcome" of each record, the oldest first.
  std::vector<std::string> audit(Args options = {}) const {
    options.insert(options.begin(), "list");
    options.insert(options.end(), {"-o", "json"});
    const Outcome listed = here(run_audit_log, options);
    EXPECT_EQ(listed.status, 0) << listed.err;
    std::vector<std::string> lines;
    const auto document = nlohmann::json::parse(listed.out);
    for (const auto& one : document) {
      lines.insert(lines.begin(), one.at("who").get<std::string>() + " " + one.at("action").get<std::string>() + " " +
                                      one.at("object").get<std::string>() + " " +
                                      one.at("outcome").get<std::string>());
    }
    return lines;
  }
  void write_host(const std::string& description) const {
    std::ofstream(folder() / "host.yaml") << "kind: Host\nname: Default\ndescription: " << description << "\n";
  }
};

TEST_F(AccessCommands, UsersComeAndGo) {
  EXPECT_EQ(here(run_user, {"list"}).status, 1) << "no store is made by looking";
  ASSERT_EQ(add("alice", "administrator").status, 0);
  ASSERT_EQ(add("Bob", "operator").status, 0);
  EXPECT_EQ(add("bob", "operator").status, 2) << "he is there";
  EXPECT_EQ(add("carol", "emperor").status, 2);
  EXPECT_NE(here(run_user, {"list"}).out.find("bob"), std::string::npos);
  EXPECT_EQ(here(run_user, {"role", "bob", "partner-operator", "read-only"}).status, 0);
  EXPECT_NE(here(run_user, {"list"}).out.find("partner-operator,read-only"), std::string::npos);
  EXPECT_EQ(here(run_user, {"disable", "bob"}).status, 0);
  EXPECT_NE(here(run_user, {"list"}).out.find("disabled"), std::string::npos);
  EXPECT_EQ(here(run_user, {"enable", "bob"}).status, 0);
  EXPECT_EQ(here(run_user, {"disable", "alice"}).status, 2) << "the last administrator";
  EXPECT_EQ(here(run_user, {"password", "bob", "--password-file", password()}).status, 0);
  EXPECT_EQ(here(run_user, {"sessions", "bob", "--end"}).status, 0);
  EXPECT_EQ(here(run_user, {"totp", "bob"}).out, "none\n");
  EXPECT_EQ(here(run_user, {"remove", "bob"}).status, 0);
  EXPECT_EQ(here(run_user, {"remove", "bob"}).status, 2);
}

TEST_F(AccessCommands, AWeakPasswordIsRefused) {
  std::ofstream(password()) << "short\n";
  const Outcome refused = add("alice", "administrator");
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("access.weak-password"), std::string::npos) << refused.err;
}

TEST_F(AccessCommands, AnAuthenticatorIsSetUpWithThePassword) {
  ASSERT_EQ(add("alice", "administrator").status, 0);
  const Outcome begun = here(run_user, {"totp", "alice", "--begin", "--password-file", password()});
  EXPECT_EQ(begun.status, 0) << begun.err;
  EXPECT_TRUE(begun.out.starts_with("otpauth://totp/Sealgate:alice?secret=")) << begun.out;
  EXPECT_EQ(here(run_user, {"totp", "alice", "--confirm", "12", "--password-file", password()}).status, 8);
  EXPECT_EQ(here(run_user, {"totp", "alice"}).out, "begun, not confirmed\n");
  EXPECT_EQ(here(run_user, {"totp", "alice", "--remove"}).status, 2) << "there is none yet";
  std::ofstream(password()) << "not the password!\n";
  EXPECT_EQ(here(run_user, {"totp", "alice", "--begin", "--password-file", password()}).status, 8);
}

TEST_F(AccessCommands, TokensAndInvitationsAreShownOnce) {
  ASSERT_EQ(add("bob", "operator").status, 0);
  const Outcome made = here(run_token, {"create", "ci", "--user", "bob", "--scope", "view", "--expires", "30d"});
  EXPECT_EQ(made.status, 0) << made.err;
  ASSERT_EQ(made.out.size(), 4U + 64U + 1U);
  EXPECT_EQ(here(run_token, {"create", "more", "--user", "bob", "--scope", "configure"}).status, 2);
  EXPECT_EQ(here(run_token, {"create", "more", "--user", "bob", "--scope", "nonsense"}).status, 2);
  EXPECT_EQ(here(run_token, {"create", "more", "--user", "bob", "--scope", "view", "--expires", "367d"}).status, 2);
  const Outcome listed = here(run_token, {"list", "--user", "bob", "-o", "json"});
  EXPECT_EQ(listed.out.find(made.out.substr(4, 64)), std::string::npos);
  EXPECT_NE(listed.out.find("\"ci\""), std::string::npos);
  const Outcome invited = here(run_user, {"invite", "--role", "operator", "--url", "https://gateway.example:8443/"});
  EXPECT_TRUE(invited.out.starts_with("https://gateway.example:8443/invitation#")) << invited.out;
  for (const std::string& line : audit()) {
    EXPECT_EQ(line.find(made.out.substr(4, 64)), std::string::npos);
    EXPECT_EQ(line.find(invited.out.substr(invited.out.size() - 65, 64)), std::string::npos);
  }
  EXPECT_EQ(here(run_token, {"revoke", "ci", "--user", "bob"}).status, 0);
  EXPECT_EQ(here(run_token, {"revoke", "ci", "--user", "bob"}).status, 2);
}

TEST_F(AccessCommands, WhatWasChangedIsInTheAuditLog) {
  const std::string me = local_principal().who();
  write_host("one");
  const std::string file = (folder() / "host.yaml").string();
  ASSERT_EQ(here(run_apply, {"-f", file}).status, 0);
  ASSERT_EQ(here(run_apply, {"-f", file}).status, 0);
  ASSERT_EQ(here(run_apply, {"-f", file, "--dry-run"}).status, 0);
  write_host("two");
  ASSERT_EQ(here(run_apply, {"-f", file, "--dry-run"}).status, 0);
  ASSERT_EQ(here(run_apply, {"-f", file}).status, 0);
  ASSERT_EQ(here(run_delete, {"Host", "Default"}).status, 0);
  EXPECT_EQ(audit(), (std::vector<std::string>{me + " artifact.create Host Default ok",
                                               me + " artifact.change Host Default ok",
                                               me + " artifact.delete Host Default ok"}));
  const auto shown = [this](const char* number, const char* field) {
    return nlohmann::json::parse(here(run_audit_log, {"show", number, "-o", "json"}).out)
        .at(field)
        .get<std::string>();
  };
  EXPECT_EQ(shown("1", "before"), "");
  EXPECT_EQ(shown("1", "after"), shown("2", "before"));
  EXPECT_EQ(shown("2", "after"), shown("3", "before"));
  EXPECT_EQ(shown("3", "after"), "");
  EXPECT_EQ(audit({"--action", "artifact.change"}).size(), 1U);
  EXPECT_EQ(audit({"--action", "artifact", "--object", "Default", "--limit", "2"}).size(), 2U);
  EXPECT_TRUE(audit({"--who", "alice"}).empty());
  EXPECT_TRUE(audit({"--until", "2020-01-01T00:00:00Z"}).empty());
  EXPECT_EQ(here(run_audit_log, {"show", "4"}).status, 2);
}

TEST_F(AccessCommands, AChangedAuditLogFailsToVerify) {
  write_host("one");
  ASSERT_EQ(here(run_apply, {"-f", (folder() / "host.yaml").string()}).status, 0);
  ASSERT_EQ(add("alice", "administrator").status, 0);
  const std::string head = here(run_audit_log, {"head"}).out.substr(0, 64);
  EXPECT_EQ(here(run_audit_log, {"verify", "--anchor", head}).status, 0);
  EXPECT_EQ(here(run_audit_log, {"verify", "--anchor", std::string(64, 'a')}).status, 5);
  EXPECT_EQ(here(run_audit_log, {"verify", "--anchor", "x"}).status, 2);
  {
    const SystemClock clock;
    const auto store = store::SqliteStore::open({.data = data()}, clock).value();
    ASSERT_TRUE(store->database().write([](store::sql::Connection& connection) {
      return connection.execute("UPDATE audit_log SET record = replace(record, 'alice', 'mallory')");
    }));
  }
  const Outcome broken = here(run_audit_log, {"verify"});
  EXPECT_EQ(broken.status, 5);
  EXPECT_NE(broken.err.find("record 2"), std::string::npos) << broken.err;
}

}  // namespace
}  // namespace sealgate::cli

// backup, restore and migrate as they are typed.

#include <fstream>

#include "cli/tests/command_fixture.h"

namespace sealgate::cli {

int run_apply(const Args& args);
int run_get(const Args& args);
int run_backup(const Args& args);
int run_restore(const Args& args);
int run_migrate(const Args& args);

namespace {

class BackupCommands : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    std::ofstream(folder() / "host.yaml") << "kind: Host\nname: Default\n";
    ASSERT_EQ(run(run_apply, {"--data", data(), "-f", (folder() / "host.yaml").string()}).status, 0);
  }
  std::string at(const std::string& name) const { return (folder() / name).string(); }
};

TEST_F(BackupCommands, ThereAndBack) {
  const Outcome made = run(run_backup, {at("backup"), "--data", data()});
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_NE(made.out.find("backed up 0 messages"), std::string::npos) << made.out;
  EXPECT_NE(made.err.find("without its key files"), std::string::npos) << made.err;
  const Outcome restored = run(run_restore, {at("backup"), "--data", at("again")});
  EXPECT_EQ(restored.status, 0) << restored.err;
  EXPECT_NE(run(run_get, {"Host", "--data", at("again")}).out.find("Default"), std::string::npos);
  EXPECT_EQ(run(run_restore, {at("backup"), "--data", at("again")}).status, 2) << "it is there already";
  EXPECT_EQ(run(run_backup, {at("backup"), "--data", data()}).status, 2) << "it is there already";
}

TEST_F(BackupCommands, WhatIsNoBackupIsRefused) {
  std::filesystem::create_directory(at("nothing"));
  EXPECT_EQ(run(run_restore, {at("nothing"), "--data", at("again")}).status, 3);
  EXPECT_FALSE(std::filesystem::exists(at("again")));
  EXPECT_EQ(run(run_backup, {at("backup"), "--data", at("nowhere")}).status, 1);
  EXPECT_EQ(run(run_backup, {at("backup"), "--data", data(), "--store", "postgresql://x/y"}).status, 2);
  EXPECT_EQ(run(run_backup, {}).status, 2);
}

TEST_F(BackupCommands, MigrateFillsAnotherStore) {
  const Outcome copied = run(run_migrate, {"--data", data(), "--to", "sqlite", "--to-data", at("other")});
  EXPECT_EQ(copied.status, 0) << copied.err;
  EXPECT_NE(copied.out.find("1 artifacts"), std::string::npos) << copied.out;
  EXPECT_NE(run(run_get, {"Host", "--data", at("other")}).out.find("Default"), std::string::npos);
  EXPECT_EQ(run(run_migrate, {"--data", data(), "--to", "sqlite"}).status, 2) << "the store that is there";
  EXPECT_EQ(run(run_migrate, {"--data", data()}).status, 2);
  EXPECT_EQ(run(run_migrate, {"--data", data(), "--to", "nonsense://x"}).status, 2);
  EXPECT_EQ(run(run_migrate, {"--data", at("nowhere"), "--to", "sqlite", "--to-data", at("third")}).status, 1);
}

}  // namespace
}  // namespace sealgate::cli

// sealgate apply, get, delete: on a scratch data folder, in this process.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/tests/command_fixture.h"

namespace sealgate::cli {

int run_apply(const Args& args);
int run_get(const Args& args);
int run_delete(const Args& args);

namespace {

constexpr std::string_view kDocuments = R"(kind: Host
name: Default
---
kind: SendPort
name: Out
host: Default
adapter: FILE
settings:
  folder: /tmp/out
filter: BTS.ReceivePortName == "In"
)";

class Configuration : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    file_ = (folder() / "a.yaml").string();
    write(kDocuments);
  }
  void write(std::string_view text) const { std::ofstream(file_) << text; }
  Outcome apply(const Args& more = {}) {
    Args args{"-f", file_, "--data", data()};
    args.insert(args.end(), more.begin(), more.end());
    return run(run_apply, args);
  }
  const std::string& file() const { return file_; }

 private:
  std::string file_;
};

TEST_F(Configuration, ADryRunShowsAndStoresNothing) {
  const Outcome outcome = apply({"--dry-run"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.out.find("created    SendPort Out"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("nothing was stored"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(data()));
}

TEST_F(Configuration, ApplyingTwiceChangesNothing) {
  EXPECT_EQ(apply().status, 0);
  const Outcome again = apply();
  EXPECT_EQ(again.status, 0);
  EXPECT_EQ(again.out, "unchanged  Host Default\nunchanged  SendPort Out\n2 unchanged\n");
}

TEST_F(Configuration, AChangeShowsItsLines) {
  EXPECT_EQ(apply().status, 0);
  std::string changed(kDocuments);
  changed.replace(changed.find("/tmp/out"), 8, "/tmp/new");
  write(changed);
  for (const bool dry : {true, false}) {
    const Outcome outcome = apply(dry ? Args{"--dry-run"} : Args{});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.out.find("-   folder: /tmp/out\n"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("+   folder: /tmp/new\n"), std::string::npos) << outcome.out;
  }
  EXPECT_EQ(apply().out.find("changed  "), std::string("unchanged").find("changed"));
}

TEST_F(Configuration, OneWrongDocumentStoresNoneAndEveryFaultIsTold) {
  write(std::string(kDocuments) +
        "---\nkind: SendPort\nname: Bad\nhost: Nowhere\nadapter: FILE\nsettings:\n  folder: /x\n"
        "party: Nobody\n");
  const Outcome outcome = apply();
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err.find("Nowhere"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("Nobody"), std::string::npos);
  EXPECT_NE(outcome.err.find("a.yaml:12:1"), std::string::npos);
  EXPECT_EQ(run(run_get, {"SendPort", "--data", data(), "-o", "json"}).out, "[]\n");
}

TEST_F(Configuration, GetInEveryForm) {
  EXPECT_EQ(apply().status, 0);
  const Outcome table = run(run_get, {"sendports", "--data", data()});
  EXPECT_EQ(table.status, 0);
  EXPECT_NE(table.out.find("started"), std::string::npos);
  const Outcome one = run(run_get, {"SendPort", "Out", "-o", "json", "--data", data()});
  const auto json = nlohmann::json::parse(one.out);
  EXPECT_EQ(json["name"], "Out");
  EXPECT_EQ(json["retry_count"], 3);
  EXPECT_EQ(json["settings"]["folder"], "/tmp/out");
  EXPECT_EQ(nlohmann::json::parse(run(run_get, {"all", "-o", "json", "--data", data()}).out).size(), 2U);
  // What get writes, apply takes back as unchanged.
  write(run(run_get, {"all", "-o", "yaml", "--data", data()}).out);
  EXPECT_NE(apply().out.find("2 unchanged"), std::string::npos);
}

TEST_F(Configuration, GroupsAndDynamicPortsAreArtifactsLikeOthers) {
  write(std::string(kDocuments) +
        "---\nkind: SendPort\nname: Any\nhost: Default\ndynamic: true\ntwo_way: true\n"
        "---\nkind: SendPortGroup\nname: Both\nsend_ports: [Out, Any]\n");
  const Outcome applied = apply();
  EXPECT_EQ(applied.status, 0) << applied.err;
  EXPECT_NE(applied.out.find("created    SendPortGroup Both"), std::string::npos) << applied.out;
  const Outcome ports = run(run_get, {"SendPort", "--data", data()});
  EXPECT_NE(ports.out.find("dynamic"), std::string::npos) << ports.out;
  EXPECT_NE(ports.out.find("two-way"), std::string::npos);
  const Outcome groups = run(run_get, {"send-port-groups", "--data", data()});
  EXPECT_NE(groups.out.find("Out, Any"), std::string::npos) << groups.out;
  const auto json =
      nlohmann::json::parse(run(run_get, {"SendPortGroup", "Both", "-o", "json", "--data", data()}).out);
  EXPECT_EQ(json["send_ports"], (nlohmann::json{"Out", "Any"}));
  EXPECT_EQ(run(run_delete, {"SendPort", "Any", "--data", data()}).status, 2);
  EXPECT_EQ(run(run_delete, {"SendPortGroup", "Both", "--data", data()}).status, 0);
  EXPECT_EQ(run(run_delete, {"SendPort", "Any", "--data", data()}).status, 0);
}

TEST_F(Configuration, WhatIsNotThereIsUsage) {
  EXPECT_EQ(run(run_get, {"SendPort", "--data", data()}).status, 1);  // no database at all
  EXPECT_FALSE(std::filesystem::exists(data()));
  EXPECT_EQ(apply().status, 0);
  EXPECT_EQ(run(run_get, {"SendPort", "Nobody", "--data", data()}).status, 2);
  EXPECT_EQ(run(run_get, {"Ports", "--data", data()}).status, 2);
  EXPECT_EQ(run(run_get, {"SendPort", "-o", "xml", "--data", data()}).status, 2);
  EXPECT_EQ(run(run_get, {"--data", data()}).status, 2);
  EXPECT_EQ(run(run_apply, {"--data", data()}).status, 2);
  EXPECT_EQ(run(run_apply, {"-f", "/nowhere.yaml", "--data", data()}).status, 2);
  EXPECT_EQ(run(run_delete, {"SendPort", "Nobody", "--data", data()}).status, 2);
  EXPECT_EQ(run(run_delete, {"Host", "Default", "--data", data()}).status, 2);
  EXPECT_EQ(run(run_delete, {"SendPort", "Out", "--data", data()}).out, "deleted    SendPort Out\n");
  EXPECT_EQ(run(run_delete, {"Host", "Default", "--data", data()}).status, 0);
}

}  // namespace
}  // namespace sealgate::cli

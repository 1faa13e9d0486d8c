// --store and $SEALGATE_STORE: the same for every command.

#include <fstream>

#include "cli/cert_command.h"
#include "cli/tests/command_fixture.h"

namespace sealgate::cli {

int run_apply(const Args& args);
int run_get(const Args& args);
int run_serve(const Args& args);

namespace {

constexpr const char* kSecretUrl = "mysql://root:hunter2@db/sealgate";

class StoreOption : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    const std::string file = (folder() / "host.yaml").string();
    std::ofstream(file) << "kind: Host\nname: Main\n";
    ASSERT_EQ(run(run_apply, {"-f", file, "--data", data(), "--store", "sqlite"}).status, 0);
  }
  void TearDown() override {
    ::unsetenv("SEALGATE_STORE");
    CommandTest::TearDown();
  }
};

TEST_F(StoreOption, NamesTheStore) {
  const Outcome got = run(run_get, {"Host", "--data", data(), "--store", "sqlite"});
  EXPECT_EQ(got.status, 0) << got.err;
  EXPECT_NE(got.out.find("Main"), std::string::npos);
}

TEST_F(StoreOption, ComesFromTheEnvironmentUnlessItIsGiven) {
  ::setenv("SEALGATE_STORE", kSecretUrl, 1);
  const Outcome refused = run(run_get, {"Host", "--data", data()});
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("store.bad-url"), std::string::npos) << refused.err;
  EXPECT_EQ(run(run_get, {"Host", "--data", data(), "--store", "sqlite"}).status, 0);
}

TEST_F(StoreOption, IsNeverPrinted) {
  ::setenv("SEALGATE_STORE", kSecretUrl, 1);
  for (const auto command : {run_get, run_serve, run_cert_list}) {
    const Outcome help = run(command, {"--help"});
    EXPECT_EQ((help.out + help.err).find("hunter2"), std::string::npos) << help.out << help.err;
  }
  for (const Outcome& refused : {run(run_get, {"Host", "--data", data()}), run(run_cert_list, {"--data", data()})}) {
    EXPECT_EQ(refused.status, 2);
    EXPECT_EQ((refused.out + refused.err).find("hunter2"), std::string::npos) << refused.out << refused.err;
  }
}

TEST_F(StoreOption, OfCertNamesCertificateStoresToo) {
  const Outcome both =
      run(run_cert_list, {"--store", "OtherPeople", "--store", "sqlite", "--data", data(), "-o", "json"});
  EXPECT_EQ(both.status, 0) << both.err;
  EXPECT_EQ(run(run_cert_list, {"--store", "Nowhere", "--data", data()}).status, 2);
}

}  // namespace
}  // namespace sealgate::cli

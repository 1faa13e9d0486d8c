// sealgate user hash.

#include <fstream>

#include "artifacts/documents.h"
#include "cli/tests/command_fixture.h"
#include "crypto/password_hash.h"

namespace sealgate::cli {

int run_user(const Args& args);

namespace {

class UserCommand : public CommandTest {
 protected:
  Outcome hash(const std::string& content, Args words) {
    const std::string file = (folder() / "password").string();
    std::ofstream(file) << content;
    words.insert(words.begin(), "hash");
    words.insert(words.end(), {"--password-file", file});
    return run(run_user, words);
  }
};

TEST_F(UserCommand, WritesTheEntryOfAHost) {
  const Outcome made = hash("secret\n", {"alice", "--md5"});
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(made.out.find("secret"), std::string::npos);
  std::string document = "kind: Host\nname: H\nusers:\n" + made.out;
  const auto read = artifacts::parse_documents(document, "made");
  ASSERT_TRUE(read) << read.error().to_string() << document;
  const auto& user = std::get<artifacts::Host>(read->front().artifact).users.at(0);
  EXPECT_EQ(user.name, "alice");
  EXPECT_TRUE(crypto::verify_password(user.password, as_bytes("secret")));
  // printf %s alice:sealgate:secret | md5sum, and sha256sum
  EXPECT_EQ(user.digest_md5, "def045ac5df64aaa3992a152085753e2");
  EXPECT_EQ(user.digest_sha256, "3f6e9b05c79a38d24e81d6d0e791602ed6c85810ad766f95f10bdb5eea9d3c42");
  EXPECT_EQ(hash("secret\n", {"alice"}).out.find("md5"), std::string::npos);
  EXPECT_EQ(hash("secret", {"alice", "--realm", "Orders"})
                .out.find("3f6e9b05c79a38d24e81d6d0e791602ed6c85810ad766f95f10bdb5eea9d3c42"),
            std::string::npos);
}

TEST_F(UserCommand, RefusesWhatCannotBe) {
  EXPECT_EQ(hash("\n", {"alice"}).status, 2);
  EXPECT_EQ(hash("secret", {"al:ice"}).status, 2);
  EXPECT_EQ(hash("secret", {}).status, 2);
  EXPECT_EQ(run(run_user, {"hash", "alice", "--password-file", "/nowhere"}).status, 2);
}

}  // namespace
}  // namespace sealgate::cli

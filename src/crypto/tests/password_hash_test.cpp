// Hashes of passwords.

#include "crypto/password_hash.h"

#include <gtest/gtest.h>

namespace sealgate::crypto {
namespace {

TEST(PasswordHash, KnowsItsPasswordAndNoOther) {
  const auto hash = hash_password(as_bytes("correct horse"));
  ASSERT_TRUE(hash);
  EXPECT_TRUE(is_password_hash(*hash)) << *hash;
  EXPECT_TRUE(verify_password(*hash, as_bytes("correct horse")));
  EXPECT_FALSE(verify_password(*hash, as_bytes("correct horse ")));
  EXPECT_FALSE(verify_password(*hash, as_bytes("")));
  EXPECT_NE(*hash, *hash_password(as_bytes("correct horse"))) << "a salt for each";
}

TEST(PasswordHash, RefusesOtherTextsAndUnbearableCosts) {
  const std::string good = *hash_password(as_bytes("p"));
  const std::string tail = good.substr(good.find("p=1$") + 4);
  for (const std::string& text :
       {std::string(), std::string("p"), std::string("$argon2i$v=19$m=64,t=1,p=1$") + tail,
        "$argon2id$v=16$m=64,t=1,p=1$" + tail, "$argon2id$v=19$m=4000000,t=1,p=1$" + tail,
        "$argon2id$v=19$m=64,t=999,p=1$" + tail, "$argon2id$v=19$m=64,t=0,p=1$" + tail,
        "$argon2id$v=19$m=64,t=1,p=64$" + tail, "$argon2id$v=19$m=64,t=1$" + tail, good.substr(0, good.rfind('$')),
        good + "$", good + " ", good + std::string(600, 'A'), "$argon2id$v=19$m=64,t=1,p=1$$" + tail}) {
    EXPECT_FALSE(is_password_hash(text)) << text;
    EXPECT_FALSE(verify_password(text, as_bytes("p"))) << text;
  }
}

}  // namespace
}  // namespace sealgate::crypto

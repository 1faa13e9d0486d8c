#include "io/secret_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sealgate::io {
namespace {

using Kind = PrivateFileFailure::Kind;

class SecretSource : public ::testing::Test {
 protected:
  SecretSource() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sealgate-secret-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~SecretSource() override {
    ::unsetenv("CREDENTIALS_DIRECTORY");
    std::filesystem::remove_all(folder_);
  }
  std::string file(const std::string& name, const std::string& content, mode_t mode = 0600) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path) << content;
    ::chmod(path.c_str(), mode);
    return path;
  }
  std::filesystem::path folder_;
};

TEST_F(SecretSource, ItsFirstLineIsTheSecret) {
  for (const char* content : {"secret", "secret\n", "secret\r\nmore\n"}) {
    const auto secret = read_secret("file:" + file("one", content), 100);
    ASSERT_TRUE(secret) << content;
    EXPECT_EQ(secret->text(), "secret");
  }
  EXPECT_EQ(read_secret(file("bare", "secret"), 100)->text(), "secret");
  EXPECT_EQ(read_secret("file://" + file("url", " with blanks "), 100)->text(), " with blanks ");
}

TEST_F(SecretSource, WhatIsNoSecretSaysWhy) {
  EXPECT_EQ(read_secret("file:" + (folder_ / "none").string(), 100).error().kind, Kind::Missing);
  EXPECT_EQ(read_secret("file:relative", 100).error().kind, Kind::Missing);
  EXPECT_EQ(read_secret("file:" + file("empty", "\nsecond"), 100).error().kind, Kind::Missing);
  EXPECT_EQ(read_secret("file:" + file("open", "secret", 0644), 100).error().kind, Kind::NotPrivate);
  EXPECT_EQ(read_secret("file:" + file("large", std::string(101, 'x')), 100).error().kind, Kind::TooLarge);
  EXPECT_EQ(read_secret("secret", 100).error().kind, Kind::Missing);
}

TEST_F(SecretSource, CredentialsComeFromTheServiceManager) {
  EXPECT_EQ(read_secret("credential:partner", 100).error().kind, Kind::Missing);
  ::setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  file("partner", "secret\n", 0440);
  EXPECT_EQ(read_secret("credential:partner", 100)->text(), "secret");
  EXPECT_EQ(read_secret("credential:../partner", 100).error().kind, Kind::Missing);
  EXPECT_EQ(read_secret("credential:", 100).error().kind, Kind::Missing);
}

TEST_F(SecretSource, DocumentsNameAPlaceAndNothingElse) {
  for (const char* good : {"file:/etc/sealgate/a", "file:///etc/a", "credential:partner"}) {
    EXPECT_TRUE(is_secret_source(good)) << good;
  }
  for (const char* bad : {"", "secret", "file:", "file:a", "/etc/a", "credential:", "credential:a/b", "env:A"}) {
    EXPECT_FALSE(is_secret_source(bad)) << bad;
  }
}

}  // namespace
}  // namespace sealgate::io

// Every version of the certificate store under the one suite, what is particular to each, and the key files.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "certificates/tests/test_certificates.h"
#include "io/file.h"
#include "store/common/account_key_file.h"
#include "store/common/folder_certificate_store.h"
#include "store/common/tests/suite/certificate_store_suite.h"
#include "store/sqlite/sqlite_certificate_store.h"

namespace sealgate::store {
namespace {

using namespace certificates;
using certificates::testing::Identity;
using certificates::testing::issue;

StoreUnderTest open_memory(const std::filesystem::path&) {
  return {nullptr, make_memory_certificate_store()};
}

StoreUnderTest open_folder(const std::filesystem::path& folder) {
  return {nullptr, make_folder_certificate_store(folder / "certificates")};
}

StoreUnderTest open_sqlite(const std::filesystem::path& folder) {
  struct Context {
    ManualClock clock{certificates::testing::kNow};
    std::unique_ptr<sql::Database> database;
  };
  auto context = std::make_shared<Context>();
  context->database = sql::Database::open((folder / "test.db").string()).value();
  auto store = make_sqlite_certificate_store(*context->database, context->clock);
  return {context, std::move(store)};
}

INSTANTIATE_TEST_SUITE_P(Memory, CertificateStoreSuite,
                         ::testing::Values(CertificateStoreMaker{"memory", false, open_memory}));
INSTANTIATE_TEST_SUITE_P(Folder, CertificateStoreSuite,
                         ::testing::Values(CertificateStoreMaker{"folder", true, open_folder}));
INSTANTIATE_TEST_SUITE_P(Sqlite, CertificateStoreSuite,
                         ::testing::Values(CertificateStoreMaker{"sqlite", true, open_sqlite}));

class CertificateFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "sealgate-keys-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static unsigned mode_of(const std::filesystem::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
  }
  std::filesystem::path folder_;
};

TEST_F(CertificateFiles, FolderLayoutIsAsDocumented) {
  const Identity identity = issue({.subject = {{"CN", "Layout"}}});
  const auto store = make_folder_certificate_store(folder_ / "certs");
  const AccountKey account = AccountKey::generate("edi").value();
  ASSERT_TRUE(add_with_private_key(*store, account, identity.certificate, identity.key, "layout"));
  ASSERT_TRUE(store->add({StoreName::OtherPeople, {}}, {identity.certificate}));
  const std::string stem = identity.certificate.thumbprint().to_hex();
  const auto personal = folder_ / "certs" / "edi" / "Personal";
  EXPECT_EQ(mode_of(personal), 0700U);
  EXPECT_EQ(mode_of(personal / (stem + ".key")), 0600U);
  EXPECT_EQ(mode_of(personal / (stem + ".der")), 0600U);
  EXPECT_EQ(mode_of(folder_ / "certs" / "computer" / "OtherPeople" / (stem + ".der")), 0644U);
  // Nothing else is left behind.
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(personal)) files += entry.is_regular_file() ? 1 : 0;
  EXPECT_EQ(files, 3U);
}

TEST_F(CertificateFiles, FolderTellsDamagedFiles) {
  const Identity identity = issue({.subject = {{"CN", "Damage"}}});
  const StoreId id{StoreName::OtherPeople, {}};
  const auto store = make_folder_certificate_store(folder_);
  ASSERT_TRUE(store->add(id, {identity.certificate}));
  const auto folder = folder_ / "computer" / "OtherPeople";
  const auto file = folder / (identity.certificate.thumbprint().to_hex() + ".der");
  std::filesystem::copy_file(file, folder / (std::string(40, 'A') + ".der"));
  EXPECT_EQ(store->list(id).error().code.id, "certificates.store-damaged");
  std::filesystem::remove(folder / (std::string(40, 'A') + ".der"));
  std::filesystem::resize_file(file, 100);
  const auto damaged = store->find(id, identity.certificate.thumbprint());
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code.id, "certificates.store-damaged");
  EXPECT_NE(damaged.error().where.find(file.string()), std::string::npos);
}

TEST_F(CertificateFiles, KeyFileIsMadeOnceAndPrivate) {
  const auto path = account_key_path(folder_, "default");
  EXPECT_EQ(read_account_key_file(path, "default").error().code.id, "store.key-file-missing");
  const auto first = open_or_create_account_key_file(path, "default");
  ASSERT_TRUE(first) << first.error().to_string();
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(mode_of(path.parent_path()), 0700U);
  EXPECT_EQ(std::filesystem::file_size(path), 32U);
  const auto second = open_or_create_account_key_file(path, "default");
  ASSERT_TRUE(second);
  EXPECT_EQ(first->secret().text(), second->secret().text());
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path())) files += entry.exists() ? 1 : 0;
  EXPECT_EQ(files, 1U);
}

TEST_F(CertificateFiles, KeyFileThatOthersReachIsRefused) {
  const auto path = account_key_path(folder_, "default");
  ASSERT_TRUE(open_or_create_account_key_file(path, "default"));
  for (const unsigned mode : {0640U, 0604U, 0660U, 0601U, 0610U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    const auto refused = open_or_create_account_key_file(path, "default");
    ASSERT_FALSE(refused) << mode;
    EXPECT_EQ(refused.error().code.id, "store.key-file-not-private");
  }
  ASSERT_EQ(::chmod(path.c_str(), 0400), 0);
  EXPECT_TRUE(read_account_key_file(path, "default"));
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0);
    EXPECT_EQ(read_account_key_file(path, "default").error().code.id, "store.key-file-not-private");
  }
}

TEST_F(CertificateFiles, KeyFileOfAnotherSizeOrKindIsRefused) {
  const auto path = account_key_path(folder_, "default");
  ASSERT_TRUE(open_or_create_account_key_file(path, "default"));
  for (const std::size_t size : {0U, 1U, 31U, 33U, 4096U}) {
    std::filesystem::resize_file(path, size);
    EXPECT_EQ(read_account_key_file(path, "default").error().code.id, "certificates.bad-account-key") << size;
  }
  const auto link = account_key_path(folder_, "linked");
  std::filesystem::create_symlink(path, link);
  EXPECT_EQ(read_account_key_file(link, "linked").error().code.id, "store.key-file-not-private");
  const auto directory = account_key_path(folder_, "directory");
  std::filesystem::create_directory(directory);
  EXPECT_EQ(read_account_key_file(directory, "directory").error().code.id, "store.key-file-not-private");
  const auto pipe = account_key_path(folder_, "pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(read_account_key_file(pipe, "pipe").error().code.id, "store.key-file-not-private");
  EXPECT_EQ(read_account_key_file(account_key_path(folder_, ".."), "..").error().code.id,
            "certificates.bad-account-name");
}

}  // namespace
}  // namespace sealgate::store

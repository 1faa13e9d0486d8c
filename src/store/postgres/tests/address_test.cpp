// Addresses of databases: what is ours in them, what is libpq's, and that no password gets out.

#include <gtest/gtest.h>

#include "store/common/errors.h"
#include "store/postgres/sql/address.h"

namespace sealgate::store::postgres {
namespace {

TEST(PostgresAddress, OurOptionsAreTakenOutAndTheOthersStay) {
  const auto address = parse_address(
      "postgresql://edi:secret@db1:5433,db2/"
      "gate?target_session_attrs=read-write&schema=edi_1&connections=16&notify=off"
      "&statement_timeout=7&connect_timeout=3");
  ASSERT_TRUE(address) << address.error().to_string();
  EXPECT_EQ(address->uri,
            "postgresql://edi:secret@db1:5433,db2/gate?target_session_attrs=read-write&connect_timeout=3");
  EXPECT_EQ(address->schema, "edi_1");
  EXPECT_EQ(address->connections, 16U);
  EXPECT_EQ(address->statement_timeout, std::chrono::seconds(7));
  EXPECT_FALSE(address->notify);
  EXPECT_EQ(address->description, "PostgreSQL database gate on db1,db2");
}

TEST(PostgresAddress, WithoutOptionsThereAreDefaults) {
  const auto address = parse_address("postgres://gate@/");
  ASSERT_TRUE(address) << address.error().to_string();
  EXPECT_EQ(address->schema, "sealgate");
  EXPECT_TRUE(address->notify);
  EXPECT_EQ(address->uri, "postgres://gate@/");
}

TEST(PostgresAddress, BadOnesAreRefusedWithoutTellingThePassword) {
  for (const std::string url :
       {"postgresql://u:s3cret@h/db?schema=", "postgresql://u:s3cret@h/db?schema=A",
        "postgresql://u:s3cret@h/db?schema=a;drop", "postgresql://u:s3cret@h/db?schema=pg_x",
        "postgresql://u:s3cret@h/db?schema=1a", "postgresql://u:s3cret@h/db?connections=1",
        "postgresql://u:s3cret@h/db?connections=501", "postgresql://u:s3cret@h/db?connections=12x",
        "postgresql://u:s3cret@h/db?statement_timeout=0", "postgresql://u:s3cret@h/db?notify=maybe",
        "postgresql://u:s3cret@h/db?nonsense=1", "postgresql://u:s3cret@[h/db", "postgresql://u:s3cret%zz@h/db",
        "mysql://u:s3cret@h/db"}) {
    const auto address = parse_address(url);
    ASSERT_FALSE(address) << url;
    EXPECT_EQ(address.error().code, kBadUrl) << url;
    EXPECT_EQ(address.error().to_string().find("s3cret"), std::string::npos) << address.error().to_string();
  }
  EXPECT_FALSE(parse_address("postgresql://h/db?schema=" + std::string(64, 'a')));
}

}  // namespace
}  // namespace sealgate::store::postgres

// The certificate store's suite on PostgreSQL.

#include "store/postgres/postgres_certificate_store.h"
#include "certificates/tests/test_certificates.h"
#include "store/common/tests/suite/certificate_store_suite.h"
#include "store/postgres/tests/test_server.h"

namespace sealgate::store {
namespace {

using postgres::testing_support::TestServer;

/// The schema is named after the folder, so that opening the same folder again finds the same.
StoreUnderTest open_postgres(const std::filesystem::path& folder) {
  struct Context {
    ManualClock clock{certificates::testing::kNow};
    std::unique_ptr<postgres::Database> database;
  };
  std::string schema = "certificates_" + to_hex(as_bytes(folder.filename().string())).substr(0, 48);
  auto context = std::make_shared<Context>();
  const auto address = postgres::parse_address(TestServer::get().url(schema));
  context->database = postgres::Database::open(address.value(), true).value();
  auto store = postgres::make_postgres_certificate_store(*context->database, context->clock);
  return {context, std::move(store)};
}

INSTANTIATE_TEST_SUITE_P(Postgres, CertificateStoreSuite,
                         ::testing::Values(CertificateStoreMaker{"postgres", true, open_postgres}));

}  // namespace
}  // namespace sealgate::store

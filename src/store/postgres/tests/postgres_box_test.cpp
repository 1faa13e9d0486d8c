// The behaviour suites on PostgreSQL.

#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/tests/test_server.h"

namespace sealgate::store {
namespace {

using postgres::PostgresStore;
using postgres::testing_support::TestSchema;

class PostgresBackend final : public Backend {
 public:
  explicit PostgresBackend(std::string options) : options_(std::move(options)) { reopen(); }
  Store& store() override { return *store_; }
  void close() override { store_.reset(); }
  void reopen() override {
    auto opened = PostgresStore::open(
        {.data = folder_.path(), .url = schema_.url(options_), .access = Access::Serve, .instance = "suite"});
    ASSERT_TRUE(opened) << opened.error().to_string();
    store_ = std::move(*opened);
  }

 private:
  testing_support::ScratchFolder folder_;
  TestSchema schema_;
  std::string options_;
  std::unique_ptr<PostgresStore> store_;
};

std::unique_ptr<Backend> make_postgres() {
  return std::make_unique<PostgresBackend>("");
}

INSTANTIATE_TEST_SUITE_P(Postgres, BoxSuite,
                         testing::Values(BoxMode{"Open", make_postgres, false},
                                         BoxMode{"Reopened", make_postgres, true}),
                         [](const auto& mode) { return mode.param.name; });

}  // namespace
}  // namespace sealgate::store

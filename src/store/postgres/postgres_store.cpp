#include "store/postgres/postgres_store.h"

#include "store/common/tracking/sealed_log.h"
#include "store/postgres/keeper.h"
#include "store/postgres/postgres_access.h"
#include "store/postgres/postgres_artifact_store.h"
#include "store/postgres/postgres_certificate_store.h"
#include "store/postgres/postgres_cluster.h"
#include "store/postgres/postgres_credentials.h"
#include "store/postgres/postgres_memos.h"
#include "store/postgres/postgres_message_box.h"
#include "store/postgres/postgres_revisions.h"
#include "store/postgres/postgres_store_copy.h"
#include "store/postgres/postgres_tracking_log.h"

namespace sealgate::store::postgres {
namespace {

class Implementation final : public PostgresStore {
 public:
  Implementation(const StoreLocation& location, std::shared_ptr<BodyStage> stage)
      : stage_(std::move(stage)),
        database_(*stage_->database),
        box_(stage_, location.instance),
        artifacts_(database_),
        revisions_(database_),
        certificates_(make_postgres_certificate_store(database_, clock_)),
        cluster_(database_, box_),
        memos_(database_),
        credentials_(database_),
        access_(database_),
        tracking_storage_(database_),
        tracking_(tracking::make_tracking_log(tracking_storage_, tracking::tracking_key_path(location.data))) {}

  Result<> start() {
    SG_TRY_ASSIGN(keeper_, Keeper::start(database_, clock_, stage_->writer, [this] { box_.hint(); }));
    box_.on_announce([this] { keeper_->announce(); });
    return {};
  }

  messaging::MessageBox& box() override { return box_; }
  artifacts::ArtifactStore& artifacts() override { return artifacts_; }
  artifacts::RevisionLog& revisions() override { return revisions_; }
  certificates::CertificateStore& certificates() override { return *certificates_; }
  messaging::Cluster& cluster() override { return cluster_; }
  Memos& memos() override { return memos_; }
  credentials::Storage& credentials() override { return credentials_; }
  access::Storage& access() override { return access_; }
  const Clock& clock() const override { return clock_; }
  std::string description() const override { return database_.description(); }
  bool is_shared() const override { return true; }
  std::unique_ptr<StoreReader> reader() override { return make_postgres_reader(stage_->database); }
  Result<std::unique_ptr<StoreWriter>> writer() override { return make_postgres_writer(stage_); }
  messaging::TrackingLog& tracking() override { return *tracking_; }
  tracking::TrackingStorage& tracking_storage() override { return tracking_storage_; }
  Database& database() override { return database_; }
  bool is_listening() const override { return keeper_->is_listening(); }

 private:
  std::shared_ptr<BodyStage> stage_;
  Database& database_;
  ServerClock clock_;
  PostgresMessageBox box_;
  PostgresArtifactStore artifacts_;
  PostgresRevisions revisions_;
  std::unique_ptr<certificates::CertificateStore> certificates_;
  PostgresCluster cluster_;
  PostgresMemos memos_;
  PostgresCredentials credentials_;
  PostgresAccess access_;
  PostgresTrackingStorage tracking_storage_;
  std::unique_ptr<messaging::TrackingLog> tracking_;
  std::unique_ptr<Keeper> keeper_;  // last: its thread uses the others
};

}  // namespace

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const StoreLocation& location) {
  SG_TRY_ASSIGN(const Address address, parse_address(location.url));
  auto stage = std::make_shared<BodyStage>();
  SG_TRY_ASSIGN(std::unique_ptr<Database> database, Database::open(address, location.create));
  stage->database = std::move(database);
  SG_TRY_ASSIGN(stage->writer, messaging::make_uuid_v7(SystemClock().now()));
  auto store = std::make_unique<Implementation>(location, std::move(stage));
  SG_TRY(store->start());
  return std::unique_ptr<PostgresStore>(std::move(store));
}

}  // namespace sealgate::store::postgres

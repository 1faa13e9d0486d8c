// Sealed credentials in a store: changes that happen whole or not at all, and a master secret that is changed while
// it is used and while processes die. For every backend.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "credentials/directory.h"
#include "credentials/errors.h"
#include "credentials/look_up.h"
#include "credentials/master_secret.h"
#include "store/common/commit_point.h"
#include "store/common/credential_audit.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"

namespace sealgate::store {
namespace {

using namespace credentials;
using namespace testing_support;

Bytes octets(std::string_view text) {
  return to_bytes(text);
}

RecordKey application(const std::string& name) {
  return {RecordKind::Application, name, {}};
}

RecordKey mapping(const std::string& name, const std::string& principal) {
  return {RecordKind::Mapping, name, principal};
}

SealedRecord record(const RecordKey& key, std::int64_t generation, std::int64_t place = 0,
                    std::string_view content = "sealed") {
  return {key, place, generation, octets(content), at(place)};
}

std::string keys_of(const std::vector<SealedRecord>& records) {
  std::string text;
  for (const SealedRecord& one : records) {
    text += std::string(to_string(one.key.kind)) + " " + one.key.application + " " + one.key.name + "; ";
  }
  return text;
}

bool changes(Storage& storage, const Change& change) {
  const auto changed = storage.change(change);
  EXPECT_TRUE(changed) << changed.error().to_string();
  return changed.value_or(false);
}

/// A store with what a change can meet: one secret, settings, two applications.
void fill(Storage& storage) {
  Change change;
  change.put_secrets = {{1, "default", octets("wrapped"), at(1)}, {1, "edi", octets("wrapped too"), at(1)}};
  change.put = {record({}, 1),
                record(application("B"), 1),
                record(application("A"), 1),
                record(mapping("A", "party:2"), 1, 2),
                record(mapping("A", "party:1"), 1, 3),
                record(mapping("A", std::string("user:\xff\xfe")), 1, 1),
                record(mapping("B", "user:x"), 1)};
  EXPECT_TRUE(changes(storage, change));
}

TEST_P(BoxSuite, CredentialsAreReadBySelection) {
  const auto storage = [this]() -> Storage& {
    step();
    return backend().store().credentials();
  };
  EXPECT_TRUE(storage().read({})->secrets.empty());
  fill(storage());
  const auto all = storage().read({});
  EXPECT_EQ(all->newest(), 1);
  ASSERT_EQ(all->secrets.size(), 2U);
  EXPECT_EQ(all->secrets[1], (WrappedSecret{1, "edi", octets("wrapped too"), at(1)}));
  EXPECT_EQ(keys_of(all->records), "application A ; application B ; system  ; ");
  EXPECT_EQ(keys_of(storage().read({"A", std::nullopt})->records),
            "application A ; mapping A user:\xff\xfe; mapping A party:2; mapping A party:1; system  ; ");
  EXPECT_EQ(keys_of(storage().read({"A", std::vector<std::string>{"party:1", "party:2", "user:x"}})->records),
            "application A ; mapping A party:2; mapping A party:1; system  ; ");
  EXPECT_EQ(keys_of(storage().read({"", std::vector<std::string>()})->records), "system  ; ");
  EXPECT_EQ(keys_of(storage().read({"'; DROP", std::nullopt})->records), "system  ; ");
  const auto one = storage().read({"A", std::vector<std::string>{"party:1"}});
  EXPECT_EQ(one->records[1], record(mapping("A", "party:1"), 1, 3));
  auto counts = *storage().count_mappings();
  std::ranges::sort(counts);
  EXPECT_EQ(counts, (std::vector<std::pair<std::string, std::int64_t>>{{"A", 3}, {"B", 1}}));
}

TEST_P(BoxSuite, ACredentialChangesWholeOrNotAtAll) {
  const auto storage = [this]() -> Storage& {
    step();
    return backend().store().credentials();
  };
  fill(storage());
  const auto refused = [&](const auto& expect) {
    Change change;
    change.newest = 1;
    change.put = {record(application("New"), 1)};
    change.remove = {application("B")};
    expect(change);
    return !changes(storage(), change);
  };
  EXPECT_TRUE(refused([](Change& change) { change.newest = 0; }));
  EXPECT_TRUE(refused([](Change& change) { change.newest = 2; }));
  EXPECT_TRUE(refused([](Change& change) { change.expected = {{application("A"), std::nullopt}}; }));
  EXPECT_TRUE(refused([](Change& change) { change.expected = {{application("A"), octets("other")}}; }));
  EXPECT_TRUE(refused([](Change& change) {
    change.expected = {{application("A"), octets("sealed")}, {application("C"), octets("sealed")}};
  }));
  EXPECT_TRUE(refused([](Change& change) { change.expected_secrets = {{1, "edi", octets("other"), at(1)}}; }));
  EXPECT_TRUE(refused([](Change& change) { change.oldest = 2; })) << "records are under the first secret";
  EXPECT_EQ(keys_of(storage().read({})->records), "application A ; application B ; system  ; ");
  EXPECT_FALSE(refused([](Change& change) {
    change.expected = {{application("A"), octets("sealed")}, {application("C"), std::nullopt}};
    change.expected_secrets = {{1, "edi", octets("wrapped too"), at(1)}};
  }));
  EXPECT_EQ(keys_of(storage().read({})->records), "application A ; application New ; system  ; ");

  Change remove;
  remove.newest = 1;
  remove.remove_application = "A";
  remove.remove_secrets = {{1, "edi", {}, {}}};
  EXPECT_TRUE(changes(storage(), remove));
  EXPECT_EQ(keys_of(storage().read({"A", std::nullopt})->records), "system  ; ");
  EXPECT_EQ(storage().read({})->secrets.size(), 1U);
}

TEST_P(BoxSuite, OldSecretsGoWhenNothingIsUnderThem) {
  const auto storage = [this]() -> Storage& {
    step();
    return backend().store().credentials();
  };
  fill(storage());
  Change next;
  next.newest = 1;
  next.put_secrets = {{2, "default", octets("second"), at(9)}};
  EXPECT_TRUE(changes(storage(), next));
  EXPECT_FALSE(changes(storage(), next)) << "the first is no longer the newest";
  auto older = *storage().older(2, 100);
  EXPECT_EQ(older.size(), 7U);
  EXPECT_EQ(storage().older(2, 3)->size(), 3U);
  Change anew;
  anew.newest = 2;
  for (SealedRecord& one : older) {
    anew.expected.push_back({one.key, one.sealed});
    one.generation = 2;
    one.sealed = octets("anew");
    anew.put.push_back(one);
  }
  EXPECT_TRUE(changes(storage(), anew));
  EXPECT_TRUE(storage().older(2, 3)->empty());
  Change last;
  last.newest = 2;
  last.oldest = 2;
  EXPECT_TRUE(changes(storage(), last));
  EXPECT_EQ(storage().read({})->secrets, next.put_secrets);
}

/// What works on the credentials of a store, as one account.
struct Desk {
  explicit Desk(Store& store)
      : audit(store.tracking_storage(), store.clock(), "suite"),
        keyring(keys()),
        directory(store.credentials(), keyring, audit, store.clock(), "tester"),
        secrets(store.credentials(), keys(), keys(), audit, store.clock(), "tester", commit_point),
        service(store.credentials(), keys(), audit, store.clock()) {}

  static AccountKeySource keys() {
    return [](const std::string& account) {
      return certificates::AccountKey::from_bytes(account, Secret(content_of(32, 7)));
    };
  }
  void fill(int mappings) {
    EXPECT_TRUE(secrets.create({"default"}));
    Application erp;
    erp.name = "ERP";
    erp.fields = {{"user", false}, {"password", true}};
    const auto created = directory.create(erp);
    EXPECT_TRUE(created) << created.error().to_string();
    for (int i = 0; i < mappings; ++i) map("user:" + std::to_string(i));
    map("account:default");
  }
  void map(const std::string& principal) {
    Mapping mapping;
    mapping.principal = principal;
    mapping.values.push_back(Secret::from_text("partner"));
    mapping.values.push_back(Secret::from_text("geheim"));
    const auto mapped = directory.map("ERP", mapping);
    EXPECT_TRUE(mapped) << mapped.error().to_string();
  }
  std::string look_up() {
    LookUp request;
    request.application = "ERP";
    request.port = "Out";
    request.account = "default";
    const auto found = service.look_up(request);
    return found ? found->user + "/" + std::string(found->password->text()) : found.error().to_string();
  }

  CredentialAudit audit;
  Keyring keyring;
  Directory directory;
  MasterSecrets secrets;
  Service service;
};

TEST_P(BoxSuite, LookUpsAreInTheTrackingLog) {
  step();
  Store& store = backend().store();
  Desk desk(store);
  desk.fill(0);
  EXPECT_EQ(desk.look_up(), "partner/geheim");
  messaging::TrackingQuery query;
  query.event = messaging::TrackingEvent::CredentialsAsked;
  query.details = {{"application", "ERP"}, {"principal", "account:default"}, {"outcome", "ok"}};
  for (const bool sealed : {false, true}) {
    if (sealed) {
      EXPECT_TRUE(store.tracking().seal(store.clock().now()));
    }
    const auto found = store.tracking().search(query);
    ASSERT_EQ(found->records.size(), 1U) << sealed;
    EXPECT_EQ(found->records.front().port, "Out");
    EXPECT_EQ(found->records.front().instance, "suite");
  }
  EXPECT_TRUE(store.tracking().verify({}, [](std::int64_t) { return true; }));
}

TEST_P(BoxSuite, LookUpsGoOnWhileTheSecretChanges) {
  step();
  Desk desk(backend().store());
  desk.fill(20);
  std::atomic<bool> ends{false};
  std::vector<std::string> outcomes(3);
  std::vector<std::thread> threads;
  for (std::string& outcome : outcomes) {
    threads.emplace_back([&] {
      Desk another(backend().store());
      do {
        outcome = another.look_up();
      } while (!ends && outcome == "partner/geheim");
    });
  }
  for (int i = 0; i < 3; ++i) {
    const auto rotated = desk.secrets.rotate();
    EXPECT_TRUE(rotated) << rotated.error().to_string();
    desk.map("user:" + std::to_string(i));
  }
  ends = true;
  for (std::thread& thread : threads) thread.join();
  for (const std::string& outcome : outcomes) EXPECT_EQ(outcome, "partner/geheim");
  EXPECT_EQ(backend().store().credentials().read({})->secrets.size(), 1U);
}

constexpr int kCrashed = 42;
int points_passed = 0;
int crash_at = -1;

void pass(std::string_view) {
  if (points_passed++ == crash_at) ::_exit(kCrashed);
}

TEST_P(BoxSuite, AProcessThatDiesWhileTheSecretChangesHarmsNothing) {
  {
    step();
    Desk desk(backend().store());
    desk.fill(5);
  }
  int crashes = 0;
  for (crash_at = 0;; ++crash_at) {
    backend().close();
    const pid_t child = ::fork();
    ASSERT_NE(child, -1);
    if (child == 0) {
      backend().reopen();
      points_passed = 0;
      commit_point_hook = pass;
      Desk desk(backend().store());
      ::_exit(desk.secrets.rotate() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    backend().reopen();
    Desk desk(backend().store());
    EXPECT_EQ(desk.look_up(), "partner/geheim") << crash_at;
    EXPECT_EQ(desk.directory.mappings("ERP")->size(), 6U) << crash_at;
    if (WEXITSTATUS(status) == 0) break;
    ASSERT_EQ(WEXITSTATUS(status), kCrashed);
    ++crashes;
    desk.map("user:0");  // what is changed now is under the newest secret
  }
  crash_at = -1;
  EXPECT_GE(crashes, 4);
  Desk desk(backend().store());
  ASSERT_TRUE(desk.secrets.rotate());
  EXPECT_FALSE(desk.secrets.status()->being_changed);
  EXPECT_EQ(desk.look_up(), "partner/geheim");
}

TEST_P(BoxSuite, CredentialsAreReadInPagesForCopying) {
  step();
  fill(backend().store().credentials());
  const auto reader = backend().store().reader();
  std::vector<SealedRecord> all;
  for (std::optional<RecordKey> after;;) {
    const auto page = reader->credentials(after, 2);
    ASSERT_TRUE(page) << page.error().to_string();
    if (page->empty()) break;
    EXPECT_LE(page->size(), 2U);
    all.insert(all.end(), page->begin(), page->end());
    after = all.back().key;
  }
  EXPECT_EQ(keys_of(all),
            "application A ; application B ; mapping A party:1; mapping A party:2; mapping A user:\xff\xfe; "
            "mapping B user:x; system  ; ");
  EXPECT_EQ(reader->credential_secrets()->size(), 2U);
  EXPECT_EQ(backend().store().writer().error().code.id, "store.not-empty");
}

}  // namespace
}  // namespace sealgate::store

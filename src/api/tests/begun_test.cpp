// A change that is no one commit with its record, in a process that ends after each commit in turn: whatever was
// done, the audit log has at least that it was begun.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "access/audit_log.h"
#include "api/operations/operations.h"
#include "api/tests/api_fixture.h"
#include "certificates/tests/test_certificates.h"
#include "mime/base64.h"
#include "store/backends/open_store.h"
#include "store/common/commit_point.h"

namespace sealgate::api::tests {
namespace {

constexpr int kEnded = 9;
constexpr const char* kImport = "certificate.import";

/// The commit after which the process ends; not positive: none.
std::atomic<int> commits_left{0};

void end_after_commit(std::string_view name) {
  if (name == "batch.committed" && commits_left > 0 && --commits_left == 0) ::_exit(kEnded);
}

/// Records in the store, as the door of a gateway does.
class StoreGatekeeper final : public Gatekeeper {
 public:
  explicit StoreGatekeeper(store::Store& store) : log_(store.access(), store.clock()) {}
  Result<access::Principal> identify(const net::HttpRequest&) override { return access::Principal::local("test"); }
  std::chrono::milliseconds admit(const net::HttpRequest&, const access::Principal*) override { return {}; }
  Result<> record(const access::Principal& who, const Act& act) override {
    return log_.record(who, {act.action, act.subject, {}, {}, {}}, act.outcome());
  }

 private:
  access::AuditLog log_;
};

std::unique_ptr<store::Store> open(const std::filesystem::path& folder, const Clock& clock) {
  store::StoreLocation location;
  location.data = folder;
  return std::move(store::open_store(location, clock)).value();
}

/// In a process of its own; its exit status.
int import_in_a_process(const std::filesystem::path& folder, const std::string& body, int commits) {
  const pid_t child = ::fork();
  if (child != 0) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  store::commit_point_hook = end_after_commit;
  const SystemClock clock;
  const auto store = open(folder, clock);
  const auto services = std::make_shared<Services>(*store, ServiceOptions{{folder.string(), "sqlite"}, {}, {}});
  Live live{std::make_shared<StatusBoard>(services), nullptr};
  live.events = std::make_shared<EventHub>([board = live.board] { return board->look(); });
  access::Gate gate(store->access(), clock);
  StoreGatekeeper gatekeeper(*store);
  const auto server = Server::create(description_text(), make_actions(services, live, gate), gatekeeper).value();
  commits_left = commits;
  const Got got = send(*server, {.method = "POST", .target = "/certificates", .body = body});
  ::_exit(got.status == 200 ? 0 : 1);
}

TEST(Begun, is_in_the_log_whenever_the_change_is_in_the_store) {
  const auto identity = certificates::testing::issue({.subject = {{"CN", "partner"}}});
  nlohmann::json body = nlohmann::json::object();
  body["files"] = nlohmann::json::array();
  body["files"].push_back({{"content", mime::base64_encode(identity.certificate.der())}});
  bool changed_without_outcome = false;
  for (int commits = 1; commits < 20; ++commits) {
    const auto folder = std::filesystem::temp_directory_path() /
                        ("begun-" + std::to_string(::getpid()) + "-" + std::to_string(commits));
    std::filesystem::create_directories(folder / "spool");
    const int status = import_in_a_process(folder, body.dump(), commits);
    ASSERT_TRUE(status == 0 || status == kEnded) << status;
    std::vector<std::string> outcomes;
    bool stored = false;
    {
      const SystemClock clock;
      const auto store = open(folder, clock);
      const certificates::StoreId partners{certificates::StoreName::OtherPeople, {}};
      stored = store->certificates().find(partners, identity.certificate.thumbprint_sha256()).value().has_value();
      const auto page = access::AuditLog(store->access(), clock).list({.action = kImport}, 0, 10).value();
      for (const auto& one : page.records) outcomes.insert(outcomes.begin(), one.record.outcome);
    }
    std::filesystem::remove_all(folder);
    if (stored) {
      EXPECT_THAT(outcomes, testing::Contains("begun")) << commits;
    } else {
      EXPECT_THAT(outcomes, testing::Not(testing::Contains("ok"))) << commits;
    }
    changed_without_outcome = changed_without_outcome || (stored && outcomes.size() == 1);
    if (status != 0) continue;
    EXPECT_THAT(outcomes, testing::ElementsAre("begun", "ok"));
    EXPECT_TRUE(changed_without_outcome) << "no process ended between the change and its outcome";
    return;
  }
  FAIL() << "the import never came to its end";
}

}  // namespace
}  // namespace sealgate::api::tests

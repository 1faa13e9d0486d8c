// What became of the configuration: kept in the commit of the change, with its audit record, whole or not at all.
// For every backend.

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "access/audit_log.h"
#include "artifacts/artifact_store.h"
#include "artifacts/errors.h"
#include "store/common/commit_point.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"

namespace sealgate::store {
namespace {

using namespace artifacts;
using namespace testing_support;

Host host(const std::string& name, const std::string& description = {}) {
  Host made;
  made.name = name;
  made.description = description;
  return made;
}

ChangeNote note_by(const std::string& who, std::size_t records = 1) {
  ChangeNote note{who, "192.0.2.1", Origin::Api, "because", {}, {}};
  for (std::size_t i = 0; i < records; ++i) {
    note.audit.push_back({at(0), who, "192.0.2.1", "artifact.change", "Host " + std::to_string(i)});
  }
  return note;
}

/// What is configured, with these on top.
ArtifactSet with(Store& store, const std::vector<Artifact>& more) {
  ArtifactSet set = store.artifacts().load().value().set;
  for (const Artifact& artifact : more) set.put(artifact);
  return set;
}

Revision change(Store& store, const std::vector<Artifact>& more, const ChangeNote& note = note_by("alice")) {
  const auto done = store.artifacts().replace(with(store, more), store.artifacts().revision().value(), at(1), note);
  EXPECT_TRUE(done) << done.error().to_string();
  return done.value_or(-1);
}

std::string numbers(const std::vector<RevisionSummary>& revisions) {
  std::string text;
  for (const RevisionSummary& one : revisions) text += std::to_string(one.number) + " ";
  return text;
}

/// Configuration, revisions and audit log in a few words, which must agree.
std::string state_of(Store& store) {
  const Snapshot snapshot = store.artifacts().load().value();
  return std::to_string(snapshot.revision) + " of " + std::to_string(snapshot.set.hosts.size()) + " hosts, kept " +
         numbers(store.revisions().list({}, 0, 100).value()) + "audit " +
         std::to_string(store.access().audit_head().value().sequence);
}

TEST_P(BoxSuite, EachChangeOfTheConfigurationIsKept) {
  const auto store = [this]() -> Store& {
    step();
    return backend().store();
  };
  EXPECT_TRUE(store().revisions().list({}, 0, 10).value().empty());
  EXPECT_FALSE(store().revisions().find(1).value());
  ASSERT_EQ(change(store(), {host("A"), host("B", "one")}), 1);
  EXPECT_EQ(change(store(), {host("A")}), 1) << "nothing differs";
  EXPECT_EQ(store().access().audit_head().value().sequence, 1) << "what did not happen is not told";
  ASSERT_EQ(change(store(), {host("B", "two")}, note_by("bob/ci", 2)), 2);
  ArtifactSet less = store().artifacts().load().value().set;
  less.remove(Kind::Host, "A");
  ChangeNote back = note_by("alice");
  back.restores = 0;
  ASSERT_EQ(store().artifacts().replace(less, 2, at(3), back).value(), 3);
  EXPECT_EQ(store().access().audit_head().value().sequence, 4);

  EXPECT_EQ(numbers(store().revisions().list({}, 0, 10).value()), "3 2 1 ");
  EXPECT_EQ(numbers(store().revisions().list({}, 3, 1).value()), "2 ");
  EXPECT_EQ(numbers(store().revisions().list({Kind::Host, "A", {}}, 0, 10).value()), "3 1 ");
  EXPECT_EQ(numbers(store().revisions().list({{}, "B", {}}, 0, 10).value()), "2 1 ");
  EXPECT_EQ(numbers(store().revisions().list({Kind::SendPort, "A", {}}, 0, 10).value()), "");
  EXPECT_EQ(numbers(store().revisions().list({{}, {}, "bob"}, 0, 10).value()), "2 ");
  EXPECT_EQ(numbers(store().revisions().list({{}, {}, "bo"}, 0, 10).value()), "");
  EXPECT_EQ(numbers(store().revisions().list({{}, {}, "%"}, 0, 10).value()), "");

  EXPECT_EQ(store().revisions().find(2).value(),
            (RevisionSummary{2, at(1), "bob/ci", "192.0.2.1", Origin::Api, "because", {}, 1, "Host B"}));
  EXPECT_EQ(store().revisions().find(3).value()->restores, 0);
  const auto first = store().revisions().changes(1, {}, 10).value();
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0], (Change{Kind::Host, "A", ChangeKind::Created, {}, to_yaml(host("A"))}));
  const auto rest = store().revisions().changes(1, {"Host", "A"}, 10).value();
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].name, "B");

  const auto history = store().revisions().history(Kind::Host, "B", 0, 10).value();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].revision.who, "bob/ci");
  EXPECT_EQ(history[0].change,
            (Change{Kind::Host, "B", ChangeKind::Changed, to_yaml(host("B", "one")), to_yaml(host("B", "two"))}));
  EXPECT_EQ(store().revisions().history(Kind::Host, "B", 2, 10).value().size(), 1U);

  const auto since = store().revisions().since(1).value();
  EXPECT_EQ(since.newest, 3);
  EXPECT_EQ(since.kept, 2);
  ASSERT_EQ(since.first.size(), 2U);
  EXPECT_EQ(since.first[0].name, "A");
  EXPECT_EQ(since.first[0].before, to_yaml(host("A")));
  EXPECT_EQ(since.first[1].before, to_yaml(host("B", "one"))) << "as it was then";
  const auto all = store().revisions().since(0).value().first;
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].before, "") << "there was none";
}

TEST_P(BoxSuite, OnlyAsManyRevisionsAreKeptAsTheGroupSays) {
  const auto store = [this]() -> Store& {
    step();
    return backend().store();
  };
  Group group;
  group.name = "Fabrikam";
  group.keep_revisions = 2;
  ASSERT_EQ(change(store(), {group}), 1);
  for (int i = 2; i <= 4; ++i) ASSERT_EQ(change(store(), {host("A", std::to_string(i))}), i);
  EXPECT_EQ(numbers(store().revisions().list({}, 0, 10).value()), "4 3 ");
  EXPECT_EQ(store().revisions().since(1).value().kept, 2) << "one of three is gone";
  EXPECT_TRUE(store().revisions().history(Kind::Group, "Fabrikam", 0, 10).value().empty());
  EXPECT_TRUE(store().revisions().changes(2, {}, 10).value().empty());
}

TEST_P(BoxSuite, HashesOfPasswordsAreNotKeptInRevisions) {
  const auto store = [this]() -> Store& {
    step();
    return backend().store();
  };
  Host one = host("A");
  one.users.push_back(HttpUser{.name = "carol", .digest_sha256 = std::string(64, 'a')});
  ASSERT_EQ(change(store(), {one}), 1);
  one.users[0].digest_sha256 = std::string(64, 'b');
  ASSERT_EQ(change(store(), {one}), 2);
  EXPECT_EQ(store().artifacts().load().value().set.hosts[0].users[0].digest_sha256, std::string(64, 'b'));
  const Change kept = store().revisions().changes(2, {}, 10).value().at(0);
  EXPECT_EQ(kept.change, ChangeKind::Changed);
  EXPECT_EQ(kept.before, kept.after) << "that it changed is all that is told";
  EXPECT_EQ(kept.after.find("aaaa"), std::string::npos);
  EXPECT_EQ(kept.after.find("bbbb"), std::string::npos);
}

TEST_P(BoxSuite, OfTwoWhoChangeTheConfigurationOneIsToldWhoWasFaster) {
  Store& store = backend().store();
  ASSERT_EQ(change(store, {host("A")}), 1);
  ASSERT_EQ(change(store, {host("B")}, note_by("bob")), 2);
  const auto late = store.artifacts().replace(with(store, {host("C")}), 1, at(2), note_by("carol"));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, kChangedMeanwhile);
  EXPECT_NE(late.error().what.find("'bob'"), std::string::npos) << late.error().to_string();
  EXPECT_EQ(state_of(store), "2 of 2 hosts, kept 2 1 audit 2");
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const ArtifactSet set = with(store, {host("T" + std::to_string(i))});
      won += store.artifacts().replace(set, 2, at(3), note_by("t")).has_value() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(state_of(store), "3 of 3 hosts, kept 3 2 1 audit 3");
}

TEST_P(BoxSuite, AChangeThatIsTooLargeIsRefusedAsAWhole) {
  if (GetParam().reopen_each_step) return;  // the other mode does all of it
  Store& store = backend().store();
  std::vector<Artifact> many;
  for (int i = 0; i < 5; ++i) many.emplace_back(host("H" + std::to_string(i), std::string(8 << 20, 'x')));
  const auto refused = store.artifacts().replace(with(store, many), 0, at(1), note_by("alice"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, kChangeTooLarge);
  EXPECT_EQ(state_of(store), "0 of 0 hosts, kept audit 0");
}

int points_passed = 0;
int end_at = 0;

TEST_P(BoxSuite, AConfigurationItsRevisionAndItsRecordAreThereTogetherAfterACrash) {
  if (GetParam().reopen_each_step) return;  // the other mode does all of it
  ASSERT_EQ(change(backend().store(), {host("A")}), 1);
  const std::string before = "1 of 1 hosts, kept 1 audit 1";
  const std::string after = "2 of 2 hosts, kept 2 1 audit 3";
  bool crashed = true;
  bool seen_before = false;
  bool seen_after = false;
  for (end_at = 0; crashed; ++end_at) {
    const auto fresh = GetParam().make();
    ASSERT_EQ(change(fresh->store(), {host("A")}), 1);
    ASSERT_EQ(state_of(fresh->store()), before);
    fresh->close();
    const pid_t child = ::fork();
    if (child == 0) {
      fresh->reopen();
      points_passed = 0;
      commit_point_hook = [](std::string_view) {
        if (points_passed++ == end_at) ::_exit(42);
      };
      change(fresh->store(), {host("B")}, note_by("bob", 2));
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    crashed = WEXITSTATUS(status) == 42;
    fresh->reopen();
    const std::string state = state_of(fresh->store());
    EXPECT_TRUE(state == before || state == after) << "at point " << end_at << ": " << state;
    seen_before |= state == before;
    seen_after |= crashed && state == after;
    EXPECT_TRUE(crashed || state == after) << "it was acknowledged: " << state;
    EXPECT_EQ(access::AuditLog(fresh->store().access(), kClock).verify().value().first_bad, 0);
  }
  EXPECT_TRUE(seen_before);
  EXPECT_TRUE(seen_after) << "a point after the commit";
}

}  // namespace
}  // namespace sealgate::store

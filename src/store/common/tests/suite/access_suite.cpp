// Users, sessions, tokens and the audit log in a store: changes that happen whole or not at all, one chain however
// many write, and instances that come at the same time. For every backend.

#include <atomic>
#include <thread>

#include "access/errors.h"
#include "access/gate.h"
#include "access/totp.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"

namespace sealgate::store {
namespace {

using namespace access;
using namespace testing_support;

const std::string kPassword = "correct horse battery";
const Principal kLocal = Principal::local("root");

Secret secret(std::string_view text) {
  return Secret::from_text(text);
}

Record record(RecordKind kind, const std::string& id, const std::string& owner = {}, std::string content = "{}",
              std::optional<Time> until = {}) {
  return {{kind, id}, owner, until, std::move(content)};
}

Change putting(std::vector<Record> records) {
  Change change;
  change.put = std::move(records);
  return change;
}

bool changes(access::Storage& storage, const Change& change) {
  const auto changed = storage.change(change);
  EXPECT_TRUE(changed) << changed.error().to_string();
  return changed.value_or(false);
}

std::string ids(access::Storage& storage, RecordKind kind, const std::string& owner = {},
                const std::string& after = {}, std::size_t limit = 100) {
  std::string text;
  const auto found = storage.list(kind, owner, after, limit).value();
  for (const Record& one : found) text += one.key.id + " ";
  return text;
}

AuditRecord told(std::string object) {
  return {at(0), "alice", "192.0.2.1", "test.done", std::move(object)};
}

void add_user(Gate& gate, const std::string& name, const std::vector<Role>& roles) {
  const auto added = gate.users().add(kLocal, {name, {}, roles}, secret(kPassword));
  ASSERT_TRUE(added) << added.error().to_string();
}

TEST_P(BoxSuite, AccessRecordsAreKeptByKindIdAndOwner) {
  const auto storage = [this]() -> access::Storage& {
    step();
    return backend().store().access();
  };
  EXPECT_FALSE(storage().find({RecordKind::User, "alice"}).value());
  const Record alice = record(RecordKind::User, "alice", {}, R"({"display_name":"Älice 'x' \\ \"y\""})");
  ASSERT_TRUE(changes(storage(), putting({alice, record(RecordKind::Session, "s2", "alice"),
                                          record(RecordKind::Session, "s1", "bob", "1", at(5)),
                                          record(RecordKind::Token, "s1", "alice")})));
  EXPECT_EQ(storage().find({RecordKind::User, "alice"}).value(), alice);
  EXPECT_EQ(storage().find({RecordKind::Session, "s1"}).value(),
            record(RecordKind::Session, "s1", "bob", "1", at(5)));
  EXPECT_EQ(ids(storage(), RecordKind::Session), "s1 s2 ");
  EXPECT_EQ(ids(storage(), RecordKind::Session, "alice"), "s2 ");
  EXPECT_EQ(ids(storage(), RecordKind::Session, {}, "s1"), "s2 ");
  EXPECT_EQ(ids(storage(), RecordKind::Session, {}, {}, 1), "s1 ");
  EXPECT_EQ(storage().count(RecordKind::Session, {}).value(), 2U);
  EXPECT_EQ(storage().count(RecordKind::Session, "bob").value(), 1U);
  Change change;
  change.remove_owned = {{RecordKind::Session, "alice"}};
  change.remove = {{RecordKind::User, "alice"}, {RecordKind::User, "nobody"}};
  change.put = {record(RecordKind::Session, "s1", "carol", "2")};
  ASSERT_TRUE(changes(storage(), change));
  EXPECT_EQ(ids(storage(), RecordKind::Session), "s1 ");
  EXPECT_EQ(ids(storage(), RecordKind::Token), "s1 ") << "of another kind";
  EXPECT_EQ(storage().find({RecordKind::Session, "s1"}).value()->owner, "carol");
  EXPECT_FALSE(storage().find({RecordKind::User, "alice"}).value());
}

TEST_P(BoxSuite, AccessChangesHappenWholeOrNotAtAll) {
  const auto storage = [this]() -> access::Storage& {
    step();
    return backend().store().access();
  };
  Change change = putting({record(RecordKind::User, "alice", {}, "1")});
  change.expected = {{{RecordKind::User, "alice"}, std::nullopt}};
  change.audit = {told("first")};
  ASSERT_TRUE(changes(storage(), change));
  EXPECT_FALSE(changes(storage(), change)) << "it is there now";
  change.expected = {{{RecordKind::User, "alice"}, "1"}, {{RecordKind::User, "bob"}, "1"}};
  change.put = {record(RecordKind::User, "alice", {}, "2")};
  EXPECT_FALSE(changes(storage(), change)) << "bob is not there";
  change.expected = {{{RecordKind::User, "alice"}, "0"}};
  EXPECT_FALSE(changes(storage(), change)) << "it is another";
  EXPECT_EQ(storage().find({RecordKind::User, "alice"}).value()->content, "1");
  EXPECT_EQ(storage().audit_head().value().sequence, 1) << "what did not happen is not told";
}

TEST_P(BoxSuite, AccessRecordsThatEndedAreRemoved) {
  const auto storage = [this]() -> access::Storage& {
    step();
    return backend().store().access();
  };
  ASSERT_TRUE(changes(
      storage(),
      putting({record(RecordKind::User, "u"), record(RecordKind::Session, "a", "u", "", at(1)),
               record(RecordKind::Session, "b", "u", "", at(2)), record(RecordKind::Session, "c", "u", "", at(3))})));
  ASSERT_TRUE(storage().purge(at(2)));
  EXPECT_EQ(ids(storage(), RecordKind::Session), "c ");
  EXPECT_EQ(ids(storage(), RecordKind::User), "u ");
}

TEST_P(BoxSuite, TheAuditLogIsReadBothWays) {
  const auto storage = [this]() -> access::Storage& {
    step();
    return backend().store().access();
  };
  EXPECT_EQ(storage().audit_head().value(), AuditEntry());
  EXPECT_TRUE(storage().audit(0, true, 10).value().empty());
  for (int i = 1; i <= 3; ++i) {
    Change change;
    change.audit = {told(std::to_string(2 * i - 1)), told(std::to_string(2 * i))};
    ASSERT_TRUE(changes(storage(), change));
  }
  const auto up = storage().audit(2, false, 3).value();
  ASSERT_EQ(up.size(), 3U);
  EXPECT_EQ(up[0].sequence, 3);
  EXPECT_EQ(up[2].sequence, 5);
  const auto down = storage().audit(0, true, 2).value();
  ASSERT_EQ(down.size(), 2U);
  EXPECT_EQ(down[0], storage().audit_head().value());
  EXPECT_EQ(down[1].sequence, 5);
  EXPECT_EQ(storage().audit(2, true, 10).value().front().sequence, 1);
  EXPECT_EQ(chain(up[0], up[1].record).value(), up[1]);
  const auto verdict = AuditLog(storage(), kClock).verify(up[1].hash).value();
  EXPECT_EQ(verdict.records, 6U);
  EXPECT_EQ(verdict.first_bad, 0);
  EXPECT_TRUE(verdict.found_anchor);
}

TEST_P(BoxSuite, ManyWritersMakeOneChain) {
  step();
  access::Storage& storage = backend().store().access();
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&storage, thread] {
        AuditLog log(storage, kClock);
        for (int i = 0; i < 10; ++i) {
          EXPECT_TRUE(log.record(kLocal, {"test.done", std::to_string(thread), {}, {}, {}}));
        }
      });
    }
  }
  const auto verdict = AuditLog(storage, kClock).verify().value();
  EXPECT_EQ(verdict.records, 40U);
  EXPECT_EQ(verdict.first_bad, 0) << verdict.reason;
}

TEST_P(BoxSuite, AnInvitationIsForOneOfTwoInstances) {
  step();
  access::Storage& storage = backend().store().access();
  Gate one(storage, kClock);
  Gate other(storage, kClock);
  const auto invitation = one.first_invitation().value();
  ASSERT_TRUE(invitation);
  std::atomic<int> in = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        const auto done =
            (i % 2 == 0 ? one : other)
                .accept(invitation->secret, {"user" + std::to_string(i)}, secret(kPassword), "192.0.2.1");
        if (done) {
          ++in;
        } else {
          EXPECT_EQ(done.error().code, kBadInvitation) << done.error().to_string();
        }
      });
    }
  }
  EXPECT_EQ(in, 1);
  EXPECT_EQ(one.users().list().value().size(), 1U);
  EXPECT_FALSE(other.first_invitation().value());
}

TEST_P(BoxSuite, TwoAdministratorsDoNotShutEachOtherOut) {
  step();
  access::Storage& storage = backend().store().access();
  Gate one(storage, kClock);
  Gate other(storage, kClock);
  add_user(one, "alice", {Role::Administrator});
  add_user(one, "bob", {Role::Administrator});
  for (int round = 0; round < 5; ++round) {
    Result<> by_alice;
    Result<> by_bob;
    {
      const std::jthread first([&] {
        by_alice = one.users().set_disabled({"alice", {Role::Administrator}, "192.0.2.1"}, "bob", true);
      });
      const std::jthread second([&] {
        by_bob = other.users().set_disabled({"bob", {Role::Administrator}, "192.0.2.2"}, "alice", true);
      });
    }
    EXPECT_NE(by_alice.has_value(), by_bob.has_value());
    const auto& refused = by_alice ? by_bob : by_alice;
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, kLastAdministrator) << refused.error().to_string();
    ASSERT_TRUE(one.users().set_disabled(kLocal, by_alice ? "bob" : "alice", false));
  }
}

TEST_P(BoxSuite, ACodeIsTakenByOneOfTwoInstances) {
  step();
  access::Storage& storage = backend().store().access();
  const ManualClock clock(at(0));
  Gate one(storage, clock);
  Gate other(storage, clock);
  add_user(one, "alice", {Role::Administrator});
  const auto in = one.sign_in({"alice", secret(kPassword), {}, "192.0.2.1"}).value();
  const auto who = one.identify_session(in.cookie, "192.0.2.1").value();
  ASSERT_TRUE(one.begin_authenticator(who, secret(kPassword)));
  const auto user = load_user(storage, "alice").value();
  const Secret key = open_authenticator(*user->user.pending, secret(kPassword), "alice").value();
  const std::int64_t now = totp_step(clock.now());
  ASSERT_TRUE(one.confirm_authenticator(who, secret(kPassword), totp_code(key.view(), now).value()));
  const std::string next = totp_code(key.view(), now + 1).value();
  std::atomic<int> signed_in = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        const auto done = (i % 2 == 0 ? one : other).sign_in({"alice", secret(kPassword), next, "192.0.2.1"});
        if (done) {
          ++signed_in;
        } else {
          EXPECT_EQ(done.error().code, kWrongCode) << done.error().to_string();
        }
      });
    }
  }
  EXPECT_EQ(signed_in, 1);
}

}  // namespace
}  // namespace sealgate::store

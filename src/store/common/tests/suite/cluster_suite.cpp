// Host instances of one store: who is a member, what runs once, what becomes of the dead. For every backend.

#include <thread>

#include "messaging/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"

namespace sealgate::store {
namespace {

using namespace messaging;
using namespace testing_support;

Instance instance_of(std::string name, std::string life) {
  Instance instance;
  instance.name = std::move(name);
  instance.life = std::move(life);
  instance.address = "10.0.0.1:8080";
  instance.version = "1.2.3";
  return instance;
}

std::string code_of(const auto& result) {
  return result ? "" : std::string(result.error().code.id);
}

std::string holder_of(Cluster& cluster, const std::string& lease) {
  const auto all = cluster.leases();
  EXPECT_TRUE(all) << all.error().to_string();
  for (const NamedLease& one : *all) {
    if (one.name == lease) return one.life;
  }
  return "never taken";
}

TEST_P(BoxSuite, MembersJoinBeatAndLeave) {
  ASSERT_TRUE(cluster().join(instance_of("b", "life-b"), false, at(0)));
  ASSERT_TRUE(cluster().join(instance_of("a", "life-a"), false, at(1)));
  Instance beat = instance_of("a", "life-a");
  beat.configuration = 7;
  beat.certificates = 9;
  ASSERT_TRUE(cluster().heartbeat(beat, at(3)));
  const auto members = cluster().members();
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 2U);
  const Instance& a = members->front();
  EXPECT_EQ(a.name, "a");
  EXPECT_EQ(a.life, "life-a");
  EXPECT_EQ(a.address, "10.0.0.1:8080");
  EXPECT_EQ(a.version, "1.2.3");
  EXPECT_EQ(a.configuration, 7U);
  EXPECT_EQ(a.certificates, 9U);
  EXPECT_EQ(a.joined, at(1));
  EXPECT_EQ(a.seen, at(3));
  EXPECT_EQ(members->back().name, "b");
  EXPECT_EQ(members->back().seen, at(0));
  ASSERT_TRUE(cluster().leave("life-b", at(4)));
  EXPECT_EQ(cluster().members()->size(), 1U);
  EXPECT_TRUE(cluster().leave("life-b", at(5))) << "leaving twice is no error";
}

TEST_P(BoxSuite, ANameIsTakenWhileItsInstanceLives) {
  ASSERT_TRUE(cluster().join(instance_of("a", "one"), false, at(0)));
  EXPECT_EQ(code_of(cluster().join(instance_of("a", "two"), false, at(8))), kInstanceExists.id);
  EXPECT_TRUE(cluster().heartbeat(instance_of("a", "one"), at(8))) << "the first was disturbed";
  EXPECT_EQ(code_of(cluster().join(instance_of("a", "two"), false, at(16))), kInstanceExists.id);
  ASSERT_TRUE(cluster().join(instance_of("a", "two"), false, at(17)));
  EXPECT_EQ(code_of(cluster().heartbeat(instance_of("a", "one"), at(18))), kDeclaredDead.id);
  EXPECT_EQ(cluster().members()->front().life, "two");
}

TEST_P(BoxSuite, WhoKnowsThatItIsAloneTakesEveryName) {
  ASSERT_TRUE(cluster().join(instance_of("a", "one"), false, at(0)));
  ASSERT_TRUE(cluster().join(instance_of("b", "two"), false, at(0)));
  ASSERT_TRUE(cluster().join(instance_of("a", "three"), true, at(1)));
  ASSERT_EQ(cluster().members()->size(), 1U);
  EXPECT_EQ(cluster().members()->front().life, "three");
}

TEST_P(BoxSuite, TheSilentAreDeclaredDeadAndTheOthersAreNot) {
  ASSERT_TRUE(cluster().join(instance_of("a", "one"), false, at(0)));
  ASSERT_TRUE(cluster().join(instance_of("b", "two"), false, at(0)));
  ASSERT_TRUE(cluster().heartbeat(instance_of("b", "two"), at(8)));
  EXPECT_EQ(cluster().take_over(at(8)).value(), std::vector<std::string>{});
  EXPECT_EQ(cluster().take_over(at(9)).value(), std::vector<std::string>{"a"});
  EXPECT_EQ(cluster().take_over(at(9)).value(), std::vector<std::string>{});
  EXPECT_EQ(code_of(cluster().heartbeat(instance_of("a", "one"), at(9))), kDeclaredDead.id);
  EXPECT_EQ(code_of(cluster().acquire("x", "one")), kDeclaredDead.id);
  ASSERT_TRUE(cluster().join(instance_of("a", "three"), false, at(10))) << "it joins again under a new life";
  EXPECT_EQ(cluster().members()->size(), 2U);
}

TEST_P(BoxSuite, AClockThatWasSetBackDoesNotKeepTheDeadAlive) {
  ASSERT_TRUE(cluster().join(instance_of("a", "one"), false, at(3600)));
  ASSERT_TRUE(cluster().join(instance_of("b", "two"), false, at(0)));
  EXPECT_EQ(cluster().take_over(at(1)).value(), std::vector<std::string>{"a"});
}

TEST_P(BoxSuite, ClaimsOfTheDeadAreReadyAgainAndLostToThem) {
  ASSERT_TRUE(cluster().join(instance_of("a", "one"), false, at(0)));
  ASSERT_TRUE(cluster().join(instance_of("b", "two"), false, at(0)));
  const WorkId work = publish_one(current(), to_port("Out"), at(0));
  const WorkItem lost = claim_one(step(), at(1), "a");
  const WorkId other = publish_one(current(), to_port("Other"), at(1));
  const WorkItem kept = claim_one(step(), at(1), "b");
  ASSERT_TRUE(cluster().heartbeat(instance_of("b", "two"), at(8)));
  ASSERT_EQ(cluster().take_over(at(9)).value(), std::vector<std::string>{"a"});
  EXPECT_EQ(state_of(current(), other), WorkState::Active);
  const WorkItem again = claim_one(step(), at(9), "b");
  EXPECT_EQ(again.claim.work, work);
  EXPECT_EQ(code_of(step().complete(lost.claim, at(10))), kLeaseLost.id);
  EXPECT_TRUE(step().complete(again.claim, at(10)));
  EXPECT_TRUE(step().complete(kept.claim, at(10)));
}

TEST_P(BoxSuite, LeavingGivesBackClaims) {
  ASSERT_TRUE(cluster().join(instance_of("a", "one"), false, at(0)));
  const WorkId work = publish_one(current(), to_port("Out"), at(0));
  claim_one(step(), at(1), "a");
  ASSERT_TRUE(cluster().leave("one", at(2)));
  EXPECT_EQ(state_of(current(), work), WorkState::Ready);
}

TEST_P(BoxSuite, AnAnswerThatOnlyTheDeadCouldGiveGoesToAnybody) {
  ASSERT_TRUE(cluster().join(instance_of("a", "one"), false, at(0)));
  Delivery answer = to_port("Two way");
  answer.kind = WorkKind::Respond;
  answer.instance = "a";
  publish_one(current(), answer, at(0));
  EXPECT_TRUE(step().claim(claim_at(at(1), "b")).value().empty());
  ASSERT_EQ(cluster().take_over(at(9)).value(), std::vector<std::string>{"a"});
  EXPECT_EQ(claim_one(step(), at(9), "b").kind, WorkKind::Respond);
}

TEST_P(BoxSuite, ALeaseHasOneHolderAndANumberThatGrows) {
  ASSERT_TRUE(cluster().join(instance_of("a", "one"), false, at(0)));
  ASSERT_TRUE(cluster().join(instance_of("b", "two"), false, at(0)));
  const auto first = cluster().acquire("location:In", "one").value();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->life, "one");
  EXPECT_EQ(cluster().acquire("location:In", "one").value()->fence, first->fence) << "asking again changes nothing";
  EXPECT_FALSE(cluster().acquire("location:In", "two").value());
  EXPECT_TRUE(cluster().acquire("location:Other", "two").value());
  ASSERT_TRUE(cluster().release(*first));
  EXPECT_EQ(holder_of(cluster(), "location:In"), "");
  const auto second = cluster().acquire("location:In", "two").value();
  ASSERT_TRUE(second);
  EXPECT_GT(second->fence, first->fence);
  EXPECT_TRUE(cluster().release(*first)) << "what was lost is no longer mine to release";
  EXPECT_EQ(holder_of(cluster(), "location:In"), "two");
}

TEST_P(BoxSuite, LeasesOfTheDeadAndOfThoseWhoLeaveAreFree) {
  ASSERT_TRUE(cluster().join(instance_of("a", "one"), false, at(0)));
  ASSERT_TRUE(cluster().join(instance_of("b", "two"), false, at(5)));
  const auto first = cluster().acquire("x", "one").value();
  ASSERT_TRUE(first);
  ASSERT_EQ(cluster().take_over(at(9)).value(), std::vector<std::string>{"a"});
  const auto second = cluster().acquire("x", "two").value();
  ASSERT_TRUE(second);
  EXPECT_GT(second->fence, first->fence);
  ASSERT_TRUE(cluster().leave("two", at(10)));
  EXPECT_EQ(holder_of(cluster(), "x"), "");
}

TEST_P(BoxSuite, OnlyOneOfManyGetsTheLease) {
  constexpr int kCount = 8;
  Cluster& shared = cluster();
  for (int i = 0; i < kCount; ++i) {
    const std::string number = std::to_string(i);
    ASSERT_TRUE(shared.join(instance_of("i" + number, "life" + number), false, at(0)));
  }
  std::atomic<int> winners{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kCount; ++i) {
      threads.emplace_back([&, i] {
        const auto lease = shared.acquire("x", "life" + std::to_string(i));
        EXPECT_TRUE(lease) << lease.error().to_string();
        if (lease && *lease) ++winners;
      });
    }
  }
  EXPECT_EQ(winners, 1);
}

TEST_P(BoxSuite, OnlyOneOfManyGetsTheName) {
  Cluster& shared = cluster();
  std::atomic<int> joined{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        const auto result = shared.join(instance_of("a", "life" + std::to_string(i)), false, at(0));
        if (result) {
          ++joined;
        } else {
          EXPECT_EQ(code_of(result), kInstanceExists.id) << result.error().to_string();
        }
      });
    }
  }
  EXPECT_EQ(joined, 1);
}

}  // namespace
}  // namespace sealgate::store

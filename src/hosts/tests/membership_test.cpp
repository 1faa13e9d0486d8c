#include "hosts/membership.h"

#include "hosts/tests/member_fixture.h"
#include "messaging/errors.h"

namespace sealgate::hosts {
namespace {

using namespace std::chrono_literals;
using testing_support::ClusterLine;

class MembershipTest : public testing_support::MemberTest {
 protected:
  std::vector<messaging::Instance> members() { return store_->cluster().members().value(); }
};

TEST_F(MembershipTest, OthersSeeTheNameTheAddressAndTheRevisions) {
  auto named = options("a");
  named.version = "1.2.3";
  Membership member(named, store_->cluster(), clock_);
  EXPECT_FALSE(member.is_member());
  ASSERT_TRUE(member.start());
  EXPECT_TRUE(member.is_member());
  EXPECT_EQ(member.trouble(), "");
  member.set_address("127.0.0.1:80");
  member.set_revisions(3, 4);
  EXPECT_TRUE(eventually([&] {
    const auto all = members();
    return all.size() == 1 && all[0].configuration == 3 && all[0].certificates == 4 &&
           all[0].address == "127.0.0.1:80" && all[0].version == "1.2.3";
  }));
  member.stop();
  EXPECT_TRUE(members().empty());
  EXPECT_FALSE(member.is_member());
}

TEST_F(MembershipTest, WhatIsSetRightAfterTheStartDoesNotWaitForTheNextHeartbeat) {
  for (int port = 1; port <= 50; ++port) {
    auto rare = options("a");
    rare.heartbeat = 1h;
    Membership member(rare, store_->cluster(), clock_);
    ASSERT_TRUE(member.start());
    const std::string address = "127.0.0.1:" + std::to_string(port);
    member.set_address(address);
    ASSERT_TRUE(eventually([&] { return members().at(0).address == address; })) << port;
  }
}

TEST_F(MembershipTest, ALivingNameIsRefusedAndADeadOneWaitedFor) {
  Membership first(options("a"), store_->cluster(), clock_);
  ASSERT_TRUE(first.start());
  const auto refused = Membership(options("a"), store_->cluster(), clock_).start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, messaging::kInstanceExists);
  EXPECT_TRUE(first.is_member());

  ClusterLine line(store_->cluster());
  auto killed = std::make_unique<Membership>(options("b"), line, clock_);
  ASSERT_TRUE(killed->start());
  line.cut = true;  // it neither beats nor leaves
  killed.reset();
  auto patient = options("b");
  patient.name_patience = 20s;
  Membership second(patient, store_->cluster(), clock_);
  std::thread starting([&] { EXPECT_TRUE(second.start()); });
  clock_.advance(9s);
  starting.join();
  EXPECT_TRUE(second.is_member());
}

TEST_F(MembershipTest, WhatADeadOneHeldIsTakenOver) {
  ClusterLine line(store_->cluster());
  Membership doomed(options("a"), line, clock_);
  Membership heir(options("b"), store_->cluster(), clock_);
  std::atomic<int> told{0};
  heir.on_take_over([&] { ++told; });
  ASSERT_TRUE(doomed.start());
  ASSERT_TRUE(heir.start());
  ASSERT_TRUE(doomed.acquire("x").value());
  EXPECT_FALSE(heir.acquire("x").value());
  line.cut = true;
  EXPECT_TRUE(eventually([&] {
    clock_.advance(1s);
    return told > 0;
  }));
  EXPECT_TRUE(heir.acquire("x").value());
}

TEST_F(MembershipTest, WhoIsCutOffCountsItselfOutAndComesBackUnderANewLife) {
  ClusterLine line(store_->cluster());
  Membership paused(options("a"), line, clock_);
  Membership other(options("b"), store_->cluster(), clock_);
  ASSERT_TRUE(paused.start());
  ASSERT_TRUE(other.start());
  const auto lease = paused.acquire("x").value();
  ASSERT_TRUE(lease);
  EXPECT_TRUE(paused.may_hold(*lease));
  line.cut = true;
  EXPECT_TRUE(eventually([&] { return !paused.is_member(); }));
  EXPECT_FALSE(paused.may_hold(*lease)) << "others may have it by now";
  EXPECT_NE(paused.trouble(), "");
  EXPECT_EQ(paused.acquire("x").error().code, messaging::kDeclaredDead);
  EXPECT_TRUE(eventually([&] {
    clock_.advance(1s);
    return members().size() == 1;
  }));
  line.cut = false;
  EXPECT_TRUE(eventually([&] { return paused.is_member(); }));
  EXPECT_EQ(members().size(), 2U);
  EXPECT_FALSE(paused.may_hold(*lease)) << "a lease of the old life";
  EXPECT_GT(paused.acquire("x").value()->fence, lease->fence);
}

TEST_F(MembershipTest, AShortTroubleOfTheStoreIsForgiven) {
  ClusterLine line(store_->cluster());
  Membership member(options("a"), line, clock_);
  ASSERT_TRUE(member.start());
  const auto lease = member.acquire("x").value();
  line.cut = true;
  EXPECT_TRUE(eventually([&] { return !member.is_member(); }));
  line.cut = false;
  EXPECT_TRUE(eventually([&] { return member.is_member(); }));
  EXPECT_TRUE(member.may_hold(*lease)) << "nobody declared it dead";
}

}  // namespace
}  // namespace sealgate::hosts

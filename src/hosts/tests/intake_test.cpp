#include "hosts/intake.h"

#include "hosts/errors.h"
#include "hosts/location_leases.h"
#include "hosts/tests/member_fixture.h"

namespace sealgate::hosts {
namespace {

using testing_support::ClusterLine;

/// Takes everything and counts.
class Taker final : public adapters::Submitter {
 public:
  std::atomic<int> begun{0}, committed{0}, ended{0};

  Result<std::unique_ptr<adapters::Submission>> begin(adapters::SubmitRequest) override {
    ++begun;
    return std::make_unique<Taken>(*this);
  }
  Result<> forget(const std::string&, const std::vector<std::string>&) override { return {}; }

 private:
  class Taken final : public adapters::Submission {
   public:
    explicit Taken(Taker& taker) : taker_(taker) {}
    ~Taken() override { ++taker_.ended; }
    Result<> write(ByteView) override { return {}; }
    Result<> finish() override { return {}; }
    Result<adapters::SubmitOutcome> commit() override {
      ++taker_.committed;
      return adapters::SubmitOutcome{};
    }

   private:
    Taker& taker_;
  };
};

class IntakeTest : public testing_support::MemberTest {
 protected:
  IntakeTest() {
    EXPECT_TRUE(member_.start());
    intake_.on_check([this](const messaging::NamedLease& lease) -> Result<bool> {
      SG_TRY_ASSIGN(const auto held, member_.acquire(lease.name));
      return held && held->fence == lease.fence;
    });
  }

  Result<std::unique_ptr<adapters::Submission>> begin() { return intake_.begin({"In", {}, {}}); }

  ClusterLine line_{store_->cluster()};
  Membership member_{options("a"), line_, clock_};
  DiskWatch disk_{folder_};
  Taker taker_;
  Intake intake_{taker_, member_, disk_, IntakeLimits{2, 100}};
  const Bytes sixty_ = Bytes(60);
};

template <typename Value>
bool is_not_now(const Result<Value>& result) {
  // Transport is what adapters answer with "try again".
  return !result && result.error().code == kOverloaded && result.error().code.error_class == ErrorClass::Transport;
}

constexpr std::uint64_t kMoreThanAnyDisk = std::uint64_t{1} << 62;

TEST_F(IntakeTest, PassesOnWhatThereIsRoomFor) {
  auto one = begin();
  ASSERT_TRUE(one) << one.error().to_string();
  EXPECT_TRUE((*one)->write(sixty_));
  EXPECT_TRUE((*one)->finish());
  EXPECT_TRUE((*one)->commit());
  EXPECT_EQ(taker_.committed, 1);
  EXPECT_EQ(intake_.refusal(), "");
}

TEST_F(IntakeTest, NoMoreThanSoManyAtATime) {
  auto one = begin();
  auto two = begin();
  ASSERT_TRUE(one && two);
  EXPECT_TRUE(is_not_now(begin()));
  EXPECT_NE(intake_.refusal(), "");
  EXPECT_EQ(taker_.begun, 2);
  two->reset();
  EXPECT_EQ(taker_.ended, 1);
  EXPECT_TRUE(begin());
}

TEST_F(IntakeTest, NothingBeginsWhileTooManyBytesAreBeingReceived) {
  auto large = begin();
  ASSERT_TRUE(large);
  EXPECT_TRUE((*large)->write(sixty_));
  EXPECT_TRUE((*large)->write(sixty_)) << "one message alone may be larger";
  EXPECT_TRUE(is_not_now(begin()));
  large->reset();
  EXPECT_TRUE(begin());
}

TEST_F(IntakeTest, NothingIsTakenBelowTheWatermarkOfTheDisk) {
  auto running = begin();
  ASSERT_TRUE(running);
  disk_.set_watermark(kMoreThanAnyDisk);
  EXPECT_TRUE(is_not_now(begin()));
  EXPECT_NE(intake_.refusal().find("watermark"), std::string_view::npos) << intake_.refusal();
  EXPECT_TRUE(is_not_now((*running)->write(sixty_))) << "what has begun must not fill the rest";
  disk_.set_watermark(1);
  EXPECT_TRUE((*running)->write(sixty_));
  EXPECT_TRUE(begin());
}

TEST_F(IntakeTest, ADiskThatCannotBeAskedIsLow) {
  DiskWatch lost(folder_ / "not" / "there");
  EXPECT_FALSE(lost.is_low()) << "nobody asked for a watermark";
  lost.set_watermark(1);
  EXPECT_TRUE(lost.is_low());
}

TEST_F(IntakeTest, NothingIsTakenWhileTheStoreDoesNotAnswer) {
  line_.cut = true;
  EXPECT_TRUE(eventually([&] { return is_not_now(begin()); }));
  line_.cut = false;
  EXPECT_TRUE(eventually([&] { return begin().has_value(); }));
}

TEST_F(IntakeTest, WhoLostItsLeaseMeanwhileCommitsNothing) {
  LocationLeases leases(member_, intake_, true);
  ASSERT_TRUE(leases.take("In"));
  EXPECT_TRUE(leases.holds("In"));
  auto slow = begin();
  ASSERT_TRUE(slow);
  // Another instance holds it by now, and this one has not heard of that yet.
  const auto lease = store_->cluster().leases().value().front();
  ASSERT_TRUE(store_->cluster().release(lease));
  messaging::Instance other;
  other.name = "b";
  other.life = "other";
  ASSERT_TRUE(store_->cluster().join(other, false, clock_.now()));
  ASSERT_TRUE(store_->cluster().acquire(lease.name, other.life).value());
  EXPECT_TRUE((*slow)->finish());
  EXPECT_TRUE(is_not_now((*slow)->commit()));
  EXPECT_EQ(taker_.committed, 0);
}

TEST_F(IntakeTest, ALocationRunsOnTheInstanceThatHoldsItsLease) {
  Membership other(options("b"), store_->cluster(), clock_);
  ASSERT_TRUE(other.start());
  LocationLeases mine(member_, intake_, true);
  Intake second(taker_, other, disk_, IntakeLimits{});
  LocationLeases theirs(other, second, true);
  EXPECT_TRUE(mine.take("In"));
  EXPECT_FALSE(theirs.take("In"));
  EXPECT_FALSE(theirs.holds("In"));
  mine.give_up("In");
  EXPECT_FALSE(mine.holds("In"));
  EXPECT_TRUE(theirs.take("In"));
}

}  // namespace
}  // namespace sealgate::hosts

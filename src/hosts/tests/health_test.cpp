// What is said of this process: live, ready, and its own metrics.

#include "hosts/health.h"

#include <gtest/gtest.h>

#include "hosts/vital_metrics.h"

namespace sealgate::hosts {
namespace {

using std::chrono::steady_clock;

class HealthTest : public ::testing::Test {
 protected:
  net::HttpResponse get(const std::string& path, const std::string& method = "GET") {
    net::HttpRequest request;
    request.method = method;
    request.path = path;
    request.remote_address = "127.0.0.1";
    auto begun = health_.begin(std::move(request));
    return std::get<net::HttpResponse>(std::move(begun));
  }

  Pulses pulses_;
  std::string_view refusal_;
  Health health_{pulses_, [this] { return refusal_; }, std::chrono::seconds(5)};
};

TEST_F(HealthTest, ReadySaysWhyNot) {
  EXPECT_EQ(get("/health/ready").status, 503);
  EXPECT_EQ(health_.refusal(), "starting or stopping");
  health_.set_ready(true);
  EXPECT_EQ(get("/health/ready").status, 200);
  EXPECT_EQ(health_.refusal(), "");
  refusal_ = "the store does not answer";
  const auto refused = get("/health/ready");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.body, "the store does not answer\n");
  EXPECT_EQ(get("/health/live").status, 200) << "a store that is away is no reason to restart";
  EXPECT_EQ(get("/health/ready", "POST").status, 405);
}

TEST_F(HealthTest, LiveWithoutLoops) {
  EXPECT_EQ(get("/health/live").status, 200);
}

TEST_F(HealthTest, ALoopThatStandsStillIsNoLife) {
  pulses_.add("quick");
  Pulse& slow = pulses_.add("slow", steady_clock::now() - kStuckAfter + std::chrono::seconds(30));
  EXPECT_EQ(get("/health/live").status, 200);
  Pulse& stuck = pulses_.add("stuck", steady_clock::now() - kStuckAfter - std::chrono::seconds(1));
  const auto answer = get("/health/live");
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find("'stuck'"), std::string::npos) << answer.body;
  EXPECT_EQ(pulses_.slowest(), &stuck);
  stuck.beat();
  EXPECT_EQ(get("/health/live").status, 200);
  EXPECT_EQ(pulses_.slowest(), &slow);
}

TEST_F(HealthTest, ALoopThatEndedIsNotWaitedFor) {
  Pulse& ended = pulses_.add("ended", steady_clock::now() - 2 * kStuckAfter);
  EXPECT_EQ(get("/health/live").status, 503);
  ended.end();
  EXPECT_EQ(get("/health/live").status, 200);
  EXPECT_NE(vital_metrics("1", "a", true, pulses_).find("{loop=\"ended\"} 0.000000\n"), std::string::npos);
}

TEST_F(HealthTest, MetricsTellOfTheProcessItself) {
  pulses_.add("dispatcher", steady_clock::now() - std::chrono::minutes(1));
  const std::string text = vital_metrics("1.2", "line\n\"a\"", false, pulses_);
  EXPECT_NE(text.find("sealgate_info{version=\"1.2\",host_instance=\"line \\\"a\\\"\"} 1\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("\nsealgate_ready 0\n"), std::string::npos);
  EXPECT_NE(text.find("sealgate_loop_silent_seconds{loop=\"dispatcher\"} 60."), std::string::npos) << text;
}

}  // namespace
}  // namespace sealgate::hosts

#include "pipeline/delivery_policy.h"

#include <gtest/gtest.h>

namespace sealgate::pipeline {
namespace {

using std::chrono::minutes;

const Time kNow = *parse_rfc3339("2026-11-21T07:30:00Z");

artifacts::SendPort port_with(int retries, minutes interval) {
  artifacts::SendPort port;
  port.retry.count = retries;
  port.retry.interval = interval;
  return port;
}

TEST(DeliveryPolicy, RetriesAsOftenAsThePortSaysThenSuspends) {
  const auto port = port_with(3, minutes(5));
  for (std::int64_t failed = 1; failed <= 3; ++failed) {
    const auto decision = decide(port, 0, failed, false, kNow);
    EXPECT_EQ(decision.verdict, Verdict::RetryLater) << failed;
    EXPECT_EQ(decision.next, kNow + minutes(5));
  }
  EXPECT_EQ(decide(port, 0, 4, false, kNow).verdict, Verdict::Suspend);
  EXPECT_TRUE(decide(port, 0, 4, false, kNow).resumable);
}

TEST(DeliveryPolicy, NoRetriesMeansOneAttempt) {
  EXPECT_EQ(decide(port_with(0, minutes(5)), 0, 1, false, kNow).verdict, Verdict::Suspend);
}

TEST(DeliveryPolicy, APermanentFailureIsNotRepeated) {
  EXPECT_EQ(decide(port_with(1000, minutes(5)), 0, 1, true, kNow).verdict, Verdict::Suspend);
}

TEST(DeliveryPolicy, BackoffDoublesUpToItsMaximum) {
  auto port = port_with(1000, minutes(1));
  port.retry.backoff = artifacts::Backoff::Exponential;
  port.retry.maximum_interval = minutes(10);
  EXPECT_EQ(decide(port, 0, 1, false, kNow).next, kNow + minutes(1));
  EXPECT_EQ(decide(port, 0, 2, false, kNow).next, kNow + minutes(2));
  EXPECT_EQ(decide(port, 0, 4, false, kNow).next, kNow + minutes(8));
  EXPECT_EQ(decide(port, 0, 5, false, kNow).next, kNow + minutes(10));
  EXPECT_EQ(decide(port, 0, 1000, false, kNow).next, kNow + minutes(10));
}

TEST(DeliveryPolicy, ALongIntervalIsNotShortenedByTheMaximum) {
  auto port = port_with(5, minutes(120));
  port.retry.backoff = artifacts::Backoff::Exponential;
  port.retry.maximum_interval = minutes(60);
  EXPECT_EQ(decide(port, 0, 3, false, kNow).next, kNow + minutes(120));
}

TEST(DeliveryPolicy, TheBackupIsNextWithRetriesOfItsOwn) {
  auto port = port_with(1, minutes(5));
  port.backup.emplace();
  port.backup->retry.count = 2;
  port.backup->retry.interval = minutes(7);
  EXPECT_EQ(decide(port, 0, 1, false, kNow).verdict, Verdict::RetryLater);
  const auto next = decide(port, 0, 2, false, kNow);
  EXPECT_EQ(next.verdict, Verdict::NextTransport);
  EXPECT_EQ(next.transport, 1);
  EXPECT_EQ(next.next, kNow);
  const auto retry = decide(port, 1, 2, false, kNow);
  EXPECT_EQ(retry.verdict, Verdict::RetryLater);
  EXPECT_EQ(retry.transport, 1);
  EXPECT_EQ(retry.next, kNow + minutes(7));
  EXPECT_EQ(decide(port, 1, 3, false, kNow).verdict, Verdict::Suspend);
}

TEST(DeliveryPolicy, WhatNoAttemptByThePrimaryCanDoTheBackupMay) {
  auto port = port_with(1000, minutes(5));
  port.backup.emplace();
  EXPECT_EQ(decide(port, 0, 1, true, kNow).verdict, Verdict::NextTransport);
  EXPECT_EQ(decide(port, 1, 1, true, kNow).verdict, Verdict::Suspend);
}

TEST(DeliveryPolicy, ABackupThatIsNoMoreIsThePrimary) {
  const auto decision = decide(port_with(3, minutes(5)), 1, 2, false, kNow);
  EXPECT_EQ(decision.verdict, Verdict::RetryLater);
  EXPECT_EQ(decision.transport, 0);
}

TEST(DeliveryPolicy, WithOrderWhatFailedIsKeptForGoodOrHoldsTheRest) {
  auto port = port_with(0, minutes(5));
  port.ordered_delivery = artifacts::OrderedFailure::Stop;
  EXPECT_TRUE(decide(port, 0, 1, false, kNow).resumable);
  port.ordered_delivery = artifacts::OrderedFailure::Continue;
  EXPECT_FALSE(decide(port, 0, 1, false, kNow).resumable);
}

}  // namespace
}  // namespace sealgate::pipeline

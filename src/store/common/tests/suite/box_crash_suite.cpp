// A crash at every named commit point of every operation: afterwards the store is as it was before the operation, or
// as it is after it; after it for certain when the operation had returned. And it works on.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "store/common/commit_point.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

constexpr int kCrashed = 42;
constexpr int kAcknowledged = 43;
constexpr int kFailed = 44;

/// Counts what it passes, and ends the process at the one that it is told.
struct Passed {
  int count = 0;
  int end_at = -1;
  std::string last = {};
};
Passed passed;

void pass(std::string_view name) {
  if (passed.count++ == passed.end_at) ::_exit(kCrashed);
  passed.last = name;
}

/// Everything about the store that an operation can change, without ids and times.
std::string snapshot(Backend& backend) {
  MessageBox& box = backend.store().box();
  std::vector<std::string> lines;
  std::map<std::string, std::uint64_t> states;
  const auto listed = box.list({}).value();
  for (const WorkSummary& work : listed) {
    ++states[std::string(to_string(work.state))];
    std::string line = std::string(to_string(work.kind)) + " " + std::string(to_string(work.state)) + " " + work.port;
    line += " attempts " + std::to_string(work.attempts) + " transport " + std::to_string(work.transport);
    if (work.failure) line += " failure " + work.failure->code;
    const auto message = box.load(work.message);
    EXPECT_TRUE(message) << message.error().to_string();
    for (const Part& part : message->parts) {
      EXPECT_EQ(read(*part.body).size(), part.body->size());
      line += " part " + to_hex(part.body->sha256()).substr(0, 8);
    }
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  const Counts counts = box.counts().value();
  EXPECT_EQ(counts.ready, states["ready"]);
  EXPECT_EQ(counts.active, states["active"]);
  EXPECT_EQ(counts.retrying, states["retrying"]);
  EXPECT_EQ(counts.scheduled, states["scheduled"]);
  EXPECT_EQ(counts.suspended, states["suspended"]);
  EXPECT_EQ(counts.completed, states["completed"]);
  EXPECT_EQ(counts.terminated, states["terminated"]);
  const auto records = backend.store().reader()->tracking(0, 1000).value();
  for (const TrackingRecord& record : records) {
    lines.push_back("log " + std::string(to_string(record.event)) + " " + record.port);
  }
  for (const std::string key : {"key", "new key"}) {
    const auto receipt = box.receipt_of(key).value();
    lines.push_back(key + (box.was_received(key).value() ? " known" : " unknown") +
                    (receipt ? " receipt of " + std::to_string(receipt->size()) : ""));
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// A store with work in every state; ordered work waits behind what is active.
struct Scene {
  WorkItem active, ordered_head, other;
  WorkId suspended, finished;
};

Scene set_up(MessageBox& box) {
  Scene scene;
  EXPECT_TRUE(box.publish(request_of(publication(box, content_of(100'000, 1), {"Done"}), "key"), at(0)));
  const WorkItem done = claim_one(box, at(1));
  EXPECT_TRUE(box.complete(done.claim, at(1)));
  scene.finished = done.claim.work;
  Delivery stopped = to_port("Stopped");
  stopped.suspended = failure();
  scene.suspended = publish_one(box, std::move(stopped), at(2));
  publish_one(box, in_order("Queue"), at(3));
  scene.ordered_head = claim_one(box, at(3));
  publish_one(box, in_order("Queue"), at(4));
  publish_one(box, to_port("Out"), at(5));
  scene.active = claim_one(box, at(5));
  EXPECT_TRUE(box.publish(request_of(publication(box, content_of(70'000, 9), {})), at(6)));
  const auto route = box.list({.states = {WorkState::Suspended}, .port = "In"}).value();
  EXPECT_EQ(route.size(), 1U);
  EXPECT_TRUE(box.resume(route.at(0).id, false, at(6)));
  scene.other = claim_one(box, at(6));
  publish_one(box, to_port("Free"), at(7));
  return scene;
}

Delivery kept(const std::string& port) {
  Delivery delivery = to_port(port);
  delivery.kind = WorkKind::Receive;
  delivery.done = true;
  return delivery;
}

using Operation = std::function<bool(MessageBox&, const Scene&)>;

const std::vector<std::pair<std::string, Operation>>& operations() {
  static const std::vector<std::pair<std::string, Operation>> all{
      {"publish",
       [](MessageBox& box, const Scene&) {
         PublishRequest request = request_of(publication(box, content_of(200'000, 2), {"A", "B"}), "new key");
         request.publications.push_back(publication(box, content_of(10, 3), {"A"}));
         request.publications.back().deliveries.push_back(in_order("Queue"));
         request.receipt = content_of(5'000, 6);
         return box.publish(std::move(request), at(20)).has_value();
       }},
      {"publish and settle",
       [](MessageBox& box, const Scene& scene) {
         PublishRequest request = request_of(publication(box, content_of(200'000, 2), {"A"}));
         request.settles = Settlement{scene.ordered_head.claim, failure(false), {}};
         return box.publish(std::move(request), at(20)).has_value();
       }},
      {"publish and resolve",
       [](MessageBox& box, const Scene& scene) {
         PublishRequest request = request_of(publication(box, content_of(200'000, 2), {}));
         request.publications.back().deliveries.push_back(kept("Receipts"));
         request.resolves = Resolution{scene.suspended, Resolution::Outcome::Completes, {}, {}, {}};
         const auto published = box.publish(std::move(request), at(20));
         return published.has_value() && published->resolved;
       }},
      {"suspend_received",
       [](MessageBox& box, const Scene&) {
         SuspendRequest request;
         request.raw = part_of(box, content_of(200'000, 4));
         request.failure = failure();
         request.receive_key = "new key";
         return box.suspend_received(std::move(request), at(20)).has_value();
       }},
      {"forget_received", [](MessageBox& box, const Scene&) { return box.forget_received({"key"}).has_value(); }},
      {"forget_received_before",
       [](MessageBox& box, const Scene&) { return box.forget_received_before("key", at(20)).has_value(); }},
      {"claim", [](MessageBox& box, const Scene&) { return !box.claim(claim_at(at(20))).value().empty(); }},
      {"complete",
       [](MessageBox& box, const Scene& scene) { return box.complete(scene.active.claim, at(20)).has_value(); }},
      {"complete the head of a queue",
       [](MessageBox& box, const Scene& scene) {
         return box.complete(scene.ordered_head.claim, at(20)).has_value();
       }},
      {"retry_later",
       [](MessageBox& box, const Scene& scene) {
         return box.retry_later(scene.active.claim, Retry{failure(), at(30), 1, {}}, at(20)).has_value();
       }},
      {"postpone", [](MessageBox& box,
                      const Scene& scene) { return box.postpone(scene.active.claim, at(30), at(20)).has_value(); }},
      {"suspend", [](MessageBox& box,
                     const Scene& scene) { return box.suspend(scene.active.claim, failure(), at(20)).has_value(); }},
      {"deliver",
       [](MessageBox& box, const Scene& scene) {
         return box.deliver(scene.other.claim, {to_port("A"), in_order("Queue")}, at(20)).has_value();
       }},
      {"release",
       [](MessageBox& box, const Scene& scene) { return box.release(scene.active.claim, at(20)).has_value(); }},
      {"release_all", [](MessageBox& box, const Scene&) { return box.release_all("", at(20)).value() == 3; }},
      {"resume",
       [](MessageBox& box, const Scene& scene) { return box.resume(scene.suspended, true, at(20)).has_value(); }},
      {"resume_all",
       [](MessageBox& box, const Scene&) {
         return box.resume_all(WorkKind::Send, "Stopped", "test.failed", at(20), 10).value() == 1;
       }},
      {"resend", [](MessageBox& box,
                    const Scene& scene) { return box.resend(scene.finished, to_port(""), at(20)).has_value(); }},
      {"terminate",
       [](MessageBox& box, const Scene& scene) {
         return box.terminate(scene.ordered_head.claim.work, at(20)).has_value();
       }},
      {"purge", [](MessageBox& box, const Scene&) { return box.purge(at(20), 10).value() == 1; }}};
  return all;
}

/// In a child: the store opened, the operation run, killed at point number `end_at` of the operation.
int run_until(Backend& backend, const Operation& operation, const Scene& scene, int end_at) {
  const pid_t child = ::fork();
  if (child == 0) {
    backend.reopen();
    passed = Passed{0, end_at, {}};
    commit_point_hook = pass;
    const bool done = operation(backend.store().box(), scene);
    ::_exit(done ? kAcknowledged : kFailed);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_P(BoxSuite, ACrashAtAnyCommitPointLeavesNothingHalf) {
  if (GetParam().reopen_each_step) return;  // the other mode does all of it
  for (const auto& [name, operation] : operations()) {
    SCOPED_TRACE(name);
    const auto reference = GetParam().make();
    const Scene scene = set_up(reference->store().box());
    const std::string before = snapshot(*reference);
    passed = {};
    commit_point_hook = pass;
    const bool done = operation(reference->store().box(), scene);
    commit_point_hook = nullptr;
    ASSERT_TRUE(done);
    const int points = passed.count;
    EXPECT_GE(points, 2) << "there is no commit point in it";
    const std::string after = snapshot(*reference);
    EXPECT_NE(before, after);
    for (int point = 0; point <= points; ++point) {
      SCOPED_TRACE("point " + std::to_string(point));
      const auto victim = GetParam().make();
      const Scene there = set_up(victim->store().box());
      victim->close();
      const int end = run_until(*victim, operation, there, point);
      ASSERT_TRUE(end == kCrashed || end == kAcknowledged) << end;
      EXPECT_EQ(end == kAcknowledged, point == points);
      victim->reopen();
      const std::string found = snapshot(*victim);
      if (end == kAcknowledged) {
        EXPECT_EQ(found, after);
      } else {
        EXPECT_TRUE(found == before || found == after) << found;
      }
      MessageBox& box = victim->store().box();
      EXPECT_TRUE(box.release_all("", at(100)));
      std::size_t finished = 0;
      for (auto items = box.claim(claim_at(at(101))).value(); !items.empty();
           items = box.claim(claim_at(at(101))).value()) {
        for (const WorkItem& item : items) EXPECT_TRUE(box.complete(item.claim, at(102)));
        finished += items.size();
      }
      EXPECT_GE(finished, 3U);
    }
  }
}

}  // namespace sealgate::store

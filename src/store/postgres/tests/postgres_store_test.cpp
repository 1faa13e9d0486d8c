// What only a store on a server has: other processes, a server that goes away, answers that get lost, bodies of
// writers that died.

#include "store/postgres/postgres_store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "messaging/errors.h"
#include "store/common/commit_point.h"
#include "store/common/copy_store.h"
#include "store/common/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/postgres/postgres_body.h"
#include "store/postgres/tests/cutting_proxy.h"
#include "store/postgres/tests/test_server.h"

namespace sealgate::store::postgres {
namespace {

using namespace messaging;
using namespace store::testing_support;
using namespace postgres::testing_support;
using std::chrono::steady_clock;

class PostgresStoreTest : public testing::Test {
 protected:
  void TearDown() override { commit_point_hook = nullptr; }

  std::unique_ptr<PostgresStore> open(const std::string& more = {}) const { return open_url(schema_.url(more)); }
  std::unique_ptr<PostgresStore> open_url(const std::string& url) const {
    auto opened = PostgresStore::open({.data = folder_.path(), .url = url, .access = Access::Serve});
    EXPECT_TRUE(opened) << opened.error().to_string();
    return std::move(*opened);
  }
  std::int64_t number(const std::string& select, const std::string& table) const {
    return TestServer::get().number("SELECT " + select + " FROM " + schema_.name() + "." + table);
  }
  void run(const std::string& sql) const {
    TestServer::get().execute("SET search_path = " + schema_.name() + "; " + sql);
  }

  ScratchFolder folder_;
  TestSchema schema_;
};

template <typename Condition>
void wait_for(const Condition& condition) {
  const auto deadline = steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    ASSERT_LT(steady_clock::now(), deadline);
    std::this_thread::yield();
  }
}

TEST_F(PostgresStoreTest, TheServerMayRestartBetweenAnySteps) {
  const auto store = open();
  MessageBox& box = store->box();
  const auto restart = [](int signal) {
    TestServer::get().stop(signal);
    TestServer::get().start();
  };
  const Bytes content = content_of(600'000, 1);
  const BodyRef body = body_of(box, content);
  restart(SIGINT);
  Publication one = publication(box, content_of(100, 2));
  one.message.parts.push_back(one.message.parts[0]);
  one.message.parts[1].body = body;
  const auto published = box.publish(request_of(std::move(one)), at(0));
  ASSERT_TRUE(published) << published.error().to_string();
  restart(SIGQUIT);
  const WorkItem item = claim_one(box, at(1));
  restart(SIGINT);
  const auto loaded = box.load(item.message);
  ASSERT_TRUE(loaded) << loaded.error().to_string();
  EXPECT_EQ(read(*loaded->parts[1].body), content);
  restart(SIGQUIT);
  const auto completed = box.complete(item.claim, at(2));
  ASSERT_TRUE(completed) << completed.error().to_string();
  EXPECT_EQ(box.counts()->completed, 1U);
}

/// Cuts the wire of the proxy when the named commit point is passed for the `nth` time.
class CutAt {
 public:
  CutAt(CuttingProxy& proxy, CuttingProxy::Cut cut, std::string_view point) {
    proxy_ = &proxy;
    cut_ = cut;
    point_ = point;
    commit_point_hook = [](std::string_view name) {
      if (name == point_ && proxy_ != nullptr) std::exchange(proxy_, nullptr)->cut_next(cut_);
    };
  }
  CutAt(const CutAt&) = delete;
  CutAt& operator=(const CutAt&) = delete;
  ~CutAt() { commit_point_hook = nullptr; }

 private:
  static inline CuttingProxy* proxy_ = nullptr;
  static inline CuttingProxy::Cut cut_ = CuttingProxy::Cut::None;
  static inline std::string_view point_ = {};
};

TEST_F(PostgresStoreTest, WhateverIsLostOnTheWireEachChangeHappensOnce) {
  CuttingProxy proxy(TestServer::get().folder());
  const auto store = open_url(TestServer::url_in(proxy.folder(), schema_.name(), "&notify=off"));
  MessageBox& box = store->box();
  int cuts = 0;
  std::uint64_t messages = 0, keys = 0;
  for (const CuttingProxy::Cut cut : {CuttingProxy::Cut::Request, CuttingProxy::Cut::Answer}) {
    for (const std::string_view point :
         {"batch.before-statements", "batch.statements-run", "transaction.before-commit"}) {
      SCOPED_TRACE(point);
      for (const std::size_t size : {100U, 100'000U}) {
        Publication one = publication(box, content_of(size, 1));
        const CutAt here(proxy, cut, point);
        const auto published =
            box.publish(request_of(std::move(one), size == 100 ? "" : "key" + std::to_string(++keys)), at(0));
        ASSERT_TRUE(published) << published.error().to_string();
        EXPECT_FALSE(published->duplicate);
        ++messages;
      }
      ASSERT_EQ(box.counts()->ready, messages);
    }
    for (const std::string_view point : {"claim.taken", "transaction.before-commit"}) {
      SCOPED_TRACE(point);
      ClaimRequest request = claim_at(at(5));
      request.limit = 2;
      std::vector<WorkItem> items;
      {
        const CutAt here(proxy, cut, point);
        items = box.claim(request).value();
      }
      ASSERT_EQ(items.size(), 2U);
      for (const WorkItem& item : items) {
        const CutAt here(proxy, cut, "transaction.before-commit");
        const auto completed = box.complete(item.claim, at(6));
        EXPECT_TRUE(completed) << completed.error().to_string();
      }
      messages -= 2;
      EXPECT_EQ(box.counts()->ready, messages);
      EXPECT_EQ(box.counts()->active, 0U);
    }
    EXPECT_GT(proxy.cuts(), cuts);
    cuts = proxy.cuts();
  }
  EXPECT_EQ(number("count(*)", "tracking"), number("count(*)", "messages") + number("count(*)",
                                                                                    "work WHERE state = "
                                                                                    "'completed'"));
}

TEST_F(PostgresStoreTest, WhoAsksWhatBecameOfACommitMayLoseTheAnswerToo) {
  CuttingProxy proxy(TestServer::get().folder());
  const auto store = open_url(TestServer::url_in(proxy.folder(), schema_.name(), "&notify=off"));
  MessageBox& box = store->box();
  using Cut = CuttingProxy::Cut;
  // On a new connection, three statements are prepared before they are run.
  constexpr int kRequests = 4, kLost = 3;
  std::uint64_t messages = 0;
  for (const Cut first : {Cut::Request, Cut::Answer}) {
    for (int passing = 0; passing < kRequests; ++passing) {
      static CuttingProxy* wire;
      static Cut commit;
      static int pass, fences;
      const int before = proxy.cuts();
      Publication one = publication(box, content_of(100, 1));
      wire = &proxy, commit = first, pass = passing, fences = 0;
      commit_point_hook = [](std::string_view name) {
        if (name == "transaction.before-commit") wire->cut_next(std::exchange(commit, Cut::None));
        if (name == "transaction.before-fence" && ++fences <= kLost) wire->cut_next(Cut::Answer, pass);
      };
      const auto published = box.publish(request_of(std::move(one)), at(0));
      commit_point_hook = nullptr;
      ASSERT_TRUE(published) << published.error().to_string();
      EXPECT_EQ(proxy.cuts(), before + 1 + kLost);
      EXPECT_EQ(fences, kLost + 1);
      EXPECT_EQ(box.counts()->ready, ++messages);
      EXPECT_TRUE(box.load(published->messages.at(0)));
    }
  }
}

TEST_F(PostgresStoreTest, AnswersOfCommitsGetLostWhileManyPublish) {
  CuttingProxy proxy(TestServer::get().folder());
  const auto store = open_url(TestServer::url_in(proxy.folder(), schema_.name()));
  MessageBox& box = store->box();
  constexpr unsigned kThreads = 8, kEach = 30;
  std::mutex mutex;
  std::set<MessageId> acknowledged;
  constexpr int kCuts = 6;
  constexpr unsigned kAtMost = 10'000;
  std::atomic<unsigned> done = 0;
  std::atomic<unsigned> publishing = kThreads;
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      const auto leave = [&publishing](const void*) { --publishing; };
      const std::unique_ptr<const void, decltype(leave)> leaving(&box, leave);
      // However fast the machine is, there is still something to cut.
      for (unsigned i = 0; i < kEach || (proxy.cuts() < kCuts && i < kAtMost); ++i, ++done) {
        const auto published = box.publish(
            request_of(publication(box, content_of(i % 5 == 0 ? 70'000 : 300, thread * kAtMost + i))), at(i));
        ASSERT_TRUE(published) << published.error().to_string();
        const std::scoped_lock lock(mutex);
        acknowledged.insert(published->messages.at(0));
      }
    });
  }
  std::thread cutter([&] {
    for (int i = 0; publishing > 0; ++i) {
      proxy.cut_next(i % 2 == 0 ? CuttingProxy::Cut::Answer : CuttingProxy::Cut::Request);
      // Something goes well between any two cuts.
      const int before = proxy.cuts();
      while (publishing > 0 && proxy.cuts() == before) std::this_thread::yield();
      const unsigned from = done;
      while (publishing > 0 && done < from + 10) std::this_thread::yield();
    }
  });
  for (std::thread& thread : threads) thread.join();
  cutter.join();
  EXPECT_GE(proxy.cuts(), kCuts);
  EXPECT_EQ(acknowledged.size(), done);
  EXPECT_EQ(number("count(*)", "messages"), done);
  EXPECT_EQ(number("count(*)", "work"), done);
  for (const MessageId& id : acknowledged) {
    const auto message = box.load(id);
    ASSERT_TRUE(message) << message.error().to_string();
    EXPECT_EQ(read(*message->parts[0].body).size(), message->parts[0].body->size());
  }
}

TEST_F(PostgresStoreTest, TwoStoresTakeEachWorkItemOnce) {
  const auto first = open(), second = open();
  constexpr unsigned kItems = 600;
  for (unsigned i = 0; i < kItems / 100; ++i) {
    PublishRequest request;
    for (unsigned k = 0; k < 100; ++k) {
      request.publications.push_back(publication(first->box(), content_of(20, k), {"Port" + std::to_string(k % 3)}));
    }
    ASSERT_TRUE(first->box().publish(std::move(request), at(0)));
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::multiset<WorkId> taken;
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      MessageBox& box = (thread % 2 == 0 ? first : second)->box();
      for (;;) {
        ClaimRequest request = claim_at(at(1), "host-" + std::to_string(thread));
        request.limit = 7;
        const auto items = box.claim(request);
        ASSERT_TRUE(items) << items.error().to_string();
        for (const WorkItem& item : *items) {
          const auto completed = box.complete(item.claim, at(2));
          EXPECT_TRUE(completed) << completed.error().to_string();
          const std::scoped_lock lock(mutex);
          taken.insert(item.claim.work);
          if (taken.size() >= kItems) changed.notify_all();
        }
        if (!items->empty()) continue;
        // Others hold what is left. Asking again and again would only keep the database from them.
        std::unique_lock lock(mutex);
        const auto all = [&] { return taken.size() >= kItems; };
        ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(60), all)) << taken.size() << " were taken";
        return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken.size(), kItems);
  EXPECT_EQ(std::set<WorkId>(taken.begin(), taken.end()).size(), kItems);
}

TEST_F(PostgresStoreTest, TheOrderOfAQueueIsTheOrderOfAcknowledgementsAcrossStores) {
  const auto first = open(), second = open();
  struct Accepted {
    WorkId id;
    steady_clock::time_point begun, acknowledged;
  };
  std::mutex mutex;
  std::vector<Accepted> accepted;
  std::vector<std::thread> threads;
  constexpr unsigned kThreads = 6, kEach = 20;
  std::vector<WorkId> taken;
  for (unsigned thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      MessageBox& box = (thread % 2 == 0 ? first : second)->box();
      for (unsigned i = 0; i < kEach; ++i) {
        Accepted one;
        one.begun = steady_clock::now();
        // Clocks that do not agree at all.
        one.id = publish_one(box, in_order("Out"), at((thread * 37 + i * 11) % 50));
        one.acknowledged = steady_clock::now();
        const std::scoped_lock lock(mutex);
        accepted.push_back(std::move(one));
      }
    });
  }
  // Meanwhile it is worked off, so that heads change hands while others join.
  const auto deadline = steady_clock::now() + std::chrono::seconds(60);
  while (taken.size() < kThreads * kEach && steady_clock::now() < deadline) {
    MessageBox& box = (taken.size() % 2 == 0 ? first : second)->box();
    const auto items = box.claim(claim_at(at(1000)));
    ASSERT_TRUE(items) << items.error().to_string();
    ASSERT_LE(items->size(), 1U);
    for (const WorkItem& item : *items) {
      taken.push_back(item.claim.work);
      ASSERT_TRUE(box.complete(item.claim, at(1000)));
    }
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(taken.size(), kThreads * kEach) << "the queue stands still";
  std::map<WorkId, std::size_t> place;
  for (std::size_t i = 0; i < taken.size(); ++i) place.emplace(taken[i], i);
  for (const Accepted& earlier : accepted) {
    for (const Accepted& later : accepted) {
      if (earlier.acknowledged < later.begun) {
        EXPECT_LT(place.at(earlier.id), place.at(later.id));
      }
    }
  }
}

TEST_F(PostgresStoreTest, OtherProcessesHearOfWork) {
  for (const std::string options : {"", "&notify=off"}) {
    SCOPED_TRACE(options);
    const auto first = open(options), second = open(options);
    EXPECT_EQ(second->is_listening(), options.empty());
    std::atomic<int> heard{0};
    second->box().on_work([&] { ++heard; });
    publish_one(first->box(), to_port("Out"), at(0));
    wait_for([&] { return heard > 0; });
  }
}

TEST_F(PostgresStoreTest, NotificationsComeBackAfterTheServer) {
  const auto first = open(), second = open();
  TestServer::get().stop(SIGQUIT);
  TestServer::get().start();
  std::atomic<int> heard{0};
  second->box().on_work([&] { ++heard; });
  wait_for([&] { return first->is_listening() && second->is_listening(); });
  const int before = heard;
  publish_one(first->box(), to_port("Out"), at(0));
  wait_for([&] { return heard > before; });
}

TEST_F(PostgresStoreTest, BodiesOfAWriterThatWasKilledAreSwept) {
  const auto store = open();
  const BodyRef mine = body_of(store->box(), content_of(300'000, 1));
  const pid_t child = ::fork();
  if (child == 0) {
    auto other = PostgresStore::open({.data = folder_.path(), .url = schema_.url(), .access = Access::Serve});
    auto writer = (*other)->box().create_body();
    const bool written = (*writer)->write(content_of(1'000'000, 2)).has_value();
    if (written) ::kill(::getpid(), SIGKILL);
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(number("count(*)", "staged"), 2);
  const std::int64_t now = store->clock().now().time_since_epoch().count();
  EXPECT_EQ(sweep_staged(store->database(), now - 60'000).value(), 0U) << "it was seen just now";
  // As if ten minutes had passed for the dead one.
  run("UPDATE body_writers SET seen = seen - 600000 WHERE id = (SELECT writer FROM staged ORDER BY body DESC LIMIT "
      "1)");
  EXPECT_EQ(sweep_staged(store->database(), now - 60'000).value(), 1U);
  EXPECT_EQ(number("count(*)", "staged"), 1);
  EXPECT_EQ(number("count(DISTINCT body)", "chunks"), 1);
  EXPECT_EQ(number("count(*)", "body_writers"), 1);
  EXPECT_EQ(read(*mine), content_of(300'000, 1));
}

TEST_F(PostgresStoreTest, WhatIsDroppedOrPublishedLeavesNothingStaged) {
  const auto store = open();
  { const BodyRef dropped = body_of(store->box(), content_of(300'000, 1)); }
  EXPECT_EQ(number("count(*)", "chunks"), 0);
  ASSERT_TRUE(store->box().publish(request_of(publication(store->box(), content_of(300'000, 1))), at(0)));
  EXPECT_EQ(number("count(*)", "staged"), 0);
  EXPECT_EQ(number("count(*)", "chunks"), 2);
  // Refused: nothing of it stays, and the body can be published by somebody else.
  PublishRequest refused = request_of(publication(store->box(), content_of(300'000, 2)));
  const BodyRef body = refused.publications[0].message.parts[0].body;
  refused.settles = Settlement{Claim{WorkId("nothing"), "x", 1}, std::nullopt, {}};
  EXPECT_EQ(store->box().publish(refused, at(0)).error().code, kNoSuchWork);
  refused.settles = {};
  ASSERT_TRUE(store->box().publish(refused, at(0)));
  EXPECT_EQ(number("count(DISTINCT body)", "chunks"), 2);
  EXPECT_EQ(number("count(*)", "staged"), 0);
}

TEST_F(PostgresStoreTest, ABodyOfSeveralMessagesOutlivesEachOfThem) {
  const auto store = open();
  MessageBox& box = store->box();
  const Bytes content = content_of(300'000, 1);
  Publication one = publication(box, content);
  one.message.parts.push_back(one.message.parts[0]);
  const auto first = box.publish(request_of(one), at(0));
  const auto second = box.publish(request_of(one), at(1));
  ASSERT_TRUE(first && second);
  ClaimRequest request = claim_at(at(2));
  request.limit = 1;
  ASSERT_TRUE(box.complete(box.claim(request)->at(0).claim, at(2)));
  ASSERT_EQ(box.purge(at(10), 1).value(), 1U);
  const auto left = box.load(second->messages[0]);
  ASSERT_TRUE(left);
  EXPECT_EQ(read(*left->parts[0].body), content);
  EXPECT_EQ(read(*left->parts[1].body), content);
}

TEST_F(PostgresStoreTest, ABodyThatWasSweptIsNotPublished) {
  const auto store = open();
  MessageBox& box = store->box();
  Publication one = publication(box, content_of(300'000, 1));
  run("DELETE FROM staged; DELETE FROM chunks");
  EXPECT_EQ(box.publish(request_of(one), at(0)).error().code, kBodyLost);
  one = publication(box, content_of(300'000, 1));
  run("DELETE FROM chunks WHERE number = 1");
  EXPECT_EQ(box.publish(request_of(one), at(0)).error().code, kBodyLost);
  EXPECT_EQ(number("count(*)", "messages"), 0);
}

TEST_F(PostgresStoreTest, DamageIsFoundWhenABodyIsRead) {
  const auto store = open();
  MessageBox& box = store->box();
  const auto large = box.publish(request_of(publication(box, content_of(600'000, 1))), at(0));
  const auto small = box.publish(request_of(publication(box, content_of(600, 1))), at(0));
  run("UPDATE chunks SET content = set_byte(content, 5, get_byte(content, 5) # 1) WHERE number = 2;"
      "UPDATE parts SET content = set_byte(content, 5, get_byte(content, 5) # 1) WHERE content IS NOT NULL");
  CountingSink sink;
  EXPECT_EQ(box.load(large->messages[0])->parts[0].body->copy_to(sink).error().code, kBodyDamaged);
  EXPECT_EQ(box.load(small->messages[0])->parts[0].body->copy_to(sink).error().code, kBodyDamaged);
  run("DELETE FROM chunks WHERE number = 1");
  EXPECT_EQ(box.load(large->messages[0])->parts[0].body->copy_to(sink).error().code, kBodyMissing);
}

TEST_F(PostgresStoreTest, TheClockIsTheServersAndItsDescriptionHoldsNoPassword) {
  const auto store = open();
  const std::int64_t server =
      TestServer::get().number("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
  EXPECT_LT(std::abs(store->clock().now().time_since_epoch().count() - server), 5000);
  EXPECT_TRUE(store->is_shared());
  EXPECT_EQ(store->description().find("sealgate@"), std::string::npos);
}

TEST_F(PostgresStoreTest, ACopyIsProvenAndGoesIntoAnEmptyStoreOnly) {
  const auto source = open();
  MessageBox& box = source->box();
  PublishRequest request = request_of(publication(box, content_of(300'000, 1), {"Out", "Other"}), "key");
  request.receipt = content_of(4'000, 8);
  request.publications[0].message.parts.push_back(part_of(box, content_of(10, 3), "third"));
  request.publications.push_back(publication(box, content_of(500, 4), {}));
  ASSERT_TRUE(box.publish(std::move(request), at(0)));
  const auto items = box.claim(claim_at(at(1), "gone"));
  ASSERT_EQ(items->size(), 2U);
  const WorkItem& item = items->front();
  ASSERT_TRUE(box.retry_later(item.claim, Retry{failure(), at(9000), 1, {}}, at(1)));
  std::vector<WorkId> queue;
  for (int i = 0; i < 4; ++i) queue.push_back(publish_one(box, in_order("Queue"), at(2 + i)));
  put_access(source->access());
  artifacts::ArtifactSet set;
  set.hosts.push_back(artifacts::Host{.name = "Default"});
  ASSERT_TRUE(source->artifacts().replace(set, 0, at(14), {.who = "alice"}));
  const TestSchema other;
  const auto target = open_url(other.url());
  const auto copied = copy_store(*source, *target);
  ASSERT_TRUE(copied) << copied.error().to_string();
  EXPECT_EQ(copied->messages, 6U);
  EXPECT_EQ(copied->access, 4U);
  EXPECT_EQ(copied->revisions, 1U);
  EXPECT_EQ(target->revisions().find(1).value(), source->revisions().find(1).value());
  EXPECT_EQ(target->access().audit_head().value(), source->access().audit_head().value());
  MessageBox& there = target->box();
  queue.push_back(publish_one(there, in_order("Queue"), at(50)));
  std::vector<WorkId> order;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const auto now = there.claim(claim_at(at(60)));
    ASSERT_TRUE(now) << now.error().to_string();
    for (const WorkItem& taken : *now) {
      if (taken.ordered) order.push_back(taken.claim.work);
      ASSERT_TRUE(there.complete(taken.claim, at(60)));
    }
  }
  EXPECT_EQ(order, queue);
  EXPECT_TRUE(there.was_received("key").value());
  EXPECT_EQ(there.receipt_of("key").value(), content_of(4'000, 8));
  EXPECT_EQ(copy_store(*source, *target).error().code, kNotEmpty);
}

}  // namespace
}  // namespace sealgate::store::postgres

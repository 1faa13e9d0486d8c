// sealgate message: on a scratch message box, in this process.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "artifacts/documents.h"
#include "cli/tests/command_fixture.h"
#include "messaging/property_names.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::cli {

int run_message(const Args& args);

namespace {

using namespace messaging;

constexpr std::string_view kUnknown = "0190163d-8694-739b-aea5-966c26f8ad91";

class Messages : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    auto opened = store::SqliteStore::open({.data = data()}, clock_);
    ASSERT_TRUE(opened) << opened.error().to_string();
    store_ = std::move(*opened);
  }
  MessageBox& box() { return store_->box(); }

  Outcome message(Args args) {
    args.insert(args.end(), {"--data", data()});
    return run(run_message, args);
  }

  Part part(std::string_view content, std::string name) {
    Part one;
    one.name = std::move(name);
    one.content_type = "text/plain";
    auto writer = box().create_body();
    EXPECT_TRUE((*writer)->write(as_bytes(content)));
    EXPECT_TRUE((*writer)->finish());
    one.body = (*writer)->take();
    return one;
  }

  MessageId publish(const std::vector<std::string>& ports, const std::string& party = "Contoso") {
    Publication one;
    one.message.context.promote(names::kReceivePortName, std::string("In"));
    one.message.context.promote(names::kPartyName, party);
    one.message.context.write("my.hostile", std::string("\x1b[31mred\xff"));
    one.message.parts = {part("the body", "body"), part("another", "attachment")};
    for (const std::string& port : ports) one.deliveries.push_back(Delivery{port});
    PublishRequest request;
    request.publications.push_back(std::move(one));
    return box().publish(std::move(request), clock_.now())->messages.at(0);
  }

  WorkId suspend_raw(bool resumable = true) {
    SuspendRequest request;
    request.context.promote(names::kReceivePortName, std::string("In"));
    request.raw = part("raw bytes", "raw");
    request.failure = Failure{"smime.no-key", "no key fits (port In)", "import the key\nthen resume", resumable};
    return box().suspend_received(std::move(request), clock_.now()).value();
  }

  /// A send port in this state, in the configuration.
  void put_port(const std::string& name, artifacts::SendPortState state) {
    artifacts::ArtifactSet set;
    artifacts::Host host;
    host.name = "Main";
    set.put(host);
    artifacts::SendPort port;
    port.name = name;
    port.host = "Main";
    port.state = state;
    port.transport = artifacts::FileSendSettings{.folder = "/tmp"};
    set.put(port);
    std::string yaml;
    for (const artifacts::Artifact& artifact : set.all()) yaml += artifacts::to_yaml(artifact) + "---\n";
    auto documents = artifacts::parse_documents(yaml, "test.yaml");
    ASSERT_TRUE(documents) << documents.error().to_string();
    auto plan = artifacts::plan_apply(store_->artifacts(), *documents, clock_.now());
    ASSERT_TRUE(plan) << plan.error().to_string();
    ASSERT_TRUE(artifacts::commit(store_->artifacts(), *plan, clock_.now()));
  }

  /// Suspends the only due delivery.
  WorkId fail_delivery() {
    ClaimRequest request;
    request.owner = "test";
    request.now = clock_.now();
    const auto claimed = box().claim(request);
    EXPECT_EQ(claimed->size(), 1U);
    const Failure failure{"test.refused", "the partner said no", "ask", true};
    EXPECT_TRUE(box().suspend(claimed->at(0).claim, failure, clock_.now()));
    return claimed->at(0).claim.work;
  }

  SystemClock clock_;

 private:
  std::unique_ptr<store::SqliteStore> store_;
};

TEST_F(Messages, ListShowsStatesPortsPartiesAndReasons) {
  publish({"A", "B"});
  publish({}, "Tailspin");
  suspend_raw();
  const Outcome all = message({"list"});
  EXPECT_EQ(all.status, 0);
  EXPECT_NE(all.out.find("ready"), std::string::npos) << all.out;
  EXPECT_NE(all.out.find("smime.no-key: no key fits (port In)"), std::string::npos) << all.out;
  EXPECT_NE(all.out.find("messaging.no-subscriber"), std::string::npos);
  const auto count = [&](const Args& args) {
    Args with{"list", "-o", "json"};
    with.insert(with.end(), args.begin(), args.end());
    return nlohmann::json::parse(message(with).out).size();
  };
  EXPECT_EQ(count({}), 4U);
  EXPECT_EQ(count({"--state", "suspended"}), 2U);
  EXPECT_EQ(count({"--state", "suspended,ready"}), 4U);
  EXPECT_EQ(count({"--state", "completed"}), 0U);
  EXPECT_EQ(count({"--state", "scheduled"}), 0U);
  EXPECT_EQ(count({"--kind", "send"}), 2U);
  EXPECT_EQ(count({"--kind", "receive,route"}), 2U);
  EXPECT_EQ(count({"--kind", "send", "--state", "suspended"}), 0U);
  EXPECT_EQ(count({"--kind", "all"}), 4U);
  EXPECT_EQ(count({"--port", "A"}), 1U);
  EXPECT_EQ(count({"--party", "Tailspin"}), 1U);
  const Outcome limited = message({"list", "--limit", "1", "-o", "json"});
  EXPECT_EQ(nlohmann::json::parse(limited.out).at(0)["kind"], "receive");
  EXPECT_NE(limited.err.find("older"), std::string::npos);
  EXPECT_EQ(message({"list", "--state", "lost"}).status, 2);
  EXPECT_EQ(message({"list", "--kind", "lost"}).status, 2);
}

TEST_F(Messages, ShowSaysEverythingAndLetsNothingReachTheTerminal) {
  const MessageId id = publish({"A", "B"});
  const Outcome shown = message({"show", id.text()});
  EXPECT_EQ(shown.status, 0);
  for (const auto* expected : {"BTS.ReceivePortName", "Party.Name", "Contoso", "attachment", "text/plain"}) {
    EXPECT_NE(shown.out.find(expected), std::string::npos) << expected;
  }
  EXPECT_EQ(shown.out.find('\x1b'), std::string::npos);
  const auto json = nlohmann::json::parse(message({"show", id.text(), "-o", "json"}).out);
  EXPECT_EQ(json["work"].size(), 2U);
  EXPECT_EQ(json["work"][0]["transport"], "primary");
  EXPECT_EQ(json["work"][0]["priority"], 5);
  EXPECT_EQ(json["work"][0]["ordered"], false);
  EXPECT_EQ(json["message"]["parts"].size(), 2U);
  EXPECT_EQ(json["message"]["parts"][0]["bytes"], 8);
  const Outcome suspended = message({"show", suspend_raw().text()});
  EXPECT_NE(suspended.out.find("import the key"), std::string::npos) << suspended.out;
  EXPECT_NE(suspended.out.find("sealgate message resume"), std::string::npos);
  EXPECT_EQ(message({"show", std::string(kUnknown)}).status, 2);
  EXPECT_EQ(message({"show", "not-an-id"}).status, 2);
}

TEST_F(Messages, BodiesGoToFilesOrNowhere) {
  const MessageId id = publish({"A"});
  const std::string file = (folder() / "out").string();
  const auto content = [&] {
    std::ifstream stream(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  EXPECT_EQ(message({"body", id.text(), "-o", file}).status, 0);
  EXPECT_EQ(content(), "the body");
  EXPECT_EQ(std::filesystem::status(file).permissions() & std::filesystem::perms::mask, std::filesystem::perms(0600));
  EXPECT_EQ(message({"body", id.text(), "--part", "2", "-o", file}).status, 0);
  EXPECT_EQ(content(), "another");
  EXPECT_EQ(message({"body", suspend_raw().text(), "--raw", "-o", file}).status, 0);
  EXPECT_EQ(content(), "raw bytes");
  EXPECT_EQ(message({"body", id.text(), "--raw", "-o", file}).status, 2);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(message({"body", id.text(), "--part", "3", "-o", file}).status, 2);
  EXPECT_EQ(message({"body", id.text(), "--part", "0", "-o", file}).status, 2);
  EXPECT_EQ(message({"body", std::string(kUnknown), "-o", file}).status, 2);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(Messages, ResumeByIdByMessageAndAll) {
  const WorkId raw = suspend_raw();
  EXPECT_EQ(message({"resume", raw.text()}).status, 0);
  EXPECT_EQ(box().show(raw)->state, WorkState::Ready);
  EXPECT_EQ(message({"resume", raw.text()}).status, 2);
  const MessageId unrouted = publish({});
  EXPECT_EQ(message({"resume", unrouted.text()}).status, 0);
  suspend_raw();
  suspend_raw();
  const WorkId hopeless = suspend_raw(false);
  const Outcome all = message({"resume", "--all"});
  EXPECT_EQ(all.status, 0) << all.err;
  EXPECT_NE(all.out.find("2 resumed"), std::string::npos) << all.out;
  EXPECT_EQ(box().show(hopeless)->state, WorkState::Suspended);
  EXPECT_EQ(message({"resume", hopeless.text()}).status, 2);
  EXPECT_EQ(message({"resume"}).status, 2);
  EXPECT_EQ(message({"resume", "--all", raw.text()}).status, 2);
  EXPECT_EQ(message({"resume", raw.text(), "--port", "In"}).status, 2);
}

TEST_F(Messages, TerminateNeedsToKnowWhat) {
  const MessageId first = publish({"A", "B"});
  publish({"A"}, "Tailspin");
  EXPECT_EQ(message({"terminate", "--all"}).status, 2);
  EXPECT_EQ(box().counts()->terminated, 0U);
  EXPECT_EQ(message({"terminate", first.text()}).status, 0);
  EXPECT_EQ(box().counts()->terminated, 2U);
  EXPECT_EQ(message({"terminate", first.text()}).status, 2);
  suspend_raw();
  EXPECT_EQ(message({"terminate", "--all", "--state", "suspended", "--party", "Tailspin"}).status, 0);
  EXPECT_EQ(box().counts()->suspended, 1U);
  EXPECT_EQ(message({"terminate", "--all", "--state", "suspended"}).status, 0);
  EXPECT_EQ(box().counts()->suspended, 0U);
  EXPECT_EQ(box().counts()->ready, 1U);
  EXPECT_EQ(message({"terminate", "--all", "--state", "all"}).status, 0);
  EXPECT_EQ(box().counts()->ready, 0U);
}

TEST_F(Messages, OneBadIdDoesNotKeepTheOthersBack) {
  const WorkId one = suspend_raw();
  const WorkId two = suspend_raw();
  const Outcome outcome = message({"resume", one.text(), std::string(kUnknown), two.text()});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(box().counts()->ready, 2U);
}

TEST_F(Messages, UnknownSubcommandsAreUsage) {
  EXPECT_EQ(run(run_message, {"lisst"}).status, 2);
  EXPECT_EQ(run(run_message, {}).status, 2);
  EXPECT_EQ(run(run_message, {"--help"}).status, 0);
  for (const auto* subcommand : {"list", "show", "body", "resume", "resend", "terminate"}) {
    EXPECT_EQ(run(run_message, {subcommand, "--help"}).status, 0) << subcommand;
  }
}

TEST_F(Messages, ResumeIsRefusedWhileThePortIsNotStartedUnlessForced) {
  put_port("Out", artifacts::SendPortState::Stopped);
  publish({"Out"});
  const WorkId work = fail_delivery();
  const Outcome refused = message({"resume", work.text()});
  EXPECT_EQ(refused.status, 8);
  EXPECT_NE(refused.err.find("the send port is stopped"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("hosts.port-not-started"), std::string::npos);
  EXPECT_EQ(box().show(work)->state, WorkState::Suspended);
  EXPECT_EQ(message({"resume", "--all"}).status, 8);
  EXPECT_EQ(message({"resume", "--force", work.text()}).status, 0);
  EXPECT_EQ(box().show(work)->state, WorkState::Ready);
  ClaimRequest request;
  request.owner = "test";
  request.now = clock_.now();
  EXPECT_TRUE(box().claim(request)->at(0).forced);
}

TEST_F(Messages, ResendMakesANewDeliveryAndLeavesTheOldOne) {
  put_port("Out", artifacts::SendPortState::Started);
  const MessageId id = publish({"Out"});
  const WorkId work = fail_delivery();
  const Outcome resent = message({"resend", work.text()});
  EXPECT_EQ(resent.status, 0) << resent.err;
  EXPECT_EQ(box().show(work)->state, WorkState::Suspended);
  ListQuery query;
  query.message = id;
  const auto all = box().list(query);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_NE(all->at(0).id, all->at(1).id);
  EXPECT_NE(resent.out.find(all->at(1).id.text()), std::string::npos) << resent.out;
  // What waits its turn is not sent twice, and only to ports that are there and started.
  EXPECT_EQ(message({"resend", all->at(1).id.text()}).status, 2);
  EXPECT_EQ(message({"resend", work.text(), "--port", "Nowhere"}).status, 2);
  put_port("Out", artifacts::SendPortState::Bound);
  EXPECT_EQ(message({"resend", work.text()}).status, 8);
  EXPECT_EQ(message({"resend"}).status, 2);
}

}  // namespace
}  // namespace sealgate::cli

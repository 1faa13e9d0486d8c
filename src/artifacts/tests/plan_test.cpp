// What an apply or a delete would change, what stands in its way, and how a change is shown.

#include <gtest/gtest.h>

#include "artifacts/artifact_store.h"
#include "artifacts/documents.h"
#include "artifacts/errors.h"
#include "artifacts/tests/memory_artifact_store.h"

namespace sealgate::artifacts {
namespace {

constexpr std::string_view kDocuments = R"(
kind: Group
name: Fabrikam
signing_certificate: 7F0E1D2C3B4A59687F0E1D2C3B4A59687F0E1D2C
---
kind: Host
name: Default
account: fabrikam
---
kind: Party
name: Contoso
---
kind: SendPort
name: Back
host: Default
party: Contoso
adapter: FILE
settings: {folder: /var/back}
pipeline: SMIMETransmit
encoder: {signature_type: clear}
---
kind: SendPort
name: Ordered
host: Default
adapter: FILE
settings: {folder: /var/out}
---
kind: SendPortGroup
name: Everybody
send_ports: [Ordered]
)";

Time now() {
  return *parse_rfc3339("2026-11-21T08:00:00Z");
}

TEST(Plan, SaysCreatedChangedUnchangedAndStoresOnlyDifferences) {
  MemoryStore store;
  const auto documents = parse_documents(kDocuments, "all.yaml");
  ASSERT_TRUE(documents);
  auto plan = plan_apply(store, *documents, now());
  ASSERT_TRUE(plan) << plan.error().to_string();
  for (const Change& change : plan->changes) EXPECT_EQ(change.change, ChangeKind::Created);
  ASSERT_TRUE(commit(store, *plan, now()));
  EXPECT_EQ(store.snapshot.revision, 1);
  plan = plan_apply(store, *documents, now());
  ASSERT_TRUE(plan);
  for (const Change& change : plan->changes) EXPECT_EQ(change.change, ChangeKind::Unchanged);
  ASSERT_TRUE(commit(store, *plan, now()));
  EXPECT_EQ(store.snapshot.revision, 1);
  const auto changed = parse_documents("kind: Host\nname: Default\naccount: fabrikam\nsend_threads: 8\n", "more");
  plan = plan_apply(store, *changed, now());
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->changes[0].change, ChangeKind::Changed);
  EXPECT_NE(diff_lines(plan->changes[0].before, plan->changes[0].after).find("+ send_threads: 8"), std::string::npos);
}

TEST(Plan, DeletingWhatOthersNeedIsRefused) {
  MemoryStore store;
  const auto documents = parse_documents(kDocuments, "all.yaml");
  ASSERT_TRUE(documents);
  ASSERT_TRUE(commit(store, *plan_apply(store, *documents, now()), now()));
  EXPECT_EQ(plan_delete(store, Kind::Host, "Default", now()).error().code, kInUse);
  EXPECT_EQ(plan_delete(store, Kind::Group, "Fabrikam", now()).error().code, kInUse);
  EXPECT_EQ(plan_delete(store, Kind::Party, "Contoso", now()).error().code, kInUse);
  EXPECT_EQ(plan_delete(store, Kind::Party, "Nobody", now()).error().code, kNotFound);
  const auto plan = plan_delete(store, Kind::SendPort, "Back", now());
  ASSERT_TRUE(plan);
  ASSERT_TRUE(commit(store, *plan, now()));
  EXPECT_TRUE(plan_delete(store, Kind::Party, "Contoso", now()));
}

TEST(Plan, APortThatAGroupUsesIsNotDeleted) {
  MemoryStore store;
  const auto documents = parse_documents(kDocuments, "all.yaml");
  ASSERT_TRUE(documents);
  ASSERT_TRUE(commit(store, *plan_apply(store, *documents, now()), now()));
  const auto refused = plan_delete(store, Kind::SendPort, "Ordered", now());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, kInUse);
  EXPECT_NE(refused.error().what.find("Everybody"), std::string::npos) << refused.error().to_string();
  ASSERT_TRUE(commit(store, *plan_delete(store, Kind::SendPortGroup, "Everybody", now()), now()));
  EXPECT_TRUE(plan_delete(store, Kind::SendPort, "Ordered", now()));
}

TEST(Plan, SomebodyElsesChangeIsNotOverwritten) {
  MemoryStore store;
  const auto plan = plan_apply(store, *parse_documents("kind: Host\nname: A\n", "a"), now());
  ASSERT_TRUE(plan);
  store.snapshot.revision = 7;
  EXPECT_EQ(commit(store, *plan, now()).error().code, kChangedMeanwhile);
}

TEST(Diff, ShowsChangedLinesWithSomeContext) {
  EXPECT_EQ(diff_lines("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(diff_lines("", "a\n"), "+ a\n");
  EXPECT_EQ(diff_lines("a\n", ""), "- a\n");
  EXPECT_EQ(diff_lines("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nX\n6\n7\n8\n9\n"),
            "  2\n  3\n  4\n- 5\n+ X\n  6\n  7\n  8\n  ...\n");
}

}  // namespace
}  // namespace sealgate::artifacts

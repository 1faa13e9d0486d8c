// What administrators do, and what they are shown.

#include "credentials/tests/credentials_fixture.h"

namespace sealgate::credentials {
namespace {

using testing_support::CredentialsTest;

class DirectoryTest : public CredentialsTest {
 protected:
  /// "place principal user; …".
  std::string order(const std::string& name) {
    std::string text;
    const auto mappings = directory().mappings(name);
    for (const ListedMapping& mapping : *mappings) {
      text +=
          std::to_string(mapping.place) + " " + mapping.principal + " " + mapping.values.front().value_or("?") + "; ";
    }
    return text;
  }
};

TEST_F(DirectoryTest, ListsWhatThereIs) {
  make_secret();
  EXPECT_TRUE(directory().applications()->empty());
  add(application("B"));
  add(application("A", ApplicationType::Group));
  ASSERT_TRUE(map("B", "user:x", "u", "p"));
  ASSERT_TRUE(map("B", "user:y", "u", "p"));
  const auto all = directory().applications();
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[0].application, application("A", ApplicationType::Group));
  EXPECT_EQ((*all)[1].mappings, 2);
  EXPECT_EQ(directory().application("B")->mappings, 2);
  EXPECT_EQ(directory().application("C").error().code, kNoSuchApplication);
}

TEST_F(DirectoryTest, NeverShowsWhatIsMasked) {
  make_secret();
  add(application("ERP"));
  ASSERT_TRUE(map("ERP", "user:x", "name", "geheim"));
  const auto mappings = directory().mappings("ERP");
  ASSERT_EQ(mappings->front().values.size(), 2U);
  EXPECT_EQ(mappings->front().values[0], "name");
  EXPECT_EQ(mappings->front().values[1], std::nullopt);
}

TEST_F(DirectoryTest, AnApplicationIsMadeOnce) {
  EXPECT_EQ(directory().create(application("ERP")).error().code, kNoSecret);
  make_secret();
  add(application("ERP"));
  EXPECT_EQ(directory().create(application("ERP")).error().code, kApplicationExists);
  EXPECT_EQ(auditor_.entries.back().outcome, "credentials.application-exists");
}

TEST_F(DirectoryTest, NameTypeAndFieldsNeverChange) {
  make_secret();
  add(application("ERP"));
  ASSERT_TRUE(directory().update("ERP", [](Application& changed) {
    changed.name = "Other";
    changed.type = ApplicationType::Group;
    changed.fields.pop_back();
    changed.description = "new";
  }));
  Application expected = application("ERP");
  expected.description = "new";
  EXPECT_EQ(directory().application("ERP")->application, expected);
  EXPECT_EQ(directory().update("ERP", [](Application& changed) { changed.validate_tickets = false; }).error().code,
            kBadApplication);
  EXPECT_EQ(directory().update("None", [](Application&) {}).error().code, kNoSuchApplication);
}

TEST_F(DirectoryTest, RemovedWithItsMappings) {
  make_secret();
  add(application("ERP"));
  ASSERT_TRUE(map("ERP", "user:x", "name", "geheim"));
  ASSERT_TRUE(directory().remove("ERP"));
  EXPECT_EQ(storage_.records.size(), 1U) << "the settings";
  add(application("ERP"));
  EXPECT_TRUE(directory().mappings("ERP")->empty());
  EXPECT_EQ(directory().remove("None").error().code, kNoSuchApplication);
}

TEST_F(DirectoryTest, AGroupKeepsAnOrderWithoutGaps) {
  make_secret();
  add(application("G", ApplicationType::Group));
  ASSERT_TRUE(map("G", "party:a", "a", "p"));
  ASSERT_TRUE(map("G", "party:b", "b", "p"));
  ASSERT_TRUE(map("G", "party:c", "c", "p", 1));
  EXPECT_EQ(order("G"), "1 party:c c; 2 party:a a; 3 party:b b; ");
  ASSERT_TRUE(map("G", "party:b", "b2", "p", 2));
  EXPECT_EQ(order("G"), "1 party:c c; 2 party:b b2; 3 party:a a; ");
  ASSERT_TRUE(map("G", "party:c", "c2", "p"));
  EXPECT_EQ(order("G"), "1 party:c c2; 2 party:b b2; 3 party:a a; ") << "keeps its place";
  ASSERT_TRUE(map("G", "party:c", "c2", "p", 900));
  EXPECT_EQ(order("G"), "1 party:b b2; 2 party:a a; 3 party:c c2; ");
  EXPECT_EQ(directory().unmap("G", "party:x").error().code, kNoMapping);
  ASSERT_TRUE(directory().unmap("G", "party:a"));
  EXPECT_EQ(order("G"), "1 party:b b2; 3 party:c c2; ");
  ASSERT_TRUE(map("G", "party:d", "d", "p"));
  EXPECT_EQ(order("G"), "1 party:b b2; 2 party:c c2; 3 party:d d; ");
}

TEST_F(DirectoryTest, AnIndividualApplicationHasNoOrder) {
  make_secret();
  add(application("I"));
  EXPECT_EQ(map("I", "user:x", "u", "p", 1).error().code, kBadMapping);
  EXPECT_EQ(map("None", "user:x", "u", "p").error().code, kNoSuchApplication);
}

TEST_F(DirectoryTest, WhoChangedWhatIsRecorded) {
  make_secret();
  add(application("ERP"));
  ASSERT_TRUE(map("ERP", "user:x", "name", "geheim"));
  EXPECT_EQ(auditor_.last(), "ERP ok  action=map by=tester principal=user:x");
  ASSERT_TRUE(directory().set([](SystemSettings& settings) { settings.tickets = true; }));
  EXPECT_EQ(auditor_.last(), " ok  action=settings by=tester");
  for (const AuditEntry& entry : auditor_.entries) {
    for (const auto& [name, value] : entry.details) EXPECT_NE(value, "geheim");
  }
}

}  // namespace
}  // namespace sealgate::credentials

// What expires when, who is hit, and which warnings are due.

#include <nlohmann/json.hpp>

#include "audit/tests/audit_fixture.h"

namespace sealgate::audit {
namespace {

class ForecastTest : public AuditFixture {
 protected:
  std::vector<Expiry> look() const { return forecast(uses_->places(), holdings(), kToday); }
  /// "own:7 partner:60": who is warned of at which mark.
  std::string due(Time now, const std::vector<int>& marks = {60, 30, 14, 7, 1}) const {
    const auto all = forecast(uses_->places(), holdings(), now);
    std::string text;
    for (const DueWarning& warning : due_warnings(all, marks, now)) {
      text +=
          (text.empty() ? "" : " ") + warning.expiry->certificate.short_name() + ":" + std::to_string(warning.mark);
    }
    return text;
  }
};

TEST_F(ForecastTest, TheFirstToExpireComesFirstWithWhoIsHit) {
  put(StoreName::Personal, make("own", -1, 90), "contoso");
  put(StoreName::OtherPeople, make("partner", -1, 20));
  configure(kSealingPort);
  const auto all = look();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].certificate.short_name(), "partner");
  EXPECT_EQ(all[0].days_left(kToday), 20);
  ASSERT_EQ(all[0].uses.size(), 1U);
  EXPECT_EQ(all[0].uses[0].usage, "encrypt");
  EXPECT_EQ(all[0].uses[0].ports, std::vector<std::string>{"SendPort Orders"});
  EXPECT_FALSE(all[0].covered());
}

TEST_F(ForecastTest, MarksAreReachedToTheSecondAndOnlyTheNearestCounts) {
  put(StoreName::Personal, make("own", -1, 90), "contoso");
  put(StoreName::OtherPeople, make("partner", -1, 200));
  configure(kSealingPort);
  EXPECT_EQ(due(days(30) - std::chrono::seconds(1)), "");
  EXPECT_EQ(due(days(30)), "own:60");
  EXPECT_EQ(due(days(59)), "own:60");
  EXPECT_EQ(due(days(60)), "own:30");
  EXPECT_EQ(due(days(85)), "own:7");
  EXPECT_EQ(due(days(90)), "own:1");
  EXPECT_EQ(due(days(90) + std::chrono::seconds(1)), "own:0") << "it has expired";
  EXPECT_EQ(due(days(89), {}), "") << "no marks, no warnings";
}

TEST_F(ForecastTest, WhoWasReplacedInTimeIsNotWarnedOf) {
  put(StoreName::Personal, make("own", -1, 30), "contoso");
  put(StoreName::Personal, make("next", -1, 400), "contoso");
  put(StoreName::OtherPeople, make("partner", -1, 400));
  std::string yaml = kSealingPort;
  yaml.replace(yaml.find("[%own%]"), 7, "[%own%, {certificate: '%next%', from: 2026-07-01T00:00:00Z}]");
  configure(yaml);
  EXPECT_EQ(due(days(10)), "") << "the switch comes before the expiry";
  yaml.replace(yaml.find("2026-07-01"), 10, "2026-07-20");
  configure(yaml);
  EXPECT_EQ(due(days(10)), "own:30") << "the switch comes too late";
}

TEST_F(ForecastTest, OfTwoThatVerifyTheLaterOneCovers) {
  put(StoreName::OtherPeople, make("old", -1, 10));
  put(StoreName::OtherPeople, make("new", -1, 300));
  configure("kind: Party\nname: Fabrikam\nverification_certificates: ['%old%', '%new%']\n");
  EXPECT_EQ(due(days(5)), "");
  identities_.at("new") = make("unknown", 20, 300);
  put(StoreName::OtherPeople, identities_.at("unknown"));
  configure("kind: Party\nname: Fabrikam\nverification_certificates: ['%old%', '%unknown%']\n");
  EXPECT_EQ(due(days(5)), "old:7") << "the new one is not yet valid when the old one expires";
}

TEST_F(ForecastTest, WarningsAreTheSameForEveryInstanceAndHoldNoMarkup) {
  identities_.emplace(
      "own", issue({.subject = {{"CN", "Own\nSubject: forged \"x\""}}, .issuer = &root_, .not_after = days(7)}));
  put(StoreName::Personal, identities_.at("own"), "contoso");
  put(StoreName::OtherPeople, make("partner"));
  configure(kSealingPort);
  const auto all = look();
  const auto warnings = due_warnings(all, {60, 7}, kToday);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].key(), "expiry/" + identities_.at("own").certificate.thumbprint_sha256().to_hex() + "/7");
  const std::string headline = warning_headline(warnings[0], kToday);
  EXPECT_EQ(headline.find('\n'), std::string::npos) << headline;
  EXPECT_NE(headline.find("expires in 7 days, on 2026-06-22T00:00:00Z"), std::string::npos) << headline;
  const auto document = nlohmann::json::parse(warning_json(warnings[0], kToday, "Test"));
  EXPECT_EQ(document["event"], "certificate-expiry");
  EXPECT_EQ(document["mark_days"], 7);
  EXPECT_EQ(document["uses"][0]["hits"][0], "SendPort Orders");
  const std::string text = warning_text(warnings[0], kToday, "Test");
  EXPECT_EQ(text.find("\nSubject: forged"), std::string::npos) << text;
  EXPECT_NE(text.find("hits SendPort Orders"), std::string::npos) << text;
  const std::string metrics = expiry_metrics(all, kToday);
  EXPECT_NE(metrics.find("Own Subject: forged \\\"x\\\""), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("usage=\"sign\",place=\"Group Test, signing_certificates\",covered=\"false\"} 7.00\n"),
            std::string::npos)
      << metrics;
}

}  // namespace
}  // namespace sealgate::audit

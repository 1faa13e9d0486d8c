#include "messaging/filter.h"

#include <gtest/gtest.h>

#include "messaging/errors.h"
#include "messaging/property_names.h"
#include "messaging/routing.h"

namespace sealgate::messaging {
namespace {

MessageContext sample() {
  MessageContext context;
  context.promote(names::kReceivePortName, std::string("Orders"));
  context.promote(names::kPartyName, std::string("Contoso \"Ltd\""));
  context.promote(names::kInterchangeSequenceNumber, std::int64_t{5});
  context.promote(names::kMimeWasSigned, true);
  context.promote(names::kFileCreationTime, *parse_rfc3339("2026-11-21T08:00:00Z"));
  context.promote("my.empty", std::string());
  context.write("my.written", std::string("x"));
  return context;
}

bool holds(std::string_view text) {
  const auto filter = parse_filter(text);
  EXPECT_TRUE(filter) << text << ": " << filter.error().to_string();
  return filter && matches(*filter, sample());
}

TEST(Filter, EveryOperatorOnEveryType) {
  EXPECT_TRUE(holds("BTS.ReceivePortName == 'Orders'"));
  EXPECT_FALSE(holds("BTS.ReceivePortName == 'orders'"));
  EXPECT_TRUE(holds("BTS.ReceivePortName != 'orders'"));
  EXPECT_TRUE(
      holds("BTS.ReceivePortName < 'P' and BTS.ReceivePortName >= 'Orders' and BTS.ReceivePortName <= 'Orders'"));
  EXPECT_FALSE(holds("BTS.ReceivePortName > 'Orders'"));
  EXPECT_TRUE(holds("BTS.InterchangeSequenceNumber == 5 and BTS.InterchangeSequenceNumber != 6"));
  EXPECT_TRUE(holds("BTS.InterchangeSequenceNumber > -1 and BTS.InterchangeSequenceNumber < 10"));
  EXPECT_FALSE(holds("BTS.InterchangeSequenceNumber < 5 or BTS.InterchangeSequenceNumber > 5"));
  EXPECT_TRUE(holds("BTS.InterchangeSequenceNumber & 4"));
  EXPECT_FALSE(holds("BTS.InterchangeSequenceNumber & 2"));
  EXPECT_FALSE(holds("BTS.InterchangeSequenceNumber & 0"));
  EXPECT_TRUE(holds("MIME.WasSigned == true and MIME.WasSigned != false"));
  EXPECT_TRUE(holds("FILE.FileCreationTime > '2026-11-21T07:59:59.999Z'"));
  EXPECT_TRUE(holds("FILE.FileCreationTime == '2026-11-21T09:00:00+01:00'"));
  EXPECT_TRUE(holds("my.empty exists"));
  EXPECT_TRUE(holds("my.empty == ''"));
}

TEST(Filter, AbsentAndWrittenPropertiesNeverMatch) {
  EXPECT_FALSE(holds("my.absent exists"));
  EXPECT_FALSE(holds("my.absent != 'x'"));
  EXPECT_FALSE(holds("my.written exists"));
  EXPECT_FALSE(holds("my.written == 'x'"));
  EXPECT_FALSE(holds(""));
}

TEST(Filter, AndBindsTighterThanOr) {
  EXPECT_TRUE(holds("my.a exists and my.b exists or BTS.ReceivePortName exists"));
  EXPECT_TRUE(holds("BTS.ReceivePortName exists or my.a exists and my.b exists"));
  EXPECT_FALSE(holds("BTS.ReceivePortName exists and my.a exists or my.b exists"));
}

TEST(Filter, BiztalkWordsAreTheSameOperators) {
  const auto words = parse_filter(
      "BTS.ReceivePortName Equals Orders And BTS.ReceivePortName NotEquals X OR BTS.InterchangeSequenceNumber "
      "lessthan 1 "
      "or BTS.InterchangeSequenceNumber LessThanOrEquals 1 or BTS.InterchangeSequenceNumber GreaterThan 1 or "
      "BTS.InterchangeSequenceNumber GreaterThanOrEquals 1 or BTS.InterchangeSequenceNumber BitwiseAnd 1 or my.x "
      "Exists");
  ASSERT_TRUE(words) << words.error().to_string();
  const auto symbols = parse_filter(
      "BTS.ReceivePortName==\"Orders\" and BTS.ReceivePortName!='X' or BTS.InterchangeSequenceNumber<1 or "
      "BTS.InterchangeSequenceNumber<=1 or BTS.InterchangeSequenceNumber>1 or BTS.InterchangeSequenceNumber>=1 or "
      "BTS.InterchangeSequenceNumber&1 or my.x exists");
  ASSERT_TRUE(symbols) << symbols.error().to_string();
  EXPECT_EQ(*words, *symbols);
  EXPECT_EQ(words->groups.size(), 7U);
}

TEST(Filter, CanonicalTextReadsBackEqual) {
  for (const std::string_view text :
       {"BTS.ReceivePortName == 'it''s'", "", "my.x == \"quote \\\" and \\\\ back\"", "my.x == 'é 漢'",
        "my.x == ' and '",
        "MIME.WasSigned == TRUE or BTS.InterchangeSequenceNumber == -9223372036854775808 and my.x exists",
        "FILE.FileCreationTime >= 2026-11-21T08:00:00.5Z"}) {
    const auto filter = parse_filter(text);
    if (!filter) continue;
    const auto again = parse_filter(to_text(*filter));
    ASSERT_TRUE(again) << to_text(*filter) << again.error().to_string();
    EXPECT_EQ(*again, *filter) << text;
    EXPECT_EQ(to_text(*again), to_text(*filter));
  }
}

TEST(Filter, FaultsNameTheirColumn) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"BTS.ReceivePortName", "column 20"},
      {"BTS.ReceivePortName = 'x'", "column 21"},
      {"BTS.ReceivePortName == ", "column 24"},
      {"BTS.ReceivePortName == 'x", "column 24"},
      {"BTS.ReceivePortName == 'x' my.y exists", "column 28"},
      {"BTS.ReceivePortName == 'x' and", "column 31"},
      {"== 'x'", "column 1"},
      {"(my.x exists)", "column 1"},
      {"ReceivePortName exists", "column 1"},
      {"BTS.receiveportname exists", "column 1"},
      {"BTS.ReceiveLocationName == 'x'", "column 1"},
      {"my.x exists and ErrorReport.Description exists", "column 17"},
      {".x exists", "column 1"},
      {"x. exists", "column 1"},
      {"BTS.ReceivePortName & 4", "column 21"},
      {"BTS.InterchangeSequenceNumber == five", "column 34"},
      {"BTS.InterchangeSequenceNumber == 99999999999999999999", "column 34"},
      {"MIME.WasSigned == 1", "column 19"},
      {"FILE.FileCreationTime == yesterday", "column 26"},
      {"my.x == \"\x01", "column 9"},
      {"my.x ~ 'x'", "column 6"},
  };
  for (const auto& [text, column] : cases) {
    const auto filter = parse_filter(text);
    ASSERT_FALSE(filter) << text;
    EXPECT_EQ(filter.error().code, kBadFilter) << text;
    EXPECT_EQ(filter.error().where, column) << text << ": " << filter.error().to_string();
    EXPECT_FALSE(filter.error().remedy.empty()) << text;
  }
  EXPECT_EQ(parse_filter("BTS.receiveportname exists").error().remedy, "write BTS.ReceivePortName");
}

TEST(Filter, TruncatedAnywhereNeverCrashes) {
  const std::string text = "BTS.ReceivePortName == \"a\\\"b\" and my.x exists or BTS.InterchangeSequenceNumber <= 5";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const auto filter = parse_filter(text.substr(0, length));
    if (filter) {
      EXPECT_TRUE(parse_filter(to_text(*filter)));
    }
  }
}

TEST(Filter, TheNumberOfStatementsIsBounded) {
  std::string text = "my.x exists";
  for (std::size_t i = 1; i < kMaximumFilterStatements; ++i)
    text += i % 2 == 0 ? " and my.x exists" : " or my.x exists";
  EXPECT_TRUE(parse_filter(text));
  EXPECT_EQ(parse_filter(text + " or my.x exists").error().code, kBadFilter);
}

TEST(Routing, GivesWorkToEveryMatchAndExplainsWhenThereIsNone) {
  const std::vector<Subscription> subscriptions = {
      {"A", *parse_filter("BTS.ReceivePortName == 'Orders'"), true},
      {"B", *parse_filter("BTS.ReceivePortName == 'Invoices'"), true},
      {"C", *parse_filter("Party.Name exists"), false},
      {"D", {}, true},
  };
  const Routing routing = route(subscriptions, sample());
  ASSERT_EQ(routing.deliveries.size(), 2U);
  EXPECT_EQ(routing.deliveries[0].port, "A");
  EXPECT_FALSE(routing.deliveries[0].suspended);
  EXPECT_EQ(routing.deliveries[1].port, "C");
  ASSERT_TRUE(routing.deliveries[1].suspended);
  EXPECT_EQ(routing.deliveries[1].suspended->code, kPortStopped.id);
  EXPECT_TRUE(routing.deliveries[1].suspended->resumable);

  MessageContext other;
  other.promote(names::kReceivePortName, std::string("Else"));
  other.write(names::kPartyName, std::string("Contoso"));
  const Routing none = route(subscriptions, other);
  EXPECT_TRUE(none.deliveries.empty());
  EXPECT_NE(none.report.find("send port 'A': BTS.ReceivePortName == \"Orders\" does not hold: it is Else"),
            std::string::npos)
      << none.report;
  EXPECT_NE(none.report.find("not promoted"), std::string::npos);
  EXPECT_NE(none.report.find("send port 'D': it has no filter"), std::string::npos);
  EXPECT_FALSE(route({}, other).report.empty());
  const std::vector<Subscription> many(5000, subscriptions[1]);
  EXPECT_LT(route(many, other).report.size(), 20'000U);
}

}  // namespace
}  // namespace sealgate::messaging

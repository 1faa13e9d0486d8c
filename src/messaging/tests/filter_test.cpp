#include "messaging/filter.h"

#include <gtest/gtest.h>

#include "messaging/errors.h"
#include "messaging/property_names.h"

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
  context.promote("Order.Total", std::int64_t{1500});
  context.promote("Order.Rush", true);
  context.promote("Order.Due", *parse_rfc3339("2026-12-01T00:00:00Z"));
  context.promote("Order.Code", std::string("1500"));
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

TEST(Filter, ValuesOfTheUsersPropertiesHaveTheTypeTheyAreWrittenIn) {
  EXPECT_TRUE(holds("Order.Total == 1500 and Order.Total >= 1000 and Order.Total & 4 and Order.Total > -1"));
  EXPECT_FALSE(holds("Order.Total == '1500'"));
  EXPECT_TRUE(holds("Order.Total != '1500'"));
  EXPECT_FALSE(holds("Order.Total < '2'"));
  EXPECT_TRUE(holds("Order.Code == \"1500\""));
  EXPECT_FALSE(holds("Order.Code == 1500"));
  EXPECT_TRUE(holds("Order.Rush == true and Order.Rush != false"));
  EXPECT_FALSE(holds("Order.Rush == 'true'"));
  EXPECT_TRUE(holds("Order.Due > 2026-11-30T12:00:00+01:00 and Order.Due <= 2026-12-01T00:00:00Z"));
  EXPECT_FALSE(holds("Order.Due == '2026-12-01T00:00:00Z'"));
  EXPECT_TRUE(holds("my.empty != word"));
}

TEST(Filter, OperatorsAreForTheTypesTheyMakeSenseFor) {
  for (const auto* op : {"<", "<=", ">", ">=", "&"}) {
    const auto filter = parse_filter("Order.Rush " + std::string(op) + " true");
    ASSERT_FALSE(filter) << op;
    EXPECT_EQ(filter.error().where, "column 12");
  }
  EXPECT_FALSE(parse_filter("MIME.WasSigned < true"));
  EXPECT_FALSE(parse_filter("Order.Code & 'x'"));
  EXPECT_FALSE(parse_filter("Order.Due & 2026-12-01T00:00:00Z"));
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
        "FILE.FileCreationTime >= 2026-11-21T08:00:00.5Z",
        "my.a == 5 and my.b == '5' or my.c == true and my.d == 'true' and my.e == -7",
        "my.a > 2026-11-21T08:00:00.5+02:00 and my.b != '2026-11-21T08:00:00Z' or my.c == plain"}) {
    const auto filter = parse_filter(text);
    ASSERT_TRUE(filter || text.find("it''s") != std::string_view::npos) << text;
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
      {"my.x == 99999999999999999999", "column 9"},
      {"my.x == 1.5", "column 9"},
      {"my.x == 2026-13-01T00:00:00Z", "column 9"},
      {"my.x == -", "column 9"},
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

TEST(Filter, TheClosestAlternativeIsExplained) {
  const auto why = [](std::string_view text) { return explain_mismatch(*parse_filter(text), sample()); };
  EXPECT_EQ(why(""), "it has no filter");
  EXPECT_EQ(why("my.a exists or BTS.ReceivePortName exists and Order.Total < 1000 and my.b exists"),
            "Order.Total < 1000 does not hold: it is 1500 (1 more alternatives do not hold either)");
  EXPECT_EQ(why("my.written == 'x'"), "my.written == \"x\" does not hold: the property is not promoted");
  EXPECT_EQ(why("Order.Code == 1500"), "Order.Code == 1500 does not hold: it is 1500, text and not integer");
  EXPECT_EQ(why("BTS.ReceivePortName exists"), "its filter matches");
  const std::string longest = why("my.empty == '" + std::string(5000, 'x') + "'");
  EXPECT_LT(longest.size(), 300U);
  const std::string accents = why("my.empty == '" + std::string(300, 'x') + "\xc3\xa4'");
  EXPECT_LT(accents.size(), 300U);
}

}  // namespace
}  // namespace sealgate::messaging

// Filters against what schemas declare.

#include "artifacts/declared_properties.h"

#include <gtest/gtest.h>

#include "artifacts/errors.h"
#include "artifacts/validate.h"

namespace sealgate::artifacts {
namespace {

using messaging::PropertyType;

PromotedProperty property(std::string name, std::string_view path, PropertyType type, bool promote = true) {
  return {std::move(name), *xml::Path::parse(path, {}), type, promote};
}

Schema schema(std::string name, std::vector<PromotedProperty> promoted) {
  Schema made;
  made.name = std::move(name);
  made.message_type = made.name;
  made.promoted = std::move(promoted);
  return made;
}

ArtifactSet set_with(std::string_view filter) {
  ArtifactSet set;
  set.put(schema(
      "Order",
      {property("Order.Total", "/a", PropertyType::Integer), property("Order.Code", "/b", PropertyType::Text),
       property("Order.Rush", "/c", PropertyType::Boolean), property("Order.Due", "/d", PropertyType::DateTime),
       property("Order.Note", "/e", PropertyType::Text, false)}));
  SendPortGroup group;
  group.name = "G";
  const auto parsed = messaging::parse_filter(filter);
  EXPECT_TRUE(parsed) << filter;
  if (parsed) group.filter = *parsed;
  set.put(group);
  return set;
}

std::string fault_of(std::string_view filter) {
  const auto faults = validate(set_with(filter), Time{});
  if (faults.empty()) return "";
  EXPECT_EQ(faults.size(), 1U) << filter;
  EXPECT_EQ(faults.front().code, kBadFilter) << filter;
  EXPECT_EQ(faults.front().where, "SendPortGroup G");
  return faults.front().what + "; " + faults.front().remedy;
}

TEST(DeclaredProperties, FiltersCompareWithTheDeclaredType) {
  EXPECT_EQ(
      fault_of("Order.Total >= 1000 and Order.Code == '7' and Order.Rush == true and Order.Due > "
               "2026-11-21T07:30:00Z or Order.Total exists and Other.Thing == 'x' and BTS.ReceivePortName == 'X'"),
      "");
  EXPECT_EQ(fault_of("Order.Total == '1000'"),
            "the filter of send port group 'G' compares Order.Total with text, but schema 'Order' declares it as "
            "integer; write a whole number without quotes");
  EXPECT_TRUE(fault_of("Order.Code == 7").ends_with("put the value in double quotes"));
  EXPECT_TRUE(fault_of("Order.Rush == 'true'").ends_with("write true or false without quotes"));
  EXPECT_TRUE(fault_of("Order.Due > '2026-11-21T07:30:00Z'").ends_with("without quotes"));
}

TEST(DeclaredProperties, FiltersAskForWhatIsPromoted) {
  EXPECT_EQ(
      fault_of("Order.Totl exists"),
      "the filter of send port group 'G' asks for Order.Totl, which no schema declares; use one of Order.Total, "
      "Order.Code, Order.Rush, Order.Due, Order.Note, or declare it in a schema");
  EXPECT_NE(fault_of("Order.Note == 'x'").find("does not promote"), std::string::npos);
}

TEST(DeclaredProperties, SchemasAgreeOnTypes) {
  ArtifactSet set = set_with("Order.Total == 5");
  set.put(schema("Another", {property("Order.Total", "/a", PropertyType::Integer),
                             property("Order.Note", "/e", PropertyType::Text)}));
  EXPECT_TRUE(validate(set, Time{}).empty());
  set.put(schema("Strange", {property("Order.Total", "/a", PropertyType::Text)}));
  auto faults = validate(set, Time{});
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults.front().code, kContradiction);
  EXPECT_EQ(faults.front().where, "Schema Strange");
  set = set_with("Order.Total == 5");
  set.put(schema("Reserved", {property("BTS.Nothing", "/a", PropertyType::Text),
                              property("Party.Name", "/b", PropertyType::Integer),
                              property("BTS.MessageType", "/b", PropertyType::Text)}));
  faults = validate(set, Time{});
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].code, kBadValue);
  EXPECT_EQ(faults[1].code, kContradiction);
}

}  // namespace
}  // namespace sealgate::artifacts

#include "cli/output.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>

namespace sealgate::cli {
namespace {

using Json = nlohmann::ordered_json;

TEST(Output, YamlIsReadAsItWasMeant) {
  const Json document = {{"name", "Orders to the archive"},
                         {"empty", ""},
                         {"list", Json::array()},
                         {"none", nullptr},
                         {"yes", "yes"},
                         {"number", "0123"},
                         {"time", "2026-11-22T07:00:00Z"},
                         {"text", "a: b # c\nd \"e\" \\ \x01 é"},
                         {"count", 42},
                         {"nested", {{"deep", {{"deeper", true}}}}},
                         {"items", {{{"id", "a"}, {"more", {1, 2}}}, {{"id", "b"}}, Json::object()}}};
  const YAML::Node read = YAML::Load(to_yaml(document));
  EXPECT_EQ(read["name"].as<std::string>(), "Orders to the archive");
  EXPECT_EQ(read["empty"].as<std::string>(), "");
  EXPECT_TRUE(read["list"].IsSequence());
  EXPECT_TRUE(read["none"].IsNull());
  EXPECT_EQ(read["yes"].as<std::string>(), "yes");
  EXPECT_EQ(read["number"].as<std::string>(), "0123");
  EXPECT_EQ(read["text"].as<std::string>(), "a: b # c\nd \"e\" \\ \x01 é");
  EXPECT_EQ(read["count"].as<int>(), 42);
  EXPECT_TRUE(read["nested"]["deep"]["deeper"].as<bool>());
  ASSERT_EQ(read["items"].size(), 3U);
  EXPECT_EQ(read["items"][0]["more"][1].as<int>(), 2);
  EXPECT_EQ(read["items"][1]["id"].as<std::string>(), "b");
  // What another reader could take for a truth value or a number is quoted.
  EXPECT_NE(to_yaml(document).find("yes\": \"yes\"\n"), std::string::npos) << to_yaml(document);
  EXPECT_NE(to_yaml(document).find("number: \"0123\"\n"), std::string::npos) << to_yaml(document);
}

TEST(Output, WhatIsNoUtf8IsStillADocument) {
  const Json document = {{"name", "\xff\xfe"}};
  EXPECT_FALSE(Json::parse(dump(document), nullptr, false).is_discarded());
  EXPECT_NO_THROW(YAML::Load(to_yaml(document)));
}

TEST(Output, NothingIsAListOfNothing) {
  EXPECT_EQ(to_yaml(Json::array()), "[]\n");
  EXPECT_EQ(to_yaml(Json::object()), "{}\n");
}

}  // namespace
}  // namespace sealgate::cli

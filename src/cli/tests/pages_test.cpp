#include "cli/pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cli/complete.h"
#include "cli/manual.h"

namespace sealgate::cli {
namespace {

const Page& program() {
  static const Page page = describe_program();
  return page;
}

TEST(Pages, EveryCommandSaysWhatItDoesAndHow) {
  std::set<std::string> names;
  each_page(program(), [&](const Page& page) {
    EXPECT_TRUE(names.insert(page.name).second) << page.name;
    EXPECT_FALSE(page.summary.empty()) << page.name;
    if (!page.members.empty()) return;
    EXPECT_FALSE(page.description.empty()) << page.name;
    EXPECT_FALSE(page.examples.empty()) << page.name;
    EXPECT_TRUE(std::ranges::any_of(page.examples, [&](const std::string& example) {
      return example.find("sealgate " + page.name) != std::string::npos;
    })) << page.name;
    for (const OptionPage& option : page.options) {
      EXPECT_FALSE(option.text.empty()) << page.name << " " << option.spelling();
    }
  });
  EXPECT_TRUE(names.contains("cert list"));
  EXPECT_TRUE(names.contains("sso secret rotate"));
  EXPECT_TRUE(names.contains("audit-log"));
}

TEST(Pages, WhatExamplesUseExists) {
  each_page(program(), [&](const Page& page) {
    if (!page.members.empty()) return;
    for (const std::string& line : page.examples) {
      // Those of this command alone: another one may stand behind a pipe, and words behind a #.
      const std::string example = line.substr(0, line.find_first_of("|#"));
      if (!example.starts_with("sealgate " + page.name + " ")) continue;
      for (std::size_t at = example.find(" --"); at != std::string::npos; at = example.find(" --", at + 1)) {
        const std::string word = example.substr(at + 1, example.find_first_of(" =", at + 1) - at - 1);
        const bool known = word == "--help" || std::ranges::any_of(page.options, [&](const OptionPage& option) {
                             return std::ranges::find(option.names, word) != option.names.end();
                           });
        EXPECT_TRUE(known) << line << ": " << word;
      }
    }
  });
}

TEST(Pages, UsageTellsWhatIsNeeded) {
  const auto completions = complete(program(), {"get", "Send"});
  ASSERT_EQ(completions.words.size(), 2U);
  EXPECT_EQ(completions.words[0].word, "SendPort");
  each_page(program(), [](const Page& page) {
    if (page.name == "apply") {
      EXPECT_TRUE(page.usage().starts_with("sealgate apply -f FILE|DIR")) << page.usage();
    }
    if (page.name == "get") {
      EXPECT_EQ(page.usage(), "sealgate get [OPTIONS] KIND|all [ARTIFACT]");
    }
    if (page.name == "cert") {
      EXPECT_EQ(page.usage(), "sealgate cert SUBCOMMAND [OPTIONS]");
    }
  });
}

TEST(Complete, KnowsWhereTheLineIs) {
  const auto words = [](const Args& line) {
    std::vector<std::string> found;
    for (const Candidate& one : complete(program(), line).words) found.push_back(one.word);
    return found;
  };
  EXPECT_EQ(words({"cert", "fore"}), std::vector<std::string>{"forecast"});
  EXPECT_EQ(words({"get", "-o", "j"}), std::vector<std::string>{"json"});
  EXPECT_EQ(words({"get", "--output=j"}), std::vector<std::string>{"--output=json"});
  EXPECT_EQ(words({"get", "-o", "=", "y"}), std::vector<std::string>{"yaml"}) << "as bash cuts the line";
  EXPECT_EQ(words({"nothing", "x"}), std::vector<std::string>{});
  EXPECT_EQ(words({}), std::vector<std::string>{});
  EXPECT_TRUE(complete(program(), {"cert", "import", ""}).files);
  EXPECT_TRUE(complete(program(), {"backup", "--data", ""}).folders);
}

TEST(Manual, DotsAndBackslashesMeanThemselves) {
  Page page;
  page.name = "x";
  page.summary = "one";
  page.description = ".hidden \\ line";
  page.examples = {"'quoted' - example"};
  const std::string roff = to_roff(page);
  EXPECT_NE(roff.find("\n\\&.hidden \\e line.\n"), std::string::npos) << roff;
  EXPECT_NE(roff.find("\n\\(aqquoted\\(aq \\- example\n"), std::string::npos) << roff;
}

}  // namespace
}  // namespace sealgate::cli

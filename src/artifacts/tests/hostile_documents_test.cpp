// Documents of somebody who means harm.

#include "artifacts/documents.h"

#include <gtest/gtest.h>

namespace sealgate::artifacts {
namespace {

TEST(Documents, HostileYamlIsRefusedInGoodTime) {
  for (const std::string& text :
       {std::string(100'000, '['), std::string(100'000, '{'), std::string("a: ") + std::string(100'000, '['),
        std::string(1, '\0'), std::string("\xff\xfe") + "kind: Host", std::string("kind: &a [*a, *a]\n"),
        std::string("&a kind: Host\n*a : x\n"), std::string("kind: Host\n") + std::string(200'000, '!'),
        std::string(",kind: Group\n"), std::string("kind: Host\nname: A\n---\n, x\n"), std::string(","),
        std::string("%YAML 9.9\n---\nkind: Host\n"), std::string("kind: Host\nname: *nothing\n")}) {
    const auto documents = parse_documents(text, "hostile");
    EXPECT_FALSE(documents) << text.substr(0, 40);
  }
  std::string dashes;
  for (int i = 0; i < 50'000; ++i) dashes += "- ";
  EXPECT_FALSE(parse_documents(dashes, "hostile"));
  std::string stairs;
  for (int i = 0; i < 2'000; ++i) stairs += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_FALSE(parse_documents(stairs, "hostile"));
  // A thousand aliases of a thousand aliases of a list stay what they are: references.
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'z'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) bomb += std::string("*") + static_cast<char>(c - 1) + (i < 8 ? "," : "]\n");
  }
  EXPECT_FALSE(parse_documents(bomb, "hostile"));
}

}  // namespace
}  // namespace sealgate::artifacts

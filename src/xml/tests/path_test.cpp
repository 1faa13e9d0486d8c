#include "xml/path.h"

#include <gtest/gtest.h>

#include "xml/errors.h"
#include "xml/tests/support.h"

namespace sealgate::xml {
namespace {

const std::map<std::string, std::string> kNamespaces{{"o", "urn:orders"}, {"x", "urn:x"}};

class Matching final : public NullHandler {
 public:
  explicit Matching(PathMatcher& matcher) : matcher_(matcher) {}
  Result<> start_element(const StartElement& element) override {
    matcher_.start_element(element);
    return {};
  }
  Result<> end_element(const Name& /*name*/) override {
    matcher_.end_element();
    return {};
  }
  Result<> text(std::string_view text) override {
    matcher_.text(text);
    return {};
  }

 private:
  PathMatcher& matcher_;
};

std::string value_of(std::string_view path, std::string_view document, std::size_t limit = 100) {
  auto parsed = Path::parse(path, kNamespaces);
  if (!parsed) return "bad path";
  PathMatcher matcher({&*parsed}, limit);
  Matching handler(matcher);
  Reader reader({}, handler);
  if (!test::push(reader, document, 3)) return "bad document";
  return matcher.value(0).value_or("(none)") + (matcher.was_cut(0) ? " (cut)" : "");
}

TEST(XmlPath, FindsTheFirstNodeInDocumentOrder) {
  const std::string_view document =
      "<o:Order xmlns:o='urn:orders' xmlns:y='urn:x' id='17' y:id='18'><Head><Total>no</Total></Head>"
      "<o:Total>1<b>2</b>3</o:Total><o:Total>second</o:Total><Empty/><Total>plain</Total></o:Order>";
  EXPECT_EQ(value_of("/o:Order/o:Total", document), "123");
  EXPECT_EQ(value_of("/o:Order/o:Total/text()", document), "13");
  EXPECT_EQ(value_of("/o:Order/Total", document), "plain");
  EXPECT_EQ(value_of("/o:Order/Head/Total", document), "no");
  EXPECT_EQ(value_of("/o:Order/@id", document), "17");
  EXPECT_EQ(value_of("/o:Order/@x:id", document), "18");
  EXPECT_EQ(value_of("/o:Order/Empty", document), "");
  EXPECT_EQ(value_of("/o:Order/Missing", document), "(none)");
  EXPECT_EQ(value_of("/Order/o:Total", document), "(none)");
  EXPECT_EQ(value_of("/*[local-name()='Order' and namespace-uri()='urn:orders']/*[local-name()='Total' and "
                     "namespace-uri()='urn:orders']",
                     document),
            "123");
  EXPECT_EQ(value_of("/*[namespace-uri()=\"urn:orders\" and local-name()=\"Order\"]/@*[local-name()='id' and "
                     "namespace-uri()='']",
                     document),
            "17");
  EXPECT_EQ(value_of("/*[local-name()='Order']/*[local-name()='Total']", document), "123");
  EXPECT_EQ(value_of("/o:Order/o:Total", document, 2), "12 (cut)");
}

TEST(XmlPath, ASiblingOfAStepDoesNotCarryOn) {
  EXPECT_EQ(value_of("/a/b/c", "<a><b/><c>wrong</c><x><c>wrong</c></x><b><d><c>wrong</c></d><c>right</c></b></a>"),
            "right");
  EXPECT_EQ(value_of("/a/a", "<a><b><a>wrong</a></b><a>right</a></a>"), "right");
}

TEST(XmlPath, WhatIsNotUnderstoodSaysWhere) {
  const auto column = [](std::string_view path) {
    const auto parsed = Path::parse(path, kNamespaces);
    if (parsed) return std::string("good");
    EXPECT_EQ(parsed.error().code, kBadPath);
    return parsed.error().where;
  };
  EXPECT_EQ(column(""), "column 1");
  EXPECT_EQ(column("Order"), "column 1");
  EXPECT_EQ(column("//Order"), "column 2");
  EXPECT_EQ(column("/Order[1]"), "column 7");
  EXPECT_EQ(column("/Order/"), "column 8");
  EXPECT_EQ(column("/Order//Total"), "column 8");
  EXPECT_EQ(column("/q:Order"), "column 2");
  EXPECT_EQ(column("/*/Total"), "column 3");
  EXPECT_EQ(column("/@id"), "column 2");
  EXPECT_EQ(column("/Order/@id/x"), "column 11");
  EXPECT_EQ(column("/Order/text()/x"), "column 14");
  EXPECT_EQ(column("/*[local-name()='a]"), "column 17");
  EXPECT_EQ(column("/*[namespace-uri()='a']"), "column 24");
  EXPECT_EQ(column("/*[local-name()='a' or 1]"), "column 21");
  EXPECT_EQ(column("/" + std::string(10'000, 'a')), "column 1");
  EXPECT_EQ(column("/Order/parent::x"), "column 8");
}

}  // namespace
}  // namespace sealgate::xml
